//! The connections that read. They cannot write: each is set up so that the engine refuses it.

use std::time::Duration;

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use diesel::r2d2::{self, ManageConnection};

use crate::StorageError;
use crate::connection::{Address, AnyConnection, Purpose};

/// How long a reader waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Pool(r2d2::Pool<Manager>);

struct Manager(Address);

impl Pool {
    pub(crate) fn new(address: Address, size: u32) -> Result<Self, StorageError> {
        r2d2::Pool::builder()
            .max_size(size.max(1))
            .min_idle(Some(1))
            .max_lifetime(None)
            .test_on_check_out(cfg!(feature = "postgres"))
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(Manager(address))
            .map(Self)
            .map_err(|error| StorageError::Unavailable(error.to_string()))
    }

    /// Runs `f` in a transaction that sees one state of the database from beginning to end.
    pub(crate) fn read<T, E: From<StorageError>>(&self, f: impl FnOnce(&mut AnyConnection) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.0.get().map_err(|error| StorageError::Unavailable(error.to_string()))?;
        let connection = &mut *connection;
        <AnyConnection as Connection>::TransactionManager::begin_transaction(connection).map_err(StorageError::from)?;
        let result = f(connection);
        // There is nothing to keep. If this fails the pool throws the connection away.
        <AnyConnection as Connection>::TransactionManager::rollback_transaction(connection).map_err(StorageError::from)?;
        result
    }
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = StorageError;

    fn connect(&self) -> Result<AnyConnection, StorageError> {
        self.0.open(Purpose::Read)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        Ok(r2d2::R2D2Connection::ping(connection)?)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking() || r2d2::R2D2Connection::is_broken(connection)
    }
}
