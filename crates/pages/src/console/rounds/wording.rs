//! How the invitation or the reminder of a round begins, in the trust's own words, with everything around it that stays
//! as it is.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::round::{RoundChange, RoundError};
use candour_domain::wording::{Opening, WordedEmail, WordingChange, WordingError};
use candour_domain::{Role, Round, RoundState};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::rater::sample_email::{self, Around};
use candour_service::round::setup_round;
use serde::Deserialize;

use super::{round, tag, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// The longest word of an opening that is shown in what is wrong with it, in characters.
const LONGEST_QUOTED: usize = 60;

/// Which email.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Letter {
    letter: String,
}

#[derive(Template)]
#[template(path = "rounds/wording.html")]
struct WordingPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    reminder: bool,
    /// The rest of the email; `None` while nobody is reviewed.
    around: Option<Around>,
    tag: String,
    opening: &'a str,
    errors: Vec<Wrong>,
}

/// The form, with the opening as it is.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, letter: Query<Letter>) -> HttpResponse {
    let email = named(&letter.letter);
    let found = async {
        who.may::<permission::UpdateRound>(Role::Administrator)?;
        round(&app, &who, &id).await
    };
    match found.await {
        Ok(round) if round.require_wording_welcome().is_err() => see_other(&emails(&round, "")),
        Ok(round) => {
            let opening = round.record().emails.of(email).map_or("", Opening::as_str);
            page(&app, &who, (&round, email), opening, Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Changes the opening, or says what is wrong with it.
pub(crate) async fn set(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let round = match round(&app, &who, &id).await {
        Ok(round) => round,
        Err(why) => return who.closed(&app, why).await,
    };
    let (email, opening) = (named(typed.get("letter")), typed.get("opening"));
    let changed = async {
        let mut change = WordingChange::default();
        match email {
            WordedEmail::Invitation => change.invitation = Some(opening.to_owned()),
            WordedEmail::Reminder => change.reminder = Some(opening.to_owned()),
        }
        let change = RoundChange { emails: change, ..RoundChange::default() };
        let asked = who.ask_of::<permission::UpdateRound, Round>(Role::Administrator, typed.get("tag"))?;
        Ok(setup_round::change_round(&app, asked, round.id(), change).await?)
    };
    let wrong = match changed.await {
        Ok(_) => return see_other(&emails(&round, "?done=worded")),
        Err(Closed::Failed(Error::Round(RoundError::Wording(_, why)))) => refused(why, opening),
        Err(Closed::Failed(Error::Round(why))) => words::refused(say, "opening", why),
        Err(Closed::Failed(Error::Stale)) => Wrong::at("opening", Said::of(say.round_refused_stale())),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, (&round, email), opening, vec![wrong]).await
}

fn named(letter: &str) -> WordedEmail {
    WordedEmail::from_name(letter).unwrap_or(WordedEmail::Invitation)
}

fn emails(round: &Round, done: &str) -> String {
    format!("/rounds/{}/emails{done}", round.id())
}

/// What is wrong with an opening; of a link, which word is taken for one.
fn refused(why: WordingError, typed: &str) -> Wrong {
    let say = Console::nobodys().say;
    let text = match why {
        WordingError::TooLong => Said::of(say.wording_too_long()),
        WordingError::Control => Said::of(say.wording_control()),
        WordingError::Link(place) => {
            let opening = Opening::stored(typed);
            let from = opening.as_str().chars().skip(place.saturating_sub(1));
            let word: String = from.take_while(|c| !c.is_whitespace()).take(LONGEST_QUOTED).collect();
            Said::of(say.wording_link().word(word))
        }
        WordingError::Unseen(unseen) => return Wrong::of("opening", unseen),
    };
    Wrong::at("opening", text)
}

async fn page(
    app: &App,
    who: &SignedIn,
    (round, email): (&Round, WordedEmail),
    opening: &str,
    errors: Vec<Wrong>,
) -> HttpResponse {
    let around = async {
        let by = who.may::<permission::PreviewEmail>(Role::Administrator)?;
        Ok::<_, Closed>(sample_email::around(app, &by, round.id(), email).await?)
    };
    match around.await {
        Ok(around) => {
            let frame = Console::of(app, Some(who)).await;
            let reminder = email == WordedEmail::Reminder;
            let page = WordingPage { frame, round, reminder, around, tag: tag(round), opening, errors };
            html(form::status(&page.errors), &page)
        }
        Err(why) => who.closed(app, why).await,
    }
}
