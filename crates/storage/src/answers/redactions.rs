//! Redactions: rows laid over a result when it is read. The result itself does not change.

use candour_domain::{CommentId, ReviewId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::redactions};
use crate::{StorageError, Tenant};

/// A comment that its facilitator has taken out of a report, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The comment.
    pub comment_id: CommentId,
    /// The reason the facilitator gave.
    pub reason: String,
    /// Who did it, as the audit log names them.
    pub actor: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Redacts a comment.
///
/// # Errors
/// [`StorageError::Conflict`] when it has been redacted, or the review has no result.
pub fn insert(
    tenant: &mut Tenant<'_>,
    review: ReviewId,
    comment: CommentId,
    reason: &str,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let values = (
        redactions::review_id.eq(review.to_string()),
        redactions::comment_id.eq(comment.to_string()),
        redactions::reason.eq(reason),
        redactions::actor.eq(actor),
        redactions::at.eq(column::time(now)),
    );
    Ok(add!(tenant, adding_redactions, values)?)
}

/// Takes a redaction back; false when there is none of this comment.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, review: ReviewId, comment: CommentId) -> Result<bool, StorageError> {
    let of_review = tenant.redactions().filter(redactions::review_id.eq(review.to_string()));
    let redaction = of_review.filter(redactions::comment_id.eq(comment.to_string()));
    Ok(diesel::delete(redaction).execute(tenant.connection())? == 1)
}

/// The redactions of a review.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn all(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Redaction>, StorageError> {
    let columns = (redactions::comment_id, redactions::reason, redactions::actor, redactions::at);
    let of_review = tenant
        .redactions()
        .filter(redactions::review_id.eq(review.to_string()))
        .order(redactions::comment_id)
        .select(columns);
    let rows: Vec<(String, String, String, NaiveDateTime)> = of_review.load(tenant.connection())?;
    let read = |(comment, reason, actor, at): (String, String, String, NaiveDateTime)| {
        Ok(Redaction { comment_id: column::id(&comment, "redactions.comment_id")?, reason, actor, at: at.and_utc() })
    };
    rows.into_iter().map(read).collect()
}
