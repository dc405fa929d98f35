//! What a browser's cookie leads to before anybody has signed in, or after their session has ended by itself. It belongs
//! to nobody.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::visits;
use crate::{StorageError, System};

/// What belongs between two requests of a browser. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Visit {
    /// As JSON.
    pub state: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// When a request came last, to the minute or so.
    pub seen_at: DateTime<Utc>,
}

/// Adds a visit.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this hash.
pub fn insert(system: &mut System<'_>, hash: &[u8; 32], visit: &Visit) -> Result<(), StorageError> {
    let values = (
        visits::hash.eq(hash.as_slice()),
        visits::state.eq(&visit.state),
        visits::begun_at.eq(column::time(visit.begun_at)),
        visits::seen_at.eq(column::time(visit.seen_at)),
    );
    system.adding_visits().values(values).execute(system.connection())?;
    Ok(())
}

/// The visit with this hash.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(system: &mut System<'_>, hash: &[u8; 32]) -> Result<Option<Visit>, StorageError> {
    let found = system.every_visit().filter(visits::hash.eq(hash.as_slice()));
    let columns = (visits::state, visits::begun_at, visits::seen_at);
    let row: Option<(String, NaiveDateTime, NaiveDateTime)> =
        found.select(columns).get_result(system.connection()).optional()?;
    Ok(row.map(|(state, begun, seen)| Visit { state, begun_at: begun.and_utc(), seen_at: seen.and_utc() }))
}

/// Replaces what belongs between two requests; false when there is no such visit.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_state(system: &mut System<'_>, hash: &[u8; 32], state: &str) -> Result<bool, StorageError> {
    let visit = system.every_visit().filter(visits::hash.eq(hash.as_slice()));
    Ok(diesel::update(visit).set(visits::state.eq(state)).execute(system.connection())? == 1)
}

/// Notes that a request has come.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn touch(system: &mut System<'_>, hash: &[u8; 32], now: DateTime<Utc>) -> Result<(), StorageError> {
    let visit = system.every_visit().filter(visits::hash.eq(hash.as_slice()));
    diesel::update(visit).set(visits::seen_at.eq(column::time(now))).execute(system.connection())?;
    Ok(())
}

/// Deletes a visit, if it is there.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(system: &mut System<'_>, hash: &[u8; 32]) -> Result<(), StorageError> {
    diesel::delete(system.every_visit().filter(visits::hash.eq(hash.as_slice()))).execute(system.connection())?;
    Ok(())
}

/// Deletes the visits of which nothing has been heard since this moment; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_unused(system: &mut System<'_>, since: DateTime<Utc>) -> Result<usize, StorageError> {
    let unused = system.every_visit().filter(visits::seen_at.lt(column::time(since)));
    Ok(diesel::delete(unused).execute(system.connection())?)
}
