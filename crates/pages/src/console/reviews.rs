//! A review for those who have to do with it: the report as they may see it, and for its facilitator what they decide.

pub(crate) mod comments;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod preview;
pub(crate) mod redact;
pub(crate) mod release;
mod report;
pub(crate) mod sheet;

use candour_analytics::ReviewResult;
use candour_domain::access::permission::GetResults;
use candour_domain::{ReviewId, Role};
use candour_service::account::my_review::{self, MyReview};
use candour_service::app::App;
use candour_service::result::reading::{self, Shown};

use super::Closed;
use crate::session::SignedIn;

/// A review id from an address.
fn parse(id: &str) -> Result<ReviewId, Closed> {
    id.parse().map_err(|_no_id| Closed::NotThere)
}

/// The review with this id for the facilitator who decides about it; [`Closed::NotThere`] for everybody else.
async fn own(app: &App, who: &SignedIn, id: &str) -> Result<MyReview, Closed> {
    let facilitator = who.act(Role::Facilitator)?;
    let found = my_review::find(app, who, parse(id)?).await?;
    if facilitator.visibility().decides(&found.review) { Ok(found) } else { Err(Closed::NotThere) }
}

/// The result of a review that they facilitate, with its redactions.
async fn own_result(app: &App, who: &SignedIn, id: ReviewId) -> Result<ReviewResult, Closed> {
    let by = who.may::<GetResults>(Role::Facilitator)?;
    Ok(reading::read_result(app, &by, Shown::Session(who.session), id).await?)
}

/// What a facilitator decides on: the review, and its result while that can still change; `None` where it cannot.
async fn undecided(app: &App, who: &SignedIn, id: &str) -> Result<(MyReview, Option<ReviewResult>), Closed> {
    let found = own(app, who, id).await?;
    let result = match found.review.require_redactable() {
        Ok(()) => Some(own_result(app, who, found.review.id).await?),
        Err(_too_early_or_too_late) => None,
    };
    Ok((found, result))
}
