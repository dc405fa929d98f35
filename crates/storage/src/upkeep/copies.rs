//! Copies of the database: written while the service goes on, checked before they count as written, and read back into
//! a place where there is nothing yet.
//!
//! A copy of SQLite is a database file (`VACUUM INTO`); a copy of PostgreSQL is an archive of its own `pg_dump`, which
//! is found, watched and checked here. Either is written in a folder of its own beside the place where it is to be, so
//! that under its name there is a whole copy or none, and nobody else can read it at any moment. The server key is in
//! neither.

use std::path::Path;

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::migrate;

mod error;
mod postgres;
mod sqlite;
mod unfinished;

pub use error::CopyError;
use unfinished::Unfinished;

/// A copy that has been written and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The size of its file.
    pub bytes: u64,
    /// The rows in it, over all tables.
    pub rows: u64,
}

/// A copy that has been looked at and can be read back: it is one, it is whole as far as can be seen, this program
/// knows its schema, and where it is to be read back there is nothing. Dropping it leaves everything as it was.
pub struct Restoring {
    contents: Contents,
    source: Source,
}

/// What is known of a copy before it is read back.
struct Contents {
    migrations: Vec<String>,
    key_check: Option<Vec<u8>>,
    strange: Vec<String>,
}

enum Source {
    Sqlite(sqlite::Restoring),
    Postgres(postgres::Restoring),
}

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Archive,
    /// What `pg_dump` writes when it is not asked for an archive.
    Script,
    Other,
}

/// Writes a copy of the database at this address; see [`Storage::backup`](crate::Storage::backup).
pub(crate) async fn write(address: &Address, to: &Path, programs: Option<&Path>) -> Result<Written, CopyError> {
    unfinished::require_free(to)?;
    let unfinished = Unfinished::beside(to)?;
    let rows = match address {
        Address::Sqlite(_) => sqlite::write(address.clone(), unfinished.path()).await?,
        Address::Postgres(url) => postgres::write(url, &unfinished.path(), programs).await?,
    };
    Ok(Written { bytes: unfinished.finish()?, rows })
}

impl Restoring {
    /// Looks at a copy that is to be read back to the address, where there must be nothing: no file or an empty one, or
    /// a database without Candour's tables. Changes nothing there.
    ///
    /// # Errors
    /// [`CopyError`] says what speaks against it.
    pub async fn prepare(file: &Path, url: &str, programs: Option<&Path>) -> Result<Self, CopyError> {
        let (source, contents) = match (Address::parse(url)?, Kind::of(file)?) {
            (Address::Sqlite(path), Kind::Sqlite) => {
                let (restoring, contents) = sqlite::Restoring::prepare(file.to_owned(), path).await?;
                (Source::Sqlite(restoring), contents)
            }
            (Address::Postgres(url), Kind::Archive) => {
                let (restoring, contents) = postgres::Restoring::prepare(file.to_owned(), url, programs).await?;
                (Source::Postgres(restoring), contents)
            }
            (Address::Sqlite(_), Kind::Archive) => {
                return Err(CopyError::Engine { file: file.to_owned(), of: "PostgreSQL", to: "SQLite" });
            }
            (Address::Postgres(_), Kind::Sqlite) => {
                return Err(CopyError::Engine { file: file.to_owned(), of: "SQLite", to: "PostgreSQL" });
            }
            (_, Kind::Script) => return Err(CopyError::foreign(file, "a script of pg_dump and not an archive")),
            (_, Kind::Other) => {
                return Err(CopyError::foreign(file, "neither a SQLite database nor an archive of pg_dump"));
            }
        };
        let known = match &source {
            Source::Sqlite(_) => migrate::Engine::Sqlite,
            Source::Postgres(_) => migrate::Engine::Postgres,
        };
        let schema = migrate::compare(known, &contents.migrations)?;
        if schema.unknown.is_empty() { Ok(Self { contents, source }) } else { Err(CopyError::Newer(file.to_owned())) }
    }

    /// The proof of the server key that the copied database was used with; `None` when it had not been used.
    #[must_use]
    pub fn key_check(&self) -> Option<&[u8]> {
        self.contents.key_check.as_deref()
    }

    /// What is in the copy that is not Candour's, such as a trigger, and is left out.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.contents.strange
    }

    /// Reads the copy back and brings its schema up to date; gives the names of the migrations that were missing.
    ///
    /// # Errors
    /// [`CopyError`] when it could not be done. Nothing has been read back then, except for [`CopyError::Migration`].
    pub async fn finish(self) -> Result<Vec<String>, CopyError> {
        match self.source {
            Source::Sqlite(restoring) => restoring.finish().await,
            Source::Postgres(restoring) => restoring.finish().await,
        }
    }
}

impl Kind {
    fn of(file: &Path) -> Result<Self, CopyError> {
        use std::io::Read;

        let unreadable = |source| CopyError::Unreadable { file: file.to_owned(), source };
        if !file.metadata().map_err(unreadable)?.is_file() {
            return Err(CopyError::foreign(file, "not a file"));
        }
        let mut head = Vec::new();
        std::fs::File::open(file).and_then(|opened| opened.take(64).read_to_end(&mut head)).map_err(unreadable)?;
        Ok(if head.starts_with(b"SQLite format 3\0") {
            Self::Sqlite
        } else if head.starts_with(b"PGDMP") {
            Self::Archive
        } else if head.starts_with(b"--\n-- PostgreSQL database dump") {
            Self::Script
        } else {
            Self::Other
        })
    }
}

/// Whether these are tables of this program, by a few that it always had.
fn require_tables(file: &Path, tables: &[String]) -> Result<(), CopyError> {
    let needed =
        ["__diesel_schema_migrations", "organisations", "rounds", "invitations", "ballots", "jobs", "key_check"];
    match needed.iter().find(|needed| tables.iter().all(|table| table != *needed)) {
        None => Ok(()),
        Some(_) => Err(CopyError::foreign(file, "a database of something else: tables of Candour are missing in it")),
    }
}

/// Runs work that blocks on a thread for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CopyError> + Send + 'static,
) -> Result<T, CopyError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_panic| Err(StorageError::Database("the work on a copy panicked".to_owned()).into()))
}
