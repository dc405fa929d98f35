//! The writer of SQLite: one thread with one connection that commits together what is waiting.
//!
//! A commit with `synchronous=FULL` costs one wait for the disk whether it holds one change or sixty. So each change
//! runs in a savepoint of its own, which it alone can lose, and all that arrived meanwhile share one transaction and
//! one wait. Nobody is answered before it is over.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use diesel::connection::SimpleConnection;
use tokio::sync::{mpsc, oneshot};

use crate::StorageError;
use crate::engine::connection::AnyConnection;
use crate::engine::dialect;

/// The most changes in one transaction: enough to share the wait, few enough that nobody waits for a crowd.
const LARGEST_GROUP: usize = 64;
/// Changes that may wait before callers are held back.
const QUEUE: usize = 256;

/// The handle on the thread. Dropping it lets the thread finish what is waiting and waits for that.
pub(crate) struct GroupCommit {
    queue: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

enum Work {
    /// A change that shares a transaction.
    Change(Change),
    /// Housekeeping that must not be in a transaction.
    Alone(Box<dyn FnOnce(&mut AnyConnection) + Send>),
}

type Change = Box<dyn FnOnce(&mut AnyConnection) -> Done + Send>;
type Answer = Box<dyn FnOnce(Result<(), StorageError>) + Send>;

/// A change that has run and waits for the commit.
struct Done {
    keep: bool,
    answer: Answer,
}

impl GroupCommit {
    pub(crate) fn start(connection: AnyConnection) -> Result<Self, StorageError> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("candour-writer".to_owned())
            .spawn(move || run(connection, waiting))
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `f` within a savepoint and answers after the commit. Once the change is queued it is carried out even if
    /// the caller goes away.
    pub(crate) async fn change<T, E>(
        &self,
        f: impl FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let change = move |connection: &mut AnyConnection| {
            // The savepoint is rolled back and nothing of the closure is used again, so a panic leaves nothing half
            // done.
            let result = catch_unwind(AssertUnwindSafe(|| f(connection)))
                .unwrap_or_else(|panic| Err(panicked(panic.as_ref()).into()));
            Done {
                keep: result.is_ok(),
                answer: Box::new(move |committed| {
                    let answer = result.and_then(|value| committed.map(|()| value).map_err(E::from));
                    // Nobody may be listening any more.
                    drop(sender.send(answer));
                }),
            }
        };
        self.enqueue(Work::Change(Box::new(change))).await?;
        receiver.await.unwrap_or_else(|_dropped| Err(not_begun().into()))
    }

    /// Runs housekeeping between two transactions.
    pub(crate) async fn alone<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut AnyConnection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (sender, receiver) = oneshot::channel();
        self.enqueue(Work::Alone(Box::new(move |connection| drop(sender.send(f(connection)))))).await?;
        receiver.await.unwrap_or_else(|_dropped| Err(not_begun()))
    }

    async fn enqueue(&self, work: Work) -> Result<(), StorageError> {
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(work).await.map_err(|_work| stopped())
    }
}

impl Drop for GroupCommit {
    fn drop(&mut self) {
        drop(self.queue.take());
        // A change may itself have held the last handle; the thread cannot wait for its own end.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id())
            && thread.join().is_err()
        {
            tracing::error!("the writer ended with a panic");
        }
    }
}

fn run(mut connection: AnyConnection, mut waiting: mpsc::Receiver<Work>) {
    let mut next = waiting.blocking_recv();
    while let Some(work) = next.take() {
        match work {
            Work::Alone(run) => {
                if catch_unwind(AssertUnwindSafe(|| run(&mut connection))).is_err() {
                    tracing::error!("housekeeping panicked");
                }
            }
            Work::Change(first) => {
                let mut group = vec![first];
                while group.len() < LARGEST_GROUP {
                    match waiting.try_recv() {
                        Ok(Work::Change(change)) => group.push(change),
                        Ok(alone @ Work::Alone(_)) => {
                            next = Some(alone);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                commit_together(&mut connection, group);
            }
        }
        if next.is_none() {
            next = waiting.blocking_recv();
        }
    }
}

fn commit_together(connection: &mut AnyConnection, group: Vec<Change>) {
    let mut answers = Vec::with_capacity(group.len());
    let committed = attempt(connection, group, &mut answers);
    if let Err(error) = &committed {
        // What matters is said by `committed`; SQLite may have rolled back already, and then this is refused.
        drop(connection.batch_execute("ROLLBACK"));
        // Not how many there were: while people answer, that is mostly how many of them.
        tracing::warn!(%error, "a group of changes was not committed");
    }
    for answer in answers {
        answer(committed.clone());
    }
}

fn attempt(connection: &mut AnyConnection, group: Vec<Change>, answers: &mut Vec<Answer>) -> Result<(), StorageError> {
    let step = |connection: &mut AnyConnection, sql| {
        dialect::step(connection, sql).map_err(|error| StorageError::from(error).passing())
    };
    // The lock at once: a transaction that begins to read cannot always go on to write.
    step(connection, "BEGIN IMMEDIATE")?;
    for change in group {
        step(connection, "SAVEPOINT one")?;
        let done = change(connection);
        answers.push(done.answer);
        if !done.keep {
            step(connection, "ROLLBACK TO one")?;
        }
        step(connection, "RELEASE one")?;
    }
    step(connection, "COMMIT")
}

fn stopped() -> StorageError {
    StorageError::Unavailable("the writer has stopped".to_owned())
}

/// The group was given up before it was this one's turn.
fn not_begun() -> StorageError {
    StorageError::Unavailable("the change was not begun".to_owned())
}

/// The message of a panic may quote what was being stored, so it is not passed on.
fn panicked(_panic: &(dyn Any + Send)) -> StorageError {
    StorageError::Database("the change panicked and was undone".to_owned())
}
