//! Migrations, embedded in the program: a folder for each engine, with the same names.

use std::error::Error;

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::StorageError;
use crate::connection::AnyConnection;
use crate::dialect::on_each_engine;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// What makes processes that migrate one PostgreSQL database at the same time wait for one another.
const MIGRATING: &str = "SELECT pg_advisory_xact_lock(hashtext('candour migrates'))";

/// Applies what is missing; another process that does the same waits and then finds nothing to do.
pub(crate) fn apply(connection: &mut AnyConnection) -> Result<Vec<String>, StorageError> {
    let applied = match connection {
        AnyConnection::Sqlite(sqlite) => sqlite.immediate_transaction(|sqlite| run_pending(sqlite, SQLITE)),
        AnyConnection::Postgres(postgres) => postgres.transaction(|postgres| {
            postgres.batch_execute(MIGRATING)?;
            run_pending(postgres, POSTGRES)
        }),
    };
    applied.map_err(|Failed(error)| error)
}

/// Whether every embedded migration has been applied, found out without writing.
pub(crate) fn is_current(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    // A new database does not have the table that says which have been.
    let known = match connection {
        AnyConnection::Sqlite(sqlite) => {
            diesel::sql_query("SELECT name AS version FROM sqlite_master WHERE name = '__diesel_schema_migrations'").load::<Applied>(sqlite)
        }
        AnyConnection::Postgres(postgres) => {
            let tables = "SELECT c.relname::text AS version FROM pg_class c \
                WHERE c.relname = '__diesel_schema_migrations' AND pg_table_is_visible(c.oid)";
            diesel::sql_query(tables).load::<Applied>(postgres)
        }
    }?;
    if known.is_empty() {
        return Ok(false);
    }
    let applied: Vec<Applied> =
        on_each_engine!(connection, |connection| { diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(connection) })?;
    let wanted = match connection {
        AnyConnection::Sqlite(_) => versions::<Sqlite>(&SQLITE),
        AnyConnection::Postgres(_) => versions::<Pg>(&POSTGRES),
    }
    .map_err(|Failed(error)| error)?;
    Ok(wanted.iter().all(|version| applied.iter().any(|row| row.version == *version)))
}

fn run_pending<C, DB>(connection: &mut C, migrations: EmbeddedMigrations) -> Result<Vec<String>, Failed>
where
    DB: Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let pending = connection.pending_migrations(migrations).map_err(Failed::of)?;
    pending
        .iter()
        .map(|migration| {
            connection.run_migration(migration).map_err(Failed::of)?;
            Ok(migration.name().to_string())
        })
        .collect()
}

fn versions<DB: Backend>(migrations: &EmbeddedMigrations) -> Result<Vec<String>, Failed>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let all: Vec<Box<dyn Migration<DB>>> = migrations.migrations().map_err(Failed::of)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

struct Failed(StorageError);

impl Failed {
    fn of(error: Box<dyn Error + Send + Sync>) -> Self {
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
