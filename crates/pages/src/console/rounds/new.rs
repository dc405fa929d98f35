//! A new round: its title, its questionnaire and its last day. Everything can be changed until it is launched.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{AnonymityPolicy, Framework, FrameworkId, RaterGroups, Role, Round, RoundId};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::round::setup_round;
use candour_words::uk_time::day;
use chrono::{DateTime, Days, Utc};

use super::{dates, questionnaires, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// For how many days people are asked, unless somebody says otherwise: three weeks, as most schools do.
const DAYS: u64 = 21;

#[derive(Template)]
#[template(path = "rounds/new.html")]
struct NewPage<'a> {
    frame: Console<'a>,
    typed: &'a Typed,
    frameworks: &'a [Framework],
    errors: Vec<Wrong>,
}

/// What a round needs to begin with.
struct Wanted {
    title: String,
    framework: FrameworkId,
    closes_at: DateTime<Utc>,
}

/// The form, with what most rounds have.
pub(crate) async fn show_new(app: Data<App>, who: SignedIn) -> HttpResponse {
    if let Err(why) = who.may::<permission::CreateRound>(Role::Administrator) {
        return who.closed(&app, why).await;
    }
    match questionnaires(&app, &who, None).await {
        Ok(frameworks) => {
            let closes = (day(app.clock.now()) + Days::new(DAYS)).to_string();
            let framework = frameworks.first().map_or_else(String::new, |framework| framework.id.to_string());
            let number = fresh(RoundId::from_random).to_string();
            let typed = [("closes", closes.as_str()), ("framework", &framework), ("number", &number)];
            page(&app, &who, &frameworks, &Typed::of(&typed), Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Makes the draft, or says what is wrong.
pub(crate) async fn make(app: Data<App>, who: SignedIn, request: HttpRequest, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let frameworks = match questionnaires(&app, &who, None).await {
        Ok(frameworks) => frameworks,
        Err(why) => return who.closed(&app, why).await,
    };
    let wanted = match read(&typed, &frameworks) {
        Ok(wanted) => wanted,
        Err(errors) => return page(&app, &who, &frameworks, &typed, errors).await,
    };
    let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
    let made = async {
        let at = |round: &Round| format!("/rounds/{}", round.id());
        let asked = who.ask_once::<permission::CreateRound, Round>(Role::Administrator, key, at)?;
        let ids = (fresh(RoundId::from_random), who.organisation.id);
        let rules = (AnonymityPolicy::default(), RaterGroups::standard());
        let round = Round::draft(ids, &wanted.title, wanted.framework, rules, wanted.closes_at, app.clock.now());
        Ok(setup_round::create_round(&app, asked, round.map_err(Error::from)?).await?)
    };
    match made.await {
        Ok(made) => see_other(made.answer.location.as_deref().unwrap_or("/rounds")),
        Err(Closed::Failed(Error::Round(why))) => {
            let field = if dates::is_about_time(why) { "closes" } else { "title" };
            let wrong = words::refused(Console::nobodys().say, field, why);
            page(&app, &who, &frameworks, &typed, vec![wrong]).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

fn read(typed: &Typed, frameworks: &[Framework]) -> Result<Wanted, Vec<Wrong>> {
    let (closes_at, mut errors) = dates::named(typed);
    let chosen = frameworks.iter().find(|framework| framework.id.to_string() == typed.get("framework"));
    if chosen.is_none() {
        let text = Said::of(Console::nobodys().say.round_framework_missing());
        errors.push(Wrong::at("framework", text));
    }
    match (chosen, closes_at) {
        (Some(framework), Some(closes_at)) if errors.is_empty() => {
            Ok(Wanted { title: typed.get("title").to_owned(), framework: framework.id, closes_at })
        }
        _ => Err(errors),
    }
}

async fn page(app: &App, who: &SignedIn, frameworks: &[Framework], typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    html(form::status(&errors), &NewPage { frame: Console::of(app, Some(who)).await, typed, frameworks, errors })
}
