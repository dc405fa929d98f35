//! What somebody learns who gets hold of the database file: its bytes, and its rows.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OpenFlags};

use crate::{Outcome, Server};

/// A copy of the database with its write-ahead log, taken without asking the service.
#[derive(Debug)]
pub struct Copy {
    files: Vec<(String, String)>,
    path: PathBuf,
}

/// The rows of a table: its column names, and each row's values as text (`NULL` as nothing, bytes as Latin-1).
#[derive(Clone, Debug)]
pub struct Rows {
    /// The column names.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Copy {
    /// Copies `candour.sqlite3` and whatever lies beside it under the same name.
    pub fn of(server: &Server) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("copy-").tempdir_in(server.scratch())?.keep();
        let mut files = Vec::new();
        for entry in std::fs::read_dir(server.data())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("candour.sqlite3") {
                let bytes = std::fs::read(entry.path())?;
                if !name.ends_with("-shm") {
                    std::fs::write(folder.join(&name), &bytes)?;
                }
                files.push((name, latin1(&bytes)));
            }
        }
        Ok(Self { files, path: folder.join("candour.sqlite3") })
    }

    /// The file in which these bytes are found, if they are in any.
    #[must_use]
    pub fn holds_bytes(&self, needle: &[u8]) -> Option<&str> {
        self.holds_latin1(&latin1(needle))
    }

    /// The file in which these bytes are found, written as [`latin1`] writes them.
    #[must_use]
    pub fn holds_latin1(&self, needle: &str) -> Option<&str> {
        self.files.iter().find(|(_, bytes)| bytes.contains(needle)).map(|(name, _)| name.as_str())
    }

    /// The file in which this text is found, if it is in any.
    #[must_use]
    pub fn holds(&self, needle: &str) -> Option<&str> {
        self.holds_bytes(needle.as_bytes())
    }

    /// The file in which a rater's link is found: as it is written, or as its 20 bytes.
    pub fn holds_link(&self, token: &str) -> Outcome<Option<&str>> {
        Ok(self.holds(token).or(self.holds_bytes(&raw_link(token)?)))
    }

    /// Opens the copy for questions in SQL.
    pub fn open(&self) -> Outcome<Connection> {
        Ok(Connection::open(&self.path)?)
    }
}

/// Opens the database of a running service for questions in SQL. It cannot be changed through this.
pub fn open(server: &Server) -> Outcome<Connection> {
    let connection = Connection::open_with_flags(server.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    Ok(connection)
}

/// The names of all tables of the service.
pub fn tables(connection: &Connection) -> Outcome<Vec<String>> {
    let mut query = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")?;
    let names = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

/// The columns of a table with their declared types.
pub fn columns(connection: &Connection, table: &str) -> Outcome<Vec<(String, String)>> {
    let mut query = connection.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    let columns = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    Ok(columns)
}

/// The rows a query gives.
pub fn rows(connection: &Connection, query: &str) -> Outcome<Rows> {
    let mut query = connection.prepare(query)?;
    let columns: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
    let width = columns.len();
    let rows = query
        .query_map([], |row| (0..width).map(|at| Ok(as_text(row.get::<_, Cell>(at)?))).collect::<Result<Vec<_>, _>>())?
        .collect::<Result<_, _>>()?;
    Ok(Rows { columns, rows })
}

/// The single number a query gives.
pub fn number(connection: &Connection, query: &str) -> Outcome<i64> {
    Ok(connection.query_row(query, [], |row| row.get(0))?)
}

/// The 20 bytes behind a link's text.
pub fn raw_link(token: &str) -> Outcome<Vec<u8>> {
    Ok(URL_SAFE_NO_PAD.decode(token)?)
}

/// Bytes as a text of as many characters, so that the standard library's fast text search can be used on them.
#[must_use]
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn as_text(cell: Cell) -> Option<String> {
    match cell {
        Cell::Null => None,
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Real(number) => Some(number.to_string()),
        Cell::Text(text) => Some(text),
        Cell::Blob(bytes) => Some(latin1(&bytes)),
    }
}
