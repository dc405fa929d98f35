//! Which questionnaire a draft asks.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::round::RoundChange;
use candour_domain::{Framework, Role, Round};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::round::setup_round;

use super::{questionnaires, round, tag, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/questions.html")]
struct QuestionsPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    tag: String,
    typed: &'a Typed,
    frameworks: &'a [Framework],
    errors: Vec<Wrong>,
}

/// The questionnaires to choose from.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match both(&app, &who, &id).await {
        Ok((round, frameworks)) => {
            let typed = Typed::of(&[("framework", &round.record().framework_id.to_string())]);
            page(&app, &who, (&round, &frameworks), &typed, Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes another one, or says what is wrong.
pub(crate) async fn set(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let (round, frameworks) = match both(&app, &who, &id).await {
        Ok((round, frameworks)) => (round, frameworks),
        Err(why) => return who.closed(&app, why).await,
    };
    let chosen = frameworks.iter().find(|framework| framework.id.to_string() == typed.get("framework"));
    let Some(framework) = chosen else {
        let wrong = Wrong::at("framework", Said::of(say.round_framework_missing()));
        return page(&app, &who, (&round, &frameworks), &typed, vec![wrong]).await;
    };
    let changed = async {
        let asked = who.ask_of::<permission::UpdateRound, Round>(Role::Administrator, typed.get("tag"))?;
        let change = RoundChange { framework_id: Some(framework.id), ..RoundChange::default() };
        Ok(setup_round::change_round(&app, asked, round.id(), change).await?)
    };
    let wrong = match changed.await {
        Ok(_) => return see_other(&format!("/rounds/{}?done=changed", round.id())),
        Err(Closed::Failed(Error::Round(why))) => words::refused(say, "framework", why),
        Err(Closed::Failed(Error::Stale)) => Wrong::at("framework", Said::of(say.round_refused_stale())),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, (&round, &frameworks), &typed, vec![wrong]).await
}

async fn both(app: &App, who: &SignedIn, id: &str) -> Result<(Round, Vec<Framework>), Closed> {
    let round = round(app, who, id).await?;
    let frameworks = questionnaires(app, who, Some(round.record().framework_id)).await?;
    Ok((round, frameworks))
}

async fn page(
    app: &App,
    who: &SignedIn,
    (round, frameworks): (&Round, &[Framework]),
    typed: &Typed,
    errors: Vec<Wrong>,
) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    html(form::status(&errors), &QuestionsPage { frame, round, tag: tag(round), typed, frameworks, errors })
}
