//! The shuffled answers of a counted review, sealed again as one bundle, so that a defect in the analysis can be
//! corrected until retention ends. Each has a key of its own, kept apart from it, so that it can be destroyed alone.
//!
//! Nothing in the program reads a bundle yet: [`find`] is here for that recount.

use candour_domain::ReviewId;
use diesel::prelude::*;

use crate::tenant::add;
use crate::tenant::columns::{bundle_keys, bundles};
use crate::{StorageError, Tenant};

/// A bundle and what opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBundle {
    /// The answers, sealed with a key of their own.
    pub answers: Vec<u8>,
    /// That key, sealed under the server key.
    pub key: Vec<u8>,
}

/// Adds the bundle of a review.
///
/// # Errors
/// [`StorageError::Conflict`] when it has one.
pub fn insert(tenant: &mut Tenant<'_>, review: ReviewId, bundle: &SealedBundle) -> Result<(), StorageError> {
    let review = review.to_string();
    add!(tenant, adding_bundles, (bundles::review_id.eq(&review), bundles::sealed.eq(bundle.answers.as_slice())))?;
    Ok(add!(
        tenant,
        adding_bundle_keys,
        (bundle_keys::review_id.eq(&review), bundle_keys::sealed.eq(bundle.key.as_slice()))
    )?)
}

/// The bundle of a review; `None` also once its key has been destroyed.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Option<SealedBundle>, StorageError> {
    let review = review.to_string();
    let answers = tenant.bundles().filter(bundles::review_id.eq(&review)).select(bundles::sealed);
    let key = tenant.bundle_keys().filter(bundle_keys::review_id.eq(&review)).select(bundle_keys::sealed);
    let answers: Option<Vec<u8>> = answers.get_result(tenant.connection()).optional()?;
    let key: Option<Vec<u8>> = key.get_result(tenant.connection()).optional()?;
    Ok(answers.zip(key).map(|(answers, key)| SealedBundle { answers, key }))
}
