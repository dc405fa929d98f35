//! Questions in SQL to a database of either engine, past the service.

use std::path::Path;
use std::time::Duration;

use postgres::SimpleQueryMessage;
use postgres::types::Type;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use crate::Outcome;
use crate::client::{Client, told};

/// A connection that does not go through the service.
pub enum Look {
    /// To a file.
    Sqlite(Connection),
    /// To a database on a server.
    Postgres(Client),
}

/// The rows of a table or a query, each value as text, alike on both engines: `NULL` as nothing, bytes as Latin-1,
/// truth as 1 and 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The column names.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Look {
    /// Into a file that is there.
    pub fn into_file(path: &Path) -> Outcome<Self> {
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        Ok(Self::Sqlite(connection))
    }

    /// Into a database at this address.
    pub fn into_server(url: &str) -> Outcome<Self> {
        let client = Client::connect(url)?;
        client.ask(|client| {
            client.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning").map_err(told)
        })?;
        Ok(Self::Postgres(client))
    }

    /// Runs statements that give nothing.
    pub fn run(&self, statements: &str) -> Outcome {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(statements)?),
            Self::Postgres(client) => client.ask(|client| client.batch_execute(statements).map_err(told)),
        }
    }

    /// Runs one statement and gives the number of rows it changed.
    pub fn change(&self, statement: &str) -> Outcome<u64> {
        match self {
            Self::Sqlite(connection) => Ok(u64::try_from(connection.execute(statement, [])?)?),
            Self::Postgres(client) => client.ask(|client| client.execute(statement, &[]).map_err(told)),
        }
    }

    /// The rows a query gives.
    pub fn rows(&self, query: &str) -> Outcome<Rows> {
        match self {
            Self::Sqlite(connection) => of_sqlite(connection, query),
            Self::Postgres(client) => client.ask(|client| of_postgres(client, query)),
        }
    }

    /// The first column of a query, without what is `NULL`.
    pub fn texts(&self, query: &str) -> Outcome<Vec<String>> {
        Ok(self.rows(query)?.rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
    }

    /// The single number a query gives.
    pub fn number(&self, query: &str) -> Outcome<i64> {
        let found = self.texts(query)?;
        let [number] = found.as_slice() else { return Err(format!("not one number but {found:?}: {query}").into()) };
        Ok(number.parse()?)
    }

    /// The names of all tables.
    pub fn tables(&self) -> Outcome<Vec<String>> {
        self.texts(match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace \
                 ORDER BY relname::text COLLATE \"C\""
            }
        })
    }

    /// The columns of a table with their declared types, in the order they were made in.
    pub fn columns(&self, table: &str) -> Outcome<Vec<(String, String)>> {
        let found = self.rows(&match self {
            // table_xinfo shows generated columns too.
            Self::Sqlite(_) => format!("SELECT name, type FROM pragma_table_xinfo('{table}')"),
            Self::Postgres(_) => format!(
                "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute \
                WHERE attrelid = 'public.{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
            ),
        })?;
        let pair = |row: Vec<Option<String>>| match <[_; 2]>::try_from(row) {
            Ok([Some(name), Some(kind)]) => Ok((name, kind)),
            other => Err(format!("a column of {table} without a name or a type: {other:?}").into()),
        };
        found.rows.into_iter().map(pair).collect()
    }
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Sqlite(_)) { "Look::Sqlite" } else { "Look::Postgres" })
    }
}

/// Bytes as a text of as many characters, so that the standard library's fast text search can be used on them.
#[must_use]
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn of_sqlite(connection: &Connection, query: &str) -> Outcome<Rows> {
    let mut query = connection.prepare(query)?;
    let columns: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
    let width = columns.len();
    let text = |value: Value| match value {
        Value::Null => None,
        Value::Integer(number) => Some(number.to_string()),
        Value::Real(number) => Some(number.to_string()),
        Value::Text(text) => Some(text),
        Value::Blob(bytes) => Some(latin1(&bytes)),
    };
    let read = |row: &rusqlite::Row<'_>| (0..width).map(|at| Ok(text(row.get(at)?))).collect::<rusqlite::Result<_>>();
    let rows = query.query_map([], read)?.collect::<Result<_, _>>()?;
    Ok(Rows { columns, rows })
}

fn of_postgres(client: &mut postgres::Client, query: &str) -> Outcome<Rows> {
    let kinds: Vec<Type> =
        client.prepare(query).map_err(told)?.columns().iter().map(|column| column.type_().clone()).collect();
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    for message in client.simple_query(query).map_err(told)? {
        match message {
            SimpleQueryMessage::RowDescription(described) => {
                columns = described.iter().map(|column| column.name().to_owned()).collect();
            }
            SimpleQueryMessage::Row(row) => {
                rows.push(
                    kinds
                        .iter()
                        .enumerate()
                        .map(|(at, kind)| row.get(at).map(|text| like_sqlite(text, kind)).transpose())
                        .collect::<Outcome<_>>()?,
                );
            }
            _ => {}
        }
    }
    Ok(Rows { columns, rows })
}

fn like_sqlite(text: &str, kind: &Type) -> Outcome<String> {
    match *kind {
        Type::BOOL => Ok(if text == "t" { "1" } else { "0" }.to_owned()),
        Type::BYTEA => {
            let digits = text.strip_prefix("\\x").ok_or("bytes are told in hexadecimal")?.as_bytes();
            let byte =
                |pair: &[u8]| -> Outcome<char> { Ok(char::from(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)) };
            digits.chunks(2).map(byte).collect()
        }
        _ => Ok(text.to_owned()),
    }
}
