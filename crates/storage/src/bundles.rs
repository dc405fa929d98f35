//! The shuffled answers of a counted review, sealed anew as one bundle, so that a defect in the analysis can be mended until retention ends.

use candour_domain::ReviewId;
use diesel::prelude::*;

use crate::tenant::{add, columns::bundles};
use crate::{StorageError, Tenant};

/// Adds the bundle of a review.
///
/// # Errors
/// [`StorageError::Conflict`] when it has one.
pub fn insert(tenant: &mut Tenant<'_>, review: ReviewId, sealed: &[u8]) -> Result<(), StorageError> {
    Ok(add!(tenant, adding_bundles, (bundles::review_id.eq(review.to_string()), bundles::sealed.eq(sealed)))?)
}

/// The bundle of a review.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Option<Vec<u8>>, StorageError> {
    let found = tenant.bundles().filter(bundles::review_id.eq(review.to_string())).select(bundles::sealed);
    Ok(found.first(tenant.connection()).optional()?)
}
