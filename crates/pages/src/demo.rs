//! The pages of the demonstration: its people, whom one can be by a click, and their emails. Only a service that was
//! started as a demonstration has them; a click proves nothing.

mod mailbox;

use std::sync::OnceLock;

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::{AccountId, OrganisationId};
use candour_service::app::App;
use candour_service::auth::sessions::{Proof, Way};

use crate::console::form::Typed;
use crate::console::frame::Console;
use crate::console::{failed, see_other};
use crate::frame::{Said, html};
use crate::session;

pub(crate) use self::mailbox::{content, email, list};

/// Who is in the demonstration, once its rounds have been played.
#[derive(Debug, Default)]
pub struct Stage(OnceLock<Parts>);

/// The people whom one can be.
#[derive(Debug)]
pub struct Parts {
    /// Their trust.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Who runs the rounds.
    pub hr: Player,
    /// Who reads the reports first.
    pub chair: Player,
    /// Whose report has been released.
    pub subject: Player,
    /// Who have been asked and have not answered.
    pub raters: Vec<Rater>,
}

/// Somebody who signs in.
#[derive(Debug)]
pub struct Player {
    /// Their name.
    pub name: String,
    /// Their account.
    pub account: AccountId,
}

/// Somebody who answers. It has no `Debug` that shows the link.
pub struct Rater {
    /// Their name.
    pub name: String,
    /// The group in which they are asked, by its title.
    pub group: String,
    /// Whom they are asked about.
    pub subject: String,
    /// Where their link leads, from `/s/` on.
    pub path: String,
}

#[derive(Template)]
#[template(path = "demo/people.html")]
struct PeoplePage<'a> {
    frame: Console<'a>,
    parts: Option<&'a Parts>,
}

/// A person as the page shows them.
struct Shown<'a> {
    key: String,
    name: &'a str,
    role: Said,
    what: Said,
}

impl Stage {
    /// Lets people in. Only the first call does anything.
    pub fn open(&self, parts: Parts) {
        let _already_open = self.0.set(parts);
    }
}

impl std::fmt::Debug for Rater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rater").finish_non_exhaustive()
    }
}

impl PeoplePage<'_> {
    fn players<'a>(&self, parts: &'a Parts) -> Vec<Shown<'a>> {
        let say = self.frame.say;
        let shown =
            |key: &str, player: &'a Player, role, what| Shown { key: key.to_owned(), name: &player.name, role, what };
        let mut players = vec![
            shown("hr", &parts.hr, Said::of(say.demo_hr()), Said::of(say.demo_hr_what())),
            shown("chair", &parts.chair, Said::of(say.demo_chair()), Said::of(say.demo_chair_what())),
            shown("subject", &parts.subject, Said::of(say.demo_subject()), Said::of(say.demo_subject_what())),
        ];
        players.extend(parts.raters.iter().enumerate().map(|(at, rater)| Shown {
            key: format!("rater-{at}"),
            name: &rater.name,
            role: Said::of(say.demo_rater().group(rater.group.as_str())),
            what: Said::of(say.demo_rater_what().subject(rater.subject.as_str())),
        }));
        players
    }
}

/// Everybody whom one can be.
pub(crate) async fn show(app: Data<App>, stage: Data<Stage>, session: Session) -> HttpResponse {
    let who = session::who(&session, &app).await.unwrap_or_default();
    let parts = stage.0.get();
    let status = if parts.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    html(status, &PeoplePage { frame: Console::of(&app, who.as_ref()).await, parts })
}

/// Makes the visitor one of them.
pub(crate) async fn be(
    app: Data<App>,
    stage: Data<Stage>,
    session: Session,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let typed = Typed::parse(&body);
    let Some(parts) = stage.0.get() else { return see_other("/demo") };
    let player = match typed.get("who") {
        "hr" => &parts.hr,
        "chair" => &parts.chair,
        "subject" => &parts.subject,
        other => {
            let rater =
                other.strip_prefix("rater-").and_then(|at| at.parse().ok()).and_then(|at: usize| parts.raters.get(at));
            return see_other(rater.map_or("/demo", |rater| rater.path.as_str()));
        }
    };
    let proof = Proof { organisation: parts.organisation, account: player.account, way: Way::Demo, opens_from: None };
    match session::begin(&session, &request, &app, proof).await {
        Ok(()) => see_other("/"),
        Err(error) => failed(&error),
    }
}
