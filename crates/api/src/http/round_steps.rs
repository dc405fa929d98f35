//! A round's life: readiness, launch, progress, extension, reminders, closing and cancelling.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use candour_domain::access::permission;
use candour_domain::readiness::{NotAlone, Outlook, Remedy};
use candour_domain::{GroupId, ItemId, ReviewId, Round, RoundId};
use candour_service;
use candour_service::app::App;
use candour_service::asked::Answer;
use candour_service::condition::tag_of_round;
use candour_service::error::Error;
use candour_service::round::progress;
use candour_service::round::readiness;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::{Body, Nothing};
use crate::http::moment;
use crate::http::problems::{ChangeProblems, Problems};
use crate::http::review_list::SinceEarlierRoundView;
use crate::http::rounds::{RoundView, answer};
use crate::problem::Problem;

/// What could be published, and what stops a launch.
#[derive(Serialize, ToSchema)]
pub struct ReadinessView {
    /// Whether the round can be launched.
    ready: bool,
    /// Per review; a round without reviews is not ready.
    reviews: Vec<ReviewReadinessView>,
    /// What does not stop a launch and should be known before: `mail_to_files` where no mail server is set.
    warnings: Vec<ProblemView>,
}

/// A launched round, and what should be known about it.
#[derive(Serialize, ToSchema)]
pub struct LaunchedView {
    /// The round.
    #[serde(flatten)]
    round: RoundView,
    /// As in its readiness.
    warnings: Vec<ProblemView>,
}

/// The readiness of one review.
#[derive(Serialize, ToSchema)]
pub struct ReviewReadinessView {
    /// The review.
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
    /// People asked, by group.
    invited: Vec<GroupCount>,
    /// If everyone answers.
    everyone: OutlookView,
    /// If 60 % of each group answer.
    sixty_percent: OutlookView,
    /// The anonymous groups that would not stand alone even if everyone answers, and why.
    not_alone: Vec<NotAloneView>,
    /// What would let them stand alone: the fewest people to add to one group.
    remedies: Vec<RemedyView>,
    /// What stops a launch.
    problems: Vec<ProblemView>,
    /// What has changed since each earlier round about the same person, newest first: those whose raters are still
    /// known, and those that closed less than 90 days ago. Empty where there was none.
    since_earlier_rounds: Vec<SinceEarlierRoundView>,
}

/// People asked in one group.
#[derive(Serialize, ToSchema)]
pub struct GroupCount {
    /// The group.
    #[schema(value_type = String)]
    group: GroupId,
    /// People asked.
    invited: u32,
}

/// What could be published at some turnout.
#[derive(Serialize, ToSchema)]
pub struct OutlookView {
    /// Groups with a column of their own.
    #[schema(value_type = Vec<String>)]
    alone: Vec<GroupId>,
    /// Groups shown together as "others".
    #[schema(value_type = Vec<String>)]
    pooled: Vec<GroupId>,
    /// Groups of which nothing is shown.
    #[schema(value_type = Vec<String>)]
    nothing: Vec<GroupId>,
    /// Whether comments are shown.
    comments: bool,
    /// Items of which "others" shows nothing, because the framework asks them of some of its groups only, and the rest
    /// are too few.
    #[schema(value_type = Vec<String>)]
    asked_of_some: Vec<ItemId>,
}

/// A group that would not stand alone.
#[derive(Serialize, ToSchema)]
pub struct NotAloneView {
    /// The group.
    #[schema(value_type = String)]
    group: GroupId,
    /// People asked.
    asked: u32,
    /// `too_few` or `needed_by_others`.
    code: &'static str,
    /// In words.
    detail: String,
}

/// What would let groups stand alone.
#[derive(Serialize, ToSchema)]
pub struct RemedyView {
    /// How many more people to ask.
    add: u32,
    /// In which group.
    #[schema(value_type = String)]
    to: GroupId,
    /// The groups that would stand alone then and do not now.
    #[schema(value_type = Vec<String>)]
    alone: Vec<GroupId>,
    /// In words.
    detail: String,
}

