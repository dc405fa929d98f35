//! Signing in and out.
//!
//! Somebody types their address, and then a code that was sent there, in the same tab. Every answer is the same for an
//! address that is known and for one that is not.

pub(crate) mod code;
pub(crate) mod passkey;
pub(crate) mod provider;
pub(crate) mod trust;

use actix_session::Session;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::{Email, SignInCodeId};
use candour_service::app::App;
use candour_service::auth::code_limits::{MINUTES, TooMany};
use candour_service::auth::sessions::Proof;
use candour_service::auth::sign_in_code;
use candour_words::language::Language;
use serde::{Deserialize, Serialize};

use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{failed, see_other};
use crate::frame::{Said, Say, html};
use crate::network;
use crate::return_path::ReturnPath;
use crate::session::{self, Paused};

/// The codes that this browser has asked for, one for each tab. The oldest is forgotten first.
const ASKED: &str = "asked";

/// For how many tabs.
const TABS: usize = 5;

/// A code that was asked for in a tab of this browser.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    id: SignInCodeId,
    email: Email,
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Next {
    pub(crate) next: String,
}

#[derive(Template)]
#[template(path = "sign_in/address.html")]
struct AddressPage<'a> {
    frame: Console<'a>,
    email: &'a str,
    next: &'a str,
    errors: Vec<Wrong>,
    /// Whether a form waits that was sent after the session had ended.
    paused: bool,
}

#[derive(Template)]
#[template(path = "sign_in/resume.html")]
struct ResumePage<'a> {
    frame: Console<'a>,
    paused: &'a Paused,
}

#[derive(Template)]
#[template(path = "sign_in/signed_out.html")]
struct SignedOutPage<'a> {
    frame: Console<'a>,
}

/// Asks for the address.
pub(crate) async fn show(app: Data<App>, session: Session, query: Query<Next>) -> HttpResponse {
    let next = ReturnPath::parse(&query.next);
    match session::who(&session, &app).await {
        Ok(Some(_)) => see_other(next.as_str()),
        Ok(None) => address(&session, "", &next, Vec::new()),
        Err(error) => failed(&error),
    }
}

/// Sends a code to the address, if anybody has it.
pub(crate) async fn ask(app: Data<App>, session: Session, request: HttpRequest, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let next = ReturnPath::parse(typed.get("next"));
    let email = match Email::parse(typed.get("email")) {
        Ok(email) => email,
        Err(why) => {
            return address(&session, typed.get("email"), &next, vec![Wrong::of("email", why)]);
        }
    };
    if let Err(too_many) = app.code_limits.ask(network::of(&request), &email) {
        return too_many_codes(&session, email.as_str(), &next, too_many);
    }
    let id = match sign_in_code::ask(&app, email.clone()).await {
        Ok(id) => id,
        Err(error) => return failed(&error),
    };
    let mut asked = asked(&session);
    asked.insert(0, Asked { id, email, next: next.as_str().to_owned() });
    asked.truncate(TABS);
    let _unwritten = session.insert(ASKED, asked);
    see_other(&format!("/sign-in/code?tab={id}"))
}

/// Signs out, wherever it is pressed.
pub(crate) async fn sign_out(session: Session) -> HttpResponse {
    session.purge();
    see_other("/sign-out")
}

/// Says that nobody is signed in any more.
pub(crate) async fn signed_out() -> HttpResponse {
    html(StatusCode::OK, &SignedOutPage { frame: Console::nobodys() })
}

/// Signs somebody in who has proved who they are, and leads them to where they were: to the page they asked for, or to
/// the form that they were sending.
pub(crate) async fn finish(
    app: &App,
    session: &Session,
    request: &HttpRequest,
    proof: Proof,
    next: &ReturnPath,
) -> HttpResponse {
    session.remove(ASKED);
    session.remove(trust::KNOWN);
    let paused = Paused::take(session, &proof);
    if let Err(error) = session::begin(session, request, app, proof).await {
        return match error {
            // Their access ended between the code and this moment.
            candour_service::error::Error::NotFound => see_other("/sign-in"),
            error => failed(&error),
        };
    }
    let Some(paused) = paused else { return see_other(next.as_str()) };
    match session::who(session, app).await {
        Ok(who) => {
            let frame = Console::of(app, who.as_ref()).await;
            html(StatusCode::OK, &ResumePage { frame, paused: &paused })
        }
        Err(error) => failed(&error),
    }
}

/// The codes that this browser has asked for, newest first.
fn asked(session: &Session) -> Vec<Asked> {
    session.get(ASKED).ok().flatten().unwrap_or_default()
}

/// No other code is sent now, whether or not anybody has the address.
fn too_many_codes(session: &Session, email: &str, next: &ReturnPath, why: TooMany) -> HttpResponse {
    let say = Say::new(Language::default());
    let text = match why {
        TooMany::FromNetwork => Said::of(say.sign_in_too_many_here()),
        TooMany::ForAddress => Said::of(say.sign_in_too_many_for_address().minutes(MINUTES)),
    };
    too_often(session, email, next, text)
}

/// What is said where so many sign-ins have been begun from where the request comes that this one has to wait.
pub(crate) fn crowded(app: &App, session: &Session, request: &HttpRequest, next: &ReturnPath) -> Option<HttpResponse> {
    if app.code_limits.begins(network::of(request)) {
        return None;
    }
    let text = Said::of(Say::new(Language::default()).sign_in_begun_too_often());
    Some(too_often(session, "", next, text))
}

fn too_often(session: &Session, email: &str, next: &ReturnPath, text: Said) -> HttpResponse {
    let mut page = address(session, email, next, vec![Wrong::at("email", text)]);
    *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    page.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("60"));
    page
}

fn address(session: &Session, email: &str, next: &ReturnPath, errors: Vec<Wrong>) -> HttpResponse {
    let status = form::status(&errors);
    let paused = Paused::waits(session);
    html(status, &AddressPage { frame: Console::nobodys(), email, next: next.as_str(), errors, paused })
}
