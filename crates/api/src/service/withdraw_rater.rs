//! Takes a rater out of a review.

use candour_domain::{InvitationId, Principal, RaterId, Response};
use candour_storage::invitations::{self, Decoy};
use candour_storage::{raters, rounds};
use serde_json::json;

use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::seal::{DraftKey, DraftSalt, Link};
use crate::service::audit;
use crate::state::App;

/// Deletes a rater of a draft or one who waits for the facilitator's agreement, neither of whom anybody has written to. Any other rater of
/// an open round is withdrawn: the link stops working. The subject stays in their own review.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended, [`Error::Conflict`] for the subject.
///
/// # Guarantee
/// The outcome is the same whether or not the rater has answered, and so is what it takes, so that it cannot be used to find out. An answer
/// already received stays in the ballot box: nobody could tell which one it is.
pub async fn withdraw_rater(app: &App, principal: &Principal, id: RaterId) -> Result<(), Error> {
    let now = app.clock.now();
    let actor = principal.actor();
    // Made for everybody, since nobody knows yet for whom it is needed.
    let decoy = decoy(app)?;
    app.storage
        .write(principal.organisation(), move |tenant| {
            let rater = raters::find(tenant, id)?.ok_or(Error::NotFound)?;
            let round = rounds::find(tenant, rater.round_id)?.ok_or(Error::NotFound)?;
            round.require_raters_welcome()?;
            if round.record().groups.find(rater.group.as_str()).is_some_and(candour_domain::RaterGroup::is_self) {
                return Err(Error::Conflict("the subject stays in their own review; delete the review instead"));
            }
            match invitations::of_rater(tenant, id)? {
                Some(invitation) => {
                    invitations::withdraw(tenant, invitation.id, &decoy, &Link::spent_hash)?;
                }
                None => {
                    raters::delete(tenant, id)?;
                }
            }
            audit::record(tenant, &actor, "rater.withdrawn", format!("rater:{id}"), json!({"review": rater.review_id}), now)?;
            Ok(())
        })
        .await
}

/// A link that nobody has been sent, with an empty draft.
pub(super) fn decoy(app: &App) -> Result<Decoy, Error> {
    let (rng, nobody) = (&mut entropy::system(), fresh(InvitationId::from_random));
    let link = Link::generate(rng);
    Ok(Decoy {
        link_hash: link.hash(),
        sealed_link: link.seal(&app.key, nobody, rng)?,
        sealed_draft: DraftKey::of(&link, &DraftSalt::none()).seal(nobody, &Response::empty(), rng)?,
    })
}
