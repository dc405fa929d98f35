//! The first run: the page behind the address that the service prints while there is no trust.
//!
//! Opening it spends nothing; sending the form does, and leads the first administrator into the console.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::text::InvalidLine;
use candour_domain::{Organisation, Person};
use candour_seal::SetUpToken;
use candour_service::account::set_up::{self, Found, Made, Pressed, Wanted};
use candour_service::app::App;
use candour_service::auth::sessions::{Proof, Way};
use candour_service::test_email as service_email;
use candour_words::language::Language;

use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::test_email;
use crate::console::{failed, see_other};
use crate::frame::{Said, Say, html};
use crate::session;

#[derive(Template)]
#[template(path = "set_up/form.html")]
struct FormPage<'a> {
    frame: Console<'a>,
    action: String,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "set_up/closed.html")]
struct ClosedPage<'a> {
    frame: Console<'a>,
    found: Found,
    typed: Vec<&'a str>,
}

impl ClosedPage<'_> {
    fn heading(&self) -> Said {
        let say = self.frame.say;
        match self.found {
            Found::Expired => Said::of(say.set_up_expired_title()),
            Found::Spent => Said::of(say.set_up_spent_title()),
            Found::SetUp => Said::of(say.set_up_done_title()),
            Found::Unknown | Found::Open => Said::of(say.set_up_unknown_title()),
        }
    }

    fn why(&self) -> Said {
        let say = self.frame.say;
        match self.found {
            Found::Expired => Said::of(say.set_up_expired_why()),
            Found::Spent => Said::of(say.set_up_spent_why()),
            Found::SetUp => Said::of(say.set_up_done_why()),
            Found::Unknown | Found::Open => Said::of(say.set_up_unknown_why()),
        }
    }
}

/// The empty form.
pub(crate) async fn show(app: Data<App>, session: Session, token: Path<String>) -> HttpResponse {
    let token = SetUpToken::parse(&token);
    match set_up::look(&app, token.as_ref()).await {
        Ok(found) => match token.filter(|_| found == Found::Open) {
            Some(token) => open(&token, &Typed::default(), Vec::new()),
            None => closed(&app, &session, found, &Typed::default()).await,
        },
        Err(error) => failed(&error),
    }
}

/// Somebody has cut the address short.
pub(crate) async fn without_token(app: Data<App>, session: Session) -> HttpResponse {
    match set_up::look(&app, None).await {
        Ok(found) => closed(&app, &session, found, &Typed::default()).await,
        Err(error) => failed(&error),
    }
}

/// Sets up the trust, signs in its first administrator and tries whether emails leave; or says what is wrong.
pub(crate) async fn make(
    app: Data<App>,
    session: Session,
    request: HttpRequest,
    token: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let typed = Typed::parse(&body);
    let Some(token) = SetUpToken::parse(&token) else {
        return closed(&app, &session, Found::Unknown, &typed).await;
    };
    let wanted = match read(&typed) {
        Ok(wanted) => wanted,
        Err(errors) => {
            return match set_up::look(&app, Some(&token)).await {
                Ok(Found::Open) => open(&token, &typed, errors),
                Ok(found) => closed(&app, &session, found, &typed).await,
                Err(error) => failed(&error),
            };
        }
    };
    match set_up::set_up(&app, &token, wanted).await {
        Ok(Pressed::Made(made)) => begin(&app, &session, &request, *made).await,
        Ok(Pressed::Refused(found)) => closed(&app, &session, found, &typed).await,
        Err(error) => failed(&error),
    }
}

async fn begin(app: &App, session: &Session, request: &HttpRequest, made: Made) -> HttpResponse {
    let Made { organisation, administrator, again } = made;
    let proof = Proof { organisation: organisation.id, account: administrator.id, way: Way::SetUp, opens_from: None };
    if let Err(error) = session::begin(session, request, app, proof).await {
        return failed(&error);
    }
    // The first of two presses has sent one.
    if !again {
        let to = Person { name: administrator.name, email: administrator.email };
        match service_email::send(app, &organisation, to).await {
            Ok(tested) => test_email::keep(session, &tested),
            Err(error) => return failed(&error),
        }
    }
    see_other("/test-email?done=set-up")
}

/// What was typed, by the rules of the domain.
fn read(typed: &Typed) -> Result<Wanted, Vec<Wrong>> {
    let mut errors = Vec::new();
    let name = Organisation::parse_name(typed.get("trust"));
    let name = name.map_err(|error| errors.push(line("trust", error, |say| Said::of(say.set_up_trust_empty())))).ok();
    let administrator = form::person(typed, ("name", "email"), &mut errors);
    let is_own = ["contact-name", "contact-email"].iter().all(|field| typed.get(field).trim().is_empty());
    let contact = if is_own {
        administrator.clone()
    } else {
        form::person(typed, ("contact-name", "contact-email"), &mut errors)
    };
    let route = Organisation::parse_concerns_route(typed.get("concerns"));
    let empty = |say: Say| Said::of(say.set_up_concerns_empty());
    let route = route.map_err(|error| errors.push(line("concerns", error, empty))).ok();
    match (name, administrator, contact, route) {
        (Some(name), Some(administrator), Some(contact), Some(concerns_route)) => {
            Ok(Wanted { name, contact, concerns_route, administrator })
        }
        _ => Err(errors),
    }
}

/// What is wrong with a line, where an empty one says what belongs there.
fn line(field: &'static str, error: InvalidLine, empty: impl Fn(Say) -> Said) -> Wrong {
    match error {
        InvalidLine::Empty => Wrong::at(field, empty(Say::new(Language::default()))),
        error => Wrong::of(field, error),
    }
}

fn open(token: &SetUpToken, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    let status = form::status(&errors);
    let action = format!("/set-up/{}", token.expose().as_str());
    html(status, &FormPage { frame: Console::nobodys(), action, typed, errors })
}

async fn closed(app: &App, session: &Session, found: Found, typed: &Typed) -> HttpResponse {
    let who = session::who(session, app).await.unwrap_or_default();
    let status = if found == Found::Unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE };
    let fields = ["trust", "name", "email", "contact-name", "contact-email", "concerns"];
    let typed = fields.iter().map(|field| typed.get(field)).filter(|text| !text.trim().is_empty()).collect();
    html(status, &ClosedPage { frame: Console::of(app, who.as_ref()).await, found, typed })
}
