//! What goes after a round has ended. Each function here does its step in the caller's transaction and notes that the
//! disk still has to be cleaned: see [`Storage::overwrite`](crate::Storage::overwrite).

use std::collections::BTreeSet;

use candour_domain::{OrganisationId, Review, RoundId, RoundState, SettledNow};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::rounds::destroy_keys;
use crate::tenant::add;
use crate::tenant::columns::{
    ballots, bundle_keys, bundles, owed_cleanups, quality_report_reviews, quality_reports, raters, redactions, results,
    reviews, rounds, spent_links,
};
use crate::turnouts::{self, Turnout};
use crate::{StorageError, System, Tenant, audit_log, invitations, jobs};

pub use crate::tenant::rows::Cleanup;

/// A deletion whose space has not been overwritten yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwedCleanup {
    /// The trust.
    pub organisation_id: OrganisationId,
    /// The round, which may be gone.
    pub round_id: RoundId,
    /// What was deleted.
    pub kind: Cleanup,
}

/// The rounds of every trust that have ended by now, and the drafts whose closing time has passed; the longest ended
/// first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn ended(system: &mut System<'_>, now: DateTime<Utc>) -> Result<Vec<(OrganisationId, RoundId)>, StorageError> {
    let past = system.every_round().filter(rounds::closes_at.le(column::time(now)).or(rounds::closed_at.is_not_null()));
    let ended = past.filter(rounds::state.ne(RoundState::Open.as_str())).order((rounds::closes_at, rounds::id));
    let rows: Vec<(String, String)> = ended.select((rounds::organisation_id, rounds::id)).load(system.connection())?;
    let read = |(organisation, id): (String, String)| {
        Ok((column::id(&organisation, "rounds.organisation_id")?, column::id(&id, "rounds.id")?))
    };
    rows.into_iter().map(read).collect()
}

/// Destroys the answers of a round and every key to them, and gives the number of reviews whose answers there were.
///
/// # Errors
/// [`StorageError::Conflict`] when the round's answers have been destroyed before.
///
/// # Guarantee
/// No key is left in the tables that opens an answer to this round, nor any answer. Once the space has been
/// overwritten, anybody who holds the server key and the database can read none.
pub fn destroy_answers(
    tenant: &mut Tenant<'_>,
    round: RoundId,
    all: &[Review],
    now: SettledNow,
) -> Result<usize, StorageError> {
    let ids = ids(all);
    // Of a round that was never counted, or was counted before its key was destroyed with that.
    destroy_keys(tenant, round, now)?;
    diesel::delete(tenant.ballots().filter(ballots::review_id.eq_any(&ids))).execute(tenant.connection())?;
    diesel::delete(tenant.bundle_keys().filter(bundle_keys::review_id.eq_any(&ids))).execute(tenant.connection())?;
    let destroyed =
        diesel::delete(tenant.bundles().filter(bundles::review_id.eq_any(&ids))).execute(tenant.connection())?;
    owe(tenant, round, Cleanup::Answers)?;
    Ok(destroyed)
}

/// Erases the raters of a round: their names and addresses, their invitations with who has answered, the tombstones of
/// their links, and work that is about them. What is left of them is [how many they were](turnouts). Gives the number
/// of raters.
///
/// # Errors
/// [`StorageError::Conflict`] when the round's raters have been erased before.
///
/// # Guarantee
/// No row of the trust names a rater of this round or their invitation any more, but for the subject as the one that
/// the review is about, and for those who answered by name in the result.
pub fn erase_people(
    tenant: &mut Tenant<'_>,
    round: RoundId,
    all: &[Review],
    _now: SettledNow,
) -> Result<usize, StorageError> {
    let mut about: BTreeSet<String> =
        invitations::in_round(tenant, round)?.iter().map(|invitation| invitation.id.to_string()).collect();
    about.insert(round.to_string());
    jobs::delete_about(tenant, &about)?;
    for review in all {
        let invited = turnouts::invited(tenant, review.id)?;
        let responded = turnouts::responded(tenant, review.id)?.iter().map(|(_, count)| count).sum();
        turnouts::insert(tenant, review.id, &Turnout { invited, responded })?;
    }
    diesel::delete(tenant.spent_links().filter(spent_links::round_id.eq(round.to_string())))
        .execute(tenant.connection())?;
    // Somebody who guesses the whole list could find it confirmed by its hash.
    let reviews = tenant.reviews().filter(reviews::round_id.eq(round.to_string()));
    diesel::update(reviews).set(reviews::agreed_digest.eq(None::<String>)).execute(tenant.connection())?;
    // Invitations, links and drafts go with them.
    let erased =
        diesel::delete(tenant.raters().filter(raters::round_id.eq(round.to_string()))).execute(tenant.connection())?;
    owe(tenant, round, Cleanup::People)?;
    Ok(erased)
}

