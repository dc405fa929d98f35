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
use crate::engine::connection::AnyConnection;
use crate::engine::dialect::on_each_engine;

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

/// How the schema of a database stands to the one this program knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The versions of migrations that have not been applied.
    pub missing: Vec<String>,
    /// The versions of migrations that have been applied and that this program does not know, because it is older.
    pub unknown: Vec<String>,
    /// Whether none has been applied: there is nothing of this program.
    pub is_new: bool,
}

/// Which folder of migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Compares what has been applied with what is embedded, without writing. A new database does not even have the table
/// that says so.
pub(crate) fn schema(connection: &mut AnyConnection) -> Result<Schema, StorageError> {
    let (engine, known) = match connection {
        AnyConnection::Sqlite(sqlite) => {
            let tables = "SELECT name AS version FROM sqlite_master WHERE name = '__diesel_schema_migrations'";
            (Engine::Sqlite, diesel::sql_query(tables).load::<Applied>(sqlite))
        }
        AnyConnection::Postgres(postgres) => {
            let tables = "SELECT c.relname::text AS version FROM pg_class c \
                WHERE c.relname = '__diesel_schema_migrations' AND pg_table_is_visible(c.oid)";
            (Engine::Postgres, diesel::sql_query(tables).load::<Applied>(postgres))
        }
    };
    let mut applied: Vec<Applied> = known?;
    if !applied.is_empty() {
        let versions = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
        applied = on_each_engine!(connection, |connection| versions.load(connection))?;
    }
    compare(engine, &applied.into_iter().map(|row| row.version).collect::<Vec<_>>())
}

/// Compares these versions of migrations with those embedded for an engine.
pub(crate) fn compare(engine: Engine, applied: &[String]) -> Result<Schema, StorageError> {
    let embedded = match engine {
        Engine::Sqlite => versions::<Sqlite>(&SQLITE),
        Engine::Postgres => versions::<Pg>(&POSTGRES),
    };
    let embedded = embedded.map_err(|Failed(error)| error)?;
    let without =
        |all: &[String], others: &[String]| all.iter().filter(|version| !others.contains(version)).cloned().collect();
    Ok(Schema {
        missing: without(&embedded, applied),
        unknown: without(applied, &embedded),
        is_new: applied.is_empty(),
    })
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
