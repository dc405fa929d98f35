//! Once a day, at 6am in London, the number is taken that tells how many have answered.

use candour_domain::{RoundId, RoundState, SettledNow};
use candour_storage::progress_snapshots::{self, Snapshot};
use candour_storage::{Tenant, reviews, rounds, turnouts};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Error;
use crate::settle::settle;

/// Takes the snapshot of every open round that was launched before `six`, the last 6am, and has none since. What was
/// missed is taken late, with the time at which it was really read.
///
/// # Guarantee
/// Of each round one snapshot is taken from one 6am to the next, however often this is done, on however many nodes, and
/// whatever happens in the round. It replaces the one before, so that no list of them grows into a diary.
///
/// # Errors
/// [`Error::Clock`]; [`Error::Storage`] for the first round of which it cannot be taken. Those of all others are, and
/// doing it again takes the rest.
pub async fn snapshot_progress(app: &App, six: DateTime<Utc>) -> Result<(), Error> {
    let mut outcome = Ok(());
    for (organisation, round) in app.storage.read_system(move |system| rounds::open_since(system, six)).await? {
        let now = settle(app).await?;
        let taken = app.storage.write(organisation, move |tenant| take(tenant, round, six, now)).await;
        outcome = outcome.and(taken);
    }
    outcome
}

/// Looks again within the transaction: another node may have been quicker, or the round may have closed.
fn take(tenant: &mut Tenant<'_>, id: RoundId, six: DateTime<Utc>, now: SettledNow) -> Result<(), Error> {
    let is_open = rounds::find(tenant, id)?.is_some_and(|round| round.state() == RoundState::Open);
    if !is_open || progress_snapshots::find(tenant, id)?.is_some_and(|last| last.as_of >= six) {
        return Ok(());
    }
    let mut snapshot = Snapshot { as_of: now.at(), responded: std::collections::BTreeMap::new() };
    for review in reviews::all(tenant, id)? {
        let responded = turnouts::responded(tenant, review.id)?.iter().map(|(_, count)| count).sum();
        snapshot.responded.insert(review.id, responded);
    }
    Ok(progress_snapshots::put(tenant, id, &snapshot)?)
}
