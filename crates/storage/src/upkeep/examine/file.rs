//! The file of a SQLite database, and the disk it lies on.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::AnyConnection;

/// The size of a database file and the space that is left beside it, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The database.
    pub database: u64,
    /// What this account can still fill.
    pub free: u64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The first thing that is wrong with the pages and tables of a SQLite file. A server checks its own.
pub(crate) fn flaw(connection: &mut AnyConnection) -> Result<Option<String>, StorageError> {
    let AnyConnection::Sqlite(sqlite) = connection else { return Ok(None) };
    let said: Vec<Line> =
        diesel::sql_query("SELECT quick_check AS text FROM pragma_quick_check LIMIT 1").load(sqlite)?;
    Ok(said.into_iter().next().map(|line| line.text).filter(|text| text != "ok"))
}

/// The space around a SQLite file. A server's disk is its own affair.
pub(crate) fn room(address: &Address) -> Result<Option<Room>, StorageError> {
    let Address::Sqlite(path) = address else { return Ok(None) };
    let failed = |error: std::io::Error| {
        StorageError::Unavailable(format!("the disk of the database cannot be examined: {error}"))
    };
    let database = path.metadata().map_err(failed)?.len();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let disk = rustix::fs::statvfs(folder).map_err(|error| failed(error.into()))?;
    Ok(Some(Room { database, free: disk.f_bavail.saturating_mul(disk.f_frsize) }))
}
