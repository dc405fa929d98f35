//! Inviting a colleague to run rounds.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Email, Person, PersonName, Role};
use candour_service::account::people::{self, Member};
use candour_service::app::App;
use candour_service::error::Error;

use super::super::form::{Typed, Wrong};
use super::super::frame::Console;
use super::super::see_other;
use super::{Closed, find};
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/invite.html")]
struct InvitePage<'a> {
    frame: Console<'a>,
    name: &'a str,
    email: &'a str,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/invite_again.html")]
struct AgainPage<'a> {
    frame: Console<'a>,
    member: &'a Member,
}

/// The empty form.
pub(crate) async fn show(app: Data<App>, who: SignedIn) -> HttpResponse {
    match who.may::<permission::InvitePerson>(Role::Administrator) {
        Ok(_) => page(&app, &who, ("", ""), Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Invites them, or says what is wrong.
pub(crate) async fn send(app: Data<App>, who: SignedIn, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let (name, email) = (typed.get("name"), typed.get("email"));
    let mut errors = Vec::new();
    let parsed_name = PersonName::parse(name).map_err(|error| errors.push(Wrong::of("name", error))).ok();
    let parsed_email = Email::parse(email).map_err(|error| errors.push(Wrong::of("email", error))).ok();
    if let Err(why) = who.act(Role::Administrator) {
        return who.closed(&app, why).await;
    }
    let (Some(person_name), Some(person_email)) = (parsed_name, parsed_email) else {
        return page(&app, &who, (name, email), errors).await;
    };
    match invite(&app, &who, Person { name: person_name, email: person_email }).await {
        Ok(()) => see_other("/people?done=invited"),
        Err(Closed::Failed(Error::Review(why))) => page(&app, &who, (name, email), vec![Wrong::of("email", why)]).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Asks whether somebody whose access has ended is to have it again, or whose email is to go out again.
pub(crate) async fn show_again(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(member) => html(StatusCode::OK, &AgainPage { frame: Console::of(&app, Some(&who)).await, member: &member }),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Invites them again.
pub(crate) async fn send_again(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let invited = async {
        let member = find(&app, &who, &id).await?;
        let person = Person { name: member.account.name, email: member.account.email };
        let typed = (person.name.to_string(), person.email.to_string());
        match invite(&app, &who, person).await {
            Err(Closed::Failed(Error::Review(why))) => Ok(Err((typed, why.to_string()))),
            other => other.map(Ok),
        }
    };
    match invited.await {
        Ok(Ok(())) => see_other("/people?done=invited"),
        Ok(Err(((name, email), why))) => page(&app, &who, (&name, &email), vec![Wrong::of("email", why)]).await,
        Err(why) => who.closed(&app, why).await,
    }
}

async fn invite(app: &App, who: &SignedIn, person: Person) -> Result<(), Closed> {
    let asked = who.ask::<permission::InvitePerson, Member>(Role::Administrator)?;
    people::invite(app, asked, person).await?;
    Ok(())
}

async fn page(app: &App, who: &SignedIn, (name, email): (&str, &str), errors: Vec<Wrong>) -> HttpResponse {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &InvitePage { frame: Console::of(app, Some(who)).await, name, email, errors })
}
