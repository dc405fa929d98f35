//! A database in a folder of its own, which goes away with the test.

use std::error::Error;
use std::path::PathBuf;

use candour_domain::OrganisationId;
use candour_storage::{Storage, StorageError, System, Tenant};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Why a test cannot go on.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;
/// What a test gives back.
pub(crate) type Tested = Result<(), Failure>;

/// A database, and the means to use it from a test that is not asynchronous.
pub(crate) struct Database {
    storage: Storage,
    runtime: Runtime,
    folder: TempDir,
}

impl Database {
    /// A migrated database without rows.
    pub(crate) fn new() -> Result<Self, Failure> {
        let database = Self::empty()?;
        database.storage.migrate()?;
        Ok(database)
    }

    /// A database before its first migration.
    pub(crate) fn empty() -> Result<Self, Failure> {
        Self::within(tempfile::tempdir()?)
    }

    /// A copy of this database as it is now.
    pub(crate) fn copy(&self) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        self.storage.backup(&folder.path().join(FILE))?;
        Self::within(folder)
    }

    /// Closes the database and opens it again.
    pub(crate) fn reopen(self) -> Result<Self, Failure> {
        let Self { storage, runtime, folder } = self;
        drop((storage, runtime));
        Self::within(folder)
    }

    fn within(folder: TempDir) -> Result<Self, Failure> {
        let storage = Storage::connect(&format!("sqlite:{}", folder.path().join(FILE).display()), 4)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Self { storage, runtime, folder })
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    /// The write-ahead log.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join(format!("{FILE}-wal"))
    }

    /// Another file in the database's folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        organisation: OrganisationId,
        f: impl FnOnce(&mut Tenant<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.run(self.storage.write(organisation, f))
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        organisation: OrganisationId,
        f: impl FnOnce(&mut Tenant<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.run(self.storage.read(organisation, f))
    }

    pub(crate) fn write_system<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut System<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.run(self.storage.write_system(f))
    }

    pub(crate) fn read_system<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut System<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.run(self.storage.read_system(f))
    }

    /// The database as somebody sees it who does not use this crate.
    pub(crate) fn raw(&self) -> rusqlite::Result<rusqlite::Connection> {
        rusqlite::Connection::open(self.path())
    }

    /// The rows of a query, each as one text.
    pub(crate) fn rows(&self, query: &str) -> rusqlite::Result<Vec<String>> {
        rows(&self.raw()?, query)
    }

    /// Every row that belongs to a trust, as text.
    pub(crate) fn rows_of(&self, organisation: OrganisationId) -> rusqlite::Result<Vec<String>> {
        let connection = self.raw()?;
        let mut found = rows(&connection, &format!("SELECT 'organisations', * FROM organisations WHERE id = '{organisation}'"))?;
        for table in tables_of_trusts(&connection)? {
            found.extend(rows(&connection, &format!("SELECT '{table}', * FROM {table} WHERE organisation_id = '{organisation}'"))?);
        }
        Ok(found)
    }
}

const FILE: &str = "candour.db";

/// The rows of a query, each as one text.
pub(crate) fn rows(connection: &rusqlite::Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(query)?;
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values = (0..columns).map(|column| Ok(format!("{:?}", row.get_ref(column)?)));
        Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join(" "))
    };
    statement.query_map([], row)?.collect()
}

/// One column of text.
pub(crate) fn texts(connection: &rusqlite::Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare(query)?.query_map([], |row| row.get(0))?.collect()
}

/// The tables whose rows belong to a trust.
pub(crate) fn tables_of_trusts(connection: &rusqlite::Connection) -> rusqlite::Result<Vec<String>> {
    let query = "SELECT m.name FROM sqlite_master m WHERE m.type = 'table' \
        AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'organisation_id') ORDER BY m.name";
    texts(connection, query)
}

/// A time so many microseconds into the story.
pub(crate) fn at(microseconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_750) + TimeDelta::microseconds(microseconds)
}

/// 16 bytes for an id: others for each pair, and scattered, so that ids do not come in the order of their numbers.
pub(crate) fn bytes(kind: u8, number: u16) -> [u8; 16] {
    let [high, low] = number.wrapping_mul(40_503).to_be_bytes();
    let mut bytes = [kind; 16];
    bytes[..2].copy_from_slice(&[high, low]);
    bytes
}
