//! Results: reading what may be said, redacting a comment, releasing.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, Responder, delete, get, patch, post};
use candour_analytics::ReviewResult;
use candour_domain::access::permission;
use candour_domain::review::ReviewProgress;
use candour_domain::text::{InvalidLine, one_line};
use candour_domain::{CommentId, Review, ReviewId, Role};
use candour_service::asked::Answer;
use candour_service::condition::tag_of;
use candour_service::error::Error;
use candour_service::job::Reader;
use candour_service::result::{reading, redaction, release_readers};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::etag::{tagged, tagged_file};
use crate::http::moment;
use crate::http::problems::{ChangeProblems, Problems};
use crate::http::reviews::{self, ReviewView};
use crate::problem::Problem;

/// The longest reason of a redaction, in characters.
pub const LONGEST_REASON: usize = 500;

/// A redaction, or that it is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// True to leave the comment out, false to show it again.
    redacted: bool,
    /// Why, 1 to 500 characters; kept in the audit log. Do not repeat the comment. Needed to redact, and left out to
    /// take a redaction back.
    reason: Option<String>,
}

/// When to release.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// A time in the future, at most a year away; at once without.
    #[serde(default, deserialize_with = "moment::optional")]
    release_at: Option<DateTime<Utc>>,
    /// True to release a result that shows nothing of anybody but the subject. Without it that is refused with 409
    /// `confirmation-needed`.
    #[serde(default)]
    confirm: bool,
}

/// The release of a review.
#[derive(Serialize, ToSchema)]
pub struct ReleaseView {
    /// When it will be released, if that is set.
    release_at: Option<DateTime<Utc>>,
    /// When it was released.
    released_at: Option<DateTime<Utc>>,
    /// Who is told by email when it is released.
    told: Vec<ToldView>,
}

/// Somebody who is told of a release.
#[derive(Serialize, ToSchema)]
pub struct ToldView {
    /// As what: `subject`, `facilitator`, `adviser` or `administrator`.
    role: &'static str,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
}

/// The result of a review: for its facilitator and advisers once it is counted, for everybody else who may once it is
/// released.
#[utoipa::path(
    tag = "results", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ReviewResult), Problems),
    security(("bearer" = [])),
)]
#[get("/reviews/{id}/results")]
pub(crate) async fn get_results(
    caller: Caller,
    app: State,
    id: Path<ReviewId>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetResults>()?;
    let result = reading::read_result(&app, &by, caller.token(), id.into_inner()).await?;
    Ok(tagged(&request, answer(&result)?))
}

/// The same as CSV, one row per printed number.
///
/// UTF-8 with a byte order mark, commas, CRLF. A text that a spreadsheet would take for something else, such as `4-5`
/// or `=1+1`, has an apostrophe in front; take one off where a cell begins with one, and you have the text.
#[utoipa::path(tag = "results", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "text/csv", body = String), Problems), security(("bearer" = [])))]
#[get("/reviews/{id}/results.csv")]
pub(crate) async fn get_results_csv(
    caller: Caller,
    app: State,
    id: Path<ReviewId>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetResultsCsv>()?;
    let id = id.into_inner();
    let result = reading::read_result(&app, &by, caller.token(), id).await?;
    Ok(tagged_file(&request, "text/csv; charset=utf-8", candour_report::to_csv(&result), &format!("review-{id}.csv")))
}

/// Redacts a comment before release, with a reason that is recorded, or takes that back: the comment is then shown word
/// for word as before. Both stay in the audit log.
#[utoipa::path(
    tag = "results", params(("id" = uuid::Uuid, Path), ("comment" = uuid::Uuid, Path)), request_body = Redaction,
    responses((status = 200, body = ReviewResult), ChangeProblems), security(("bearer" = [])),
)]
#[patch("/reviews/{id}/comments/{comment}")]
pub(crate) async fn redact_comment(
    ask: Ask,
    app: State,
    path: Path<(ReviewId, CommentId)>,
    body: Body<Redaction>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RedactComment>()?.answering(answer);
    let (id, comment) = path.into_inner();
    let wanted = parse_redaction(body.parse()?)?;
    Ok(Told(redaction::redact_comment(&app, asked, id, comment, wanted).await?))
}