/// Something that stops a launch, or should be known before one.
#[derive(Serialize, ToSchema)]
pub struct ProblemView {
    /// A stable name.
    code: &'static str,
    /// In words.
    detail: String,
}

/// Answers as counts.
#[derive(Serialize, ToSchema)]
pub struct ProgressView {
    /// When the answers were counted. While the round is open that is once a day, at 6am in the United Kingdom: a
    /// number that moved at once would tell who has just sent. Null before the first time. Once the round has been
    /// counted, the time it closed.
    as_of: Option<DateTime<Utc>>,
    /// When they are counted next; null unless the round is open then.
    next_at: Option<DateTime<Utc>>,
    /// Per review.
    reviews: Vec<ReviewProgressView>,
}

/// The progress of one review.
#[derive(Serialize, ToSchema)]
pub struct ReviewProgressView {
    /// The review.
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
    /// One entry, in which everybody who is asked is counted together; empty when fewer than the threshold are asked.
    /// How many of each group answered is told once, by the released result, for its blocks: told here as well, it
    /// would give small groups away.
    groups: Vec<GroupSetView>,
}

/// Groups counted together.
#[derive(Serialize, ToSchema)]
pub struct GroupSetView {
    /// The groups of which anybody is asked.
    #[schema(value_type = Vec<String>)]
    groups: Vec<GroupId>,
    /// People asked, later withdrawn ones included, as it is now.
    invited: u32,
    /// People who had answered at `as_of`, later withdrawn ones included; null before the first time.
    responded: Option<u32>,
}

/// A later deadline.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The new time, later than the present one.
    #[serde(deserialize_with = "moment::required")]
    closes_at: DateTime<Utc>,
}

/// An early end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// True to close although it is not known that enough people have answered.
    #[serde(default)]
    confirm: bool,
}

/// What could be published if everyone answers and if 60 % do, and what stops a launch.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ReadinessView), Problems),
    security(("bearer" = [])),
)]
#[get("/rounds/{id}/readiness")]
pub(crate) async fn get_readiness(caller: Caller, app: State, id: Path<RoundId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetReadiness>()?;
    let reviews = readiness::readiness(&app, &by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(ReadinessView {
        ready: readiness::is_ready(&reviews),
        reviews: reviews.into_iter().map(Into::into).collect(),
        warnings: warnings(&app),
    }))
}

/// How many have answered, in all: neither who nor from which group. The number is of 6am in the United Kingdom.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ProgressView), Problems),
    security(("bearer" = [])),
)]
#[get("/rounds/{id}/progress")]
pub(crate) async fn get_progress(caller: Caller, app: State, id: Path<RoundId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetProgress>()?;
    let progress = progress::progress(&app, &by, id.into_inner()).await?;
    let reviews = progress.reviews.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(ProgressView { as_of: progress.as_of, next_at: progress.next_at, reviews }))
}

/// Freezes the round, makes a link for every rater and sends the invitations.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = LaunchedView), ChangeProblems),
    security(("bearer" = [])),
)]
#[post("/rounds/{id}/launch")]
pub(crate) async fn launch_round(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<Nothing>,
) -> Result<Told, Problem> {
    let warnings = warnings(&app);
    let launched = move |round: &Round| {
        let view = LaunchedView { round: RoundView::from(round), warnings };
        Ok::<_, Error>(Answer::json(200, &view)?.tagged(tag_of_round(round)))
    };
    let asked = ask.may::<permission::LaunchRound>()?.answering(launched);
    let Nothing {} = body.parse()?;
    Ok(Told(candour_service::round::launch_round::launch_round(&app, asked, id.into_inner()).await?))
}

/// Moves the deadline of an open round to a later time and tells those who can still answer.
#[utoipa::path(tag = "rounds", params(("id" = uuid::Uuid, Path)), request_body = Extension,
    responses((status = 200, body = RoundView), ChangeProblems), security(("bearer" = [])))]
#[post("/rounds/{id}/extend")]
pub(crate) async fn extend_round(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<Extension>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::ExtendRound>()?.answering(|round| answer(200, round));
    Ok(Told(
        candour_service::round::extend_round::extend_round(&app, asked, id.into_inner(), body.parse()?.closes_at)
            .await?,
    ))
}

