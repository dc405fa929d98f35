//! Changes: they lose only themselves, are there for everybody when they are answered, and nobody sees half of one.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use candour_domain::{AuditEventId, OrganisationId};
use candour_storage::{PageRequest, Storage, StorageError, Tenant, audit_log};
use candour_test_database::{Engine, on_both_engines};
use tokio::task::{JoinHandle, yield_now};

use crate::database::{Database, Failure, Tested, bytes};
use crate::trust::Trust;

on_both_engines! {
    an_error_and_a_panic_undo_only_themselves,
    a_change_that_breaks_off_half_way_leaves_nothing,
    a_change_is_made_although_its_caller_has_gone,
    what_was_answered_is_there_for_everybody_and_after_a_restart,
    a_change_may_hold_the_last_handle,
    everything_a_read_sees_is_of_one_moment,
    a_read_that_panics_or_errs_leaves_its_connection_usable,
}

fn an_error_and_a_panic_undo_only_themselves(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let storage = database.storage();
    let (good, error, panic, last) = database.run(async {
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
        Ok::<_, Failure>((good.await?, error.await?, panic.await?, last.await?))
    })?;
    assert_eq!((good, last), (Ok(()), Ok(())));
    assert_eq!(error, Err(StorageError::Corrupt("a rule of the caller".to_owned())));
    assert!(matches!(&panic, Err(StorageError::Database(message)) if !message.contains("part of a test")), "{panic:?}");
    let kept = database.raw()?.texts("SELECT id FROM audit_log WHERE action = 'tested' ORDER BY id")?;
    let mut expected = [0, 3].map(|number| event(number).to_string());
    expected.sort();
    assert_eq!(kept, expected);
    database.run(line(database.storage().clone(), trust, 4))?;
    Ok(())
}

/// The closure can see its own undone attempt neither before nor after.
fn a_change_that_breaks_off_half_way_leaves_nothing(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let before = database.rows_of(trust.organisation)?;
    let refused = database.write(trust.organisation, move |tenant| {
        append(tenant, trust, 0)?;
        append(tenant, trust, 1)?;
        append(tenant, trust, 0)
    });
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    assert_eq!(database.rows_of(trust.organisation)?, before);
    Ok(())
}

fn a_change_is_made_although_its_caller_has_gone(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let storage = database.storage();
    database.run(async {
        let (first, release) = occupy(storage, trust.organisation).await;
        let gone = tokio::spawn(line(storage.clone(), trust, 0));
        queue_up().await;
        gone.abort();
        assert!(gone.await.is_err_and(|error| error.is_cancelled()));
        drop(release);
        first.await??;
        Ok::<_, Failure>(())
    })?;
    written(&database, 1)
}

fn what_was_answered_is_there_for_everybody_and_after_a_restart(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let raw = database.raw()?;
    for number in 0..20 {
        database.run(line(database.storage().clone(), trust, number))?;
        assert_eq!(raw.number("SELECT count(*) FROM audit_log WHERE action = 'tested'")?, i64::from(number) + 1);
    }
    drop(raw);
    let reopened = database.reopen()?;
    assert_eq!(lines(&reopened)?, 20);
    Ok(())
}

/// Then the thread cannot wait for itself.
fn a_change_may_hold_the_last_handle(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let storage = Arc::new(Storage::connect(&database.url(), 1)?);
    let (ended, end) = channel::<()>();
    database.run(async move {
        let inside = Arc::clone(&storage);
        let change = tokio::spawn(async move {
            let handle = Storage::clone(&inside);
            inside
                .write(trust.organisation, move |tenant| {
                    append(tenant, trust, 0)?;
                    drop((handle, ended));
                    Ok::<_, StorageError>(())
                })
                .await
        });
        queue_up().await;
        change.abort();
        drop(storage);
    });
    assert!(end.recv().is_err(), "the change has run");
    written(&database, 1)
}

