//! One connection to either engine, and the address it is opened from.

use std::path::PathBuf;

#[cfg(feature = "postgres")]
use diesel::PgConnection;
use diesel::SqliteConnection;
use diesel::prelude::*;

use crate::{StorageError, dialect};

/// A connection to whichever engine the address names.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads only: the engine itself refuses a write.
    Read,
    Write,
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    #[cfg(feature = "postgres")]
    Postgres(String),
}

impl Address {
    /// Reads `sqlite:PATH`, `sqlite://PATH`, a bare path, or `postgres://…` where this build has that engine.
    pub(crate) fn parse(url: &str) -> Result<Self, StorageError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            #[cfg(feature = "postgres")]
            return Ok(Self::Postgres(url.to_owned()));
            #[cfg(not(feature = "postgres"))]
            return Err(StorageError::Database("this build has no PostgreSQL; build it with the feature \"postgres\"".to_owned()));
        }
        let path = url.strip_prefix("sqlite:").map_or(url, |rest| rest.strip_prefix("//").unwrap_or(rest));
        // Each connection to `:memory:` would be another database, and a `file:` address could switch off what is set up below.
        if path.is_empty() || path.starts_with(":memory:") || path.starts_with("file:") {
            return Err(StorageError::Database("the database address is sqlite:PATH with the path of a file".to_owned()));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    /// Refuses an address at which there is nothing or an empty file, where opening would make a database. Whether a server has one, it
    /// says when it is asked.
    pub(crate) fn require_existing(&self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(path) if path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0) => Ok(()),
            Self::Sqlite(path) => Err(StorageError::Missing(path.display().to_string())),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    pub(crate) fn open(&self, purpose: Purpose) -> Result<AnyConnection, StorageError> {
        let mut connection = match self {
            Self::Sqlite(path) => {
                create_private(path)?;
                let path = path.to_str().ok_or_else(|| StorageError::Database("the database path is not UTF-8".to_owned()))?;
                AnyConnection::Sqlite(SqliteConnection::establish(path)?)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(url) => AnyConnection::Postgres(PgConnection::establish(url)?),
        };
        dialect::configure(&mut connection, purpose)?;
        Ok(connection)
    }
}

/// Makes the file readable by its owner only before SQLite creates it for everybody; SQLite gives its companions the same mode.
fn create_private(path: &std::path::Path) -> Result<(), StorageError> {
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
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_file() {
        for url in ["sqlite:/a/b.db", "sqlite:///a/b.db", "/a/b.db"] {
            assert_eq!(Address::parse(url), Ok(Address::Sqlite(PathBuf::from("/a/b.db"))), "{url}");
        }
        assert_eq!(Address::parse("sqlite:b.db"), Ok(Address::Sqlite(PathBuf::from("b.db"))));
        for url in ["", "sqlite:", "sqlite::memory:", "file:x?mode=memory"] {
            assert!(matches!(Address::parse(url), Err(StorageError::Database(_))), "{url}");
        }
    }
}
