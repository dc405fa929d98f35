//! Many writers at once, and what goes wrong below them: a full disk and a lock held elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use candour_domain::{AuditEventId, OrganisationId};
use candour_test_database::Engine;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::audit_log::{self, AuditEvent};
use crate::tests::{Outcome, at, bytes, database, with_trust};
use crate::{Storage, StorageError, System};

/// A line of the audit log that says which change wrote it.
fn line(number: u64, target: String) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::from_random(bytes(number)),
        at: at(0),
        actor: "system".to_owned(),
        action: "tested".to_owned(),
        target,
        detail: serde_json::Value::Null,
    }
}

async fn mark(storage: &Storage, organisation: OrganisationId, number: u64) -> Result<(), StorageError> {
    storage.write(organisation, move |tenant| audit_log::append(tenant, &line(number, String::new()))).await
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

fn number(system: &mut System<'_>, query: &str) -> Result<i64, StorageError> {
    Ok(diesel::sql_query(query).get_result::<Number>(system.connection())?.number)
}

async fn marks(storage: &Storage) -> Result<i64, StorageError> {
    storage.read_system(|system| number(system, "SELECT count(*) AS number FROM audit_log")).await
}

/// Holds the writer until the returned sender is used or dropped, so that what follows has to wait together.
async fn hold(storage: &Storage) -> Result<std::sync::mpsc::Sender<()>, Box<dyn std::error::Error + Send + Sync>> {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let storage = storage.clone();
    tokio::spawn(async move {
        let wait = move |_: &mut System<'_>| -> Result<(), StorageError> {
            // Either end may have gone; then there is nothing to wait for.
            let (_told, _held) = (begun.send(()), held.recv());
            Ok(())
        };
        storage.write_system(wait).await
    });
    begins.await?;
    Ok(release)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_share_a_commit_and_failures_stay_alone() -> Outcome {
    let (database, trust) = with_trust(Engine::Sqlite, 1).await?;
    let (storage, organisation) = (database.storage.clone(), trust.id());
    // SQLite counts the frames it has written to its log: the same page written by two commits is two frames, by one
    // commit one.
    let release = hold(&storage).await?;
    let after_panic = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..64)
        .map(|place| {
            let (storage, after_panic) = (storage.clone(), Arc::clone(&after_panic));
            tokio::spawn(async move {
                let change = move |tenant: &mut crate::Tenant<'_>| {
                    audit_log::append(tenant, &line(place, String::new()))?;
                    match place % 16 {
                        5 => Err(StorageError::Corrupt("on purpose".to_owned())),
                        9 => {
                            after_panic.fetch_add(1, Ordering::SeqCst);
                            let nothing: Option<u8> = None;
                            std::panic::resume_unwind(Box::new(nothing))
                        }
                        _ => Ok(place),
                    }
                };
                (place, storage.write(organisation, change).await)
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let before = frames(&database.path())?;
    drop(release);
    for writer in writers {
        let (place, result) = writer.await?;
        match place % 16 {
            5 => assert_eq!(result, Err(StorageError::Corrupt("on purpose".to_owned()))),
            9 => assert!(matches!(result, Err(StorageError::Database(_))), "{result:?}"),
            _ => assert_eq!(result, Ok(place)),
        }
    }
    assert_eq!(after_panic.load(Ordering::SeqCst), 4);
    assert_eq!(marks(&storage).await?, 56);
    let frames = frames(&database.path())? - before;
    assert!(frames < 16, "{frames} pages were written for 56 rows on a few pages: they were not committed together");
    mark(&storage, organisation, 1000).await?;
    Ok(())
}

/// Pages written to the log so far.
fn frames(path: &std::path::Path) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    Ok(std::fs::metadata(format!("{}-wal", path.display()))?.len().saturating_sub(32) / (4096 + 24))
}

#[tokio::test]
async fn a_full_disk_is_told_and_passes() -> Outcome {
    let (database, trust) = with_trust(Engine::Sqlite, 1).await?;
    let limit = |pages: &'static str| {
        let change = move |system: &mut System<'_>| Ok::<(), StorageError>(system.connection().batch_execute(pages)?);
        database.storage.write_system(change)
    };
    limit("PRAGMA max_page_count = 1").await?; // SQLite raises it to the present size.
    let large = "x".repeat(1_000_000);
    let full = database.storage.write(trust.id(), move |tenant| audit_log::append(tenant, &line(1, large))).await;
    assert!(matches!(full, Err(StorageError::Unavailable(_))), "{full:?}");
    limit("PRAGMA max_page_count = 1000000").await?;
    mark(&database.storage, trust.id(), 2).await?;
    assert_eq!(marks(&database.storage).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_lock_held_elsewhere_is_told_and_passes() -> Outcome {
    let (database, trust) = with_trust(Engine::Sqlite, 1).await?;
    let impatient = |system: &mut System<'_>| {
        Ok::<(), StorageError>(system.connection().batch_execute("PRAGMA busy_timeout = 20")?)
    };
    database.storage.write_system(impatient).await?;
    let mut other = SqliteConnection::establish(&database.path().display().to_string())?;
    other.batch_execute("BEGIN IMMEDIATE")?;
    let busy = mark(&database.storage, trust.id(), 1).await;
    assert!(matches!(busy, Err(StorageError::Unavailable(_))), "{busy:?}");
    other.batch_execute("ROLLBACK")?;
    Ok(mark(&database.storage, trust.id(), 1).await?)
}

#[tokio::test]
async fn every_connection_is_set_up_to_lose_nothing_and_keep_nothing_deleted() -> Outcome {
    let database = database(Engine::Sqlite)?;
    let wanted = [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("temp_store", 2)];
    let pragma = |name: &str| format!("SELECT {name} AS number FROM pragma_{name}");
    for (name, value) in wanted {
        let query = pragma(name);
        assert_eq!(database.storage.write_system(move |system| number(system, &query)).await?, value, "{name}");
        let query = pragma(name);
        assert_eq!(database.storage.read_system(move |system| number(system, &query)).await?, value, "{name}");
    }
    let wal =
        |system: &mut System<'_>| number(system, "SELECT journal_mode = 'wal' AS number FROM pragma_journal_mode");
    assert_eq!(database.storage.write_system(wal).await?, 1);
    Ok(())
}
