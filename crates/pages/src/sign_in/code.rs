//! The code from the email.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::{Email, EmailDomain};
use candour_seal::SignInCode;
use candour_service::app::App;
use candour_service::auth::providers::{self, Offer};
use candour_service::auth::sessions::{Proof, Way};
use candour_service::auth::sign_in_code::{self, MINUTES, Tried};
use candour_service::error::Error;
use serde::Deserialize;

use super::{Asked, asked, finish, trust};
use crate::console::form::{Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{failed, see_other};
use crate::frame::{Said, Say, html};
use crate::return_path::ReturnPath;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Tab {
    tab: String,
}

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct CodePage<'a> {
    frame: Console<'a>,
    tab: &'a str,
    email: &'a Email,
    minutes: u32,
    errors: Vec<Wrong>,
    offers: Vec<Offer>,
    /// Where the offers lead to afterwards.
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in/over.html")]
struct OverPage<'a> {
    frame: Console<'a>,
    next: &'a str,
}

/// Asks for the code.
pub(crate) async fn show(app: Data<App>, session: Session, query: Query<Tab>) -> HttpResponse {
    match of_tab(&session, &query.tab) {
        Some(asked) => page(&app, StatusCode::OK, &asked, Vec::new()).await,
        None => see_other("/sign-in"),
    }
}

/// Tries the code, and signs in or lets choose the trust.
pub(crate) async fn check(app: Data<App>, session: Session, request: HttpRequest, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    // A code is good in the tab that asked for it. Another tab or browser has asked for none, or for another.
    let Some(asked) = of_tab(&session, typed.get("tab")) else { return over("/") };
    match sign_in_code::check(&app, asked.id, SignInCode::parse(typed.get("code"))).await {
        Ok(Tried::Right(email)) => proved(&app, &session, &request, email, &ReturnPath::parse(&asked.next)).await,
        Ok(Tried::Wrong) => {
            let say = Say::new(candour_words::language::Language::default());
            let wrong = Wrong::at("code", Said::of(say.sign_in_code_wrong()));
            page(&app, StatusCode::UNPROCESSABLE_ENTITY, &asked, vec![wrong]).await
        }
        Ok(Tried::Over) => over(&asked.next),
        Err(error) => failed(&error),
    }
}

/// Somebody reads the mailbox of this address.
async fn proved(app: &App, session: &Session, request: &HttpRequest, email: Email, next: &ReturnPath) -> HttpResponse {
    let memberships = match sign_in_code::memberships(app, email.clone()).await {
        Ok(memberships) => memberships,
        Err(error) => return failed(&error),
    };
    match memberships.as_slice() {
        [only] => match sign_in_code::account(app, only.organisation.id, email).await {
            Ok(account) => {
                let proof = Proof { organisation: only.organisation.id, account, way: Way::Code, opens_from: None };
                finish(app, session, request, proof, next).await
            }
            Err(Error::NotFound) => over(next.as_str()),
            Err(error) => failed(&error),
        },
        [] => over(next.as_str()),
        _ => {
            trust::remember(app, session, email, next);
            see_other("/sign-in/trust")
        }
    }
}

/// What was asked for in this tab.
fn of_tab(session: &Session, tab: &str) -> Option<Asked> {
    asked(session).into_iter().find(|asked| asked.id.to_string() == tab)
}

async fn page(app: &App, status: StatusCode, asked: &Asked, errors: Vec<Wrong>) -> HttpResponse {
    let (frame, tab, email) = (Console::nobodys(), asked.id.to_string(), &asked.email);
    // It goes by the domain alone, so it says nothing about the person.
    let offers = match providers::offered(app, EmailDomain::of(email)).await {
        Ok(offers) => offers,
        Err(error) => return failed(&error),
    };
    let next = ReturnPath::parse(&asked.next).as_query();
    html(status, &CodePage { frame, tab: &tab, email, minutes: MINUTES, errors, offers, next })
}

/// No code will do any more.
fn over(next: &str) -> HttpResponse {
    html(StatusCode::UNPROCESSABLE_ENTITY, &OverPage { frame: Console::nobodys(), next })
}
