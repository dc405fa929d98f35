//! The readiness of a round: what could be published, and what stops a launch.

use candour_domain::readiness::{ReviewReadiness, review_readiness};
use candour_domain::{OrganisationId, Round, RoundId};
use candour_storage::{Tenant, raters, reviews, rounds};

use crate::error::Error;
use crate::state::App;

/// The readiness of every review of a round; empty when it has none, which stops a launch too.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn readiness(app: &App, organisation: OrganisationId, id: RoundId) -> Result<Vec<ReviewReadiness>, Error> {
    app.storage
        .read(organisation, move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            of_round(tenant, &round)
        })
        .await
}

/// The same, inside a transaction.
///
/// # Errors
/// [`Error::Storage`].
pub fn of_round(tenant: &mut Tenant<'_>, round: &Round) -> Result<Vec<ReviewReadiness>, Error> {
    let record = round.record();
    reviews::all(tenant, record.id)?
        .iter()
        .map(|review| Ok(review_readiness(review.id, &record.groups, &raters::invited(tenant, review.id)?, &record.policy)))
        .collect()
}

/// Whether a round with this readiness can be launched.
#[must_use]
pub fn is_ready(reviews: &[ReviewReadiness]) -> bool {
    !reviews.is_empty() && reviews.iter().all(|review| review.problems.is_empty())
}
