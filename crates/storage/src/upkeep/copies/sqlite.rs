//! Copies of a SQLite database: a database file again.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::{Contents, CopyError, Unfinished, blocking, require_tables};
use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::{AnyConnection, Purpose, text_of};
use crate::engine::migrate;

/// Writes what one transaction sees, without anything deleted, into an empty file, and gives the number of rows in it.
pub(super) async fn write(address: Address, to: PathBuf) -> Result<u64, CopyError> {
    blocking(move || {
        let copied = copy(&mut address.open(Purpose::Write)?, text_of(&to)?);
        // What it cannot do now, it cannot do with the copy: the disk is full.
        copied.map_err(|error| match error {
            StorageError::Unavailable(reason) => CopyError::Incomplete(reason),
            error => error.into(),
        })?;
        let mut copy = Opened::open(&to)?;
        match copy.flaw()? {
            None => Ok(copy.rows()?),
            Some(flaw) => Err(CopyError::Incomplete(format!("it does not pass its check ({flaw})"))),
        }
    })
    .await
}

/// A copy that has been taken to the folder of its place and found in order.
pub(super) struct Restoring {
    unfinished: Unfinished,
    target: PathBuf,
}

impl Restoring {
    pub(super) async fn prepare(file: PathBuf, target: PathBuf) -> Result<(Self, Contents), CopyError> {
        blocking(move || {
            require_nothing(&target)?;
            if is_filled(&beside(&file, "-wal")) {
                return Err(CopyError::foreign(&file, "a database that is in use, with a write-ahead log beside it"));
            }
            let unfinished = Unfinished::beside(&target)?;
            let unreadable = |source| CopyError::Unreadable { file: file.clone(), source };
            let mut from = std::fs::File::open(&file).map_err(unreadable)?;
            let to = std::fs::File::options().write(true).open(unfinished.path());
            to.and_then(|mut to| std::io::copy(&mut from, &mut to))
                .map_err(|source| CopyError::Unwritable { file: target.clone(), source })?;
            let contents = Contents::of(&file, &unfinished.path())?;
            Ok((Self { unfinished, target }, contents))
        })
        .await
    }

    pub(super) async fn finish(self) -> Result<Vec<String>, CopyError> {
        let (copy, target) = (self.unfinished.path(), self.target.clone());
        let migrated = blocking(move || {
            // Brought up to date before it has its name. The last connection to close puts the log into the file.
            let migrated = migrate::apply(&mut Address::Sqlite(copy.clone()).open(Purpose::Write)?)?;
            if is_filled(&beside(&copy, "-wal")) {
                return Err(
                    StorageError::Unavailable("the log of the new database could not be emptied".to_owned()).into()
                );
            }
            require_nothing(&target)?;
            Ok(migrated)
        });
        let migrated = migrated.await?;
        // From here on nobody who gives up waiting can leave it half done.
        if self.target.exists() {
            std::fs::remove_file(&self.target)
                .map_err(|source| CopyError::Unwritable { file: self.target.clone(), source })?;
        }
        self.unfinished.finish()?;
        Ok(migrated)
    }
}

/// Writes a copy of the database, as one transaction sees it and without anything deleted, to a file that must not
/// exist.
fn copy(connection: &mut AnyConnection, to: &str) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(to).execute(sqlite)?;
            Ok(())
        }
        AnyConnection::Postgres(_) => Err(StorageError::Database("a server is copied by its own programs".to_owned())),
    }
}

/// Refuses a place at which there is more than an empty file. A log that was left there would be played into the new
/// database.
fn require_nothing(target: &Path) -> Result<(), CopyError> {
    let at = target.display();
    if is_filled(target) {
        return Err(CopyError::Occupied(format!(
            "there is something at {at}, and a copy is never read back over a database. Set CANDOUR_DATABASE_URL or \
             CANDOUR_DATA_DIR to another place, or stop the service and move {at}, {at}-wal and {at}-shm away"
        )));
    }
    match ["-wal", "-journal"].map(|suffix| beside(target, suffix)).iter().find(|log| is_filled(log)) {
        None => Ok(()),
        Some(log) => {
            Err(CopyError::Occupied(format!("{} is left of a database that is not there; move it away", log.display())))
        }
    }
}

