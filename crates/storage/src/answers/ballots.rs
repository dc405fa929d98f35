//! The ballot box. A ballot has a random key, the review it is about, and sealed bytes; nothing else is kept or asked
//! for.

use std::collections::HashSet;

use candour_domain::{BallotId, InvitationId, ReviewId, Round, SettledNow};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{Cast, columns::ballots};
use crate::{StorageError, Tenant};

/// A ballot on its way into the box, with what goes out for it.
pub struct Casting {
    /// The round, which has to be as it was when the ballot was sealed to its key.
    pub round: Round,
    /// The review.
    pub review: ReviewId,
    /// The invitation whose link is used.
    pub invitation: InvitationId,
    /// The hash under which the link's tombstone will lie.
    pub spent_hash: [u8; 32],
    /// A fresh random id.
    pub id: BallotId,
    /// The sealed ballot.
    pub sealed: Vec<u8>,
}

/// Casts ballots, each with another invitation: wipes the link and leaves its tombstone, marks the invitation used,
/// puts the ballot into the box and deletes the draft.
///
/// Says of each whether it was cast. It was not, and nothing of it has changed, when the round has been changed
/// meanwhile or the link is gone.
///
/// # Errors
/// [`StorageError::Conflict`] when there is a ballot with one of these ids or a tombstone under one of these hashes.
pub fn cast(tenant: &mut Tenant<'_>, castings: &[&Casting]) -> Result<Vec<bool>, StorageError> {
    if castings.is_empty() {
        return Ok(Vec::new());
    }
    let rows = castings.iter().map(|casting| row(casting)).collect::<Result<Vec<_>, StorageError>>()?;
    let cast: HashSet<String> = tenant.cast(&rows)?.into_iter().collect();
    Ok(rows.iter().map(|row| cast.contains(&row.invitation)).collect())
}

fn row(casting: &Casting) -> Result<Cast<'_>, StorageError> {
    Ok(Cast {
        round: casting.round.id().to_string(),
        revision: column::read(i64::try_from(casting.round.record().revision).ok(), "rounds.revision")?,
        review: casting.review.to_string(),
        invitation: casting.invitation.to_string(),
        spent_hash: &casting.spent_hash,
        ballot: casting.id.to_string(),
        sealed: &casting.sealed,
    })
}

/// The sealed ballots of a review, in the order of their random keys.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn all(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Vec<u8>>, StorageError> {
    let of_review = tenant.ballots().filter(ballots::review_id.eq(review.to_string()));
    Ok(of_review.order(ballots::id).select(ballots::sealed).load(tenant.connection())?)
}

/// Deletes the ballots of a review and gives their number.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_review(tenant: &mut Tenant<'_>, review: ReviewId, _now: SettledNow) -> Result<usize, StorageError> {
    let of_review = tenant.ballots().filter(ballots::review_id.eq(review.to_string()));
    Ok(diesel::delete(of_review).execute(tenant.connection())?)
}

/// How many ballots the review has.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn count(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<u64, StorageError> {
    let of_review = tenant.ballots().filter(ballots::review_id.eq(review.to_string()));
    column::number(of_review.count().get_result(tenant.connection())?, "the number of ballots")
}
