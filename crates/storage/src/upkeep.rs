//! The database as a whole: copies of it, what is wrong with it, and what takes deleted rows off its disk.

pub(crate) mod copies;
pub(crate) mod examine;
pub(crate) mod overwrite;
mod server_log;
