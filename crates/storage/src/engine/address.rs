//! The address of a database: of which engine, where, and what of it may be shown.

use std::path::PathBuf;

use crate::StorageError;

/// Where the database is. `Debug` is left out on purpose: the address of a server can hold a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

/// What libpq is told where the address does not: to give up soon on a server that is away or has vanished from the
/// network, so that a request gets its 503 and another server can be found.
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
    /// Reads `sqlite:PATH`, `sqlite://PATH`, a bare path, or `postgres://…`. Whatever else looks like an address is
    /// refused, and not taken for the name of a file.
    pub(crate) fn parse(url: &str) -> Result<Self, StorageError> {
        let refused = |why: &str| Err(StorageError::Address(why.to_owned()));
        let path = match scheme(url) {
            Some("postgres" | "postgresql") if url.contains("://") => return Ok(Self::Postgres(with_defaults(url))),
            Some("sqlite") => url.split_once(':').map_or(url, |(_, rest)| rest.strip_prefix("//").unwrap_or(rest)),
            // Each connection to a database in memory would be another one, and a `file:` address could switch off what
            // is set up below.
            Some(other) => return refused(&format!("it begins with \"{other}:\"")),
            None if url.contains('=') => return refused("it is a list of settings and not an address"),
            None => url,
        };
        match path {
            "" => refused("it has no path"),
            _ if path.starts_with(":memory:") || path.starts_with("file:") => refused("it names no file on the disk"),
            _ if path.contains('?') => refused("the path of a file takes no options after a \"?\""),
            _ => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }

    /// The address as it may be shown to anybody: the whole path of a file, or the server without a password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => {
                format!("sqlite:{}", std::path::absolute(path).unwrap_or_else(|_no_folder| path.clone()).display())
            }
            Self::Postgres(url) => server(url).unwrap_or_else(|| {
                "postgres://… (not shown: something in it should be percent-encoded and is not)".to_owned()
            }),
        }
    }

    /// Refuses an address at which there is nothing or an empty file, where opening would make a database. Whether a
    /// server has one, it says when it is asked.
    pub(crate) fn require_existing(&self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(path) if path.metadata().is_ok_and(|file| file.is_file() && file.len() > 0) => Ok(()),
            Self::Sqlite(_) => Err(StorageError::Missing(self.shown())),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Whether a server is on this machine, as far as the address tells.
    pub(crate) fn is_here(&self) -> bool {
        let Self::Postgres(url) = self else { return true };
        let authority = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(""));
        let hosts = authority.rsplit('@').next().unwrap_or("");
        let elsewhere =
            ["host", "hostaddr"].iter().any(|name| setting(url, name).is_some_and(|value| !is_local(value)));
        !elsewhere && hosts.split(',').all(is_local)
    }

    /// Whether the address asks for proof that the server is the right one.
    pub(crate) fn verifies_server(&self) -> bool {
        matches!(self, Self::Postgres(url) if setting(url, "sslmode") == Some("verify-full"))
    }
}

/// What stands before the first colon, where that is the beginning of an address.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_one = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'));
    // One letter is a drive.
    (is_one && scheme.len() > 1).then_some(scheme)
}

/// The user and the place in the address of a server. `None` where a password could be mistaken for a part of either.
fn server(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    if rest.matches('@').count() != authority.matches('@').count() || authority.matches('@').count() > 1 {
        return None;
    }
    let place = rest.split('?').next()?;
    Some(match place.split_once('@') {
        Some((user, place)) => format!("{scheme}://{}@{place}", user.split(':').next()?),
        None => format!("{scheme}://{place}"),
    })
}

/// What the address of a server says of one setting.
fn setting<'u>(url: &'u str, name: &str) -> Option<&'u str> {
    let mut settings = url.split_once('?')?.1.rsplit('&').filter_map(|setting| setting.split_once('='));
    settings.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Whether this is the name of this machine, with a port or without, or a folder of sockets on it.
