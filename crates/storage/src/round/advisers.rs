//! Advisers of reviews. They are read with their reviews.

use std::collections::BTreeMap;

use candour_domain::{Adviser, AdviserId, Review, ReviewId};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::advisers;
use crate::tenant::rows::{AdviserRow, ReviewRow};
use crate::{StorageError, Tenant};

/// Adds an adviser of a review.
///
/// # Errors
/// [`StorageError::Conflict`] when the review has one with this address or does not exist.
pub fn insert(tenant: &mut Tenant<'_>, review: ReviewId, adviser: &Adviser) -> Result<(), StorageError> {
    let values = (
        advisers::id.eq(adviser.id.to_string()),
        advisers::review_id.eq(review.to_string()),
        advisers::name.eq(adviser.person.name.as_str()),
        advisers::email.eq(adviser.person.email.as_str()),
    );
    Ok(add!(tenant, adding_advisers, values)?)
}

/// Takes an adviser away; false when there is none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: AdviserId) -> Result<bool, StorageError> {
    let adviser = tenant.advisers().filter(advisers::id.eq(id.to_string()));
    Ok(diesel::delete(adviser).execute(tenant.connection())? == 1)
}

/// Takes every adviser of a review away, and gives how many there were.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_all(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<usize, StorageError> {
    let advisers = tenant.advisers().filter(advisers::review_id.eq(review.to_string()));
    Ok(diesel::delete(advisers).execute(tenant.connection())?)
}

/// Advisers by their review, each in the order of their ids.
#[derive(Default)]
pub(crate) struct ByReview(BTreeMap<String, Vec<Adviser>>);

impl ByReview {
    /// Those of these reviews.
    pub(crate) fn of(tenant: &mut Tenant<'_>, reviews: &[ReviewRow]) -> Result<Self, StorageError> {
        let ids: Vec<_> = reviews.iter().map(|review| review.id.as_str()).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let theirs = tenant.advisers().filter(advisers::review_id.eq_any(ids));
        let ordered = theirs.order(advisers::id).select(AdviserRow::as_select());
        Self::read(ordered.load(tenant.connection())?)
    }

    /// Those of every review of the trust.
    pub(crate) fn every(tenant: &mut Tenant<'_>) -> Result<Self, StorageError> {
        let every = tenant.advisers().order(advisers::id).select(AdviserRow::as_select());
        Self::read(every.load(tenant.connection())?)
    }

    /// A review with its advisers.
    pub(crate) fn with(&mut self, review: ReviewRow) -> Result<Review, StorageError> {
        let advisers = self.0.remove(&review.id).unwrap_or_default();
        review.read(advisers)
    }

    fn read(rows: Vec<AdviserRow>) -> Result<Self, StorageError> {
        let mut found = Self::default();
        let read = |row: AdviserRow| Ok((row.review_id.clone(), row.read()?));
        for (review, adviser) in column::readable(rows.into_iter().map(read))? {
            found.0.entry(review).or_default().push(adviser);
        }
        Ok(found)
    }
}
