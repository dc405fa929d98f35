//! Redacting a comment of a result that is not released, and taking that back.

use candour_analytics::ReviewResult;
use candour_domain::access::permission::RedactComment;
use candour_domain::audit::{Action, Target};
use candour_domain::{CommentId, ReviewId};
use candour_storage::redactions;
use serde_json::json;

use crate::app::App;
use crate::asked::{Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::result::reading::{self, OwnResult};

/// What is to become of a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redaction {
    /// It is left out, for this reason.
    Redact(String),
    /// It is shown again, word for word.
    Restore,
}

/// Redacts a comment of a counted, unreleased result, with a reason, or takes that back. The stored result stays as it
/// was; every reading leaves a redacted comment out from now on, and a restored one in. The audit log keeps both.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator or an unknown comment, [`Error::Review`] before the count or
/// after release, [`Error::AlreadyRedacted`], [`Error::NotRedacted`].
pub async fn redact_comment(
    app: &App,
    asked: Asked<RedactComment, ReviewResult>,
    id: ReviewId,
    comment: CommentId,
    redaction: Redaction,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, reading::own_result(id), move |tenant, OwnResult { review }, facilitator| {
            review.require_redactable()?;
            if !reading::load(tenant, &review)?.has_comment(comment) {
                return Err(Error::NotFound);
            }
            let actor = facilitator.actor();
            let (action, detail) = match redaction {
                Redaction::Redact(reason) => {
                    if redactions::all(tenant, id)?.iter().any(|redaction| redaction.comment_id == comment) {
                        return Err(Error::AlreadyRedacted);
                    }
                    redactions::insert(tenant, id, comment, &reason, &actor.to_string(), now)?;
                    (Action::CommentRedacted, json!({"comment": comment, "reason": reason}))
                }
                Redaction::Restore => {
                    if !redactions::delete(tenant, id, comment)? {
                        return Err(Error::NotRedacted);
                    }
                    (Action::CommentRestored, json!({"comment": comment}))
                }
            };
            audit::record(tenant, actor, action, Target::Review(id), detail, now)?;
            reading::load(tenant, &review)
        })
        .await
}
