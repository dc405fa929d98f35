//! The title, the last day and the thresholds of a draft.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::policy::{AnonymityPolicy, PolicyError, PolicyRequest};
use candour_domain::round::{RoundChange, RoundError};
use candour_domain::{Role, Round};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::round::setup_round;
use candour_words::uk_time::at_hour;
use chrono::{DateTime, Utc};

use super::{round, tag, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// Rounds close at 5pm, when schools still answer the telephone.
const CLOSES_AT: u8 = 17;

#[derive(Template)]
#[template(path = "rounds/dates.html")]
struct DatesPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    tag: String,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

/// The end of the day that somebody typed or chose; `None` for what is no day.
pub(super) fn closing(typed: &str) -> Option<DateTime<Utc>> {
    Some(at_hour(form::day(typed)?, CLOSES_AT))
}

/// The last day of a round that is being named, and what is wrong with its name and that day.
pub(super) fn named(typed: &Typed) -> (Option<DateTime<Utc>>, Vec<Wrong>) {
    let (say, mut errors) = (Console::nobodys().say, Vec::new());
    if typed.get("title").trim().is_empty() {
        errors.push(Wrong::at("title", Said::of(say.round_refused_title())));
    }
    let closes_at = closing(typed.get("closes"));
    if closes_at.is_none() {
        errors.push(Wrong::at("closes", Said::of(say.round_refused_day())));
    }
    (closes_at, errors)
}

/// Whether this is about when a round closes.
pub(super) fn is_about_time(why: RoundError) -> bool {
    matches!(why, RoundError::Deadline | RoundError::NotLater | RoundError::LeapSecond)
}

/// The form as it stands.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match round(&app, &who, &id).await {
        Ok(round) => {
            let typed = as_it_is(&round);
            page(&app, &who, &round, &typed, Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Changes it, or says what is wrong.
pub(crate) async fn set(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let round = match round(&app, &who, &id).await {
        Ok(round) => round,
        Err(why) => return who.closed(&app, why).await,
    };
    let change = match read(&typed, &round) {
        Ok(change) => change,
        Err(errors) => return page(&app, &who, &round, &typed, errors).await,
    };
    let changed = async {
        let asked = who.ask_of::<permission::UpdateRound, Round>(Role::Administrator, typed.get("tag"))?;
        Ok(setup_round::change_round(&app, asked, round.id(), change).await?)
    };
    let say = Console::nobodys().say;
    let wrong = match changed.await {
        Ok(_) => return see_other(&format!("/rounds/{}?done=changed", round.id())),
        Err(Closed::Failed(Error::Round(why))) => {
            words::refused(say, if is_about_time(why) { "closes" } else { "title" }, why)
        }
        Err(Closed::Failed(Error::Stale)) => Wrong::at("title", Said::of(say.round_refused_stale())),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, &round, &typed, vec![wrong]).await
}

fn as_it_is(round: &Round) -> Typed {
    let record = round.record();
    let numbers =
        [record.policy.threshold(), record.policy.comment_threshold(), record.policy.distribution_threshold()];
    let [threshold, comments, distribution] = numbers.map(|number| number.to_string());
    Typed::of(&[
        ("title", record.title.as_str()),
        ("closes", &words::closing_day(round)),
        ("threshold", &threshold),
        ("comments", &comments),
        ("distribution", &distribution),
    ])
}

fn read(typed: &Typed, round: &Round) -> Result<RoundChange, Vec<Wrong>> {
    let (say, mut errors) = (Console::nobodys().say, Vec::new());
    let closes_at = closing(typed.get("closes"));
    if closes_at.is_none() {
        errors.push(Wrong::at("closes", Said::of(say.round_refused_day())));
    }
    let mut number = |field: &'static str| {
        let parsed = typed.get(field).trim().parse::<u32>();
        parsed.map_err(|_no_number| errors.push(Wrong::at(field, Said::of(say.round_refused_number())))).ok()
    };
    let (threshold, comment_threshold, distribution_threshold) =
        (number("threshold"), number("comments"), number("distribution"));
    if !errors.is_empty() {
        return Err(errors);
    }
    let present = &round.record().policy;
    let request = PolicyRequest {
        threshold,
        comment_threshold,
        distribution_threshold,
        colluding_insiders: Some(present.colluding_insiders()),
        strict: Some(present.strict()),
        reminder_quiet_hours: Some(present.reminder_quiet_hours()),
    };
    let policy = AnonymityPolicy::parse(request).map_err(|why| vec![threshold_refused(why)])?;
    // A time of day that was set elsewhere stays, unless another day is chosen.
    let closes_at = closes_at.filter(|_| typed.get("closes") != words::closing_day(round));
    let title = Some(typed.get("title").to_owned());
    Ok(RoundChange { title, policy: Some(policy), closes_at, ..RoundChange::default() })
}

fn threshold_refused(why: PolicyError) -> Wrong {
    let say = Console::nobodys().say;
    match why {
        PolicyError::Threshold | PolicyError::ColludingInsiders | PolicyError::ReminderQuietHours => {
            Wrong::at("threshold", Said::of(say.round_refused_threshold()))
        }
        PolicyError::CommentThreshold => Wrong::at("comments", Said::of(say.round_refused_comments())),
        PolicyError::DistributionThreshold => Wrong::at("distribution", Said::of(say.round_refused_distribution())),
    }
}

async fn page(app: &App, who: &SignedIn, round: &Round, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    html(form::status(&errors), &DatesPage { frame, round, tag: tag(round), typed, errors })
}
