//! How many have answered, as it was at one moment of the day: the last such number of each round, and no earlier one.

use std::collections::BTreeMap;

use candour_domain::{ReviewId, RoundId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::progress_snapshots;
use crate::{StorageError, Tenant};

/// How many of each review of a round had answered at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The moment.
    pub as_of: DateTime<Utc>,
    /// Of each review.
    pub responded: BTreeMap<ReviewId, u32>,
}

/// The last snapshot of a round.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Option<Snapshot>, StorageError> {
    let found = tenant.progress_snapshots().filter(progress_snapshots::round_id.eq(round.to_string()));
    let found = found.select((progress_snapshots::counted_at, progress_snapshots::responded));
    let Some((as_of, responded)) = found.get_result::<(NaiveDateTime, String)>(tenant.connection()).optional()? else {
        return Ok(None);
    };
    Ok(Some(Snapshot { as_of: as_of.and_utc(), responded: column::json(&responded, "progress_snapshots.responded")? }))
}

/// Keeps a snapshot instead of the one before.
///
/// # Errors
/// [`StorageError::Conflict`] when there is no such round.
pub fn put(tenant: &mut Tenant<'_>, round: RoundId, snapshot: &Snapshot) -> Result<(), StorageError> {
    let responded = column::to_json(&snapshot.responded, "progress_snapshots.responded")?;
    Ok(tenant.put_progress_snapshot(&round.to_string(), column::time(snapshot.as_of), &responded)?)
}

/// Removes the snapshot of a round, if there is one.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, round: RoundId) -> Result<(), StorageError> {
    let found = tenant.progress_snapshots().filter(progress_snapshots::round_id.eq(round.to_string()));
    diesel::delete(found).execute(tenant.connection())?;
    Ok(())
}
