//! Takes a rater out of a review.

use candour_domain::access::permission::WithdrawRater;
use candour_domain::audit::{Action, Target};
use candour_domain::{InvitationId, RaterId, Response};
use candour_seal::{DraftKey, DraftSalt, Link};
use candour_storage::invitations::{self, Decoy};
use candour_storage::{raters, rounds};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::{self, fresh};
use crate::error::Error;

/// How somebody leaves a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// They are deleted: nobody has written to them.
    Removed,
    /// Their link stops working.
    Withdrawn,
}

/// Deletes a rater of a draft or one who waits for the facilitator's agreement, neither of whom anybody has written to.
/// Any other rater of an open round is withdrawn: the link stops working. The subject stays in their own review. Where
/// somebody has `confirmed` one of the two, the other is not done.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended, [`Error::Conflict`] for the subject, and where what
/// was confirmed is not what would be done any more.
///
/// # Guarantee
/// The outcome is the same whether or not the rater has answered, and so is what it takes, so that it cannot be used to
/// find out. An answer already received stays in the ballot box: nobody could tell which one it is.
pub async fn withdraw_rater(
    app: &App,
    asked: Asked<WithdrawRater, ()>,
    id: RaterId,
    confirmed: Option<Leaving>,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    // Made for everybody, since nobody knows yet for whom it is needed.
    let decoy = decoy(app)?;
    asked
        .carry_out(app, asked::rater(id), move |tenant, rater, principal| {
            let round = rounds::find(tenant, rater.round_id)?.ok_or(Error::NotFound)?;
            round.require_raters_welcome()?;
            if round.record().groups.find(rater.group.as_str()).is_some_and(candour_domain::RaterGroup::is_self) {
                return Err(Error::Conflict("the subject stays in their own review; delete the review instead"));
            }
            let invitation = invitations::of_rater(tenant, id)?;
            let leaving = if invitation.is_some() { Leaving::Withdrawn } else { Leaving::Removed };
            if confirmed.is_some_and(|confirmed| confirmed != leaving) {
                return Err(Error::Conflict("they have been invited, or taken off, since this was asked; ask again"));
            }
            match invitation {
                Some(invitation) => {
                    invitations::withdraw(tenant, invitation.id, &decoy, &Link::spent_hash)?;
                }
                None => {
                    raters::delete(tenant, id)?;
                }
            }
            let detail = json!({"review": rater.review_id});
            audit::record(tenant, principal.actor(), Action::RaterWithdrawn, Target::Rater(id), detail, now)?;
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