/// Lets subject, administrator and integrations read the result, now or at a set time.
#[utoipa::path(tag = "results", params(("id" = uuid::Uuid, Path)), request_body = Release,
    responses((status = 200, body = ReviewView), ChangeProblems), security(("bearer" = [])))]
#[post("/reviews/{id}/release")]
pub(crate) async fn release_review(
    ask: Ask,
    app: State,
    id: Path<ReviewId>,
    body: Body<Release>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::ReleaseReview>()?.answering(|review| reviews::answer(200, review));
    let Release { release_at, confirm } = body.parse()?;
    Ok(Told(
        candour_service::result::release_review::release_review(&app, asked, id.into_inner(), release_at, confirm)
            .await?,
    ))
}

/// What is to become of the comment.
fn parse_redaction(asked: Redaction) -> Result<redaction::Redaction, Error> {
    match asked {
        Redaction { redacted: true, reason } => {
            let reason = one_line(&reason.unwrap_or_default(), LONGEST_REASON).map_err(|error| match error {
                InvalidLine::Unseen(unseen) => {
                    Error::field("/reason", format!("the reason is not as it looks: {unseen}"))
                }
                InvalidLine::Empty | InvalidLine::TooLong(_) | InvalidLine::Control => {
                    Error::field("/reason", "give a reason of 1 to 500 characters on one line")
                }
            })?;
            Ok(redaction::Redaction::Redact(reason))
        }
        Redaction { redacted: false, reason: None } => Ok(redaction::Redaction::Restore),
        Redaction { redacted: false, reason: Some(_) } => {
            Err(Error::field("/reason", "a comment is shown again without a reason; leave it out"))
        }
    }
}

/// When a review is released, if that is set, and who is told by email when it is.
#[utoipa::path(
    tag = "results", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ReleaseView), Problems),
    security(("bearer" = [])),
)]
#[get("/reviews/{id}/release")]
pub(crate) async fn get_release(caller: Caller, app: State, id: Path<ReviewId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetRelease>()?;
    let (review, told) = candour_service::result::release_review::find_release(&app, &by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(ReleaseView::of(&review, told)))
}

/// Takes back the time at which a review was to be released.
#[utoipa::path(
    tag = "results", params(("id" = uuid::Uuid, Path)), responses((status = 204), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/reviews/{id}/release")]
pub(crate) async fn take_release_back(ask: Ask, app: State, id: Path<ReviewId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::TakeReleaseBack>()?.answering(|_review| Ok(Answer::empty(204)));
    Ok(Told(candour_service::result::release_review::take_release_back(&app, asked, id.into_inner()).await?))
}

/// A result as an answer, with its tag.
fn answer(result: &ReviewResult) -> Result<Answer, Error> {
    let answer = Answer::json(200, result)?;
    let tag = answer.body.as_deref().map(tag_of).unwrap_or_default();
    Ok(answer.tagged(tag))
}

impl ReleaseView {
    fn of(review: &Review, told: Vec<release_readers::Told>) -> Self {
        let release_at = match review.progress {
            ReviewProgress::Scheduled(at) => Some(at),
            ReviewProgress::Waiting | ReviewProgress::Counted | ReviewProgress::Released(_) => None,
        };
        let told = told.into_iter().map(ToldView::from).collect();
        Self { release_at, released_at: review.released_at(), told }
    }
}

impl From<release_readers::Told> for ToldView {
    fn from(told: release_readers::Told) -> Self {
        let role = match told.reader {
            Reader::Subject => Role::Subject,
            Reader::Facilitator => Role::Facilitator,
            Reader::Adviser(_) => Role::Adviser,
            Reader::Administrator(_) => Role::Administrator,
        };
        Self { role: role.as_str(), name: told.person.name.to_string(), email: told.person.email.to_string() }
    }
}
