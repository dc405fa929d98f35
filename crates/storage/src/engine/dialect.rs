//! Where SQLite and PostgreSQL differ, all of it: how a connection is set up, how a writing transaction begins, what removes deleted
//! content from the disk, and the two clauses that [`AnyConnection`] cannot express.

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

use crate::StorageError;
use crate::engine::connection::{AnyConnection, Purpose};

mod overwrite;
mod server_log;

pub(crate) use overwrite::overwrite;
pub(crate) use server_log::Log;

/// How long SQLite waits for another process that holds the lock, in milliseconds.
const BUSY_TIMEOUT: u32 = 5_000;

/// Runs the same statement on the connection inside, for clauses such as `on_conflict` that the enum does not know.
macro_rules! on_each_engine {
    ($connection:expr, |$inner:ident| $statement:expr) => {
        match $connection {
            $crate::engine::connection::AnyConnection::Sqlite($inner) => $statement,
            $crate::engine::connection::AnyConnection::Postgres($inner) => $statement,
        }
    };
}
pub(crate) use on_each_engine;

/// Loads rows that no other worker holds, and holds them to the end of the transaction. SQLite has one writer and needs no clause.
macro_rules! load_unclaimed {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::engine::connection::AnyConnection::Sqlite(inner) => $query.load(inner),
            $crate::engine::connection::AnyConnection::Postgres(inner) => $query.for_update().skip_locked().load(inner),
        }
    };
}
pub(crate) use load_unclaimed;

/// Loads rows and keeps everybody else from changing them to the end of the transaction, waiting for whoever does. SQLite has one writer.
macro_rules! load_and_hold {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::engine::connection::AnyConnection::Sqlite(inner) => diesel::RunQueryDsl::load($query, inner),
            $crate::engine::connection::AnyConnection::Postgres(inner) => {
                diesel::RunQueryDsl::load(diesel::QueryDsl::for_update($query), inner)
            }
        }
    };
}
pub(crate) use load_and_hold;

/// Rows in one statement to PostgreSQL, which takes 65,535 values at a time.
pub(crate) const ROWS_TOGETHER: usize = 1_000;

/// Adds rows that no other statement adds: many at a time where each statement is a journey, one after another where it is not.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::engine::connection::AnyConnection::Sqlite(inner) => $rows
                .into_iter()
                .try_for_each(|row| diesel::RunQueryDsl::execute(diesel::insert_into($table).values(row), inner).map(|_one| ())),
            $crate::engine::connection::AnyConnection::Postgres(inner) => $rows
                .chunks($crate::engine::dialect::ROWS_TOGETHER)
                .try_for_each(|rows| diesel::RunQueryDsl::execute(diesel::insert_into($table).values(rows), inner).map(|_all| ())),
        }
    };
}
pub(crate) use insert_rows;

/// Sets up a fresh connection.
pub(crate) fn configure(connection: &mut AnyConnection, purpose: Purpose) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            // FULL: a commit is on the disk before it is acknowledged. secure_delete: what is deleted is overwritten with zeros.
            sqlite.batch_execute(&format!(
                "PRAGMA busy_timeout = {BUSY_TIMEOUT}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                 PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
            ))?;
            match purpose {
                Purpose::Read => sqlite.batch_execute("PRAGMA query_only = ON;")?,
                // A page that many submissions touch is written back once for all of them: 16 MB of log instead of 4, and as much memory.
                Purpose::Write => sqlite.batch_execute("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;")?,
            }
        }
        AnyConnection::Postgres(postgres) => {
            postgres.batch_execute(
                "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET synchronous_commit = on; SET lock_timeout = '5s'; \
                 SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s';",
            )?;
            if purpose == Purpose::Read {
                postgres.batch_execute("SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read';")?;
            }
        }
    }
    Ok(())
}

/// Runs a statement that is part of every change. Unlike `batch_execute`, which parses it each time, this keeps it prepared.
pub(crate) fn step(connection: &mut AnyConnection, sql: &'static str) -> QueryResult<()> {
    on_each_engine!(connection, |connection| Step(sql).execute(connection)).map(|_rows| ())
}

struct Step(&'static str);

impl QueryId for Step {
    type QueryId = ();
    /// Known by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Step {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Step {}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

/// Moves everything from the write-ahead log into the database file and empties the log, where deleted content would linger.
/// Outside a transaction.
pub(crate) fn empty_log(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            // A reader can hold the log up; the writer does not wait long for it, since everybody else waits for the writer.
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

/// The tables of keys, which stay small however many answers there are.
const KEYS: [&str; 2] = ["round_keys", "bundle_keys"];

/// The tables of what is sealed while a round is open.
const SEALED: [&str; 3] = ["ballots", "drafts", "links"];

/// Takes what was deleted off the pages. SQLite writes every table anew in the order of its keys, which forgets the order in which rows
/// came. PostgreSQL writes the tables of keys anew: without its key, what lingers of a ballot, a draft or a bundle elsewhere cannot be read.
/// Where that takes no time, the tables of what was sealed too: even how long it was says something. Outside a transaction.
pub(crate) fn rewrite(connection: &mut AnyConnection) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => Ok(sqlite.batch_execute("VACUUM")?),
        AnyConnection::Postgres(postgres) => {
            overwrite::write_anew(postgres, KEYS.iter())?;
            if overwrite::is_small(postgres, &SEALED)? { overwrite::write_anew(postgres, SEALED.iter()) } else { Ok(()) }
        }
    }
}

/// Writes a copy of the database, as one transaction sees it and without anything deleted, to a file that must not exist.
pub(crate) fn copy(connection: &mut AnyConnection, to: &str) -> Result<(), StorageError> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            diesel::sql_query("VACUUM INTO ?").bind::<diesel::sql_types::Text, _>(to).execute(sqlite)?;
            Ok(())
        }
        AnyConnection::Postgres(_) => Err(StorageError::Database("a server is copied by its own programs".to_owned())),
    }
}

#[cfg(test)]
mod tests;
