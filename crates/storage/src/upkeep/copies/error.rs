//! Why a copy was not written or not read back, in words for the person who asked for it.

use std::io;
use std::path::{Path, PathBuf};

use crate::StorageError;

/// Why a copy was not written or not read back. The text names what is in the way and what fixes it, and never holds
/// what is in a row.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database itself.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A copy never replaces a file.
    #[error("{} is there already and is left alone; give the copy another name", .0.display())]
    Exists(PathBuf),
    /// The copy cannot be put where it is wanted.
    #[error("{} cannot be written: {source}; name a file in a folder that this account may write to, on a disk with \
     room", file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The copy cannot be read.
    #[error("{} cannot be read: {source}; check the path, and that this account may read the file", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Where a database is to be copied from there is none.
    #[error("the PostgreSQL database has no tables of Candour; set CANDOUR_DATABASE_URL to the database that is used")]
    NoTables,
    /// A copy that is not whole.
    #[error("{} is damaged: {what}. Use another copy", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What shows it.
        what: String,
    },
    /// A copy that could not be finished, or that does not hold what the database held. It has been removed.
    #[error(
        "the copy was given up and nothing of it is kept: {0}. Look whether the disk has room, and run `candour \
         backup` again"
    )]
    Incomplete(String),
    /// A file that is no copy.
    #[error("{} is not a copy that `candour backup` has written: it is {what}. Name a file that it has \
     written", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What it is instead.
        what: String,
    },
    /// A copy of a database that newer migrations have been applied to.
    #[error("{} was written by a newer version of this program; install that version or a later one and try \
     again", .0.display())]
    Newer(PathBuf),
    /// A copy of one engine that is to be read back into the other.
    #[error("{} is a copy of a {of} database and cannot be read back into {to}; set CANDOUR_DATABASE_URL to a {of} \
     database", file.display())]
    Engine {
        /// The file.
        file: PathBuf,
        /// The engine it is of.
        of: &'static str,
        /// The engine it is to be read back into.
        to: &'static str,
    },
    /// Something is there already.
    #[error("{0}")]
    Occupied(String),
    /// The server cannot take this copy.
    #[error("{0}")]
    Unfit(String),
    /// `pg_dump` and `pg_restore` are not there, or too old.
    #[error(
        "{found}; version {wanted} or later is needed. Install the client programs of PostgreSQL {wanted} (Debian: \
         postgresql-client-{wanted}), or set CANDOUR_POSTGRES_TOOLS to the folder that holds both"
    )]
    Programs {
        /// What there is.
        found: String,
        /// The version that is needed.
        wanted: u32,
    },
    /// One of them did not do it.
    #[error(
        "{program} failed: {said}. Nothing of it is kept; look at CANDOUR_DATABASE_URL, at the rights of its account \
         and at the room on the disk, and try again"
    )]
    Program {
        /// Which.
        program: &'static str,
        /// What it said about it, without any row.
        said: String,
    },
    /// The address has a secret that could not be kept from other people on this machine.
    #[error("{0}")]
    Secret(&'static str),
    /// The rows have been read back, but the schema could not be brought up to date.
    #[error("the copy has been read back, but its schema could not be brought up to date: {0}. Run `candour migrate`")]
    Migration(StorageError),
}

impl CopyError {
    pub(super) fn foreign(file: &Path, what: &str) -> Self {
        Self::Foreign { file: file.to_owned(), what: what.to_owned() }
    }

    pub(super) fn damaged(file: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_owned(), what: what.into() }
    }
}