fn is_filled(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| !found.is_file() || found.len() > 0)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

impl Contents {
    /// Reads what a file holds that has been taken from another, which is the one to be named when something is wrong
    /// with it.
    fn of(named: &Path, path: &Path) -> Result<Self, CopyError> {
        // Whatever SQLite has against it, the file is to blame: nobody else has it open.
        let damaged = |error: StorageError| CopyError::damaged(named, error.to_string());
        let mut copy = Opened::open(path).map_err(damaged)?;
        if let Some(flaw) = copy.flaw().map_err(damaged)? {
            return Err(CopyError::damaged(named, flaw));
        }
        require_tables(named, &copy.names("table").map_err(damaged)?)?;
        let strange = copy.drop_strange().map_err(damaged)?;
        Ok(Self {
            migrations: copy.migrations().map_err(damaged)?,
            key_check: copy.key_check().map_err(damaged)?,
            strange,
        })
    }
}

/// A database file that nobody else has open, for questions.
struct Opened(SqliteConnection);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct RowCount {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Sealed {
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

impl Opened {
    fn open(path: &Path) -> Result<Self, StorageError> {
        let mut connection = SqliteConnection::establish(text_of(path)?)?;
        connection.batch_execute(
            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; PRAGMA temp_store = \
             MEMORY",
        )?;
        Ok(Self(connection))
    }

    /// What is wrong with its pages, tables and indexes.
    fn flaw(&mut self) -> Result<Option<String>, StorageError> {
        // The first line may be a heading.
        let said = self.lines("SELECT integrity_check AS text FROM pragma_integrity_check LIMIT 1")?.into_iter().next();
        let said = said
            .as_deref()
            .and_then(|text| text.lines().rfind(|line| !line.is_empty()))
            .unwrap_or("it cannot be checked");
        Ok(if said == "ok" { None } else { Some(said.to_owned()) })
    }

    fn names(&mut self, kind: &str) -> Result<Vec<String>, StorageError> {
        self.lines(&format!("SELECT name AS text FROM sqlite_schema WHERE type = '{kind}' ORDER BY name"))
    }

    /// Takes out what is neither a table nor an index; the schema has nothing else, so somebody has added it.
    fn drop_strange(&mut self) -> Result<Vec<String>, StorageError> {
        let mut dropped = Vec::new();
        for kind in ["trigger", "view"] {
            for name in self.names(kind)? {
                let quoted = name.replace('"', "\"\"");
                self.0.batch_execute(&format!(
                    "PRAGMA query_only = OFF; DROP {kind} \"{quoted}\"; PRAGMA query_only = ON"
                ))?;
                dropped.push(format!("{kind} {name}"));
            }
        }
        Ok(dropped)
    }

    fn migrations(&mut self) -> Result<Vec<String>, StorageError> {
        self.lines("SELECT version AS text FROM __diesel_schema_migrations ORDER BY version")
    }

    fn key_check(&mut self) -> Result<Option<Vec<u8>>, StorageError> {
        let sealed = diesel::sql_query("SELECT sealed FROM key_check").get_result::<Sealed>(&mut self.0).optional()?;
        Ok(sealed.map(|row| row.sealed))
    }

    fn rows(&mut self) -> Result<u64, StorageError> {
        let mut rows = 0;
        for table in self.names("table")? {
            let counted: RowCount =
                diesel::sql_query(format!("SELECT count(*) AS count FROM \"{table}\"")).get_result(&mut self.0)?;
            rows += u64::try_from(counted.count).unwrap_or(0);
        }
        Ok(rows)
    }

    fn lines(&mut self, query: &str) -> Result<Vec<String>, StorageError> {
        let lines: Vec<Line> = diesel::sql_query(query).load(&mut self.0)?;
        Ok(lines.into_iter().map(|line| line.text).collect())
    }
}
