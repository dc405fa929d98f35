//! The invitation as a rater would get it, to look at and to send to oneself.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use candour_domain::access::permission;
use candour_domain::{GroupId, RaterId, RoundId};
use candour_service::asked::Answer;
use candour_service::rater::sample_email::{self, Asker};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// An email, to look at.
#[derive(Serialize, ToSchema)]
pub struct EmailView {
    /// Its subject.
    subject: String,
    /// Its text.
    text: String,
    /// The same as HTML.
    html: String,
}

/// As whom somebody wants to be written to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestEmail {
    /// The id of a group of the round; the first group whose raters answer without their names where it is left out.
    #[schema(value_type = Option<String>)]
    group: Option<GroupId>,
}

/// A test email that is on its way.
#[derive(Serialize, ToSchema)]
pub struct TestEmailView {
    /// Where it goes: the address of the account that asks.
    to: String,
}

/// The invitation as this rater gets it, with all that it asks them for. In place of the link stands one that leads to a
/// page that says it is a sample. Nobody writes to somebody who was withdrawn: 404.
#[utoipa::path(
    tag = "raters", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = EmailView), Problems),
    security(("bearer" = [])),
)]
#[get("/raters/{id}/email")]
pub(crate) async fn preview_email(caller: Caller, app: State, id: Path<RaterId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::PreviewEmail>()?;
    let rendered = sample_email::preview(&app, &by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(EmailView { subject: rendered.subject, text: rendered.text, html: rendered.html }))
}

/// Sends the invitation to the one who asks, as somebody of this group gets it about the first subject of the round,
/// with a link that leads to a page that says it is a sample. It goes to the address of the account that asks and to no
/// other, ten times an hour at most.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), request_body = TestEmail,
    responses((status = 202, body = TestEmailView), ChangeProblems), security(("bearer" = [])),
)]
#[post("/rounds/{id}/test-email")]
pub(crate) async fn send_test_email(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<TestEmail>,
) -> Result<Told, Problem> {
    let asked = ask
        .may::<permission::SendTestEmail>()?
        .answering(|asker: &Asker| Answer::json(202, &TestEmailView { to: asker.email.to_string() }));
    let group = body.parse()?.group;
    Ok(Told(sample_email::send_test(&app, asked, id.into_inner(), group).await?))
}
