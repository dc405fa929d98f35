//! What is attacked: a service on either engine, with its server key and all of its files.

use std::path::{Path, PathBuf};

use candour_api::seal::ServerKey;
use candour_test_database::{Programs, Server as Postgres};
use candour_tests::{Outcome, Server};
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// The service's database on PostgreSQL.
const DATABASE: &str = "feedback";

/// Who owns the server, and as whom the service speaks to it.
const OWNER: &str = "candour";
const SERVICE: &str = "service";

/// What the service's account may have done to PostgreSQL's log, beyond owning its database.
const MAY_EMPTY_THE_LOG: &str = "GRANT pg_checkpoint TO service; GRANT EXECUTE ON FUNCTION pg_switch_wal(), pg_ls_waldir() TO service";

/// As PostgreSQL does unless it is told otherwise.
pub(super) const USUAL: [(&str, &str); 1] = [("wal_recycle", "on")];

/// A service and where it keeps its rows.
pub(super) struct Victim {
    pub(super) server: Server,
    pub(super) postgres: Option<Postgres>,
}

/// Whether the service's account on PostgreSQL is allowed what SECURITY.md asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    Recommended,
    Ordinary,
}

/// A connection past the service, of somebody who may read everything.
pub(super) enum Look {
    Sqlite(Connection),
    Postgres(Box<Client>),
}

/// A file and what is in it.
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Victim {
    pub(super) fn on_sqlite() -> Outcome<Self> {
        Ok(Self { server: Server::start()?, postgres: None })
    }

    pub(super) fn on_postgres(settings: &[(&str, &str)], rights: Rights) -> Outcome<Self> {
        let programs = Programs::find().ok_or("PostgreSQL's server programs are not there: run `cargo xtask setup`")?;
        let postgres = Postgres::start(&programs, settings)?;
        let url = postgres.url(DATABASE);
        let password = url.split([':', '@']).nth(2).ok_or("an address with a password")?;
        let mut owner = Client::connect(&postgres.url("postgres"), NoTls)?;
        owner.batch_execute(&format!("CREATE ROLE {SERVICE} LOGIN PASSWORD '{password}'"))?;
        owner.batch_execute(&format!("CREATE DATABASE {DATABASE} OWNER {SERVICE}"))?;
        if rights == Rights::Recommended {
            Client::connect(&url, NoTls)?.batch_execute(MAY_EMPTY_THE_LOG)?;
        }
        let of_service = url.replacen(&format!("//{OWNER}:"), &format!("//{SERVICE}:"), 1);
        Ok(Self { server: Server::start_with(&[("CANDOUR_DATABASE_URL", &of_service)])?, postgres: Some(postgres) })
    }

    /// A connection of the owner of the PostgreSQL server, if there is one.
    pub(super) fn owner(&self) -> Outcome<Option<Client>> {
        Ok(self.postgres.as_ref().map(|postgres| Client::connect(&postgres.url(DATABASE), NoTls)).transpose()?)
    }

    pub(super) fn key(&self) -> Outcome<ServerKey> {
        Ok(ServerKey::load(&self.server.data().join("secret.key"))?)
    }

    pub(super) fn look(&self) -> Outcome<Look> {
        if let Some(owner) = self.owner()? {
            return Ok(Look::Postgres(Box::new(owner)));
        }
        let connection = Connection::open_with_flags(self.server.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        Ok(Look::Sqlite(connection))
    }

    /// Every file of the database engine and of the service but the server key, as the files lie there.
    pub(super) fn files(&self) -> Outcome<Vec<Taken>> {
        let mut files = Vec::new();
        if let Some(postgres) = &self.postgres {
            take(&postgres.data(), &postgres.data(), &mut files)?;
            files.push(Taken { name: "the log of PostgreSQL".to_owned(), bytes: postgres.log()? });
        }
        take(&self.server.data(), &self.server.data(), &mut files)?;
        files.retain(|file| file.name != "secret.key" && !file.name.starts_with("mailbox/"));
        files.push(Taken { name: "the log of the service".to_owned(), bytes: self.server.log()?.into_bytes() });
        Ok(files)
    }

    /// The same, and what PostgreSQL has in its memory alone and would write into them sooner or later. Its log is as it was before that.
    pub(super) fn files_of_later(&self) -> Outcome<Vec<Taken>> {
        let mut files = self.files()?;
        if let Some(postgres) = &self.postgres {
            Client::connect(&postgres.url(DATABASE), NoTls)?.batch_execute("CHECKPOINT")?;
            files.retain(|file| file.name.starts_with("pg_wal/"));
            let log = files.len();
            files.extend(self.files()?);
            // The same log again would be searched for nothing.
            let again = files.split_off(log).into_iter().filter(|file| !file.name.starts_with("pg_wal/"));
            files.extend(again);
        }
        Ok(files)
    }
}

impl Look {
    /// The rows a query gives, each value as the bytes of its text, or as it is where it is bytes.
    pub(super) fn rows(&mut self, query: &str) -> Outcome<Vec<Vec<Vec<u8>>>> {
        match self {
            Self::Sqlite(connection) => {
                let mut query = connection.prepare(query)?;
                let width = query.column_count();
                let value = |value: ValueRef<'_>| match value {
                    ValueRef::Null => Vec::new(),
                    ValueRef::Integer(number) => number.to_string().into_bytes(),
                    ValueRef::Real(number) => number.to_string().into_bytes(),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
                };
                let rows = query.query_map([], |row| (0..width).map(|at| Ok(value(row.get_ref(at)?))).collect())?;
                Ok(rows.collect::<Result<_, _>>()?)
            }
            Self::Postgres(client) => {
                let mut rows = Vec::new();
                for message in client.simple_query(query)? {
                    if let SimpleQueryMessage::Row(row) = message {
                        rows.push((0..row.len()).map(|at| bytes_of(row.get(at).unwrap_or_default())).collect::<Outcome<_>>()?);
                    }
                }
                Ok(rows)
            }
        }
    }

    /// The same, where every value is text.
    pub(super) fn texts(&mut self, query: &str) -> Outcome<Vec<Vec<String>>> {
        let rows = self.rows(query)?;
        let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
        Ok(rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect())
    }

    pub(super) fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

/// PostgreSQL writes bytes as `\x` and digits, and truth as a letter.
fn bytes_of(text: &str) -> Outcome<Vec<u8>> {
    let Some(digits) = text.strip_prefix("\\x") else {
        return Ok(match text {
            "t" => b"1".to_vec(),
            "f" => b"0".to_vec(),
            _ => text.as_bytes().to_vec(),
        });
    };
    let byte = |pair: &[u8]| -> Outcome<u8> { Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?) };
    digits.as_bytes().chunks(2).map(byte).collect()
}

fn take(root: &Path, folder: &Path, files: &mut Vec<Taken>) -> Outcome {
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            take(root, &path, files)?;
        } else if let Ok(bytes) = std::fs::read(&path) {
            // A file that has gone meanwhile was not there.
            files.push(Taken { name: path.strip_prefix(root)?.display().to_string(), bytes });
        }
    }
    Ok(())
}
