//! The questionnaire through a rater's link, as JSON. The same use cases as the pages.
//!
//! Pages want what their own forms carry before anything is sent or declined. Here a body of `application/json` takes
//! its place: a browser sends none to another site without asking first, which is not allowed, and a scanner that
//! follows links or posts forms sends none at all.

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, Responder, get, post, put};
use candour_domain::response::ResponseInput;
use candour_domain::{CompetencyId, GroupId, ItemId, PromptId};
use candour_seal::Link;
use candour_service::condition::Tags;
use candour_service::error::Error;
use candour_service::origin::{self, Sender};
use candour_service::survey::{self, EndedSurvey, Opened, Over, Saved, Submitted, Survey};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::State;
use crate::http::body::Body;
use crate::http::etag::{quoted, tags};
use crate::http::problems::LinkProblems;
use crate::http::rounds::{PolicyBody, RetentionBody};
use crate::problem::Problem;

/// What the holder of a link sees.
#[derive(Serialize, ToSchema)]
pub struct SurveyView {
    /// `open`, `received`, `closed` or `withdrawn`. Only an open one has the fields below the round.
    state: &'static str,
    /// The trust.
    organisation: String,
    /// The round's title.
    round: String,
    /// Who it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectView>,
    /// The questionnaire.
    #[serde(flatten)]
    #[schema(inline)]
    questionnaire: Option<Questionnaire>,
}

/// Who a questionnaire is about.
#[derive(Serialize, ToSchema)]
pub struct SubjectView {
    name: String,
    role: String,
}

/// Who reads the report first, for a rater who has to know.
#[derive(Serialize, ToSchema)]
pub struct FacilitatorView {
    name: String,
    email: String,
}

/// An open questionnaire.
#[derive(Serialize, ToSchema)]
pub struct Questionnaire {
    /// In which group this rater answers.
    #[schema(value_type = String)]
    group: GroupId,
    /// Whether the answers are shown as this person's. The result then shows whether they answered, too.
    named: bool,
    /// Who reads the result first and decides when it is released.
    facilitator: FacilitatorView,
    /// Whether the facilitator may name advisers, who read the result with them, before the release as well, and change
    /// nothing; false for a round launched before that was said.
    advisers: bool,
    /// The thresholds.
    policy: PolicyBody,
    /// For how long things are kept at most; null for a round launched before that was said.
    retention: Option<RetentionBody>,
    /// When answering ends.
    closes_at: DateTime<Utc>,
    /// The points of the scale, lowest first.
    scale: Vec<PointView>,
    /// The words for a null rating.
    not_observed: String,
    /// The competencies with the items asked of this group.
    competencies: Vec<CompetencyView>,
    /// The comment prompts.
    prompts: Vec<PromptView>,
    /// What has been saved; null when nothing has.
    draft: Option<Answers>,
    /// Whether reminders have been declined.
    declined: bool,
}

/// A point of the scale.
#[derive(Serialize, ToSchema)]
pub struct PointView {
    value: u8,
    label: String,
}

/// A competency as asked.
#[derive(Serialize, ToSchema)]
pub struct CompetencyView {
    #[schema(value_type = String)]
    id: CompetencyId,
    title: String,
    items: Vec<ItemView>,
}

/// An item as asked.
#[derive(Serialize, ToSchema)]
pub struct ItemView {
    #[schema(value_type = String, example = "strategy.1")]
    id: ItemId,
    text: String,
}

/// A comment prompt as asked.
#[derive(Serialize, ToSchema)]
pub struct PromptView {
    #[schema(value_type = String, example = "keep")]
    id: PromptId,
    text: String,
}

/// A rater's own draft, given back to the holder of their link.
#[derive(Serialize, ToSchema)]
pub struct Answers {
    /// Item id to rating; null is *not observed*.
    ratings: std::collections::BTreeMap<String, Option<u8>>,
    /// Prompt id to text.
    comments: std::collections::BTreeMap<String, String>,
}

/// Answers as they are sent: `{"ratings":{"strategy.1":4,"strategy.2":null},"comments":{"keep":"…"}}`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it; the domain reads the answers")]
pub struct AnswersBody {
    /// Item id to rating; null is *not observed*.
    #[schema(required = false, value_type = std::collections::HashMap<String, Option<i32>>)]
    ratings: (),
    /// Prompt id to text, at most 4,000 characters.
    #[schema(required = false, value_type = std::collections::HashMap<String, String>)]
    comments: (),
}

/// What became of answers.
#[derive(Serialize, ToSchema)]
pub struct StateView {
    /// `saved`, `received`, `declined` or `open`.
    state: &'static str,
}

