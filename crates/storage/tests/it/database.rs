//! A database of its own for each test, on either engine, which goes away with the test.

use std::path::{Path, PathBuf};

use candour_domain::clock::{Reading, judge};
use candour_domain::{OrganisationId, SettledNow};
use candour_storage::ballots::Casting;
use candour_storage::{Storage, StorageError, System, Tenant};
use candour_test_database::{Database as Place, Engine, Look, fingerprint};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Runtime;

/// Why a test cannot go on.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What a test gives back.
pub(crate) type Tested = Result<(), Failure>;

/// A database, and the means to use it from a test that is not asynchronous.
pub(crate) struct Database {
    storage: Storage,
    runtime: Runtime,
    // Last, so that nothing is connected any more when it goes.
    place: Place,
}

impl Database {
    /// A migrated database without rows.
    pub(crate) fn new(engine: Engine) -> Result<Self, Failure> {
        let version = fingerprint(&all_migrations())?;
        let migrate = |url: &str| {
            Storage::connect(url, 1)?.migrate()?;
            Ok(())
        };
        Self::at(Place::like(engine, &version, migrate)?)
    }

    /// A database before its first migration.
    pub(crate) fn empty(engine: Engine) -> Result<Self, Failure> {
        Self::at(Place::empty(engine)?)
    }

    /// Closes the database and opens it again.
    pub(crate) fn reopen(self) -> Result<Self, Failure> {
        let Self { storage, runtime, place } = self;
        drop((storage, runtime));
        Self::at(place)
    }

    /// The database in this place.
    pub(crate) fn at(place: Place) -> Result<Self, Failure> {
        let storage = Storage::connect(&place.url(), 4)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { storage, runtime, place })
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        self.place.url()
    }

    /// Its file, on SQLite.
    pub(crate) fn path(&self) -> PathBuf {
        self.place.path()
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

    /// Casts a ballot as the service does, in a round that takes answers.
    pub(crate) fn cast(&self, organisation: OrganisationId, casting: Casting) -> Result<bool, StorageError> {
        self.run(self.storage.cast(organisation, casting, |_round| true))
    }

    /// Brings what has been written into the files of the tables, as the engine does by itself from time to time.
    /// SQLite's log is empty then.
    pub(crate) fn checkpoint(&self) -> Tested {
        let look = self.raw()?;
        look.run(match &look {
            Look::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
            Look::Postgres(_) => "CHECKPOINT",
        })
    }

    /// The database as somebody sees it who does not use this crate.
    pub(crate) fn raw(&self) -> Result<Look, Failure> {
        self.place.look()
    }

    /// The rows of a query, each as one text.
    pub(crate) fn rows(&self, query: &str) -> Result<Vec<String>, Failure> {
        rows(&self.raw()?, query)
    }

    /// Every row that belongs to a trust, as text.
    pub(crate) fn rows_of(&self, organisation: OrganisationId) -> Result<Vec<String>, Failure> {
        let look = self.raw()?;
        rows_in(&look, &tables_of_trusts(&look)?, organisation)
    }
}

/// The folder of the migrations of an engine.
pub(crate) fn migrations(engine: Engine) -> PathBuf {
    let engine = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    all_migrations().join(engine)
}

fn all_migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

/// The rows of a query, each as one text.
pub(crate) fn rows(look: &Look, query: &str) -> Result<Vec<String>, Failure> {
    Ok(look.rows(query)?.rows.into_iter().map(|row| format!("{row:?}")).collect())
}

/// Every row in these tables that belongs to a trust, and its own, as text and in the order of the text: no table
/// promises another.
pub(crate) fn rows_in(look: &Look, tables: &[String], organisation: OrganisationId) -> Result<Vec<String>, Failure> {
    let mut found =
        rows(look, &format!("SELECT 'organisations', o.* FROM organisations o WHERE id = '{organisation}'"))?;
    for table in tables {
        found.extend(rows(
            look,
            &format!("SELECT '{table}', t.* FROM {table} t WHERE organisation_id = '{organisation}'"),
        )?);
    }
    found.sort();
    Ok(found)
}

/// The tables whose rows belong to a trust.
pub(crate) fn tables_of_trusts(look: &Look) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for table in look.tables()? {
        if look.columns(&table)?.iter().any(|(column, _)| column == "organisation_id") {
            found.push(table);
        }
    }
    Ok(found)
}

/// A time that has been settled, for what cannot be undone.
#[expect(clippy::disallowed_methods, reason = "tests of what is done at a settled time")]
pub(crate) fn settled(at: DateTime<Utc>) -> SettledNow {
    // Nothing has been stored that it could contradict.
    judge(&[], &Reading::of_a_wall_clock(at)).unwrap_or_else(|_doubt| unreachable!())
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