fn is_local(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.chars().all(|digit| digit.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    ["", "localhost", "127.0.0.1", "[::1]", "::1"].contains(&name) || name.starts_with("%2F") || name.starts_with('/')
}

/// The address with what it does not say itself. On this machine, where nobody else listens, TLS is not asked for.
fn with_defaults(url: &str) -> String {
    let here = Address::Postgres(url.to_owned()).is_here();
    let wanted =
        POSTGRES_DEFAULTS.iter().filter(|(name, _)| setting(url, name).is_none() && !(here && *name == "sslmode"));
    wanted.fold(url.to_owned(), |address, (name, value)| {
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}{name}={value}")
    })
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
            assert!(matches!(Address::parse(url), Err(StorageError::Address(_))), "{url}");
        }
    }

    #[test]
    fn an_address_of_another_engine_is_not_taken_for_the_name_of_a_file() {
        for (url, why) in [
            ("mysql://candour:hidden@db/candour", "it begins with \"mysql:\""),
            ("Postgres://candour:hidden@db/candour", "it begins with \"Postgres:\""),
            ("postgresql+psycopg2://candour:hidden@db/candour", "it begins with \"postgresql+psycopg2:\""),
            ("jdbc:postgresql://db/candour?password=hidden", "it begins with \"jdbc:\""),
            ("postgres:candour?password=hidden", "it begins with \"postgres:\""),
            ("host=db dbname=candour password=hidden", "it is a list of settings"),
            ("sqlite:candour.db?mode=rwc", "takes no options"),
        ] {
            let said = Address::parse(url).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(
                said.contains(why) && said.contains("sqlite:PATH") && said.contains("postgres://"),
                "{url}: {said}"
            );
            assert!(!said.contains("hidden"), "{said}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() -> Result<(), StorageError> {
        assert_eq!(Address::parse("sqlite:/a/b.db")?.shown(), "sqlite:/a/b.db");
        assert!(Address::parse("b.db")?.shown().starts_with("sqlite:/"), "the whole path");
        for (url, shown) in [
            ("postgres://candour:word@db:5433/candour", "postgres://candour@db:5433/candour"),
            ("postgres://db/candour?password=word&sslmode=require", "postgres://db/candour"),
            ("postgres:///candour?host=/run&sslpassword=word", "postgres:///candour"),
        ] {
            assert_eq!(Address::parse(url)?.shown(), shown);
        }
        for url in [
            "postgres://u:wo@rd@db/c",
            "postgres://u:wo/rd@db/c",
            "postgres://u:wo?rd@db/c",
            "postgres://u@db/c?password=wo@rd",
        ] {
            let shown = Address::parse(url)?.shown();
            assert!(!shown.contains("wo") && !shown.contains("rd@") && shown.contains("percent-encoded"), "{shown}");
        }
        Ok(())
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
        for elsewhere in [
            "postgres://db/c",
            "postgres://u:p@localhost.trust.uk/c",
            "postgres://localhost,db/c",
            "postgres:///c?host=db",
        ] {
            assert!(!address(elsewhere).is_here(), "{elsewhere}");
        }
        assert!(address("postgres://db/c?a=b&sslmode=verify-full").verifies_server());
        assert!(!address("postgres://db/c?sslmode=verify-full&sslmode=require").verifies_server());
    }

    #[test]
    fn a_server_elsewhere_is_asked_for_tls_unless_the_address_says_otherwise() {
        let asks = |url: &str, setting: &str| with_defaults(url).contains(setting);
        for elsewhere in [
            "postgres://candour@db.trust.uk/candour",
            "postgres:///candour?host=db.trust.uk",
            "postgres://localhost.trust.uk/candour",
        ] {
            assert!(asks(elsewhere, "sslmode=require"), "{elsewhere}");
        }
        assert!(asks(
            "postgres://candour:p%40ss@db.trust.uk:5432/candour?options=-csearch_path%3Dx",
            "&sslmode=require"
        ));
        assert!(!asks("postgres://db.trust.uk/candour?sslmode=verify-full", "sslmode=require"));
        for here in [
            "postgres://candour@localhost/candour",
            "postgres://127.0.0.1:5433/c",
            "postgres:///c",
            "postgres://%2Frun%2Fpostgresql/c",
        ] {
            assert!(!asks(here, "sslmode") && asks(here, "connect_timeout=3"), "{here}");
        }
    }
}
