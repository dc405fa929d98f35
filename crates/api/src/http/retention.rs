//! What is destroyed of a round, and when.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get};
use candour_domain::RoundId;
use candour_domain::access::permission;
use candour_domain::retention::Scheduled;
use candour_service::round::retention_plan;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::problems::Problems;
use crate::problem::Problem;

/// What is still to be destroyed of a round.
#[derive(Serialize, ToSchema)]
pub struct RetentionPlanView {
    /// In the order in which it is to be done, as far as the times are known.
    steps: Vec<RetentionStepView>,
}

/// One step.
#[derive(Serialize, ToSchema)]
pub struct RetentionStepView {
    /// `destroy_answers`: the answers behind the results. `erase_people`: names and addresses of its raters. `archive`:
    /// nothing is left but the results. `delete_round`: the results, and the round.
    step: &'static str,
    /// Not before.
    at: DateTime<Utc>,
}

/// What is destroyed of a round and when, as far as it is known: nothing of an open round, whose end is not known. A
/// step whose time has passed is done soon.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = RetentionPlanView), Problems),
    security(("bearer" = [])),
)]
#[get("/rounds/{id}/retention")]
pub(crate) async fn get_retention(caller: Caller, app: State, id: Path<RoundId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetRetention>()?;
    let steps = retention_plan::retention_plan(&app, &by, id.into_inner()).await?;
    let view = |scheduled: Scheduled| RetentionStepView { step: scheduled.step.as_str(), at: scheduled.at };
    Ok(HttpResponse::Ok().json(RetentionPlanView { steps: steps.into_iter().map(view).collect() }))
}
