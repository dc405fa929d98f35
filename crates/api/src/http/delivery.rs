//! How the first emails of a round fare, in numbers.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get};
use candour_domain::access::permission;
use candour_domain::{Delivery, DeliveryReason, RoundId};
use candour_service::round::delivery::{self, Fared, RoundDelivery};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::problems::Problems;
use crate::problem::Problem;

/// How the first emails of a round fare. One person gets one email about everything that they are asked for; those to
/// withdrawn people are left out. Nothing here moves when somebody answers.
#[derive(Serialize, ToSchema)]
pub struct DeliveryView {
    /// All of them; 0 before launch, and once the raters have been erased.
    #[schema(example = 5000)]
    emails: u32,
    /// Those that wait to be handed to the mail server.
    #[schema(example = 3760)]
    queued: u32,
    /// Those that the mail server has taken.
    #[schema(example = 1240)]
    sent: u32,
    /// Those that were written to a file, since no mail server is set, and have reached nobody.
    written_to_file: u32,
    /// Those whose address the mail server has refused.
    bounced: u32,
    /// Those that have failed for good, after about a day.
    failed: u32,
    /// Those that were refused or have failed, by reason.
    problems: Vec<DeliveryProblemView>,
}

/// First emails that did not arrive for one reason.
#[derive(Serialize, ToSchema)]
pub struct DeliveryProblemView {
    /// `bounced` or `failed`.
    delivery: &'static str,
    /// As `delivery_reason` of a rater; null where it is not known.
    reason: Option<&'static str>,
    /// How many.
    emails: u32,
}

/// How the first emails of a round fare, in numbers: how far a launch is. The list of raters says it of each person.
/// There is nothing of the kind for reminders: their number would tell how many have not answered.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = DeliveryView), Problems),
    security(("bearer" = [])),
)]
#[get("/rounds/{id}/delivery")]
pub(crate) async fn get_delivery(caller: Caller, app: State, id: Path<RoundId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetDelivery>()?;
    let found = delivery::delivery(&app, &by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(DeliveryView::from(&found)))
}

impl From<&RoundDelivery> for DeliveryView {
    fn from(found: &RoundDelivery) -> Self {
        Self {
            emails: found.emails(),
            queued: found.number(Delivery::Queued),
            sent: found.number(Delivery::Sent),
            written_to_file: found.number(Delivery::WrittenToFile),
            bounced: found.number(Delivery::Bounced),
            failed: found.number(Delivery::Failed),
            problems: found.problems().map(DeliveryProblemView::from).collect(),
        }
    }
}

impl From<&Fared> for DeliveryProblemView {
    fn from(fared: &Fared) -> Self {
        Self { delivery: fared.delivery.as_str(), reason: fared.why.map(DeliveryReason::as_str), emails: fared.emails }
    }
}
