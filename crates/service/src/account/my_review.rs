//! What somebody is to a review, and how far it is: what its page begins with. It holds no figure and no answer.

use candour_domain::{Review, ReviewId, Round};
use candour_storage::{reviews, rounds};

use crate::account::home::{self, Part};
use crate::app::App;
use crate::auth::sessions::SignedIn;
use crate::error::Error;

/// A review that has to do with somebody, with its round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyReview {
    /// What they are to it: of several parts the one that comes first, as facilitator, adviser, subject or
    /// administrator.
    pub part: Part,
    /// The review, as they are told of it.
    pub review: Review,
    /// Its round.
    pub round: Round,
}

/// Finds it.
///
/// # Errors
/// [`Error::NotFound`] when there is no review with this id, or none that has to do with them: which, is not said.
pub async fn find(app: &App, who: &SignedIn, id: ReviewId) -> Result<MyReview, Error> {
    let parts = home::parts(who);
    app.storage
        .read(who.organisation.id, move |tenant| {
            let review = reviews::find(tenant, id)?.ok_or(Error::NotFound)?;
            let (part, sees) = parts.into_iter().find(|(_, sees)| sees.shows(&review)).ok_or(Error::NotFound)?;
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            Ok(MyReview { part, review: sees.tell(review), round })
        })
        .await
}
