//! Results: documents that are stored once and never changed.

use candour_domain::ReviewId;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::results};
use crate::{StorageError, Tenant};

/// A stored result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResult {
    /// The JSON document, byte for byte as it was stored.
    pub document: String,
    /// SHA-256 of the document in hexadecimal.
    pub sha256: String,
    /// When the review was counted.
    pub created_at: DateTime<Utc>,
}

/// Stores the result of a review.
///
/// # Errors
/// [`StorageError::Conflict`] when it has one.
pub fn insert(
    tenant: &mut Tenant<'_>,
    review: ReviewId,
    document: &str,
    sha256_hex: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let values = (
        results::review_id.eq(review.to_string()),
        results::document.eq(document),
        results::sha256.eq(sha256_hex),
        results::created_at.eq(column::time(now)),
    );
    Ok(add!(tenant, adding_results, values)?)
}

/// The result of a review.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Option<StoredResult>, StorageError> {
    let columns = (results::document, results::sha256, results::created_at);
    let found = tenant.results().filter(results::review_id.eq(review.to_string())).select(columns);
    let found: Option<(String, String, NaiveDateTime)> = found.get_result(tenant.connection()).optional()?;
    Ok(found.map(|(document, sha256, at)| StoredResult { document, sha256, created_at: at.and_utc() }))
}
