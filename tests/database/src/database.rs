//! A database of one's own on either engine.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Engine, Look, OnServer, Outcome};

/// A database that is gone with this value.
pub enum Database {
    /// In a file, alone in its folder.
    Sqlite(TempDir),
    /// On the server.
    Postgres(OnServer),
}

impl Database {
    /// A database without tables.
    pub fn empty(engine: Engine) -> Outcome<Self> {
        Ok(match engine {
            Engine::Sqlite => Self::Sqlite(tempfile::Builder::new().prefix("candour-test-").tempdir()?),
            Engine::Postgres => Self::Postgres(OnServer::empty()?),
        })
    }

    /// A database as `make` makes one of an empty one, whose address it is given. Where that takes long it is done once
    /// for each `version`.
    pub fn like(engine: Engine, version: &str, make: impl FnOnce(&str) -> Outcome + Send) -> Outcome<Self> {
        match engine {
            Engine::Sqlite => {
                let database = Self::empty(engine)?;
                make(&database.url())?;
                Ok(database)
            }
            Engine::Postgres => Ok(Self::Postgres(OnServer::like(version, make)?)),
        }
    }

    /// Its address, as the service takes it.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(_) => format!("sqlite:{}", self.path().display()),
            Self::Postgres(database) => database.url(),
        }
    }

    /// The file of SQLite; of PostgreSQL there is none to look into.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.path().join("candour.db"),
            Self::Postgres(_) => PathBuf::new(),
        }
    }

    /// A look into it from outside.
    pub fn look(&self) -> Outcome<Look> {
        match self {
            Self::Sqlite(_) => Look::into_file(&self.path()),
            Self::Postgres(database) => Look::into_server(&database.url()),
        }
    }
}

/// A text that is another one as soon as any file within this folder is.
pub fn fingerprint(folder: &Path) -> Outcome<String> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