/// Reminds those who have not answered, without saying who they are or how many. The round in the reply is as it was.
/// Nobody is reminded twice within `reminder_quiet_hours`, no matter who asks: until then the answer is 409
/// `reminded-recently`, which says from when.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 202, body = RoundView), ChangeProblems),
    security(("bearer" = [])),
)]
#[post("/rounds/{id}/remind")]
pub(crate) async fn remind_raters(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<Nothing>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RemindRaters>()?.answering(|round| answer(202, round));
    let Nothing {} = body.parse()?;
    Ok(Told(candour_service::rater::remind_raters::remind_raters(&app, asked, id.into_inner()).await?))
}

/// Closes an open round for good. The count follows by itself. Where it is not known that enough people have answered
/// for a report, by the number that progress shows, it is refused with 409 `confirmation-needed` until `confirm` is
/// true.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), request_body = Closing,
    responses((status = 200, body = RoundView), ChangeProblems), security(("bearer" = [])),
)]
#[post("/rounds/{id}/close")]
pub(crate) async fn close_round(ask: Ask, app: State, id: Path<RoundId>, body: Body<Closing>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::CloseRound>()?.answering(|round| answer(200, round));
    Ok(Told(
        candour_service::round::close_round::close_round(&app, asked, id.into_inner(), body.parse()?.confirm).await?,
    ))
}

/// Ends a draft or an open round without a result. Answers already sent are deleted unread.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = RoundView), ChangeProblems),
    security(("bearer" = [])),
)]
#[post("/rounds/{id}/cancel")]
pub(crate) async fn cancel_round(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<Nothing>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::CancelRound>()?.answering(|round| answer(200, round));
    let Nothing {} = body.parse()?;
    Ok(Told(candour_service::round::close_round::cancel_round(&app, asked, id.into_inner()).await?))
}

fn warnings(app: &App) -> Vec<ProblemView> {
    readiness::warnings(app)
        .into_iter()
        .map(|warning| ProblemView { code: warning.as_str(), detail: warning.to_string() })
        .collect()
}

impl From<readiness::Readiness> for ReviewReadinessView {
    fn from(readiness: readiness::Readiness) -> Self {
        let readiness::Readiness { review: ready, refused, since, agreed } = readiness;
        let refused =
            refused.into_iter().map(|refused| ProblemView { code: refused.as_str(), detail: refused.to_string() });
        Self {
            review_id: ready.review_id,
            invited: ready.invited.into_iter().map(|(group, invited)| GroupCount { group, invited }).collect(),
            everyone: ready.everyone.into(),
            sixty_percent: ready.sixty_percent.into(),
            not_alone: ready
                .not_alone
                .into_iter()
                .map(|NotAlone { group, asked, why, detail }| NotAloneView { group, asked, code: why.as_str(), detail })
                .collect(),
            remedies: ready
                .remedies
                .into_iter()
                .map(|Remedy { add, to, alone, detail }| RemedyView { add, to, alone, detail })
                .collect(),
            problems: ready
                .problems
                .into_iter()
                .map(|problem| ProblemView { code: problem.as_str(), detail: problem.to_string() })
                .chain(refused)
                .collect(),
            since_earlier_rounds: since.into_iter().map(|since| SinceEarlierRoundView::new(since, agreed)).collect(),
        }
    }
}

impl From<Outlook> for OutlookView {
    fn from(outlook: Outlook) -> Self {
        let Outlook { alone, pooled, nothing, comments, asked_of_some } = outlook;
        Self { alone, pooled, nothing, comments, asked_of_some }
    }
}

impl From<progress::ReviewProgress> for ReviewProgressView {
    fn from(progress: progress::ReviewProgress) -> Self {
        let view = |set: progress::GroupSet| GroupSetView {
            groups: set.groups,
            invited: set.invited,
            responded: set.responded,
        };
        Self { review_id: progress.review_id, groups: progress.everybody.into_iter().map(view).collect() }
    }
}
