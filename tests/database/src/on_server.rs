//! A database of one's own on the PostgreSQL server of the tests.

use crate::client::{Client, apart, told};
use crate::{Outcome, SERVER, random};

/// What keeps two tests from making the same template at the same time.
const MAKING: &str = "SELECT pg_advisory_lock(hashtext('a template of the tests'))";

/// A database on the server, dropped with this value.
pub struct OnServer {
    server: String,
    name: String,
}

impl OnServer {
    /// A database without tables.
    pub fn empty() -> Outcome<Self> {
        Self::copy_of("template0")
    }

    /// A database as `make` makes one. It is made once for each `version` and copied from then on, which is quicker;
    /// `make` is given the address of an empty one and has to leave no connection behind.
    pub fn like(version: &str, make: impl FnOnce(&str) -> Outcome + Send) -> Outcome<Self> {
        let template = format!("candour_template_{version}");
        let server = server()?;
        let client = connect(&server)?;
        let listed = format!("SELECT FROM pg_database WHERE datname = '{template}' AND NOT datallowconn");
        let is_made = || client.ask(|client| Ok(!client.query(&listed, &[]).map_err(told)?.is_empty()));
        if !is_made()? {
            client.run(MAKING)?;
            if !is_made()? {
                // Somebody may have been stopped half way.
                client.run(&format!("DROP DATABASE IF EXISTS {template}"))?;
                client.run(&format!("CREATE DATABASE {template} TEMPLATE template0"))?;
                apart(|| make(&address_of(&server, &template)))?;
                client.run(&format!("ALTER DATABASE {template} ALLOW_CONNECTIONS false"))?;
            }
        }
        drop(client);
        Self::copy_of(&template)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        address_of(&self.server, &self.name)
    }

    /// A connection to it.
    pub fn connect(&self) -> Outcome<Client> {
        connect(&self.url())
    }

    fn copy_of(template: &str) -> Outcome<Self> {
        let (server, name) = (server()?, format!("candour_test_{}", random::letters(8)?));
        connect(&server)?.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
        Ok(Self { server, name })
    }
}

impl std::fmt::Debug for OnServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address holds a password.
        f.write_str(&self.name)
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        // If the server has gone, so has the database.
        if let Ok(client) = connect(&self.server) {
            drop(client.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)));
        }
    }
}

/// The address of the server's own database.
fn server() -> Outcome<String> {
    let fix = "`cargo xtask test` starts a PostgreSQL server and sets it; by hand: `cargo xtask postgres cargo nextest \
     run …`, or set it to postgres://ACCOUNT:PASSWORD@HOST/postgres of an account that may create databases";
    std::env::var(SERVER).map_err(|_unset| format!("{SERVER} is not set. {fix}").into())
}

fn connect(url: &str) -> Outcome<Client> {
    Client::connect(url).map_err(|error| format!("the PostgreSQL server of {SERVER} does not answer: {error}").into())
}

/// The same address with another database.
fn address_of(server: &str, database: &str) -> String {
    let (place, query) =
        server.split_once('?').map_or((server, String::new()), |(place, query)| (place, format!("?{query}")));
    let place = place
        .rsplit_once('/')
        .filter(|(before, _)| before.contains("://") && !before.ends_with('/'))
        .map_or(place, |(before, _)| before);
    format!("{place}/{database}{query}")
}

#[cfg(test)]
mod tests {
    use super::address_of;

    #[test]
    fn an_address_is_that_of_another_database_on_the_same_server() {
        for (server, other) in [
            ("postgres://a:b@127.0.0.1:5433/postgres", "postgres://a:b@127.0.0.1:5433/x"),
            ("postgres://a@127.0.0.1", "postgres://a@127.0.0.1/x"),
            ("postgres://%2Ftmp%2Fpg/postgres?user=a", "postgres://%2Ftmp%2Fpg/x?user=a"),
        ] {
            assert_eq!(address_of(server, "x"), other);
        }
    }
}
