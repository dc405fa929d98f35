//! What is destroyed of a round, and when.

use candour_domain::access::permission::GetRetention;
use candour_domain::retention::{Scheduled, schedule};
use candour_domain::{Authorised, RoundId};
use candour_storage::reviews;

use crate::app::App;
use crate::error::Error;
use crate::round::read_rounds;

/// What is still to be done of a round after its end, in the order in which it is to be done, as far as the times are
/// known. It depends on when the round closed and its reviews were released, and on nothing that raters did.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn retention_plan(app: &App, by: &Authorised<GetRetention>, id: RoundId) -> Result<Vec<Scheduled>, Error> {
    let (settings, sees) = (app.retention, by.principal().visibility());
    app.storage
        .read(by.organisation(), move |tenant| {
            let round = read_rounds::round(tenant, &sees, id)?;
            Ok(schedule(&round, &reviews::all(tenant, id)?, settings))
        })
        .await
}
