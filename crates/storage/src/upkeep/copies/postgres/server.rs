//! What a server is asked before a copy of it is written, or read back into it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::{AnyConnection, Purpose};
use crate::engine::migrate;
use crate::upkeep::copies::CopyError;

/// One state of the database, held for another program to see, and the number of rows in each table then.
pub(super) struct Snapshot {
    /// What the other program is to ask for.
    pub(super) name: String,
    /// The major version of the server.
    pub(super) server: u32,
    /// The tables.
    pub(super) tables: Vec<Table>,
    /// As long as this is open, the state can be seen.
    _held: PgConnection,
}

/// A table, and how many rows it has.
pub(super) struct Table {
    /// Its name as it stands above its rows in an archive.
    pub(super) name: String,
    /// Its name as a pattern that fits no other.
    pub(super) pattern: String,
    /// Its rows.
    pub(super) rows: u64,
}

/// A database into which a copy is to be read back.
pub(super) struct Target {
    /// The major version of the server.
    pub(super) server: u32,
    /// The schema into which tables go that are made without naming one.
    pub(super) schema: Option<String>,
    /// The tables that are in it.
    pub(super) tables: Vec<String>,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    pattern: String,
}

#[derive(QueryableByName)]
struct Exported {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    version: i32,
}

#[derive(QueryableByName)]
struct ServerTables {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Nullable<Text>)]
    schema: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    tables: Vec<String>,
}

#[derive(QueryableByName)]
struct RowCount {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Snapshot {
    /// Takes one, and counts.
    pub(super) fn take(url: &str) -> Result<Self, CopyError> {
        let mut held = connect(url)?;
        // Nothing here waits for anybody, and the program that copies may take long.
        held.batch_execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; SET LOCAL \
             idle_in_transaction_session_timeout = 0",
        )
        .map_err(StorageError::from)?;
        let exported =
            "SELECT pg_export_snapshot() AS name, current_setting('server_version_num')::int / 10000 AS version";
        let exported: Exported = diesel::sql_query(exported).get_result(&mut held).map_err(StorageError::from)?;
        // The tables that lie in one schema with that which says which migrations have been applied.
        let named = "SELECT format('%I.%I', n.nspname, c.relname) AS name, \
            '\"' || replace(n.nspname, '\"', '\"\"') || '\".\"' || replace(c.relname, '\"', '\"\"') || '\"' AS pattern \
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND \
            c.relpersistence <> 't' \
            AND n.oid = (SELECT relnamespace FROM pg_class WHERE relname = '__diesel_schema_migrations' AND \
            pg_table_is_visible(oid)) ORDER BY 1";
        let named: Vec<Named> = diesel::sql_query(named).load(&mut held).map_err(StorageError::from)?;
        if named.is_empty() {
            return Err(CopyError::NoTables);
        }
        let tables = named
            .into_iter()
            .map(|Named { name, pattern }| {
                let counted: RowCount =
                    diesel::sql_query(format!("SELECT count(*) AS count FROM {name}")).get_result(&mut held)?;
                Ok(Table { name, pattern, rows: u64::try_from(counted.count).unwrap_or(0) })
            })
            .collect::<Result<_, StorageError>>()?;
        Ok(Self { name: exported.name, server: major(exported.version), tables, _held: held })
    }
}

impl Target {
    /// Looks at a database.
    pub(super) fn look(url: &str) -> Result<Self, CopyError> {
        let place = "SELECT current_setting('server_version_num')::int / 10000 AS version, current_schema()::text AS \
         schema, ARRAY(SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
            WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS tables";
        let place: ServerTables =
            diesel::sql_query(place).get_result(&mut connect(url)?).map_err(StorageError::from)?;
        Ok(Self { server: major(place.version), schema: place.schema, tables: place.tables })
    }

    /// Brings its schema up to date.
    pub(super) fn migrate(url: &str) -> Result<Vec<String>, StorageError> {
        migrate::apply(&mut Address::Postgres(url.to_owned()).open(Purpose::Write)?)
    }
}

fn connect(url: &str) -> Result<PgConnection, StorageError> {
    match Address::Postgres(url.to_owned()).open(Purpose::Read)? {
        AnyConnection::Postgres(connection) => Ok(connection),
        AnyConnection::Sqlite(_) => Err(StorageError::Database("a server was expected".to_owned())),
    }
}

fn major(version: i32) -> u32 {
    u32::try_from(version).unwrap_or(0)
}
