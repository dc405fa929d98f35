//! Which trust, for somebody who has accounts in several.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::{Email, OrganisationId};
use candour_service::app::App;
use candour_service::auth::sessions::{Proof, Way};
use candour_service::auth::sign_in_code::{self, MINUTES, Membership};
use candour_service::error::Error;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::finish;
use crate::console::form::Typed;
use crate::console::frame::Console;
use crate::console::{failed, see_other};
use crate::frame::html;
use crate::return_path::ReturnPath;

/// The address that somebody has proved, until they have chosen.
pub(super) const KNOWN: &str = "known";

#[derive(Serialize, Deserialize)]
struct Known {
    email: Email,
    next: String,
    until: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "sign_in/trust.html")]
struct TrustPage<'a> {
    frame: Console<'a>,
    memberships: &'a [Membership],
}

/// Remembers for some minutes that somebody reads the mailbox of this address.
pub(super) fn remember(app: &App, session: &Session, email: Email, next: &ReturnPath) {
    let until = app.clock.now() + TimeDelta::minutes(MINUTES.into());
    let _unwritten = session.insert(KNOWN, Known { email, next: next.as_str().to_owned(), until });
}

/// Lets them choose.
pub(crate) async fn show(app: Data<App>, session: Session) -> HttpResponse {
    let Some(known) = known(&app, &session) else { return see_other("/sign-in") };
    match sign_in_code::memberships(&app, known.email).await {
        Ok(memberships) => html(StatusCode::OK, &TrustPage { frame: Console::nobodys(), memberships: &memberships }),
        Err(error) => failed(&error),
    }
}

/// Signs them in to the one they have chosen.
pub(crate) async fn choose(app: Data<App>, session: Session, request: HttpRequest, body: Bytes) -> HttpResponse {
    let Some(known) = known(&app, &session) else { return see_other("/sign-in") };
    let Ok(organisation) = Typed::parse(&body).get("trust").parse::<OrganisationId>() else {
        return see_other("/sign-in/trust");
    };
    match sign_in_code::account(&app, organisation, known.email).await {
        Ok(account) => {
            let proof = Proof { organisation, account, way: Way::Code, opens_from: None };
            finish(&app, &session, &request, proof, &ReturnPath::parse(&known.next)).await
        }
        Err(Error::NotFound) => see_other("/sign-in/trust"),
        Err(error) => failed(&error),
    }
}

fn known(app: &App, session: &Session) -> Option<Known> {
    session.get::<Known>(KNOWN).ok().flatten().filter(|known| known.until > app.clock.now())
}
