//! Rounds: setting one up and reading it.

use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse, Responder, delete, get, patch, post};
use candour_domain::access::permission;
use candour_domain::policy::{AnonymityPolicy, PolicyRequest};
use candour_domain::round::RoundChange;
use candour_domain::wording::{EmailWording, WordedEmail, WordingChange};
use candour_domain::{FrameworkId, GroupId, RaterGroup, RaterGroups, RetentionPolicy, Round, RoundId};
use candour_service::asked::Answer;
use candour_service::condition::tag_of_round;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::round::{read_rounds, setup_round};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::etag::tagged;
use crate::http::moment;
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// A round to set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRound {
    /// Its title, 1 to 200 characters.
    #[schema(example = "CEO review 2027")]
    title: String,
    /// The questionnaire, one of the trust's frameworks.
    #[schema(value_type = uuid::Uuid)]
    framework_id: FrameworkId,
    /// When answering ends: in the future, at most a year away.
    #[serde(deserialize_with = "moment::required")]
    closes_at: DateTime<Utc>,
    /// The thresholds; what is left out takes its default.
    #[serde(default)]
    policy: PolicyBody,
    /// The rater groups; the standard groups of a school trust without.
    groups: Option<Vec<GroupBody>>,
}

/// What to change in a draft.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundPatch {
    /// A new title.
    title: Option<String>,
    /// Another questionnaire.
    #[schema(value_type = Option<uuid::Uuid>)]
    framework_id: Option<FrameworkId>,
    /// Another deadline.
    #[serde(default, deserialize_with = "moment::optional")]
    closes_at: Option<DateTime<Utc>>,
    /// Other thresholds; what is left out takes its default.
    policy: Option<PolicyBody>,
    /// Other rater groups, as a whole.
    groups: Option<Vec<GroupBody>>,
    /// How its emails begin. This alone can be changed while the round is open too, for emails that are sent from then
    /// on.
    emails: Option<EmailsBody>,
}

/// How the emails of a round begin in the trust's own words: plain text of up to 1,500 characters, in which an empty line
/// begins a paragraph, without links or addresses. An email whose text is empty begins as usual, and what is left out
/// stays. Everything else in the emails cannot be changed.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailsBody {
    /// The first email.
    #[schema(example = "Dear colleagues,\n\nthank you for helping us.")]
    invitation: Option<String>,
    /// The one to people who have not answered.
    reminder: Option<String>,
}

/// The thresholds of a round.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyBody {
    /// Respondents a block needs; default 4, at least 3.
    #[schema(example = 4)]
    threshold: Option<u32>,
    /// Respondents before comments are shown; default 5, at least 5.
    comment_threshold: Option<u32>,
    /// Respondents before a distribution is shown; default 10, at least 10.
    distribution_threshold: Option<u32>,
    /// Raters who might pool what they know; default 1.
    colluding_insiders: Option<u32>,
    /// Certify very high figures against insiders too.
    strict: Option<bool>,
    /// Hours after a reminder in which no other goes out; default 24, between 1 and 336.
    #[schema(example = 24)]
    reminder_quiet_hours: Option<u32>,
}

/// For how long things are kept.
#[derive(Clone, Serialize, ToSchema)]
pub struct RetentionBody {
    /// Days from the last release of the round's reviews until the answers behind them are destroyed.
    #[schema(example = 30)]
    destroy_answers_days: u32,
    /// Days from closing until that happens where a review has not been released.
    #[schema(example = 180)]
    destroy_unreleased_days: u32,
    /// Days from closing until names and addresses of raters are erased.
    #[schema(example = 30)]
    erase_people_days: u32,
    /// Years from the last release, or from closing where there was none, until the results are deleted.
    #[schema(example = 6)]
    keep_results_years: u32,
}

/// A rater group.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupBody {
    /// Its id.
    #[schema(value_type = String, example = "trustees")]
    id: GroupId,
    /// Its heading.
    title: String,
    /// Whether answers are shown as that person's.
    named: bool,
    /// The standard group whose items it is asked; all items without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    asked_as: Option<GroupId>,
}