/// Whether to decline.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decline {
    /// True stops the reminders, false lets them come again.
    declined: bool,
}

/// The questionnaire behind a link. Reading changes nothing. `ETag` names the draft as it is now.
#[utoipa::path(
    tag = "survey", params(("token" = String, Path)),
    responses(
        (
            status = 200, body = SurveyView,
            headers(("ETag" = String, description = "The draft, while the questionnaire is open.")),
        ),
        LinkProblems,
    ),
)]
#[get("/survey/{token}")]
pub(crate) async fn get_survey(app: State, token: Path<String>) -> Result<impl Responder, Problem> {
    let view = match survey::open(&app, &link(&token)?).await? {
        Opened::Open(survey) => return with_revision(&survey, SurveyView::open(&survey)),
        Opened::Over(Over::Received(ended)) => SurveyView::spent("received", ended),
        Opened::Over(Over::Closed(ended)) => SurveyView::spent("closed", ended),
        Opened::Over(Over::Withdrawn(ended)) => SurveyView::spent("withdrawn", ended),
        Opened::Over(Over::Unknown) => return Err(Problem::not_found()),
    };
    Ok(answer(view))
}

/// Saves a draft as a whole, replacing what was saved before.
///
/// `If-Match` carries the `ETag` of the questionnaire or of the last save: without it the answer is 428, and where
/// somebody has saved meanwhile, perhaps in another window, 412. Then nothing is changed: read the questionnaire again,
/// which has their draft, and put both together.
#[utoipa::path(
    tag = "survey", params(("token" = String, Path), ("If-Match" = String, Header)), request_body = AnswersBody,
    responses(
        (status = 200, body = StateView, headers(("ETag" = String, description = "The draft as it is now."))),
        LinkProblems,
    ),
)]
#[put("/survey/{token}/draft")]
pub(crate) async fn save_draft(
    app: State,
    token: Path<String>,
    request: HttpRequest,
    body: Body<ResponseInput>,
) -> Result<HttpResponse, Problem> {
    require_own(&app, &request)?;
    let (link, draft) = (link(&token)?, body.parse_present()?);
    let read = revision(&request)?.ok_or_else(unread)?;
    match survey::save_draft(&app, &link, draft, read).await? {
        // A whole draft is laid over nothing, so it cannot clash field by field.
        Saved::Kept(survey, _) => with_revision(&survey, StateView { state: "saved" }),
        Saved::Invalid(errors) => Err(Error::from(errors).into()),
        Saved::Over(over) => Err(gone(&over)),
    }
}

/// Sends the answers. Once received they cannot be changed; a repeat has the same success and changes nothing.
///
/// The body is what is sent, and the draft is deleted. With `If-Match`, only if the draft still is the one with this
/// `ETag`.
#[utoipa::path(
    tag = "survey", params(("token" = String, Path), ("If-Match" = Option<String>, Header)), request_body = AnswersBody,
    responses((status = 200, body = StateView), LinkProblems),
)]
#[put("/survey/{token}/response")]
pub(crate) async fn submit_response(
    app: State,
    token: Path<String>,
    request: HttpRequest,
    body: Body<ResponseInput>,
) -> Result<impl Responder, Problem> {
    require_own(&app, &request)?;
    match survey::submit_response(&app, &link(&token)?, body.parse_present()?, revision(&request)?).await? {
        Ok(Submitted::Over(Over::Received(_))) => Ok(answer(StateView { state: "received" })),
        Err(errors) => Err(Error::from(errors).into()),
        Ok(Submitted::Empty) => Err(Error::from(vec![candour_domain::response::ResponseError::Empty]).into()),
        Ok(Submitted::Over(over)) => Err(gone(&over)),
    }
}

/// Stops the reminders. The link goes on working, and nobody is told.
///
/// The result does not say that somebody declined. Of a named group it shows that they did not answer. With `If-Match`,
/// only if the draft still is the one with this `ETag`.
#[utoipa::path(
    tag = "survey", params(("token" = String, Path), ("If-Match" = Option<String>, Header)), request_body = Decline,
    responses((status = 200, body = StateView), LinkProblems),
)]
#[post("/survey/{token}/decline")]
pub(crate) async fn decline_survey(
    app: State,
    token: Path<String>,
    request: HttpRequest,
    body: Body<Decline>,
) -> Result<impl Responder, Problem> {
    require_own(&app, &request)?;
    match survey::decline(&app, &link(&token)?, body.parse_present()?.declined, revision(&request)?).await? {
        Opened::Open(survey) => {
            Ok(answer(StateView { state: if survey.invitation.declined { "declined" } else { "open" } }))
        }
        Opened::Over(over) => Err(gone(&over)),
    }
}

