//! Connections that are kept open and lent out: bounded in number, and in how long anybody waits for one.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{self, ManageConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::Semaphore;

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::{AnyConnection, Purpose};

/// How long somebody waits for their turn, and then for a connection. Longer than a server takes to restart would only
/// make a crowd.
const PATIENCE: Duration = Duration::from_secs(3);

/// A pool of connections of one purpose; a clone lends from the same ones.
#[derive(Clone)]
pub(crate) struct Pool {
    connections: r2d2::Pool<Manager>,
    size: u32,
    /// Whether the database is in this process, where a question takes microseconds.
    embedded: bool,
    /// One permit for each connection, so that waiting for one occupies no thread.
    permits: Arc<Semaphore>,
}

struct Manager(Address, Purpose);

/// The statements that run before and after some work on a connection.
pub(crate) struct Frame {
    pub(crate) begin: Cow<'static, str>,
    /// Run after it when it has gone well.
    pub(crate) keep: &'static str,
    /// Run after it when it has not.
    pub(crate) undo: &'static str,
}

impl Frame {
    /// A transaction that sees one state of the database from beginning to end. There is nothing to keep.
    pub(crate) const READ: Self = Self { begin: Cow::Borrowed("BEGIN"), keep: "ROLLBACK", undo: "ROLLBACK" };
    /// No transaction. The first statement finds out whether the connection still works.
    pub(crate) const BARE: Self = Self { begin: Cow::Borrowed("SELECT 1"), keep: "", undo: "" };
}

/// What stands behind the last of the words with which this crate says that a database does not answer.
fn cause(text: &str) -> &str {
    text.rsplit("the database is not available: ").next().unwrap_or(text)
}

/// A connection, and whether it may be lent again.
struct Lent {
    connection: AnyConnection,
    spoilt: bool,
}

impl Pool {
    pub(crate) fn new(address: Address, purpose: Purpose, size: u32) -> Result<Self, StorageError> {
        let (size, embedded) = (size.max(1), matches!(address, Address::Sqlite(_)));
        let connections = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .max_lifetime(None)
            // A connection that the server has closed is found out by its first statement, which costs nothing more.
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(Manager(address, purpose))
            // The cause comes within a sentence about waiting for it.
            .map_err(|error| StorageError::Unavailable(cause(&error.to_string()).to_owned()))?;
        Ok(Self { connections, size, embedded, permits: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))) })
    }

    /// Runs `f` within a frame, on a thread for blocking work. If the caller goes away it is carried out all the same.
    pub(crate) async fn run<T, E>(
        &self,
        frame: Frame,
        f: impl FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.blocking(move |pool| pool.run_here(&frame, f)).await
    }

    /// Like [`Pool::run`], on this thread.
    pub(crate) fn run_here<T, E: From<StorageError>>(
        &self,
        frame: &Frame,
        f: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = self.begin(&frame.begin)?;
        // What was begun is undone and nothing of the closure is used again, so a panic leaves nothing half done. It is
        // reported by its own hook; its message may quote rows and is not repeated here.
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut lent.connection)))
            .unwrap_or_else(|_panic| Err(StorageError::Database("the work panicked and was undone".to_owned()).into()));
        let end = if result.is_ok() { frame.keep } else { frame.undo };
        let ended = if end.is_empty() { Ok(()) } else { lent.connection.batch_execute(end) };
        lent.spoilt = ended.is_err();
        // Whatever stops a commit is not the fault of the change, and may pass. A rollback that fails has lost its
        // connection, and the server undoes what was begun.
        match (result, ended) {
            (Ok(_), Err(error)) => Err(StorageError::from(error).passing().into()),
            (result, _) => result,
        }
    }

    /// Asks one question, outside any transaction. It is asked again on another connection if the server has closed the
    /// first.
    ///
    /// An embedded database is asked on this thread: to hand the question over and the answer back would cost more than
    /// it takes.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl Fn(&mut AnyConnection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        if self.embedded
            && let Ok(_permit) = self.permits.try_acquire()
        {
            return self.ask_here(&question);
        }
        self.blocking(move |pool| pool.ask_here(&question)).await
    }

    fn ask_here<T>(
        &self,
        question: &impl Fn(&mut AnyConnection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let mut tries = 0;
        loop {
            let mut lent = self.connections.get().map_err(|error| StorageError::Unavailable(error.to_string()))?;
            lent.spoilt = true;
            let answer = question(&mut lent.connection);
            lent.spoilt = answer.is_err() && lent.connection.batch_execute("SELECT 1").is_err();
            if !lent.spoilt || tries >= self.size {
                return answer;
            }
            tries += 1;
        }
    }

    /// Runs `work` on a thread for blocking work, with a permit to take one connection. If the caller goes away it is
    /// carried out all the same.
    async fn blocking<T, E>(&self, work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let unavailable = |reason: &str| E::from(StorageError::Unavailable(reason.to_owned()));
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned());
        let permit = permit.await.map_err(|_elapsed| unavailable("every connection is in use"))?;
        let permit = permit.map_err(|_closed| unavailable("the pool is closed"))?;
        let pool = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            // Given back when the connection is, also if the caller goes away.
            let _permit = permit;
            work(&pool)
        });
        // A panic is reported by its own hook; its message may quote rows and is not repeated here.
        work.await.unwrap_or_else(|_panic| Err(StorageError::Database("the work panicked".to_owned()).into()))
    }

    /// Lends a connection on which `begin` has been run. It counts as spoilt until what was begun has been ended.
    fn begin(&self, begin: &str) -> Result<r2d2::PooledConnection<Manager>, StorageError> {
        let mut tries = 0;
        loop {
            let mut lent = self.connections.get().map_err(|error| StorageError::Unavailable(error.to_string()))?;
            lent.spoilt = true;
            match lent.connection.batch_execute(begin) {
                Ok(()) => return Ok(lent),
                // A restart of the server has closed all of them. Nothing has been begun, so the next one can be asked.
                Err(error) if is_closed(&error) && tries < self.size => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn is_closed(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
            | DieselError::BrokenTransactionManager
    )
}

impl ManageConnection for Manager {
    type Connection = Lent;
    type Error = StorageError;

    fn connect(&self) -> Result<Lent, StorageError> {
        Ok(Lent { connection: self.0.open(self.1)?, spoilt: false })
    }

    fn is_valid(&self, lent: &mut Lent) -> Result<(), StorageError> {
        Ok(lent.connection.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, lent: &mut Lent) -> bool {
        lent.spoilt
    }
}
