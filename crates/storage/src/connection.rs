//! One connection to either engine, and the address it is opened from.

use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};

use crate::{StorageError, dialect};

/// A connection to whichever engine the address names.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads only: the engine itself refuses a write.
    Read,
    Write,
}

/// Where the database is. `Debug` is left out on purpose: the address of a server can hold a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

/// What libpq is told where the address does not: to give up soon on a server that is away or has vanished from the network, so that a
/// request gets its 503 and another server can be found.
const POSTGRES_DEFAULTS: [(&str, &str); 6] = [
    ("connect_timeout", "3"),
    ("tcp_user_timeout", "10000"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("application_name", "candour"),
    // Without it libpq would go on in the clear where the server has no TLS, and say nothing.
    ("sslmode", "require"),
];

impl Address {
    /// Reads `sqlite:PATH`, `sqlite://PATH`, a bare path, or `postgres://…`.
    pub(crate) fn parse(url: &str) -> Result<Self, StorageError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres(with_defaults(url)));
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
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether a server is on this machine, as far as the address tells.
    pub(crate) fn is_here(&self) -> bool {
        let Self::Postgres(url) = self else { return true };
        let authority = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(""));
        let hosts = authority.rsplit('@').next().unwrap_or("");
        let elsewhere = ["host", "hostaddr"].iter().any(|name| setting(url, name).is_some_and(|value| !is_local(value)));
        !elsewhere && hosts.split(',').all(is_local)
    }

    /// Whether the address asks for proof that the server is the right one.
    pub(crate) fn verifies_server(&self) -> bool {
        matches!(self, Self::Postgres(url) if setting(url, "sslmode") == Some("verify-full"))
    }

    pub(crate) fn open(&self, purpose: Purpose) -> Result<AnyConnection, StorageError> {
        let mut connection = match self {
            Self::Sqlite(path) => {
                create_private(path)?;
                AnyConnection::Sqlite(SqliteConnection::establish(text_of(path)?)?)
            }
            Self::Postgres(url) => AnyConnection::Postgres(PgConnection::establish(url)?),
        };
        dialect::configure(&mut connection, purpose)?;
        Ok(connection)
    }
}

/// A path as SQLite takes it.
pub(crate) fn text_of(path: &Path) -> Result<&str, StorageError> {
    path.to_str().ok_or_else(|| StorageError::Database(format!("the path {} is not UTF-8", path.display())))
}

/// What the address of a server says of one setting.
fn setting<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    let mut settings = url.split_once('?')?.1.rsplit('&').filter_map(|setting| setting.split_once('='));
    settings.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Whether this is the name of this machine, with a port or without, or a folder of sockets on it.
fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.chars().all(|digit| digit.is_ascii_digit())).map_or(host, |(name, _)| name);
    ["", "localhost", "127.0.0.1", "[::1]", "::1"].contains(&name) || name.starts_with("%2F") || name.starts_with('/')
}

/// The address with what it does not say itself. On this machine, where nobody else listens, TLS is not asked for.
fn with_defaults(url: &str) -> String {
    let here = Address::Postgres(url.to_owned()).is_here();
    let wanted = POSTGRES_DEFAULTS.iter().filter(|(name, _)| setting(url, name).is_none() && !(here && *name == "sslmode"));
    wanted.fold(url.to_owned(), |address, (name, value)| {
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}{name}={value}")
    })
}

/// Makes the file readable by its owner only before SQLite creates it for everybody; SQLite gives its companions the same mode.
fn create_private(path: &Path) -> Result<(), StorageError> {
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
            assert!(Address::parse(url) == Ok(Address::Sqlite(PathBuf::from("/a/b.db"))), "{url}");
        }
        assert!(Address::parse("sqlite:b.db") == Ok(Address::Sqlite(PathBuf::from("b.db"))));
        for url in ["", "sqlite:", "sqlite::memory:", "file:x?mode=memory"] {
            assert!(matches!(Address::parse(url), Err(StorageError::Database(_))), "{url}");
        }
    }

    #[test]
    fn an_address_tells_whether_its_server_is_on_this_machine_and_whether_it_has_to_prove_itself() {
        let address = |url: &str| Address::Postgres(url.to_owned());
        for here in [
            "postgres:///c",
            "postgres://u:a@localhost:5433/c",
            "postgres://[::1]:5432/c",
            "postgres://u@%2Frun/c",
            "postgres:///c?host=/run",
        ] {
            assert!(address(here).is_here(), "{here}");
        }
        for elsewhere in ["postgres://db/c", "postgres://u:p@localhost.trust.uk/c", "postgres://localhost,db/c", "postgres:///c?host=db"] {
            assert!(!address(elsewhere).is_here(), "{elsewhere}");
        }
        assert!(address("postgres://db/c?a=b&sslmode=verify-full").verifies_server());
        assert!(!address("postgres://db/c?sslmode=verify-full&sslmode=require").verifies_server());
    }

    #[test]
    fn a_server_elsewhere_is_asked_for_tls_unless_the_address_says_otherwise() {
        let asks = |url: &str, setting: &str| with_defaults(url).contains(setting);
        for elsewhere in
            ["postgres://candour@db.trust.uk/candour", "postgres:///candour?host=db.trust.uk", "postgres://localhost.trust.uk/candour"]
        {
            assert!(asks(elsewhere, "sslmode=require"), "{elsewhere}");
        }
        assert!(asks("postgres://candour:p%40ss@db.trust.uk:5432/candour?options=-csearch_path%3Dx", "&sslmode=require"));
        assert!(!asks("postgres://db.trust.uk/candour?sslmode=verify-full", "sslmode=require"));
        for here in
            ["postgres://candour@localhost/candour", "postgres://127.0.0.1:5433/c", "postgres:///c", "postgres://%2Frun%2Fpostgresql/c"]
        {
            assert!(!asks(here, "sslmode") && asks(here, "connect_timeout=3"), "{here}");
        }
    }
}
