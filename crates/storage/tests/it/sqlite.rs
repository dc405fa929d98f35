//! What only SQLite has: files and their bytes, rowids, and one writer whose changes share a commit.

mod commits;
mod files;
mod tables;
mod wiped;

use std::path::PathBuf;

use candour_test_database::{Database as Place, Engine};

use crate::database::{Database, Failure};

/// A copy of a database as it is now.
fn copy(database: &Database) -> Result<Database, Failure> {
    let place = Place::empty(Engine::Sqlite)?;
    database.run(database.storage().backup(&place.path(), None))?;
    Database::at(place)
}

/// The write-ahead log.
fn log(database: &Database) -> PathBuf {
    beside(database, "candour.db-wal")
}

/// Another file in the database's folder.
fn beside(database: &Database, name: &str) -> PathBuf {
    database.path().with_file_name(name)
}
