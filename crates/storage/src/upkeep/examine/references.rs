//! What the engine is asked about its own catalogue: references, and what somebody may have changed in the schema.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::count::{Count, count};
use crate::StorageError;
use crate::engine::connection::AnyConnection;

/// The schema of PostgreSQL in which the tables are.
macro_rules! of_ours {
    ($before:literal) => {
        concat!(
            $before,
            " = (SELECT relnamespace FROM pg_class WHERE relname = '__diesel_schema_migrations' AND \
         pg_table_is_visible(oid))"
        )
    };
}

/// For each reference, a query that counts the rows whose reference leads nowhere.
const REFERENCES: &str = of_ours!(
    "SELECT format('SELECT count(*) AS count FROM %s c WHERE %s AND NOT EXISTS (SELECT 1 FROM %s p WHERE %s)', \
     f.conrelid::regclass, pairs.present, f.confrelid::regclass, pairs.equal) AS query FROM pg_constraint f \
     CROSS JOIN LATERAL (SELECT string_agg(format('c.%I IS NOT NULL', child.attname), ' AND ') AS present, \
     string_agg(format('p.%I = c.%I', parent.attname, child.attname), ' AND ') AS equal \
     FROM unnest(f.conkey, f.confkey) AS pair (child, parent) \
     JOIN pg_attribute child ON child.attrelid = f.conrelid AND child.attnum = pair.child \
     JOIN pg_attribute parent ON parent.attrelid = f.confrelid AND parent.attnum = pair.parent) AS pairs \
     WHERE f.contype = 'f' AND f.connamespace"
);

/// References and conditions that have not been checked, are switched off or gone, and indexes that are not used.
const UNWATCHED: &str = concat!(
    "SELECT (SELECT count(*) FROM pg_constraint WHERE NOT convalidated AND ",
    of_ours!("connamespace"),
    ") + (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgisinternal AND t.tgenabled \
     NOT IN ('O', 'A') AND ",
    of_ours!("c.relnamespace"),
    // Whatever belongs to a trust refers to something of that trust.
    ") + (SELECT count(*) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' \
     WHERE c.relkind = 'r' AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f') \
     AND ",
    of_ours!("c.relnamespace"),
    ") + (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE NOT i.indisvalid AND ",
    of_ours!("c.relnamespace"),
    ") AS count"
);

const TRIGGERS: &str = concat!(
    "SELECT (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND ",
    of_ours!("c.relnamespace"),
    ") + (SELECT count(*) FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class WHERE c.relkind IN ('r', 'p') AND ",
    of_ours!("c.relnamespace"),
    ") AS count"
);

#[derive(QueryableByName)]
struct Query {
    #[diesel(sql_type = Text)]
    query: String,
}

/// An examination may take longer than a request. For the transaction that is open.
pub(super) fn take_time(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(postgres) => Ok(postgres.batch_execute("SET LOCAL statement_timeout = 0")?),
    }
}

/// References that lead nowhere. PostgreSQL allows none as long as nobody switches that off or damages an index.
pub(super) fn broken(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    match connection {
        AnyConnection::Sqlite(_) => count(connection, "SELECT count(*) AS count FROM pragma_foreign_key_check"),
        AnyConnection::Postgres(postgres) => {
            let queries: Vec<Query> = diesel::sql_query(REFERENCES).load(postgres)?;
            queries.iter().try_fold(0, |broken, query| {
                let found: Count = diesel::sql_query(query.query.as_str()).get_result(postgres)?;
                Ok(broken + u64::try_from(found.count).unwrap_or(0))
            })
        }
    }
}

/// What PostgreSQL has been told not to check. SQLite has no such setting that stays.
pub(super) fn unwatched(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(0),
        AnyConnection::Postgres(_) => count(connection, UNWATCHED),
    }
}

/// Triggers and rules.
pub(super) fn triggers(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    match connection {
        AnyConnection::Sqlite(_) => {
            count(connection, "SELECT count(*) AS count FROM sqlite_master WHERE type = 'trigger'")
        }
        AnyConnection::Postgres(_) => count(connection, TRIGGERS),
    }
}
