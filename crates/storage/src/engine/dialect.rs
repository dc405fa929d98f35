//! Where SQLite and PostgreSQL differ in a statement: the clauses that [`AnyConnection`] cannot express, and how many
//! rows go together.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

use crate::engine::connection::AnyConnection;

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

/// Loads rows that no other worker holds, and holds them to the end of the transaction. SQLite has one writer and needs
/// no clause.
macro_rules! load_unclaimed {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::engine::connection::AnyConnection::Sqlite(inner) => $query.load(inner),
            $crate::engine::connection::AnyConnection::Postgres(inner) => $query.for_update().skip_locked().load(inner),
        }
    };
}
pub(crate) use load_unclaimed;

/// Loads rows and keeps everybody else from changing them to the end of the transaction, waiting for those who do.
/// SQLite has one writer.
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

/// Adds rows that no other statement adds: many at a time where each statement is a round trip, one after another where
/// it is not.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::engine::connection::AnyConnection::Sqlite(inner) => $rows.into_iter().try_for_each(|row| {
                diesel::RunQueryDsl::execute(diesel::insert_into($table).values(row), inner).map(|_one| ())
            }),
            $crate::engine::connection::AnyConnection::Postgres(inner) => {
                $rows.chunks($crate::engine::dialect::ROWS_TOGETHER).try_for_each(|rows| {
                    diesel::RunQueryDsl::execute(diesel::insert_into($table).values(rows), inner).map(|_all| ())
                })
            }
        }
    };
}
pub(crate) use insert_rows;

/// Runs a statement that is part of every change. Unlike `batch_execute`, which parses it each time, this keeps it
/// prepared.
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
