//! A connection to the PostgreSQL server that can be used anywhere, within a test that is asynchronous too.

use std::sync::{Mutex, PoisonError};

use postgres::NoTls;

use crate::Outcome;

/// A connection. The library waits for the server in a runtime of its own, and there may be another on this thread; so
/// it is used on threads beside this one.
pub struct Client(Mutex<Option<Box<postgres::Client>>>);

impl Client {
    pub(crate) fn connect(url: &str) -> Outcome<Self> {
        let client = apart(|| postgres::Client::connect(url, NoTls).map_err(told))?;
        Ok(Self(Mutex::new(Some(Box::new(client)))))
    }

    /// Does something with the connection.
    pub fn ask<T: Send>(&self, question: impl FnOnce(&mut postgres::Client) -> Outcome<T> + Send) -> Outcome<T> {
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let client = client.as_mut().ok_or("the connection has been closed")?;
        apart(|| question(client))
    }

    pub(crate) fn run(&self, statements: &str) -> Outcome {
        self.ask(|client| client.batch_execute(statements).map_err(told))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let client = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // What goes wrong when a connection is closed has no consequence.
        drop(apart(|| {
            drop(client);
            Ok(())
        }));
    }
}

/// Does something on another thread and waits for it.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> Outcome<T> + Send) -> Outcome<T> {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// What the server said, rather than that it said something.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` has")]
pub(crate) fn told(error: postgres::Error) -> Box<dyn std::error::Error + Send + Sync> {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |told| format!("{}: {}", told.severity(), told.message()))
        .into()
}
