//! The PostgreSQL server of the tests: one that is named, else one that is made for the occasion and goes away with it.

use std::fs;
use std::path::{Path, PathBuf};

use candour_test_database::{Programs, SERVER, Server};

use crate::program::{command, run as run_program};
use crate::{Outcome, setup};

/// Where Debian's packages look for what to do about new clusters.
const CLUSTERS: &str = "/etc/postgresql-common/createcluster.d";

/// A server for as long as this value is there.
pub(crate) struct Postgres {
    address: String,
    /// Ends when this is dropped.
    _own: Option<Server>,
}

impl Postgres {
    /// The server that `CANDOUR_POSTGRES` names; without it, one of our own.
    pub(crate) fn start() -> Outcome<Self> {
        if let Some(address) = named() {
            return Ok(Self { address, _own: None });
        }
        let programs =
            Programs::find().ok_or("PostgreSQL's server programs are still missing after their installation")?;
        let own = Server::start(&programs, &[]).map_err(|failure| failure.to_string())?;
        Ok(Self { address: own.url("postgres"), _own: Some(own) })
    }

    /// The variable through which the tests learn of it.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        (SERVER, &self.address)
    }
}

/// Runs a command beside a server.
pub(crate) fn beside(line: &[String]) -> Outcome {
    setup::server_programs()?;
    let server = Postgres::start()?;
    let (program, arguments) = line.split_first().ok_or("a command to run is missing")?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = command(program, &arguments);
    command.envs([server.variable()]);
    run_program(command)
}

/// Whether there is neither a server nor a way to make one.
pub(crate) fn is_missing() -> bool {
    named().is_none() && Programs::find().is_none()
}

/// How a test run by hand comes to a server, for a shell.
pub(crate) fn by_hand() -> String {
    match named() {
        Some(address) => format!("export {SERVER}='{address}'"),
        None => format!(
            "# {SERVER} is set by `cargo xtask postgres COMMAND`, which runs a command beside a server that goes away \
             with it"
        ),
    }
}

/// While this is there, Debian's package for the server makes and starts no cluster, which nobody has asked for.
pub(crate) struct WithoutCluster(PathBuf);

impl WithoutCluster {
    pub(crate) fn arrange() -> Outcome<Self> {
        fs::create_dir_all(CLUSTERS)?;
        let file = Path::new(CLUSTERS).join("candour-tests.conf");
        fs::write(&file, "create_main_cluster = false\n")?;
        Ok(Self(file))
    }
}

impl Drop for WithoutCluster {
    fn drop(&mut self) {
        // The next one is the administrator's affair again.
        drop(fs::remove_file(&self.0));
    }
}

fn named() -> Option<String> {
    std::env::var(SERVER).ok().filter(|address| !address.is_empty())
}
