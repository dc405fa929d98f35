//! The last look before a launch: everything on one page, and the button.

use std::ops::RangeInclusive;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::earlier::{LaunchRefused, WhyAgree};
use candour_domain::readiness::LaunchProblem;
use candour_domain::{Framework, Review, ReviewId, Role, Round, RoundState};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::frameworks;
use candour_service::round::readiness::{self, Readiness};
use candour_service::round::{launch_round, launch_time};
use candour_words::uk_time::day;
use chrono::Days;

use super::{Found, find, round, tag, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// The hours at which a round starts by itself: when people may look at an email.
pub(crate) const HOURS: RangeInclusive<u8> = 6..=20;

/// The one that is proposed.
const USUAL_HOUR: &str = "10";

#[derive(Template)]
#[template(path = "rounds/launch.html")]
struct LaunchPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    reviews: &'a [Review],
    framework: &'a Framework,
    readiness: &'a [Readiness],
    /// What stops the launch, each with where it is put right, if that is for administrators.
    stops: Vec<(Said, Option<String>)>,
    tag: String,
    mail_to_files: bool,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "rounds/launch_take_back.html")]
struct TakeBackPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    tag: String,
}

impl LaunchPage<'_> {
    fn people(&self) -> u32 {
        self.readiness.iter().flat_map(|one| &one.review.invited).map(|(_, count)| count).sum()
    }
}

/// Everything that raters will be asked under, and what still stops it.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let tomorrow = (day(app.clock.now()) + Days::new(1)).to_string();
    page(&app, &who, &id, &Typed::of(&[("day", &tomorrow), ("hour", USUAL_HOUR)]), Vec::new()).await
}

/// Launches, or sets the time at which that happens, or says why not.
pub(crate) async fn launch(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let sets_time = typed.get("when") == "later";
    let (field, done) = if sets_time { ("day", "launch-set") } else { ("go", "launched") };
    let outcome = if sets_time { set(&app, &who, &id, &typed).await } else { now(&app, &who, &id, &typed).await };
    let wrong = match outcome {
        Ok(()) => return see_other(&format!("/rounds/{}?done={done}", id.as_str())),
        Err(Closed::Failed(Error::Invalid(_))) => Wrong::at("day", Said::of(say.round_refused_day())),
        Err(Closed::Failed(Error::Round(why))) => words::refused(say, field, why),
        Err(Closed::Failed(Error::Launch(_))) => Wrong::at(field, Said::of(say.round_refused_not_ready())),
        Err(Closed::Failed(Error::Stale)) => Wrong::at(field, Said::of(say.round_refused_stale())),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, &id, &typed, vec![wrong]).await
}

