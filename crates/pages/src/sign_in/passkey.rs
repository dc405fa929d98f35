//! Signing in with a passkey. The device says whose it is, so nobody types an address, and the page says nothing about
//! any.

use actix_session::Session;
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_service::app::App;
use candour_service::auth::passkeys::{self, SigningIn};
use candour_service::error::Error;

use super::{Next, crowded, finish};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{failed, see_other};
use crate::frame::{Said, html};
use crate::return_path::ReturnPath;
use crate::session;

/// What was asked of the browser. It never leaves the server.
const SIGNING_IN: &str = "signing_in_by_passkey";

#[derive(Template)]
#[template(path = "sign_in/passkey.html")]
struct PasskeyPage<'a> {
    frame: Console<'a>,
    /// What the browser is asked for; `None` where browsers have no passkeys for the address of this service.
    options: Option<&'a str>,
    base_url: &'a str,
    next: &'a str,
    errors: Vec<Wrong>,
}

/// Asks the browser for a passkey.
pub(crate) async fn show(app: Data<App>, session: Session, request: HttpRequest, query: Query<Next>) -> HttpResponse {
    let next = ReturnPath::parse(&query.next);
    match session::who(&session, &app).await {
        Ok(Some(who)) if who.assurance > candour_domain::Assurance::Mailbox => see_other(next.as_str()),
        Ok(_) => anew(&app, &session, &request, &next, Vec::new()),
        Err(error) => failed(&error),
    }
}

/// Signs in whoever's passkey the browser has shown.
pub(crate) async fn check(app: Data<App>, session: Session, request: HttpRequest, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let next = ReturnPath::parse(typed.get("next"));
    let say = Console::nobodys().say;
    let wrong = |text| vec![Wrong::at("passkey", text)];
    if typed.get("credential").is_empty() {
        return anew(&app, &session, &request, &next, wrong(Said::of(say.passkey_no_script())));
    }
    let Some(Ok(asked)) = session.remove_as::<SigningIn>(SIGNING_IN) else {
        return anew(&app, &session, &request, &next, wrong(Said::of(say.passkey_over())));
    };
    match passkeys::sign_in(&app, asked, typed.get("credential")).await {
        Ok(Some(proof)) => finish(&app, &session, &request, proof, &next).await,
        Ok(None) => anew(&app, &session, &request, &next, wrong(Said::of(say.passkey_unknown()))),
        Err(error) => failed(&error),
    }
}

fn anew(app: &App, session: &Session, request: &HttpRequest, next: &ReturnPath, errors: Vec<Wrong>) -> HttpResponse {
    if let Some(too_often) = crowded(app, session, request, next) {
        return too_often;
    }
    let status = form::status(&errors);
    let options = match passkeys::begin_sign_in(app) {
        Ok(Some((options, asked))) => {
            if session.insert(SIGNING_IN, asked).is_err() {
                return failed(&Error::Internal("a session"));
            }
            Some(options)
        }
        Ok(None) => None,
        Err(error) => return failed(&error),
    };
    let page = PasskeyPage {
        frame: Console::nobodys(),
        options: options.as_deref(),
        base_url: &app.base_url,
        next: next.as_str(),
        errors,
    };
    html(status, &page)
}
