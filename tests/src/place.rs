//! Where a service in a story keeps what it has: a folder of its own, and on PostgreSQL a database.

use std::path::{Path, PathBuf};

use candour_test_database::{Engine, OnServer};
use tempfile::TempDir;

use crate::{Outcome, engine};

/// A data folder and a database, gone with the story.
#[derive(Debug)]
pub struct Place {
    folder: TempDir,
    /// On PostgreSQL.
    rows: Option<OnServer>,
}

impl Place {
    /// An empty one, on the engine of this run.
    pub fn new() -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("candour-story-").tempdir()?;
        std::fs::create_dir(folder.path().join("data"))?;
        let rows = match engine()? {
            Engine::Sqlite => None,
            Engine::Postgres => Some(OnServer::empty()?),
        };
        Ok(Self { folder, rows })
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder around the data for whatever the story needs.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// The database file, on SQLite.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data().join("candour.sqlite3")
    }

    /// The address of the database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.on_server().unwrap_or_else(|| format!("sqlite:{}", self.database().display()))
    }

    /// The address of the database where it is on a server.
    #[must_use]
    pub fn on_server(&self) -> Option<String> {
        self.rows.as_ref().map(OnServer::url)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::env::var_os("CANDOUR_KEEP").is_some() {
            self.folder.disable_cleanup(true);
        }
    }
}