/// Asks whether the time is to be taken back.
pub(crate) async fn show_take_back(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let found = async {
        who.may::<permission::RemoveLaunchTime>(Role::Administrator)?;
        round(&app, &who, &id).await
    };
    match found.await {
        // Somebody else has taken it back, or it has started.
        Ok(round) if round.record().launches_at.is_none() => see_other(&format!("/rounds/{}", round.id())),
        Ok(round) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &TakeBackPage { frame, round: &round, tag: tag(&round) })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes the time back.
pub(crate) async fn take_back(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let taken_back = async {
        let round = round(&app, &who, &id).await?;
        let asked = who.ask_of::<permission::RemoveLaunchTime, Round>(Role::Administrator, typed.get("tag"))?;
        launch_time::remove_launch_time(&app, asked, round.id()).await?;
        Ok(())
    };
    match taken_back.await {
        Ok(()) => see_other(&format!("/rounds/{}?done=launch-unset", id.as_str())),
        // It has moved on meanwhile: the page says how far it is.
        Err(Closed::Failed(Error::Stale | Error::Round(_))) => see_other(&format!("/rounds/{}", id.as_str())),
        Err(why) => who.closed(&app, why).await,
    }
}

async fn now(app: &App, who: &SignedIn, id: &str, typed: &Typed) -> Result<(), Closed> {
    let round = round(app, who, id).await?;
    let asked = who.ask_of::<permission::LaunchRound, Round>(Role::Administrator, typed.get("tag"))?;
    launch_round::launch_round(app, asked, round.id()).await?;
    Ok(())
}

async fn set(app: &App, who: &SignedIn, id: &str, typed: &Typed) -> Result<(), Closed> {
    let round = round(app, who, id).await?;
    let at = form::moment(typed, HOURS).ok_or_else(|| Error::field("/launches_at", "no day"))?;
    let asked = who.ask_of::<permission::SetLaunchTime, Round>(Role::Administrator, typed.get("tag"))?;
    launch_time::set_launch_time(app, asked, round.id(), at).await?;
    Ok(())
}

async fn page(app: &App, who: &SignedIn, id: &str, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    let found = async {
        let found = find(app, who, id).await?;
        let by = who.may::<permission::GetReadiness>(Role::Administrator)?;
        let readiness = readiness::readiness(app, &by, found.round.id()).await?;
        let by = who.may::<permission::GetFramework>(Role::Administrator)?;
        let framework = frameworks::find_framework(app, &by, found.round.record().framework_id).await?;
        Ok::<_, Closed>((found, readiness, framework))
    };
    match found.await {
        Ok((Found { round, reviews }, readiness, framework)) => {
            // Two presses, or another tab: it has been launched.
            if round.state() != RoundState::Draft {
                return see_other(&format!("/rounds/{}", round.id()));
            }
            let frame = Console::of(app, Some(who)).await;
            let stops = stops(app, &frame, &round, (&reviews, &readiness));
            // Where something stops the launch, its form is not on the page, and what stops it is.
            let errors = if stops.is_empty() {
                errors
            } else {
                errors.into_iter().map(|wrong| Wrong::at("stops", wrong.text)).collect()
            };
            let mail_to_files = !readiness::warnings(app).is_empty();
            let tag = tag(&round);
            let page = LaunchPage {
                frame,
                round: &round,
                reviews: &reviews,
                framework: &framework,
                readiness: &readiness,
                stops,
                tag,
                mail_to_files,
                typed,
                errors,
            };
            html(form::status(&page.errors), &page)
        }
        Err(why) => who.closed(app, why).await,
    }
}

/// What stops the launch, in words, and the page where it is put right.
fn stops(
    app: &App,
    frame: &Console<'_>,
    round: &Round,
    (reviews, readiness): (&[Review], &[Readiness]),
) -> Vec<(Said, Option<String>)> {
    let (say, id) = (frame.say, round.id());
    let mut stops = Vec::new();
    if reviews.is_empty() {
        stops.push((Said::of(say.task_reviewed_none()), Some(format!("/rounds/{id}/reviews"))));
    }
    if round.record().closes_at <= app.clock.now() {
        stops.push((Said::of(say.round_refused_deadline()), Some(format!("/rounds/{id}/dates"))));
    }
    let name = |review: ReviewId| {
        let found = reviews.iter().find(|one| one.id == review);
        found.map_or("", |one| one.subject.person.name.as_str())
    };
    for one in readiness {
        let review = one.review.review_id;
        for problem in &one.review.problems {
            let text = match problem {
                LaunchProblem::NobodyAnonymous => Said::of(say.launch_nobody().subject(name(review))),
                LaunchProblem::NothingToShow => Said::of(say.launch_nothing().subject(name(review))),
                LaunchProblem::SelfMissing => Said::of(say.launch_self_missing().subject(name(review))),
            };
            stops.push((text, Some(format!("/reviews/{review}/raters"))));
        }
        stops.extend(one.refused.iter().map(|refused| {
            let is_theirs = matches!(refused, LaunchRefused::AdministratorFacilitates { .. });
            (refusal(frame, refused), is_theirs.then(|| format!("/rounds/{id}/reviews")))
        }));
    }
    stops
}

fn refusal(frame: &Console<'_>, refused: &LaunchRefused) -> Said {
    let say = frame.say;
    match refused {
        LaunchRefused::AdministratorFacilitates { subject } => {
            Said::of(say.launch_administrator_reads().subject(subject.as_str()))
        }
        LaunchRefused::AdministratorAdvises { subject } => {
            Said::of(say.launch_administrator_advises().subject(subject.as_str()))
        }
        LaunchRefused::UnderWay { subject, title, .. } => {
            Said::of(say.launch_under_way().subject(subject.as_str()).title(title.as_str()))
        }
        LaunchRefused::AgreementNeeded { why: WhyAgree::Recent { subject, title, days } } => Said::of(
            say.launch_agree_recent()
                .subject(subject.as_str())
                .title(title.as_str())
                .days(u32::try_from(*days).unwrap_or_default()),
        ),
        LaunchRefused::AgreementNeeded { why: WhyAgree::SameName { subject, title } } => {
            Said::of(say.launch_agree_same_name().subject(subject.as_str()).title(title.as_str()))
        }
    }
}