/// A round.
#[derive(Serialize, ToSchema)]
pub struct RoundView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: RoundId,
    /// Its title.
    title: String,
    /// `draft`, `open`, `closed`, `counted`, `released`, `archived` or `cancelled`.
    state: &'static str,
    /// The questionnaire.
    #[schema(value_type = uuid::Uuid)]
    framework_id: FrameworkId,
    /// The thresholds.
    policy: PolicyBody,
    /// The rater groups.
    groups: Vec<GroupBody>,
    /// When answering ends.
    closes_at: DateTime<Utc>,
    /// When it was set up.
    created_at: DateTime<Utc>,
    /// When it is to be launched by itself; null where no time is set.
    launches_at: Option<DateTime<Utc>>,
    /// When it was launched.
    launched_at: Option<DateTime<Utc>>,
    /// When it was closed.
    closed_at: Option<DateTime<Utc>>,
    /// For how long things are kept of it at most, as raters were told; null before launch.
    retention: Option<RetentionBody>,
    /// When the answers behind the results were destroyed; null while they are there.
    answers_destroyed_at: Option<DateTime<Utc>>,
    /// When names and addresses of its raters were erased; from then on its reviews list no raters.
    people_erased_at: Option<DateTime<Utc>>,
    /// How its emails begin; an empty text is the usual beginning.
    emails: EmailsBody,
    /// Counts the changes; also the `ETag`.
    revision: u64,
}

/// The rounds of the trust, newest first. A facilitator sees those with a review of theirs.
#[utoipa::path(
    tag = "rounds", params(PageQuery), responses((status = 200, body = ListOf<RoundView>), Problems),
    security(("bearer" = [])),
)]
#[get("/rounds")]
pub(crate) async fn list_rounds(caller: Caller, app: State, page: Query<PageQuery>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListRounds>()?;
    let found = read_rounds::list_rounds(&app, &by, page.parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, |round| RoundView::from(&round))))
}

/// Sets up a draft.
#[utoipa::path(
    tag = "rounds", request_body = NewRound, responses((status = 201, body = RoundView), ChangeProblems),
    security(("bearer" = [])),
)]
#[post("/rounds")]
pub(crate) async fn create_round(ask: Ask, app: State, body: Body<NewRound>) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::CreateRound>()?;
    let new = body.parse()?;
    let rules = (parse_policy(&new.policy)?, new.groups.map_or_else(|| Ok(RaterGroups::standard()), parse_groups)?);
    let ids = (fresh(RoundId::from_random), allowed.organisation());
    let round =
        Round::draft(ids, &new.title, new.framework_id, rules, new.closes_at, app.clock.now()).map_err(Error::from)?;
    let asked = allowed.answering(|round: &Round| Ok(answer(201, round)?.at(format!("/v1/rounds/{}", round.id()))));
    Ok(Told(setup_round::create_round(&app, asked, round).await?))
}

/// A round, with its revision as `ETag`.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = RoundView), Problems),
    security(("bearer" = [])),
)]
#[get("/rounds/{id}")]
pub(crate) async fn get_round(
    caller: Caller,
    app: State,
    id: Path<RoundId>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetRound>()?;
    let round = read_rounds::find_round(&app, &by, id.into_inner()).await?;
    Ok(tagged(&request, answer(200, &round)?))
}

/// Changes a draft; of an open round, how its emails begin.
#[utoipa::path(tag = "rounds", params(("id" = uuid::Uuid, Path)), request_body = RoundPatch,
    responses((status = 200, body = RoundView), ChangeProblems), security(("bearer" = [])))]
#[patch("/rounds/{id}")]
pub(crate) async fn update_round(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<RoundPatch>,
) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::UpdateRound>()?;
    let patch = body.parse()?;
    let change = RoundChange {
        title: patch.title,
        framework_id: patch.framework_id,
        policy: patch.policy.as_ref().map(parse_policy).transpose()?,
        groups: patch.groups.map(parse_groups).transpose()?,
        closes_at: patch.closes_at,
        emails: patch.emails.map_or_else(WordingChange::default, |EmailsBody { invitation, reminder }| WordingChange {
            invitation,
            reminder,
        }),
    };
    Ok(Told(
        setup_round::change_round(&app, allowed.answering(|round| answer(200, round)), id.into_inner(), change).await?,
    ))
}

