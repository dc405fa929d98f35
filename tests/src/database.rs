//! What somebody learns who gets hold of the database: its bytes, and its rows.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_test_database::{Engine, Look};
pub use candour_test_database::{Rows, latin1};

use crate::service::Service;
use crate::{Outcome, engine};

/// A copy of the database, taken without asking the service: of SQLite the file with its write-ahead log, of PostgreSQL
/// every row of every table, as `pg_dump` would write them.
#[derive(Debug)]
pub struct Copy {
    /// Name and bytes of each file, or name and values of each table.
    parts: Vec<(String, String)>,
    place: Place,
}

/// Where the copy can be opened.
#[derive(Debug)]
enum Place {
    File(PathBuf),
    /// It cannot be copied while the service is connected to it, so the rows are looked at where they are.
    Server(String),
}

impl Copy {
    /// Copies the database of a service.
    pub fn of(server: &impl Service) -> Outcome<Self> {
        match engine()? {
            Engine::Sqlite => Self::of_files(server),
            Engine::Postgres => Self::of_rows(server),
        }
    }

    /// `candour.sqlite3` and whatever lies beside it under the same name.
    fn of_files(server: &impl Service) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("copy-").tempdir_in(server.place().scratch())?.keep();
        let mut parts = Vec::new();
        for entry in std::fs::read_dir(server.place().data())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("candour.sqlite3") {
                let bytes = std::fs::read(entry.path())?;
                if !name.ends_with("-shm") {
                    std::fs::write(folder.join(&name), &bytes)?;
                }
                parts.push((name, latin1(&bytes)));
            }
        }
        Ok(Self { parts, place: Place::File(folder.join("candour.sqlite3")) })
    }

    fn of_rows(server: &impl Service) -> Outcome<Self> {
        let look = open(server)?;
        let mut parts = Vec::new();
        for table in look.tables()? {
            let mut rows: Vec<String> = rows(&look, &format!("SELECT * FROM {table}"))?
                .rows
                .into_iter()
                .map(|row| row.into_iter().flatten().collect::<Vec<_>>().join("\n"))
                .collect();
            rows.sort();
            parts.push((table, rows.join("\n")));
        }
        Ok(Self { parts, place: Place::Server(server.place().database_url()) })
    }

    /// Whether there is nothing in this copy that is not in the other: what the service does not touch stays as it is.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        // Opening a database may leave an empty log beside it, and readers leave their marks in the shared memory.
        let lasting = |copy: &Self| -> Vec<(String, String)> {
            let mut parts = copy.parts.clone();
            parts.retain(|(name, bytes)| !bytes.is_empty() && !name.ends_with("-shm"));
            parts.sort();
            parts
        };
        lasting(self) == lasting(other)
    }

    /// The file or table in which these bytes are found, if they are in any.
    #[must_use]
    pub fn holds_bytes(&self, needle: &[u8]) -> Option<&str> {
        self.holds_latin1(&latin1(needle))
    }

    /// The file or table in which these bytes are found, written as [`latin1`] writes them.
    #[must_use]
    pub fn holds_latin1(&self, needle: &str) -> Option<&str> {
        self.parts.iter().find(|(_, bytes)| bytes.contains(needle)).map(|(name, _)| name.as_str())
    }

    /// The file or table in which this text is found, if it is in any.
    #[must_use]
    pub fn holds(&self, needle: &str) -> Option<&str> {
        self.holds_bytes(needle.as_bytes()).or_else(|| self.holds_latin1(needle))
    }

    /// The file or table in which a rater's link is found: as it is written, or as its 20 bytes.
    pub fn holds_link(&self, token: &str) -> Outcome<Option<&str>> {
        Ok(self.holds(token).or(self.holds_bytes(&raw_link(token)?)))
    }

    /// Opens the copy for questions in SQL.
    pub fn open(&self) -> Outcome<Look> {
        match &self.place {
            Place::File(path) => Look::into_file(path),
            Place::Server(url) => Look::into_server(url),
        }
    }
}

/// Opens the database of a service for questions in SQL, past the service.
pub fn open(server: &impl Service) -> Outcome<Look> {
    match engine()? {
        Engine::Sqlite => Look::into_file(&server.place().database()),
        Engine::Postgres => Look::into_server(&server.place().database_url()),
    }
}

/// The names of all tables of the service.
pub fn tables(look: &Look) -> Outcome<Vec<String>> {
    look.tables()
}

/// The columns of a table with their declared types.
pub fn columns(look: &Look, table: &str) -> Outcome<Vec<(String, String)>> {
    look.columns(table)
}

/// The rows a query gives.
pub fn rows(look: &Look, query: &str) -> Outcome<Rows> {
    look.rows(query)
}

/// The single number a query gives.
pub fn number(look: &Look, query: &str) -> Outcome<i64> {
    look.number(query)
}

/// The 20 bytes behind a link's text.
pub fn raw_link(token: &str) -> Outcome<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(token)?)
}