/// Deletes the results of a round and what is left of it, and gives the number of results. Quality reports stay: they
/// are about no review.
///
/// # Errors
/// [`StorageError::Conflict`] when there are answers or tombstones of links: they go first.
pub fn delete_results(
    tenant: &mut Tenant<'_>,
    round: RoundId,
    all: &[Review],
    _now: SettledNow,
) -> Result<usize, StorageError> {
    let ids = ids(all);
    for id in &ids {
        audit_log::forget_reasons(tenant, id)?;
        let reported = tenant.quality_report_reviews().filter(quality_report_reviews::review_id.eq(id));
        let report = reported
            .clone()
            .select(quality_report_reviews::report_id)
            .first::<String>(tenant.connection())
            .optional()?;
        if let Some(report) = report {
            diesel::delete(reported).execute(tenant.connection())?;
            let report = tenant.quality_reports().filter(quality_reports::id.eq(report));
            let one_more = quality_reports::deleted_reviews.eq(quality_reports::deleted_reviews + 1_i64);
            diesel::update(report).set(one_more).execute(tenant.connection())?;
        }
    }
    let mut about: BTreeSet<String> = ids.iter().cloned().collect();
    about.insert(round.to_string());
    jobs::delete_about(tenant, &about)?;
    diesel::delete(tenant.redactions().filter(redactions::review_id.eq_any(&ids))).execute(tenant.connection())?;
    let deleted =
        diesel::delete(tenant.results().filter(results::review_id.eq_any(&ids))).execute(tenant.connection())?;
    diesel::delete(tenant.reviews().filter(reviews::id.eq_any(&ids))).execute(tenant.connection())?;
    diesel::delete(tenant.rounds().filter(rounds::id.eq(round.to_string()))).execute(tenant.connection())?;
    owe(tenant, round, Cleanup::Results)?;
    Ok(deleted)
}

/// The deletions of every trust whose space has not been overwritten yet.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn owed(system: &mut System<'_>) -> Result<Vec<OwedCleanup>, StorageError> {
    let columns = (owed_cleanups::organisation_id, owed_cleanups::round_id, owed_cleanups::kind);
    let rows: Vec<(String, String, String)> = system.every_owed_cleanup().select(columns).load(system.connection())?;
    let read = |(organisation, round, kind): (String, String, String)| {
        Ok(OwedCleanup {
            organisation_id: column::id(&organisation, "owed_cleanups.organisation_id")?,
            round_id: column::id(&round, "owed_cleanups.round_id")?,
            kind: column::read(Cleanup::from_name(&kind), "owed_cleanups.kind")?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Notes that the space of these deletions has been overwritten.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn settle(system: &mut System<'_>, done: &[OwedCleanup]) -> Result<(), StorageError> {
    for cleanup in done {
        let of_trust =
            system.every_owed_cleanup().filter(owed_cleanups::organisation_id.eq(cleanup.organisation_id.to_string()));
        let of_round = of_trust.filter(owed_cleanups::round_id.eq(cleanup.round_id.to_string()));
        diesel::delete(of_round.filter(owed_cleanups::kind.eq(cleanup.kind.as_str()))).execute(system.connection())?;
    }
    Ok(())
}

/// Each kind of deletion happens to a round once, so its row is new.
fn owe(tenant: &mut Tenant<'_>, round: RoundId, kind: Cleanup) -> Result<(), StorageError> {
    Ok(add!(
        tenant,
        adding_owed_cleanups,
        (owed_cleanups::round_id.eq(round.to_string()), owed_cleanups::kind.eq(kind.as_str()))
    )?)
}

fn ids(all: &[Review]) -> Vec<String> {
    all.iter().map(|review| review.id.to_string()).collect()
}
