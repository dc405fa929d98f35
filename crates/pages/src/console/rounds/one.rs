//! One round: a list of tasks while it is a draft, and afterwards how far it is and what can be done.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Framework, Review, ReviewId, Role, Round, RoundState};
use candour_service::app::App;
use candour_service::frameworks;
use candour_service::round::progress::{self, RoundProgress};
use candour_service::round::readiness::{self, Readiness};
use candour_words::uk_time::uk_time;

use super::sending::{Looked, Sending};
use super::{Found, find, words};
use crate::console::Closed;
use crate::console::frame::Console;
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/draft.html")]
struct DraftPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    reviews: &'a [Review],
    framework: &'a Framework,
    tasks: Tasks,
    readiness: &'a [Readiness],
    /// Whether emails reach nobody, since no mail server is set.
    mail_to_files: bool,
}

#[derive(Template)]
#[template(path = "rounds/running.html")]
struct RunningPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    reviews: &'a [Review],
    progress: &'a RoundProgress,
    sending: Option<Sending>,
}

/// How far each task of a draft is.
struct Tasks {
    dates_over: bool,
    people: u32,
    unagreed: usize,
    ready: bool,
    nothing_to_show: bool,
}

impl DraftPage<'_> {
    /// How many people are asked about a review, the subject among them.
    fn asked(&self, id: ReviewId) -> u32 {
        self.of(id).map_or(0, |one| one.review.invited.iter().map(|(_, count)| count).sum())
    }

    /// Whether something could be shown of a review.
    fn could_show(&self, id: ReviewId) -> bool {
        self.of(id).is_some_and(|one| one.review.problems.is_empty())
    }

    fn of(&self, id: ReviewId) -> Option<&Readiness> {
        self.readiness.iter().find(|one| one.review.review_id == id)
    }
}

impl RunningPage<'_> {
    fn state(&self) -> Said {
        words::state(self.frame.say, self.round.state())
    }

    fn review(&self, id: ReviewId) -> Option<&Review> {
        self.reviews.iter().find(|review| review.id == id)
    }

    /// What is happening to the round, in a sentence.
    fn what(&self) -> Said {
        let (say, record) = (self.frame.say, self.round.record());
        match record.state {
            RoundState::Draft | RoundState::Open => Said::of(say.round_open_what().time(uk_time(record.closes_at))),
            RoundState::Closed => Said::of(say.round_closed_what()),
            RoundState::Counted => Said::of(say.round_counted_what()),
            RoundState::Released => Said::of(say.round_released_what()),
            RoundState::Archived => Said::of(say.round_archived_what()),
            RoundState::Cancelled => Said::of(say.round_cancelled_what()),
        }
    }
}

/// The round, as far as it is.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Looked>) -> HttpResponse {
    let shown = async {
        let found = find(&app, &who, &id).await?;
        let frame = Console::of(&app, Some(&who)).await;
        let done = done(&frame, &query.done);
        let frame = frame.saying(done);
        if found.round.state() == RoundState::Draft {
            draft(&app, &who, frame, &found).await
        } else {
            running(&app, &who, frame, (&found, &query)).await
        }
    };
    match shown.await {
        Ok(page) => page,
        Err(why) => who.closed(&app, why).await,
    }
}

fn done(frame: &Console<'_>, done: &str) -> Option<Said> {
    let say = frame.say;
    Some(match done {
        "changed" => Said::of(say.round_done_changed()),
        "launched" => Said::of(say.round_done_launched()),
        "launch-set" => Said::of(say.round_done_launch_set()),
        "launch-unset" => Said::of(say.round_done_launch_unset()),
        "copied" => Said::of(say.round_done_copied()),
        "extended" => Said::of(say.round_done_extended()),
        "reminded" => Said::of(say.round_done_reminded()),
        "closed" => Said::of(say.round_done_closed()),
        "cancelled" => Said::of(say.round_done_cancelled()),
        _ => return None,
    })
}

async fn draft(app: &App, who: &SignedIn, frame: Console<'_>, found: &Found) -> Result<HttpResponse, Closed> {
    let Found { round, reviews } = found;
    let by = who.may::<permission::GetReadiness>(Role::Administrator)?;
    let readiness = readiness::readiness(app, &by, round.id()).await?;
    let by = who.may::<permission::GetFramework>(Role::Administrator)?;
    let framework = frameworks::find_framework(app, &by, round.record().framework_id).await?;
    let people = readiness.iter().flat_map(|one| &one.review.invited).map(|(_, count)| count).sum();
    let tasks = Tasks {
        dates_over: round.record().closes_at <= app.clock.now(),
        people,
        unagreed: readiness.iter().filter(|one| !one.agreed).count(),
        ready: readiness::is_ready(&readiness),
        nothing_to_show: readiness.iter().any(|one| !one.review.problems.is_empty()),
    };
    let mail_to_files = !readiness::warnings(app).is_empty();
    let page = DraftPage { frame, round, reviews, framework: &framework, tasks, readiness: &readiness, mail_to_files };
    Ok(html(StatusCode::OK, &page))
}

async fn running(
    app: &App,
    who: &SignedIn,
    frame: Console<'_>,
    (found, looked): (&Found, &Looked),
) -> Result<HttpResponse, Closed> {
    let Found { round, reviews } = found;
    let sending = Sending::of(app, who, frame.say, (round, looked)).await?;
    let by = who.may::<permission::GetProgress>(Role::Administrator)?;
    let progress = progress::progress(app, &by, round.id()).await?;
    let page = RunningPage { frame, round, reviews, progress: &progress, sending };
    let shown = html(StatusCode::OK, &page);
    Ok(match &page.sending {
        Some(sending) => sending.come_again(shown),
        None => shown,
    })
}
