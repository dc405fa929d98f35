//! SQLite's one writer: changes that wait together share a commit, and are written although nobody waits for them any
//! more.

use candour_storage::{Storage, StorageError};
use candour_test_database::Engine;
use tokio::task::JoinSet;

use super::log;
use crate::database::{Database, Failure, Tested};
use crate::trust::Trust;
use crate::writer::{broken_off, line, lines, occupy, queue_up};

#[test]
fn changes_that_wait_together_are_committed_together() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let storage = database.storage();
    database.checkpoint()?;
    database.run(async {
        let (first, release) = occupy(storage, trust.organisation).await;
        let mut others = JoinSet::new();
        for number in 0..64 {
            others.spawn(line(storage.clone(), trust, number));
        }
        queue_up().await;
        drop(release);
        first.await??;
        while let Some(answered) = others.join_next().await {
            answered??;
        }
        Ok::<_, Failure>(())
    })?;
    assert_eq!(lines(&database)?, 64);
    assert_eq!(commits(&database)?, 1, "the first changed nothing, and the others waited for it");
    Ok(())
}

#[test]
fn each_change_that_comes_alone_is_a_commit() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.checkpoint()?;
    for number in 0..5 {
        database.run(line(database.storage().clone(), trust, number))?;
    }
    assert_eq!(commits(&database)?, 5);
    Ok(())
}

#[test]
fn dropping_the_last_handle_writes_what_waits() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let storage = Storage::connect(&database.url(), 1)?;
    database.run(async {
        let (first, release) = occupy(&storage, trust.organisation).await;
        let waiting: Vec<_> = (0..100).map(|number| tokio::spawn(line(storage.clone(), trust, number))).collect();
        queue_up().await;
        // The callers go away with their handles.
        for task in waiting.into_iter().chain([first]) {
            task.abort();
            assert!(task.await.is_err_and(|error| error.is_cancelled()));
        }
        drop(release);
        drop(storage);
    });
    assert_eq!(lines(&database)?, 100);
    Ok(())
}

#[test]
fn an_error_and_a_panic_do_not_cost_others_their_commit() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let storage = database.storage();
    database.checkpoint()?;
    database.run(async {
        let (first, release) = occupy(storage, trust.organisation).await;
        let good = tokio::spawn(line(storage.clone(), trust, 0));
        let error = tokio::spawn(broken_off(storage.clone(), trust, 1, || {
            StorageError::Corrupt("a rule of the caller".to_owned())
        }));
        let panic = tokio::spawn(broken_off(storage.clone(), trust, 2, || panic!("this panic is part of a test")));
        let last = tokio::spawn(line(storage.clone(), trust, 3));
        queue_up().await;
        drop(release);
        first.await??;
        assert!(good.await?.is_ok() && error.await?.is_err() && panic.await?.is_err() && last.await?.is_ok());
        Ok::<_, Failure>(())
    })?;
    assert_eq!(commits(&database)?, 1, "all four shared one transaction");
    assert_eq!(lines(&database)?, 2);
    Ok(())
}

/// The commits in the write-ahead log since it was emptied: frames that give the size of the database, under the salts
/// of the header.
fn commits(database: &Database) -> Result<usize, Failure> {
    const HEADER: usize = 32;
    const FRAME: usize = 24 + 4096;
    let log = std::fs::read(log(database))?;
    let salts = log.get(16..24);
    let frames = log.get(HEADER..).ok_or("the log is empty")?.chunks_exact(FRAME);
    Ok(frames.filter(|frame| frame.get(8..16) == salts && frame.get(4..8) != Some(&[0; 4])).count())
}
