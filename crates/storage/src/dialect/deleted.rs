//! What PostgreSQL's files keep of deleted rows, and how it goes away. The keys come first: without its key, nothing that lingers of a
//! ballot, a draft or a bundle can be read.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::overwrite::write_anew;
use crate::StorageError;

/// What this account may do about the log: have it emptied (`pg_checkpoint` is a role since version 15), and see its files. And whether the
/// server keeps files of the log to use them again, as it does unless told otherwise.
const LOG: &str = "SELECT has_function_privilege('pg_switch_wal()', 'execute') AND EXISTS (SELECT FROM pg_roles \
        WHERE rolname = current_user AND rolsuper OR rolname = 'pg_checkpoint' AND pg_has_role(oid, 'usage')) AS may_empty, \
    has_function_privilege('pg_ls_waldir()', 'execute') AS may_see, \
    COALESCE(current_setting('wal_recycle', true), 'on')::boolean AS reuses";

/// How many files of the log are older than the present one, how many wait to be used again, and how large those are together. Their names
/// count upwards.
const FILES: &str = "SELECT count(*) FILTER (WHERE name < present) AS older, count(*) FILTER (WHERE name > present) AS later, \
        COALESCE(sum(size) FILTER (WHERE name > present), 0)::bigint AS size \
    FROM pg_ls_waldir(), pg_walfile_name(pg_current_wal_insert_lsn()) AS present WHERE name ~ '^[0-9A-F]{24}$'";

/// More than this is not overwritten after each round. A server that keeps more has been set up by somebody who can turn `wal_recycle` off.
const MOST_OVERWRITTEN: i64 = 1 << 30;

/// Whether the tables of what is sealed are small enough to be written anew while everybody waits: about a second.
const SMALL: &str = "SELECT pg_total_relation_size('ballots') + pg_total_relation_size('drafts') + pg_total_relation_size('links') \
    < 256 * 1024 * 1024 AS yes";

#[derive(QueryableByName)]
struct Log {
    #[diesel(sql_type = Bool)]
    may_empty: bool,
    #[diesel(sql_type = Bool)]
    may_see: bool,
    #[diesel(sql_type = Bool)]
    reuses: bool,
}

#[derive(QueryableByName)]
struct Files {
    #[diesel(sql_type = BigInt)]
    older: i64,
    #[diesel(sql_type = BigInt)]
    later: i64,
    #[diesel(sql_type = BigInt)]
    size: i64,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Writes the tables of keys anew, and those of what is sealed where they are small and nobody is at them: of rows that are gone, nothing is
/// left then, not even their length. Without their keys they say no more, so otherwise they are left to the server's own clearing up.
pub(super) fn rewrite(postgres: &mut PgConnection) -> Result<(), StorageError> {
    write_anew(postgres, ["round_keys", "bundle_keys"].iter())?;
    if asked(postgres, SMALL)?
        && let Err(error) = write_anew(postgres, ["ballots", "drafts", "links"].iter())
    {
        tracing::info!(%error, "what is left of deleted ballots, drafts and links is left to the server to clear up");
    }
    Ok(())
}

/// Whether this account may have the log emptied.
pub(crate) fn may_empty_log(postgres: &mut PgConnection) -> Result<bool, StorageError> {
    Ok(diesel::sql_query(LOG).get_result::<Log>(postgres)?.may_empty)
}

/// Begins a new file of the log, and has those before it removed or overwritten.
pub(super) fn empty_log(postgres: &mut PgConnection) -> Result<(), StorageError> {
    let Log { may_empty, may_see, reuses } = diesel::sql_query(LOG).get_result(postgres)?;
    if !may_empty {
        tracing::warn!("the server's write-ahead log keeps what was deleted until the server removes it; see `candour doctor`");
        return Ok(());
    }
    postgres.batch_execute("SET statement_timeout = 0; SELECT pg_switch_wal(); CHECKPOINT; SET statement_timeout = '30s'")?;
    if !may_see {
        if reuses {
            tracing::warn!("files of the write-ahead log that the server will use again may hold what was deleted; see `candour doctor`");
        }
        return Ok(());
    }
    let Files { older, later, size } = diesel::sql_query(FILES).get_result(postgres)?;
    if older > 0 {
        tracing::warn!(older, "the server keeps files of its write-ahead log, for a standby or an archive, with what was deleted in them");
    }
    if later > 0 && size > MOST_OVERWRITTEN {
        tracing::warn!(later, "too many files of the write-ahead log wait to be used again; set wal_recycle = off");
    } else if later > 0 {
        // A new file begun is an old one overwritten to its end. The rest of the present one is the first.
        for _ in 0..=later {
            postgres.batch_execute("SELECT pg_logical_emit_message(false, 'candour', '')")?;
            postgres.batch_execute("SELECT pg_switch_wal()")?;
        }
    }
    Ok(())
}

fn asked(postgres: &mut PgConnection, question: &str) -> Result<bool, StorageError> {
    Ok(diesel::sql_query(question).get_result::<Answer>(postgres)?.yes)
}
