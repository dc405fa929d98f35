//! Takes what has been deleted off the disk: out of the pages, and out of the write-ahead log.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{KEYS, empty_log, rewrite};
use crate::StorageError;
use crate::engine::connection::AnyConnection;
use crate::retention::Cleanup;

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

/// What is written anew in about a second, in bytes.
const SMALL: &str = "256 * 1024 * 1024";

/// Whether every transaction has ended that may see what had been deleted by then: those of this database that look at an older state, and
/// those of any that have begun to write, since a new one looks no further than they have come.
const NOBODY_SEES_IT: &str = "SELECT NOT EXISTS (SELECT 1 FROM ( \
    SELECT backend_xmin AS seen FROM pg_stat_activity \
        WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL) \
    UNION ALL SELECT backend_xid FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
    UNION ALL SELECT xmin FROM pg_replication_slots \
    UNION ALL SELECT transaction FROM pg_prepared_xacts \
    ) AS running WHERE age(seen) > age($1::xid8::xid)) AS yes";

/// How often that is asked, and how many seconds lie between: most transactions end in a moment.
const ASKED: u32 = 20;
const BETWEEN: &str = "SELECT pg_sleep(0.05)";

/// How long a table is waited for that others use; they would wait behind.
const PATIENT: &str = "SET lock_timeout = '1s'; SET statement_timeout = '10min'";
const USUAL: &str = "SET lock_timeout = '5s'; SET statement_timeout = '30s'";

/// Overwrites the space of these kinds of deletions. SQLite writes the whole database anew. PostgreSQL writes the tables anew in which
/// something lay that somebody could read. Bundles and ballots are not among them: they are large, and without their key they are noise.
/// Outside a transaction.
pub(crate) fn overwrite(connection: &mut AnyConnection, kinds: &[Cleanup]) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(_) => rewrite(connection)?,
        AnyConnection::Postgres(postgres) => {
            write_anew(postgres, kinds.iter().flat_map(|kind| tables(*kind)))?;
        }
    }
    empty_log(connection)
}

/// Writes tables of PostgreSQL anew, without what was deleted; each stands still while it is written.
///
/// The server keeps a deleted row for as long as anybody may see it, and takes it along into the table written anew. So this waits a moment
/// for those who may, and says so when they stay.
pub(super) fn write_anew<'t>(postgres: &mut PgConnection, tables: impl Iterator<Item = &'t &'t str>) -> Result<(), StorageError> {
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
    let written = tables.map(|table| postgres.batch_execute(&format!("VACUUM FULL {table}"))).collect::<Result<Vec<()>, _>>();
    postgres.batch_execute(USUAL)?;
    written?;
    Ok(())
}

/// Whether these tables of PostgreSQL are small enough together to be written anew while everybody who uses them waits.
pub(super) fn is_small(postgres: &mut PgConnection, tables: &[&str]) -> Result<bool, StorageError> {
    let sizes: Vec<String> = tables.iter().map(|table| format!("pg_total_relation_size('{table}')")).collect();
    let question = format!("SELECT {} < {SMALL} AS yes", sizes.join(" + "));
    Ok(diesel::sql_query(question).get_result::<Answer>(postgres)?.yes)
}

/// Where something lay that was deleted, as far as it could be read.
fn tables(kind: Cleanup) -> &'static [&'static str] {
    match kind {
        Cleanup::Answers => &KEYS,
        Cleanup::People => &["raters", "invitations", "spent_links", "jobs", "idempotency_keys"],
        Cleanup::Results => &["results", "redactions", "audit_log", "quality_report_reviews", "turnouts", "reviews", "rounds", "jobs"],
    }
}