fn link(token: &str) -> Result<Link, Problem> {
    Link::parse(token).ok_or_else(Problem::not_found)
}

fn gone(over: &Over) -> Problem {
    match over {
        Over::Unknown => Problem::not_found(),
        Over::Received(_) => {
            Error::Conflict("the answers have been received and cannot be changed; there is nothing more to send")
                .into()
        }
        Over::Closed(_) | Over::Withdrawn(_) => Error::LinkSpent.into(),
    }
}

/// A browser says where a request comes from; what another site sends is not the rater's.
fn require_own(app: &State, request: &HttpRequest) -> Result<(), Problem> {
    let said = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    if origin::sender(said, &app.base_url) == Sender::Foreign {
        let detail = "A browser sent this from a page of another site, which may not answer for anybody. Nothing has \
         been changed: answer from the page behind the link, or from a program of your own.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "foreign-page", "Sent from another site", detail));
    }
    Ok(())
}

/// The drafts that a request may have been made from. `*` would overwrite any, so it names none.
fn revision(request: &HttpRequest) -> Result<Option<Vec<String>>, Problem> {
    Ok(match tags(request.headers(), &header::IF_MATCH)? {
        Some(Tags::These(marks)) => Some(marks),
        Some(Tags::Any) | None => None,
    })
}

fn unread() -> Problem {
    let detail = "Send If-Match with the ETag of the questionnaire or of the last save, so that nothing is overwritten \
     that was written elsewhere.";
    Problem::new(
        StatusCode::PRECONDITION_REQUIRED,
        "precondition-required",
        "Say which draft this was made from",
        detail,
    )
}

fn with_revision(survey: &Survey, view: impl Serialize) -> Result<HttpResponse, Problem> {
    let mark = survey.marks.whole(&survey.draft).map_err(Error::from)?;
    let mut response = answer(view);
    if let Ok(tag) = header::HeaderValue::from_str(&quoted(&mark)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

fn answer(view: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(view)
}

impl SurveyView {
    fn spent(state: &'static str, ended: Box<EndedSurvey>) -> Self {
        let subject =
            ended.subject.map(|subject| SubjectView { name: subject.person.name.to_string(), role: subject.role });
        Self { state, organisation: ended.organisation.name, round: ended.round_title, subject, questionnaire: None }
    }

    fn open(survey: &Survey) -> Self {
        let (framework, group, record) = (&survey.framework, &survey.group, survey.round.record());
        let facilitator = &survey.review.facilitator;
        let asked = |item: &&candour_domain::Item| framework.asks(item, group);
        let competencies = framework.competencies().iter().filter_map(|competency| {
            let items: Vec<_> = competency
                .items
                .iter()
                .filter(asked)
                .map(|item| ItemView { id: item.id.clone(), text: item.wording(group).to_owned() })
                .collect();
            (!items.is_empty()).then(|| CompetencyView {
                id: competency.id.clone(),
                title: competency.title.clone(),
                items,
            })
        });
        let prompts = framework
            .prompts()
            .iter()
            .map(|prompt| PromptView { id: prompt.id.clone(), text: prompt.wording(group).to_owned() });
        let scale = framework.scale();
        let questionnaire = Questionnaire {
            group: group.id.clone(),
            named: group.named,
            facilitator: FacilitatorView { name: facilitator.name.to_string(), email: facilitator.email.to_string() },
            advisers: record.advisers_promised,
            policy: PolicyBody::from(&record.policy),
            retention: record.retention.promised.as_ref().map(RetentionBody::from),
            closes_at: record.closes_at,
            scale: scale
                .points()
                .iter()
                .map(|point| PointView { value: point.value, label: point.label.clone() })
                .collect(),
            not_observed: scale.not_observed().to_owned(),
            competencies: competencies.collect(),
            prompts: prompts.collect(),
            draft: Answers::of(&survey.draft),
            declined: survey.invitation.declined,
        };
        let subject = &survey.review.subject;
        Self {
            state: "open",
            organisation: survey.organisation.name.clone(),
            round: record.title.clone(),
            subject: Some(SubjectView { name: subject.person.name.to_string(), role: subject.role.clone() }),
            questionnaire: Some(questionnaire),
        }
    }
}

impl Answers {
    fn of(draft: &candour_domain::Response) -> Option<Self> {
        draft.require_something().ok()?;
        Some(Self {
            ratings: draft
                .ratings()
                .iter()
                .map(|(item, rating)| (item.to_string(), rating.map(candour_domain::Rating::value)))
                .collect(),
            comments: draft.comments().iter().map(|(prompt, text)| (prompt.to_string(), text.clone())).collect(),
        })
    }
}