fn everything_a_read_sees_is_of_one_moment(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (start, started) = channel::<()>();
    let (go_on, wait) = channel::<()>();
    let storage = database.storage().clone();
    let seen = database.run(async move {
        let reader = storage.clone();
        let read = tokio::spawn(async move {
            reader
                .read(trust.organisation, move |tenant| {
                    let before = audit_log::list(tenant, &PageRequest::default())?.items.len();
                    drop(start);
                    let _hung_up = wait.recv();
                    Ok::<_, StorageError>((before, audit_log::list(tenant, &PageRequest::default())?.items.len()))
                })
                .await
        });
        hung_up(&started).await;
        line(storage.clone(), trust, 0).await?;
        drop(go_on);
        let seen = read.await??;
        let after = storage
            .read(trust.organisation, |tenant| audit_log::list(tenant, &PageRequest::default()))
            .await?
            .items
            .len();
        Ok::<_, Failure>((seen, after))
    })?;
    assert_eq!(seen, ((1, 1), 2));
    Ok(())
}

fn a_read_that_panics_or_errs_leaves_its_connection_usable(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for _ in 0..10 {
        let panicked =
            database.read(trust.organisation, |_| -> Result<(), _> { panic!("this panic is part of a test") });
        assert!(
            matches!(&panicked, Err(StorageError::Database(message)) if !message.contains("part of a test")),
            "{panicked:?}"
        );
        let erred = database.read(trust.organisation, |_| Err::<(), _>(StorageError::Corrupt("mine".to_owned())));
        assert_eq!(erred, Err(StorageError::Corrupt("mine".to_owned())));
    }
    assert_eq!(
        database.read(trust.organisation, |tenant| audit_log::list(tenant, &PageRequest::default()))?.items.len(),
        1
    );
    Ok(())
}

/// Keeps the writer busy, from when this answers until the sender is dropped.
pub(crate) async fn occupy(
    storage: &Storage,
    organisation: OrganisationId,
) -> (JoinHandle<Result<(), StorageError>>, Sender<()>) {
    let (start, started) = channel::<()>();
    let (release, wait) = channel::<()>();
    let storage = storage.clone();
    let busy = tokio::spawn(async move {
        let wait = move |_: &mut Tenant<'_>| {
            drop(start);
            let _hung_up = wait.recv();
            Ok(())
        };
        storage.write(organisation, wait).await
    });
    hung_up(&started).await;
    (busy, release)
}

/// Waits until the other end is dropped, and lets other tasks go on meanwhile.
async fn hung_up(receiver: &Receiver<()>) {
    while receiver.try_recv() != Err(TryRecvError::Disconnected) {
        yield_now().await;
    }
}

/// Lets every task that has been spawned come as far as it can without the writer. One turn is not for all of them.
pub(crate) async fn queue_up() {
    for _ in 0..100 {
        yield_now().await;
    }
}

/// Adds a line to the audit log.
pub(crate) async fn line(storage: Storage, trust: Trust, number: u16) -> Result<(), StorageError> {
    storage.write(trust.organisation, move |tenant| append(tenant, trust, number)).await
}

/// Adds a line and then thinks better of it.
pub(crate) async fn broken_off(
    storage: Storage,
    trust: Trust,
    number: u16,
    why: fn() -> StorageError,
) -> Result<(), StorageError> {
    let change = move |tenant: &mut Tenant<'_>| {
        append(tenant, trust, number)?;
        Err(why())
    };
    storage.write(trust.organisation, change).await
}

pub(crate) fn append(tenant: &mut Tenant<'_>, trust: Trust, number: u16) -> Result<(), StorageError> {
    let mut event = trust.event(event(number));
    "tested".clone_into(&mut event.action);
    audit_log::append(tenant, &event)
}

fn event(number: u16) -> AuditEventId {
    AuditEventId::from_random(bytes(8, number))
}

/// Waits until there are so many lines: a commit follows its change.
fn written(database: &Database, expected: usize) -> Tested {
    for _ in 0..500 {
        if lines(database)? == expected {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Err("the change was not committed".into())
}

pub(crate) fn lines(database: &Database) -> Result<usize, Failure> {
    Ok(database.rows("SELECT id FROM audit_log WHERE action = 'tested'")?.len())
}
