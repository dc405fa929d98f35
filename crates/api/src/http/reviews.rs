//! Reviews: who a round is about, and who reads the result first.

use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse, Responder, delete, get, patch, post};
use candour_domain::access::permission;
use candour_domain::review::ReviewProgress;
use candour_domain::{Email, Person, PersonName, Review, ReviewId, RoundId};
use candour_service::asked::Answer;
use candour_service::condition::tag_of_review;
use candour_service::entropy::fresh;
use candour_service::error::{Error, FieldError};
use candour_service::round::{read_rounds, setup_round};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::etag::tagged;
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// A review to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    /// Who it is about. The self-assessment is added by itself.
    subject: SubjectBody,
    /// Who agrees to the list of raters, reads the counted result, may redact comments, and releases it; neither the
    /// subject nor an administrator of the trust.
    facilitator: PersonBody,
}

/// What changes of a review in a draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewPatch {
    /// Another facilitator.
    facilitator: PersonBody,
}

/// The subject of a review.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectBody {
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their post.
    #[schema(example = "Chief executive")]
    role: String,
}

/// A person.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// Their name.
    pub(super) name: String,
    /// Their address.
    pub(super) email: String,
}

/// A review.
#[derive(Serialize, ToSchema)]
pub struct ReviewView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: ReviewId,
    /// Its round.
    #[schema(value_type = uuid::Uuid)]
    round_id: RoundId,
    /// Who it is about.
    subject: SubjectBody,
    /// Who reads the counted result and releases it.
    facilitator: PersonBody,
    /// `waiting`, `counted`, `scheduled` or `released`. Nobody but the facilitator and advisers is told of `scheduled`;
    /// for others it is `counted`.
    state: &'static str,
    /// When it will be released, if that is set; told as `scheduled` is.
    release_at: Option<DateTime<Utc>>,
    /// When it was released.
    released_at: Option<DateTime<Utc>>,
}

/// The reviews of a round. A facilitator and an adviser see theirs.
#[utoipa::path(
    tag = "reviews", params(("id" = uuid::Uuid, Path), PageQuery),
    responses((status = 200, body = ListOf<ReviewView>), Problems), security(("bearer" = [])),
)]
#[get("/rounds/{id}/reviews")]
pub(crate) async fn list_reviews(
    caller: Caller,
    app: State,
    id: Path<RoundId>,
    page: Query<PageQuery>,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListReviews>()?;
    let found = read_rounds::list_reviews(&app, &by, id.into_inner(), page.parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, |review| ReviewView::from(&review))))
}

/// Adds a review to a draft, and the subject as its self-assessment.
#[utoipa::path(tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = NewReview,
    responses((status = 201, body = ReviewView), ChangeProblems), security(("bearer" = [])))]
#[post("/rounds/{id}/reviews")]
pub(crate) async fn create_review(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<NewReview>,
) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::CreateReview>()?;
    let new = body.parse()?;
    let mut errors = Vec::new();
    let subject = parse_person("/subject", &new.subject.name, &new.subject.email, &mut errors);
    let facilitator = parse_person("/facilitator", &new.facilitator.name, &new.facilitator.email, &mut errors);
    let (Some(subject), Some(facilitator)) = (subject, facilitator) else { return Err(Problem::invalid(errors)) };
    let ids = (fresh(ReviewId::from_random), allowed.organisation(), id.into_inner());
    let review = Review::new(ids, (subject, &new.subject.role), facilitator).map_err(Error::from)?;
    let asked = allowed.answering(|review: &Review| Ok(answer(201, review)?.at(format!("/v1/reviews/{}", review.id))));
    Ok(Told(setup_round::add_review(&app, asked, review).await?))
}

/// A review, with a tag as `ETag`.
#[utoipa::path(
    tag = "reviews", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ReviewView), Problems),
    security(("bearer" = [])),
)]
#[get("/reviews/{id}")]
pub(crate) async fn get_review(
    caller: Caller,
    app: State,
    id: Path<ReviewId>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetReview>()?;
    let review = read_rounds::find_review(&app, &by, id.into_inner()).await?;
    Ok(tagged(&request, answer(200, &review)?))
}

/// Names another facilitator before launch: neither the subject nor an administrator of the trust. Advisers that the one
/// before has named go with them. After the launch raters have been told who reads the report.
#[utoipa::path(tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = ReviewPatch,
    responses((status = 200, body = ReviewView), ChangeProblems), security(("bearer" = [])))]
#[patch("/reviews/{id}")]
pub(crate) async fn update_review(
    ask: Ask,
    app: State,
    id: Path<ReviewId>,
    body: Body<ReviewPatch>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::UpdateReview>()?.answering(|review| answer(200, review));
    let patch = body.parse()?;
    let mut errors = Vec::new();
    let facilitator = parse_person("/facilitator", &patch.facilitator.name, &patch.facilitator.email, &mut errors);
    let Some(facilitator) = facilitator else { return Err(Problem::invalid(errors)) };
    Ok(Told(setup_round::change_facilitator(&app, asked, id.into_inner(), facilitator).await?))
}

/// Takes a review and its raters out of a draft.
#[utoipa::path(
    tag = "reviews", params(("id" = uuid::Uuid, Path)), responses((status = 204), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/reviews/{id}")]
pub(crate) async fn delete_review(ask: Ask, app: State, id: Path<ReviewId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::DeleteReview>()?.answering(|()| Ok(Answer::empty(204)));
    Ok(Told(setup_round::delete_review(&app, asked, id.into_inner()).await?))
}

/// A review as an answer, with its tag.
///
/// # Errors
/// Never, unless it cannot be written as JSON.
pub fn answer(status: u16, review: &Review) -> Result<Answer, Error> {
    Ok(Answer::json(status, &ReviewView::from(review))?.tagged(tag_of_review(review)))
}

/// A person as they are sent, with what is wrong with either part.
pub(super) fn parse_person(at: &str, name: &str, email: &str, errors: &mut Vec<FieldError>) -> Option<Person> {
    let name = PersonName::parse(name).map_err(|error| errors.push(FieldError::at(format!("{at}/name"), error))).ok();
    let email = Email::parse(email).map_err(|error| errors.push(FieldError::at(format!("{at}/email"), error))).ok();
    Some(Person { name: name?, email: email? })
}

impl From<&Review> for ReviewView {
    fn from(review: &Review) -> Self {
        let (state, release_at) = match review.progress {
            ReviewProgress::Waiting => ("waiting", None),
            ReviewProgress::Counted => ("counted", None),
            ReviewProgress::Scheduled(at) => ("scheduled", Some(at)),
            ReviewProgress::Released(_) => ("released", None),
        };
        let subject = &review.subject;
        Self {
            id: review.id,
            round_id: review.round_id,
            subject: SubjectBody {
                name: subject.person.name.to_string(),
                email: subject.person.email.to_string(),
                role: subject.role.clone(),
            },
            facilitator: PersonBody {
                name: review.facilitator.name.to_string(),
                email: review.facilitator.email.to_string(),
            },
            state,
            release_at,
            released_at: review.released_at(),
        }
    }
}
