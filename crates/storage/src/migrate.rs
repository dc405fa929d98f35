//! Migrations, embedded in the program.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::StorageError;
use crate::connection::{Address, AnyConnection};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Refuses an engine for which there are no migrations.
#[cfg_attr(not(feature = "postgres"), expect(clippy::unnecessary_wraps, reason = "only the other engine can be refused"))]
pub(crate) fn require_migrations(address: &Address) -> Result<(), StorageError> {
    match address {
        Address::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Address::Postgres(_) => Err(no_postgres()),
    }
}

/// Applies what is missing; another process that does the same waits and then finds nothing to do.
pub(crate) fn apply(connection: &mut AnyConnection) -> Result<Vec<String>, StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => sqlite
            .immediate_transaction(|sqlite| {
                let pending = sqlite.pending_migrations(SQLITE).map_err(Failed::of)?;
                pending
                    .iter()
                    .map(|migration| {
                        sqlite.run_migration(migration).map_err(Failed::of)?;
                        Ok(migration.name().to_string())
                    })
                    .collect()
            })
            .map_err(|Failed(error)| error),
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => Err(no_postgres()),
    }
}

/// Whether every embedded migration has been applied, found out without writing.
pub(crate) fn is_current(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            let wanted: Vec<Box<dyn Migration<Sqlite>>> = SQLITE.migrations().map_err(|error| Failed::of(error).0)?;
            let applied = match diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load::<Applied>(sqlite) {
                Ok(applied) => applied,
                // A new database does not have the table.
                Err(_) if sqlite.batch_execute("SELECT count(*) FROM sqlite_master").is_ok() => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            Ok(wanted.iter().all(|migration| {
                let version = migration.name().version().to_string();
                applied.iter().any(|row| row.version == version)
            }))
        }
        #[cfg(feature = "postgres")]
        AnyConnection::Postgres(_) => Err(no_postgres()),
    }
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

struct Failed(StorageError);

impl Failed {
    fn of(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        match error.downcast::<diesel::result::Error>() {
            Ok(error) => Self((*error).into()),
            Err(error) => Self(StorageError::Database(error.to_string())),
        }
    }
}

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(error.into())
    }
}

#[cfg(feature = "postgres")]
fn no_postgres() -> StorageError {
    StorageError::Database("there are no migrations for PostgreSQL yet; use sqlite:PATH".to_owned())
}
