//! Reading rounds and reviews: what is not there for somebody is answered like what is not there at all.

use candour_domain::access::permission::{GetReview, GetRound, ListReviews, ListRounds};
use candour_domain::{Authorised, Review, ReviewId, Round, RoundId, Visibility};
use candour_storage::{Page, PageRequest, Tenant, reviews, rounds};

use crate::app::App;
use crate::error::Error;

/// The trust's rounds, newest first; of a facilitator or an adviser those with a review of theirs.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list_rounds(app: &App, by: &Authorised<ListRounds>, page: PageRequest) -> Result<Page<Round>, Error> {
    let sees = by.principal().visibility();
    app.storage.read(by.organisation(), move |tenant| Ok(rounds::list(tenant, &sees, &page)?)).await
}

/// A round.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_round(app: &App, by: &Authorised<GetRound>, id: RoundId) -> Result<Round, Error> {
    let sees = by.principal().visibility();
    app.storage.read(by.organisation(), move |tenant| round(tenant, &sees, id)).await
}

/// The reviews of a round; of a facilitator or an adviser theirs.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list_reviews(
    app: &App,
    by: &Authorised<ListReviews>,
    round: RoundId,
    page: PageRequest,
) -> Result<Page<Review>, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            rounds::find(tenant, round)?.ok_or(Error::NotFound)?;
            let mut found = reviews::list(tenant, round, &sees, &page)?;
            found.items = found.items.into_iter().map(|review| sees.tell(review)).collect();
            if found.items.is_empty() && !sees.shows_every_round() { Err(Error::NotFound) } else { Ok(found) }
        })
        .await
}

/// A review.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_review(app: &App, by: &Authorised<GetReview>, id: ReviewId) -> Result<Review, Error> {
    let sees = by.principal().visibility();
    app.storage.read(by.organisation(), move |tenant| review(tenant, &sees, id)).await
}

/// The round with this id, if it is there for somebody.
///
/// # Errors
/// [`Error::NotFound`].
pub fn round(tenant: &mut Tenant<'_>, sees: &Visibility, id: RoundId) -> Result<Round, Error> {
    if !sees.shows_every_round() && !reviews::any(tenant, id, sees)? {
        return Err(Error::NotFound);
    }
    rounds::find(tenant, id)?.ok_or(Error::NotFound)
}

/// The review with this id, if it is there for somebody, as they are told of it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn review(tenant: &mut Tenant<'_>, sees: &Visibility, id: ReviewId) -> Result<Review, Error> {
    let review = reviews::find(tenant, id)?.filter(|review| sees.shows(review)).ok_or(Error::NotFound)?;
    Ok(sees.tell(review))
}
