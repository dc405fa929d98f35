//! What the trust's own sign-in is to a person: whether it is linked to their account, and whether they rely on it.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data, Query};
use askama::Template;
use candour_domain::Role;
use candour_service::app::App;
use candour_service::auth::providers::{self, Linked, OwnSignIn, Purpose};
use candour_service::error::Error;
use chrono::{DateTime, Utc};

use super::form::Typed;
use super::frame::Console;
use super::{Done, failed, see_other};
use crate::frame::{Said, html};
use crate::return_path::ReturnPath;
use crate::session::SignedIn;
use crate::sign_in::provider;

#[derive(Template)]
#[template(path = "provider/own.html")]
struct OwnPage<'a> {
    frame: Console<'a>,
    own: &'a OwnSignIn,
    now: DateTime<Utc>,
    facilitates: bool,
    problem: Option<Said>,
}

#[derive(Template)]
#[template(path = "provider/leave.html")]
struct LeavePage<'a> {
    frame: Console<'a>,
    address: &'a str,
}

impl OwnPage<'_> {
    /// Until when a link waits; `None` when the wait is over.
    fn waits(&self, linked: &Linked) -> Option<DateTime<Utc>> {
        Some(linked.opens_from).filter(|from| *from > self.now)
    }
}

/// The page.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    let say = Console::nobodys().say;
    let done = match query.done.as_str() {
        "linked" => Some(Said::of(say.provider_own_linked_now())),
        "unlinked" => Some(Said::of(say.provider_own_unlinked_now())),
        "kept" => Some(Said::of(say.provider_own_kept())),
        _ => None,
    };
    page(&app, &who, done, None).await
}

/// Does what was pressed: links, unlinks, or says whether they rely on passkeys alone.
pub(crate) async fn change(app: Data<App>, who: SignedIn, session: Session, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let changed = match typed.get("do") {
        "link" => return leave(&app, &who, &session).await,
        "unlink" => providers::unlink(&app, &who).await.map(|_number| "/account/provider?done=unlinked"),
        "passkeys" => {
            let only = typed.get("only") == "yes";
            providers::rely_on_passkeys(&app, &who, only).await.map(|()| "/account/provider?done=kept")
        }
        _ => Ok("/account/provider"),
    };
    match changed {
        Ok(location) => see_other(location),
        Err(Error::Conflict(_)) => {
            let problem = Said::of(Console::nobodys().say.provider_own_not_sure_enough());
            page(&app, &who, None, Some(problem)).await
        }
        Err(error) => failed(&error),
    }
}

/// Leads to the provider. Browsers refuse a form that ends on another site, and follow a page that goes on by itself.
async fn leave(app: &App, who: &SignedIn, session: &Session) -> HttpResponse {
    match who.link_provider(app, session).await {
        Ok(Ok(address)) => {
            let frame = Console::of(app, Some(who)).await;
            let mut response = html(StatusCode::OK, &LeavePage { frame, address: &address });
            if let Ok(refresh) = format!("0; url={address}").parse() {
                response.headers_mut().insert(header::HeaderName::from_static("refresh"), refresh);
            }
            response
        }
        Ok(Err(refusal)) => {
            let (frame, purpose) = (Console::of(app, Some(who)).await, Purpose::Link(who.account.id));
            provider::refused(frame, refusal, Some(who.organisation.id), purpose, &ReturnPath::home())
        }
        Err(error) => failed(&error),
    }
}

async fn page(app: &App, who: &SignedIn, done: Option<Said>, problem: Option<Said>) -> HttpResponse {
    let own = match providers::own(app, who).await {
        Ok(own) => own,
        Err(error) => return failed(&error),
    };
    let frame = Console::of(app, Some(who)).await;
    let frame = frame.saying(done);
    let status = if problem.is_some() { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let facilitates = who.standing.holds(Role::Facilitator);
    html(status, &OwnPage { frame, own: &own, now: app.clock.now(), facilitates, problem })
}
