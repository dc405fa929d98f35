//! Releasing a report: who will be told, now or at a day and hour, and taking a set time back.

use std::ops::RangeInclusive;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_analytics::ReviewResult;
use candour_domain::access::permission::{GetRelease, ReleaseReview, TakeReleaseBack};
use candour_domain::review::{ReviewError, ReviewProgress};
use candour_domain::{Review, Role};
use candour_service::account::my_review::MyReview;
use candour_service::app::App;
use candour_service::condition::{tag_of, tag_of_review};
use candour_service::error::Error;
use candour_service::job::Reader;
use candour_service::result::release_readers::Told;
use candour_service::result::release_review;
use candour_words::uk_time::{at_hour, day};
use chrono::{DateTime, Days, Timelike, Utc};

use super::{own, undecided};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// The hours at which a report can be released: when people read emails.
pub(crate) const HOURS: RangeInclusive<u8> = 7..=20;

/// At which hour, unless somebody says otherwise.
const USUAL_HOUR: u8 = 9;

#[derive(Template)]
#[template(path = "reviews/release.html")]
struct ReleasePage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
    told: &'a [Told],
    /// When it is released, if a time is set.
    set: Option<DateTime<Utc>>,
    /// Whether nothing is in it that anybody but the subject answered.
    empty: bool,
    /// The tags of the review and of its result.
    tags: (String, String),
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "reviews/take_back.html")]
struct TakeBackPage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
    at: DateTime<Utc>,
    tag: String,
}

impl ReleasePage<'_> {
    /// As what somebody is told.
    fn part(&self, told: &Told) -> Said {
        let say = self.frame.say;
        match told.reader {
            Reader::Subject => Said::of(say.release_told_subject()),
            Reader::Facilitator => Said::of(say.release_told_you()),
            Reader::Adviser(_) => Said::of(say.release_told_adviser()),
            Reader::Administrator(_) => Said::of(say.release_told_administrator()),
        }
    }
}

/// What releasing means, and the form.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    page(&app, &who, &id, None, Vec::new()).await
}

/// Releases it, or sets the time, or says what is wrong.
pub(crate) async fn release(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let found = match own(&app, &who, &id).await {
        Ok(found) if found.review.require_redactable().is_ok() => found,
        // Pressed twice: it has been released.
        Ok(found) => return see_other(&format!("/reviews/{}", found.review.id)),
        Err(why) => return who.closed(&app, why).await,
    };
    let at = match typed.get("when") {
        "now" => None,
        "later" => {
            let Some(at) = form::moment(&typed, HOURS) else {
                let wrong = Wrong::at("day", Said::of(say.release_no_day()));
                return page(&app, &who, &id, Some(&typed), vec![wrong]).await;
            };
            Some(at)
        }
        _ => {
            let wrong = Wrong::at("when", Said::of(say.release_no_choice()));
            return page(&app, &who, &id, Some(&typed), vec![wrong]).await;
        }
    };
    let released = async {
        // The result is looked at within the transaction, since nobody takes back what has been read.
        if typed.get("tag") != tag_of_review(&found.review) {
            return Err(Error::Stale.into());
        }
        let asked = who.ask_of::<ReleaseReview, Review>(Role::Facilitator, typed.get("seen"))?;
        release_review::release_review(&app, asked, found.review.id, at, typed.has("sure", "yes")).await?;
        Ok(())
    };
    let review = found.review.id;
    let done = if at.is_some() { "scheduled" } else { "released" };
    let (field, text) = match released.await {
        Ok(()) => return see_other(&format!("/reviews/{review}?done={done}")),
        // Pressed twice, or its set time has come.
        Err(Closed::Failed(Error::Review(ReviewError::Released | ReviewError::NotCounted))) => {
            return see_other(&format!("/reviews/{review}"));
        }
        Err(Closed::Failed(Error::Review(_))) => ("day", Said::of(say.release_not_then())),
        Err(Closed::Failed(Error::Stale)) => ("when", Said::of(say.round_refused_stale())),
        Err(Closed::Failed(Error::Unconfirmed(_))) => ("sure", Said::of(say.release_not_sure())),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, &id, Some(&typed), vec![Wrong::at(field, text)]).await
}

/// Says what it means to take the set time back, and asks.
pub(crate) async fn show_take_back(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match own(&app, &who, &id).await {
        Ok(found) => match found.review.progress {
            ReviewProgress::Scheduled(at) => {
                let frame = Console::of(&app, Some(&who)).await;
                let tag = tag_of_review(&found.review);
                html(StatusCode::OK, &TakeBackPage { frame, found: &found, at, tag })
            }
            _ => see_other(&format!("/reviews/{}", found.review.id)),
        },
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes it back.
pub(crate) async fn take_back(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let taken = async {
        let found = own(&app, &who, &id).await?;
        let asked = who.ask_of::<TakeReleaseBack, Review>(Role::Facilitator, typed.get("tag"))?;
        release_review::take_release_back(&app, asked, found.review.id).await?;
        Ok(())
    };
    match taken.await {
        Ok(()) => see_other(&format!("/reviews/{}?done=taken-back", id.as_str())),
        // Pressed twice, set to another time meanwhile, or released: the page says how it stands.
        Err(Closed::Failed(Error::Stale | Error::Review(_))) => see_other(&format!("/reviews/{}", id.as_str())),
        Err(why) => who.closed(&app, why).await,
    }
}

async fn page(app: &App, who: &SignedIn, id: &str, typed: Option<&Typed>, errors: Vec<Wrong>) -> HttpResponse {
    let found = async {
        let (found, result) = undecided(app, who, id).await?;
        let by = who.may::<GetRelease>(Role::Facilitator)?;
        let (_, told) = release_review::find_release(app, &by, found.review.id).await?;
        Ok((found, result, told))
    };
    let (found, result, told) = match found.await {
        Ok((found, Some(result), told)) => (found, result, told),
        Ok((found, None, _)) => return see_other(&format!("/reviews/{}", found.review.id)),
        Err(why) => return who.closed(app, why).await,
    };
    let tags = match tags(&found.review, &result) {
        Ok(tags) => tags,
        Err(why) => return who.closed(app, why).await,
    };
    let set = match found.review.progress {
        ReviewProgress::Scheduled(at) => Some(at),
        _ => None,
    };
    let fresh = as_it_is(set, app.clock.now());
    let typed = typed.unwrap_or(&fresh);
    let frame = Console::of(app, Some(who)).await;
    let empty = !result.shows_others();
    html(form::status(&errors), &ReleasePage { frame, found: &found, told: &told, set, empty, tags, typed, errors })
}

fn tags(review: &Review, result: &ReviewResult) -> Result<(String, String), Closed> {
    let document = serde_json::to_string(result).map_err(Error::from)?;
    Ok((tag_of_review(review), tag_of(&document)))
}

/// The form as it stands: the set time, or tomorrow.
fn as_it_is(set: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Typed {
    let on = set.map_or_else(|| day(now) + Days::new(1), day);
    let hour = set.and_then(|at| HOURS.clone().find(|hour| at_hour(on, *hour) == at.with_nanosecond(0).unwrap_or(at)));
    let hour = hour.unwrap_or(USUAL_HOUR).to_string();
    let when = if set.is_some() { "later" } else { "" };
    Typed::of(&[("when", when), ("day", &on.to_string()), ("hour", &hour)])
}
