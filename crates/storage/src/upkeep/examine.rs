//! Looks for what should not be in a database and around it. Changes nothing.

use crate::StorageError;
use crate::engine::connection::AnyConnection;

mod count;
mod file;
mod readable;
mod references;
mod rows;
mod server;

pub use file::Room;
pub use rows::Check;
pub use server::{Copying, Link, Logging, Server};

pub(crate) use file::{flaw, room};
pub(crate) use server::server;

/// How many there are of everything that should not be there, in the order of [`Check::ALL`]; all of one moment.
pub(crate) fn rows(connection: &mut AnyConnection) -> Result<Vec<(Check, u64)>, StorageError> {
    references::take_time(connection)?;
    Check::ALL.into_iter().map(|check| Ok((check, check.count(connection)?))).collect()
}
