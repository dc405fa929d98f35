//! One review, with what somebody may see of it as what they are to it, and its report once they may read it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{Data, Path, Query};
use askama::Template;
use candour_analytics::ReviewResult;
use candour_domain::access::permission::{GetResults, GetResultsCsv};
use candour_domain::review::ReviewProgress;
use candour_domain::{Assurance, Principal, RoundState};
use candour_service::account::home::Part;
use candour_service::account::my_review::{self, MyReview};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::result::reading::{self, ReadsResult, Shown};
use candour_words::uk_time::{uk_date, uk_time};
use chrono::{DateTime, Utc};

use super::parse;
use super::report::Report;
use crate::console::frame::Console;
use crate::console::{Closed, Done};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "reviews/one.html")]
struct ReviewPage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
    stage: Stage,
    /// Whether they decide about it.
    decides: bool,
    /// From when on they read first and decide, where that is still to come.
    opens: Option<DateTime<Utc>>,
    report: Option<Report<'a>>,
}

/// How far a review is, as its page tells it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Draft,
    Open,
    Closed,
    Counted,
    Scheduled(DateTime<Utc>),
    Released(DateTime<Utc>),
    Cancelled,
}

impl Stage {
    fn of(found: &MyReview) -> Self {
        match (found.round.state(), found.review.progress) {
            (RoundState::Cancelled, _) => Self::Cancelled,
            (_, ReviewProgress::Released(at)) => Self::Released(at),
            (_, ReviewProgress::Scheduled(at)) => Self::Scheduled(at),
            (_, ReviewProgress::Counted) => Self::Counted,
            (RoundState::Draft, _) => Self::Draft,
            (RoundState::Open, _) => Self::Open,
            _ => Self::Closed,
        }
    }
}

impl ReviewPage<'_> {
    /// How far it is, in a sentence for this person.
    fn what(&self) -> Said {
        let (say, part) = (self.frame.say, self.found.part);
        let reader = self.found.review.facilitator.name.as_str();
        match (self.stage, part) {
            (Stage::Cancelled, _) => Said::of(say.review_cancelled()),
            (Stage::Released(at), _) => Said::of(say.review_released().day(uk_date(at))),
            (Stage::Scheduled(at), Part::Facilitator | Part::Adviser) => {
                Said::of(say.review_scheduled().time(uk_time(at)))
            }
            (Stage::Draft, Part::Subject) => Said::of(say.review_draft_subject()),
            (Stage::Draft, _) => Said::of(say.review_draft()),
            (Stage::Open, Part::Subject) => Said::of(say.review_open_subject()),
            (Stage::Open, _) => Said::of(say.review_open()),
            (_, Part::Subject) => Said::of(say.review_with_reader_subject().reader(reader)),
            (Stage::Closed, _) => Said::of(say.review_closed()),
            (_, Part::Facilitator) if self.decides => Said::of(say.review_counted()),
            (_, Part::Facilitator) => Said::of(say.review_counted_shut()),
            (_, Part::Adviser) => Said::of(say.review_counted_adviser().reader(reader)),
            (_, Part::Administrator) => Said::of(say.review_with_reader().reader(reader)),
        }
    }

    /// Whether nothing has been told yet of what comes.
    fn is_before_release(&self) -> bool {
        matches!(self.stage, Stage::Draft | Stage::Open | Stage::Closed | Stage::Counted | Stage::Scheduled(_))
    }

    fn is_at_work(&self) -> bool {
        self.decides && matches!(self.stage, Stage::Counted | Stage::Scheduled(_))
    }

    fn is_set(&self) -> bool {
        matches!(self.stage, Stage::Scheduled(_))
    }
}

/// What this person may see of it.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Done>) -> HttpResponse {
    let found = async {
        let (found, principal) = find(&app, &who, &id).await?;
        let result = read::<GetResults>(&app, &who, &principal, &found).await?;
        Ok::<_, Closed>((found, principal, result))
    };
    match found.await {
        Ok((found, principal, result)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let done = done(&frame, &query.done);
            let decides = principal.visibility().decides(&found.review);
            let opens = match who.assurance {
                Assurance::Waiting(from) if matches!(found.part, Part::Facilitator | Part::Adviser) => Some(from),
                _ => None,
            };
            let report = result.as_ref().map(|result| Report::of(frame.say, result));
            let stage = Stage::of(&found);
            let page = ReviewPage { frame: frame.saying(done), found: &found, stage, decides, opens, report };
            html(StatusCode::OK, &page)
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// The report as a file for spreadsheets.
pub(crate) async fn csv(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let found = async {
        let (found, principal) = find(&app, &who, &id).await?;
        let result = read::<GetResultsCsv>(&app, &who, &principal, &found).await?.ok_or(Closed::NotThere)?;
        Ok((found, result))
    };
    match found.await {
        Ok((found, result)) => {
            let name = format!("review-{}.csv", found.review.id);
            let attachment = ContentDisposition {
                disposition: DispositionType::Attachment,
                parameters: vec![DispositionParam::Filename(name)],
            };
            HttpResponse::Ok()
                .content_type("text/csv; charset=utf-8")
                .insert_header(attachment)
                .body(candour_report::to_csv(&result))
        }
        Err(why) => who.closed(&app, why).await,
    }
}

async fn find(app: &App, who: &SignedIn, id: &str) -> Result<(MyReview, Principal), Closed> {
    let found = my_review::find(app, who, parse(id)?).await?;
    let principal = who.act(found.part.role())?;
    Ok((found, principal))
}

/// The result, if there is one for them.
async fn read<P: ReadsResult>(
    app: &App,
    who: &SignedIn,
    principal: &Principal,
    found: &MyReview,
) -> Result<Option<ReviewResult>, Closed> {
    let is_there = found.review.progress != ReviewProgress::Waiting;
    if !is_there || !principal.visibility().opens_result(&found.review) {
        return Ok(None);
    }
    let by = principal.clone().authorise::<P>().ok_or(Closed::NotThere)?;
    match reading::read_result(app, &by, Shown::Session(who.session), found.review.id).await {
        Ok(result) => Ok(Some(result)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn done(frame: &Console<'_>, done: &str) -> Option<Said> {
    let say = frame.say;
    Some(match done {
        "released" => Said::of(say.review_done_released()),
        "scheduled" => Said::of(say.review_done_scheduled()),
        "taken-back" => Said::of(say.review_done_taken_back()),
        _ => return None,
    })
}
