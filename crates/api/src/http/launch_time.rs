//! The time at which a draft is launched by itself.

use actix_web::web::Path;
use actix_web::{delete, put};
use candour_domain::RoundId;
use candour_domain::access::permission;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::{Body, Nothing};
use crate::http::moment;
use crate::http::problems::ChangeProblems;
use crate::http::rounds::{RoundView, answer};
use crate::problem::Problem;

/// When a draft is to be launched.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LaunchTime {
    /// In the future, and before `closes_at`.
    #[serde(deserialize_with = "moment::required")]
    launches_at: DateTime<Utc>,
}

/// Sets the time at which a draft is launched by itself, or another one. It must be ready now, and does not change until
/// then. Should it not be possible to launch it at that time, nothing is sent, the time is taken back, and the
/// administrators get an email that says why.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), request_body = LaunchTime,
    responses((status = 200, body = RoundView), ChangeProblems), security(("bearer" = [])),
)]
#[put("/rounds/{id}/launch-time")]
pub(crate) async fn set_launch_time(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<LaunchTime>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::SetLaunchTime>()?.answering(|round| answer(200, round));
    let at = body.parse()?.launches_at;
    Ok(Told(candour_service::round::launch_time::set_launch_time(&app, asked, id.into_inner(), at).await?))
}

/// Takes the time back, so that the draft can be changed. Where none is set, nothing happens.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = RoundView), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/rounds/{id}/launch-time")]
pub(crate) async fn remove_launch_time(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<Nothing>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RemoveLaunchTime>()?.answering(|round| answer(200, round));
    let Nothing {} = body.parse()?;
    Ok(Told(candour_service::round::launch_time::remove_launch_time(&app, asked, id.into_inner()).await?))
}