/// Deletes a draft with its reviews and raters.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 204), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/rounds/{id}")]
pub(crate) async fn delete_round(ask: Ask, app: State, id: Path<RoundId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::DeleteRound>()?.answering(|()| Ok(Answer::empty(204)));
    Ok(Told(setup_round::delete_round(&app, asked, id.into_inner()).await?))
}

/// A round as an answer, with its tag.
///
/// # Errors
/// Never, unless it cannot be written as JSON.
pub fn answer(status: u16, round: &Round) -> Result<Answer, Error> {
    Ok(Answer::json(status, &RoundView::from(round))?.tagged(tag_of_round(round)))
}

fn parse_policy(body: &PolicyBody) -> Result<AnonymityPolicy, Error> {
    Ok(AnonymityPolicy::parse(PolicyRequest {
        threshold: body.threshold,
        comment_threshold: body.comment_threshold,
        distribution_threshold: body.distribution_threshold,
        colluding_insiders: body.colluding_insiders,
        strict: body.strict,
        reminder_quiet_hours: body.reminder_quiet_hours,
    })?)
}

fn parse_groups(groups: Vec<GroupBody>) -> Result<RaterGroups, Error> {
    let group = |group: GroupBody| RaterGroup {
        id: group.id,
        title: group.title,
        named: group.named,
        asked_as: group.asked_as,
    };
    let groups: Vec<_> = groups.into_iter().map(group).collect();
    RaterGroups::new(groups.clone()).map_err(|error| {
        let place = error.place(&groups).map_or_else(String::new, |(at, field)| format!("/{at}/{field}"));
        Error::field(&format!("/groups{place}"), error)
    })
}

impl From<&Round> for RoundView {
    fn from(round: &Round) -> Self {
        let record = round.record();
        Self {
            id: record.id,
            title: record.title.clone(),
            state: record.state.as_str(),
            framework_id: record.framework_id,
            policy: PolicyBody::from(&record.policy),
            groups: record
                .groups
                .as_slice()
                .iter()
                .map(|group| GroupBody {
                    id: group.id.clone(),
                    title: group.title.clone(),
                    named: group.named,
                    asked_as: group.asked_as.clone(),
                })
                .collect(),
            closes_at: record.closes_at,
            created_at: record.created_at,
            launches_at: record.launches_at,
            launched_at: record.launched_at,
            closed_at: record.closed_at,
            retention: record.retention.promised.as_ref().map(RetentionBody::from),
            answers_destroyed_at: record.retention.answers_destroyed_at,
            people_erased_at: record.retention.people_erased_at,
            emails: EmailsBody::from(&record.emails),
            revision: record.revision,
        }
    }
}

impl From<&RetentionPolicy> for RetentionBody {
    fn from(policy: &RetentionPolicy) -> Self {
        Self {
            destroy_answers_days: policy.destroy_answers_days(),
            destroy_unreleased_days: policy.destroy_unreleased_days(),
            erase_people_days: policy.erase_people_days(),
            keep_results_years: policy.keep_results_years(),
        }
    }
}

impl From<&AnonymityPolicy> for PolicyBody {
    fn from(policy: &AnonymityPolicy) -> Self {
        Self {
            threshold: Some(policy.threshold()),
            comment_threshold: Some(policy.comment_threshold()),
            distribution_threshold: Some(policy.distribution_threshold()),
            colluding_insiders: Some(policy.colluding_insiders()),
            strict: Some(policy.strict()),
            reminder_quiet_hours: Some(policy.reminder_quiet_hours()),
        }
    }
}

impl From<&EmailWording> for EmailsBody {
    fn from(emails: &EmailWording) -> Self {
        let of = |email| Some(emails.of(email).map_or_else(String::new, |opening| opening.as_str().to_owned()));
        Self { invitation: of(WordedEmail::Invitation), reminder: of(WordedEmail::Reminder) }
    }
}
