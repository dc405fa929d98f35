//! One connection to either engine, and how it is set up.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};

use crate::StorageError;
use crate::engine::address::Address;

/// A connection to whichever engine the address names.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads only: the engine itself refuses a write.
    Read,
    Write,
}

/// How long SQLite waits for another process that holds the lock, in milliseconds.
pub(crate) const BUSY_TIMEOUT: u32 = 5_000;

impl Address {
    /// Opens a connection and sets it up. A file that is not there is created.
    pub(crate) fn open(&self, purpose: Purpose) -> Result<AnyConnection, StorageError> {
        let mut connection = match self {
            Self::Sqlite(path) => {
                create_private(path)?;
                AnyConnection::Sqlite(SqliteConnection::establish(text_of(path)?)?)
            }
            Self::Postgres(url) => AnyConnection::Postgres(PgConnection::establish(url)?),
        };
        configure(&mut connection, purpose)?;
        Ok(connection)
    }
}

/// Sets up a fresh connection.
fn configure(connection: &mut AnyConnection, purpose: Purpose) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            // FULL: a commit is on the disk before it is acknowledged. secure_delete: what is deleted is overwritten
            // with zeros.
            sqlite.batch_execute(&format!(
                "PRAGMA busy_timeout = {BUSY_TIMEOUT}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA \
                 foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
            ))?;
            match purpose {
                Purpose::Read => sqlite.batch_execute("PRAGMA query_only = ON;")?,
                // A page that many submissions touch is written back once for all of them: 16 MB of log instead of 4,
                // and as much memory.
                Purpose::Write => {
                    sqlite.batch_execute("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;")?;
                }
            }
        }
        AnyConnection::Postgres(postgres) => {
            postgres.batch_execute(
                "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET synchronous_commit = on; SET lock_timeout \
                 = '5s'; SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s';",
            )?;
            if purpose == Purpose::Read {
                postgres.batch_execute(
                    "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';",
                )?;
            }
        }
    }
    Ok(())
}

/// A path as SQLite takes it.
pub(crate) fn text_of(path: &Path) -> Result<&str, StorageError> {
    path.to_str().ok_or_else(|| StorageError::Database(format!("the path {} is not UTF-8", path.display())))
}

/// Makes the file readable by its owner only before SQLite creates it for everybody; SQLite gives its companions the
/// same mode.
fn create_private(path: &Path) -> Result<(), StorageError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StorageError::Unavailable(format!("the database file cannot be created: {error}"))),
    }
}

#[cfg(test)]
mod tests;
