//! PostgreSQL's write-ahead log, and how what was deleted leaves it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::StorageError;

/// What this account may do about the log: have it emptied (`pg_checkpoint` is a role since version 15), and see its
/// files. And whether the server keeps files of the log to use them again, as it does unless told otherwise.
const LOG: &str = "SELECT has_function_privilege('pg_switch_wal()', 'execute') AND EXISTS (SELECT 1 FROM pg_roles \
        WHERE rolname = current_user AND rolsuper OR rolname = 'pg_checkpoint' AND pg_has_role(oid, 'usage')) AS \
        may_empty, has_function_privilege('pg_ls_waldir()', 'execute') AS may_see, \
    current_setting('wal_recycle', true) IS DISTINCT FROM 'off' AS recycles";

/// How many files of the log are older than the present one, how many wait to be used again, and how large those are
/// together. Their names count upwards.
const FILES: &str = "SELECT count(*) FILTER (WHERE name < present) AS older, count(*) FILTER (WHERE name > present) AS \
 waiting, COALESCE(sum(size) FILTER (WHERE name > present), 0)::bigint AS size \
    FROM pg_ls_waldir(), pg_walfile_name(pg_current_wal_insert_lsn()) AS present WHERE name ~ '^[0-9A-F]{24}$'";

/// More than this is not overwritten after each round. A server that keeps more has been set up by somebody who can
/// turn `wal_recycle` off.
const MOST_OVERWRITTEN: i64 = 1 << 30;

/// What may be done about the log, and what the server does with its files.
#[derive(QueryableByName)]
pub(crate) struct Log {
    /// Whether this account may begin a new file and have the old ones removed.
    #[diesel(sql_type = Bool)]
    pub(crate) may_empty: bool,
    /// Whether it may see which files there are, and so overwrite those that wait to be used again.
    #[diesel(sql_type = Bool)]
    pub(crate) may_see: bool,
    /// Whether the server uses files again, with what is in them until they are overwritten.
    #[diesel(sql_type = Bool)]
    pub(crate) recycles: bool,
}

#[derive(QueryableByName)]
struct Files {
    #[diesel(sql_type = BigInt)]
    older: i64,
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = BigInt)]
    size: i64,
}

impl Log {
    /// Asks the server.
    pub(crate) fn of(postgres: &mut PgConnection) -> Result<Self, StorageError> {
        Ok(diesel::sql_query(LOG).get_result(postgres)?)
    }
}

/// Begins a new file of the log, and has those before it removed or overwritten. Where this account may not, the
/// server's log says so.
pub(super) fn empty(postgres: &mut PgConnection) -> Result<(), StorageError> {
    let log = Log::of(postgres)?;
    if !log.may_empty {
        tracing::warn!(
            "the server's write-ahead log keeps what was deleted until the server removes it; see `candour doctor`"
        );
        return Ok(());
    }
    // The log goes on in a new file, and the checkpoint removes those that came before it, or keeps them to use them
    // again.
    postgres.batch_execute(
        "SET statement_timeout = 0; SELECT pg_switch_wal(); CHECKPOINT; SET statement_timeout = '30s'",
    )?;
    if log.may_see {
        overwrite_waiting(postgres)?;
    } else if log.recycles {
        tracing::warn!(
            "files of the write-ahead log that the server uses again may hold what was deleted; see `candour doctor`"
        );
    }
    Ok(())
}

/// Overwrites the files that wait to be used again by using them: a file is written to its end before the next is
/// begun.
fn overwrite_waiting(postgres: &mut PgConnection) -> Result<(), StorageError> {
    let Files { older, waiting, size } = diesel::sql_query(FILES).get_result(postgres)?;
    if older > 0 {
        tracing::warn!(
            older,
            "the server keeps files of its write-ahead log with what was deleted in them; see `candour doctor`"
        );
    }
    if size > MOST_OVERWRITTEN {
        tracing::warn!(waiting, "too many files of the write-ahead log wait to be used again; set wal_recycle = off");
    } else if waiting > 0 {
        // The rest of the present file is the first to be filled. One in which nothing has been written yet would not
        // be left.
        for _ in 0..=waiting {
            postgres.batch_execute("SELECT pg_logical_emit_message(false, 'candour', '')")?;
            postgres.batch_execute("SELECT pg_switch_wal()")?;
        }
    }
    Ok(())
}
