//! Takes what has been deleted off the disk: out of the pages, and out of the write-ahead log.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::StorageError;
use crate::engine::connection::{AnyConnection, BUSY_TIMEOUT};
use crate::tenant::rows::Cleanup;
use crate::upkeep::server_log;

/// The tables of keys, which stay small however many answers there are.
const KEYS: [&str; 2] = ["round_keys", "bundle_keys"];

/// The tables of what is sealed while a round is open.
const SEALED: [&str; 3] = ["ballots", "drafts", "links"];

/// The id that the next transaction gets. Whatever has been committed so far has a lower one.
const NEXT: &str = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next";

#[derive(QueryableByName)]
struct Next {
    #[diesel(sql_type = Text)]
    next: String,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

/// What is rewritten in about a second, in bytes.
const SMALL: &str = "256 * 1024 * 1024";

/// Whether every transaction has ended that may see what had been deleted by then: those of this database that look at
/// an older state, and those of any that have begun to write, since a new one looks no further than they have come.
const NOBODY_SEES_IT: &str = "SELECT NOT EXISTS (SELECT 1 FROM ( SELECT backend_xmin AS seen FROM pg_stat_activity \
        WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL) \
    UNION ALL SELECT backend_xid FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
    UNION ALL SELECT xmin FROM pg_replication_slots UNION ALL SELECT transaction FROM pg_prepared_xacts \
    ) AS running WHERE age(seen) > age($1::xid8::xid)) AS yes";

/// How often that is asked, and how many seconds lie between: most transactions end in a moment.
const ASKED: u32 = 20;
const BETWEEN: &str = "SELECT pg_sleep(0.05)";

/// How long a table is waited for that others use; they would wait behind.
const PATIENT: &str = "SET lock_timeout = '1s'; SET statement_timeout = '10min'";
const USUAL: &str = "SET lock_timeout = '5s'; SET statement_timeout = '30s'";

/// Overwrites the space of these kinds of deletions. SQLite rewrites the whole database. PostgreSQL rewrites the tables
/// in which something lay that somebody could read. Bundles and ballots are not among them: they are large, and without
/// their key they are noise. Outside a transaction.
pub(crate) fn overwrite(connection: &mut AnyConnection, kinds: &[Cleanup]) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(_) => rewrite(connection)?,
        AnyConnection::Postgres(postgres) => {
            rewrite_tables(postgres, kinds.iter().flat_map(|kind| tables(*kind)))?;
        }
    }
    empty_log(connection)
}

/// Takes what was deleted off the pages. SQLite rewrites every table in the order of its keys, which forgets the order
/// in which rows came. PostgreSQL rewrites the tables of keys: without its key, what lingers of a ballot, a draft or a
/// bundle elsewhere cannot be read. Where that takes no time, the tables of what was sealed too: even how long it was
/// says something. Outside a transaction.
pub(crate) fn rewrite(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => Ok(sqlite.batch_execute("VACUUM")?),
        AnyConnection::Postgres(postgres) => {
            rewrite_tables(postgres, KEYS.iter())?;
            if is_small(postgres, &SEALED)? { rewrite_tables(postgres, SEALED.iter()) } else { Ok(()) }
        }
    }
}

/// Moves everything from the write-ahead log into the database file and empties the log, where deleted content would
/// linger. Outside a transaction.
pub(crate) fn empty_log(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            // A reader can hold the log up; the writer does not wait long for it, since everybody else waits for the
            // writer.
            sqlite.batch_execute("PRAGMA busy_timeout = 500;")?;
            let checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(sqlite);
            sqlite.batch_execute(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT};"))?;
            if checkpoint?.busy == 0 {
                Ok(())
            } else {
                Err(StorageError::Unavailable("a reader holds up the emptying of the log".to_owned()))
            }
        }
        AnyConnection::Postgres(postgres) => server_log::empty(postgres),
    }
}

/// Rewrites tables of PostgreSQL without what was deleted; each stands still while it is written.
///
/// The server keeps a deleted row for as long as anybody may see it, and takes it along into the rewritten table. So
/// this waits a moment for those who may, and says so when they stay.
fn rewrite_tables<'t>(
    postgres: &mut PgConnection,
    tables: impl Iterator<Item = &'t &'t str>,
) -> Result<(), StorageError> {
    let Next { next } = diesel::sql_query(NEXT).get_result(postgres)?;
    let mut asked = 1;
    while !diesel::sql_query(NOBODY_SEES_IT).bind::<Text, _>(&next).get_result::<Answer>(postgres)?.yes {
        if asked == ASKED {
            return Err(StorageError::Unavailable("a transaction older than what was deleted still runs".to_owned()));
        }
        postgres.batch_execute(BETWEEN)?;
        asked += 1;
    }
    postgres.batch_execute(PATIENT)?;
    // Each is a transaction of its own, so that one lock is held at a time.
    let written =
        tables.map(|table| postgres.batch_execute(&format!("VACUUM FULL {table}"))).collect::<Result<Vec<()>, _>>();
    postgres.batch_execute(USUAL)?;
    written?;
    Ok(())
}

/// Whether these tables of PostgreSQL are small enough together to be rewritten while everybody who uses them waits.
fn is_small(postgres: &mut PgConnection, tables: &[&str]) -> Result<bool, StorageError> {
    let sizes: Vec<String> = tables.iter().map(|table| format!("pg_total_relation_size('{table}')")).collect();
    let question = format!("SELECT {} < {SMALL} AS yes", sizes.join(" + "));
    Ok(diesel::sql_query(question).get_result::<Answer>(postgres)?.yes)
}

/// Where something lay that was deleted, as far as it could be read.
fn tables(kind: Cleanup) -> &'static [&'static str] {
    match kind {
        Cleanup::Answers => &KEYS,
        Cleanup::People => &["raters", "invitations", "spent_links", "jobs", "idempotency_keys"],
        Cleanup::Results => {
            &["results", "redactions", "audit_log", "quality_report_reviews", "turnouts", "reviews", "rounds", "jobs"]
        }
    }
}

#[cfg(test)]
mod tests;
