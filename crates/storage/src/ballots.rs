//! The ballot box. A ballot has a random key, the review it is about, and sealed bytes; nothing else is kept or asked for.

use candour_domain::{BallotId, ReviewId};
use diesel::prelude::*;

use crate::tenant::{add, columns::ballots};
use crate::{StorageError, Tenant, column};

/// Puts a ballot into the box.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id or no such review.
pub fn insert(tenant: &mut Tenant<'_>, id: BallotId, review: ReviewId, sealed: &[u8]) -> Result<(), StorageError> {
    let values = (ballots::review_id.eq(review.to_string()), ballots::id.eq(id.to_string()), ballots::sealed.eq(sealed));
    Ok(add!(tenant, adding_ballots, values)?)
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
pub fn delete_review(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<usize, StorageError> {
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
