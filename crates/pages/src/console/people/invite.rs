//! Inviting a colleague to run rounds, and sending the invitation again.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Person, Role};
use candour_service::account::people::{self, Member};
use candour_service::app::App;
use candour_service::error::Error;

use super::super::form::{self, Typed, Wrong};
use super::super::frame::Console;
use super::super::see_other;
use super::{Closed, find};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/invite.html")]
struct InvitePage<'a> {
    frame: Console<'a>,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/invite_again.html")]
struct AgainPage<'a> {
    frame: Console<'a>,
    member: &'a Member,
    errors: Vec<Wrong>,
}

/// The empty form.
pub(crate) async fn show(app: Data<App>, who: SignedIn) -> HttpResponse {
    match who.may::<permission::InvitePerson>(Role::Administrator) {
        Ok(_) => page(&app, &who, &Typed::default(), Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Invites them, or says what is wrong.
pub(crate) async fn send(app: Data<App>, who: SignedIn, body: Bytes) -> HttpResponse {
    let (typed, mut errors) = (Typed::parse(&body), Vec::new());
    if let Err(why) = who.act(Role::Administrator) {
        return who.closed(&app, why).await;
    }
    let Some(person) = form::person(&typed, ("name", "email"), &mut errors) else {
        return page(&app, &who, &typed, errors).await;
    };
    invited(&app, &who, person, &typed).await
}

/// Asks whether the email is to go out again, or whether somebody whose access has ended is to have it again.
pub(crate) async fn show_again(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(member) => again_page(&app, &who, &member, Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Does it. Somebody who has access again does not run rounds by that alone: they may be the one who reads a report.
pub(crate) async fn send_again(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let member = match find(&app, &who, &id).await {
        Ok(member) => member,
        Err(why) => return who.closed(&app, why).await,
    };
    // Their access has ended, or been given again, since the page was shown: it asks something else now.
    if Typed::parse(&body).has("wanted", "restore") != member.ended_at.is_some() {
        let moved = Wrong::at("go", Said::of(Console::nobodys().say.people_moved()));
        return again_page(&app, &who, &member, vec![moved]).await;
    }
    if member.ended_at.is_some() {
        return match restore(&app, &who, &member).await {
            Ok(()) => see_other("/people?done=restored"),
            Err(Closed::Failed(Error::Conflict(why))) => {
                again_page(&app, &who, &member, vec![Wrong::of("go", why)]).await
            }
            Err(why) => who.closed(&app, why).await,
        };
    }
    let person = Person { name: member.account.name, email: member.account.email };
    let typed = Typed::of(&[("name", person.name.as_str()), ("email", person.email.as_str())]);
    invited(&app, &who, person, &typed).await
}

/// Invites them, or shows the form again with what stands in the way.
async fn invited(app: &App, who: &SignedIn, person: Person, typed: &Typed) -> HttpResponse {
    let wrong = match invite(app, who, person).await {
        Ok(()) => return see_other("/people?done=invited"),
        Err(Closed::Failed(Error::Review(why))) => Wrong::of("email", why),
        Err(Closed::Failed(Error::Conflict(why))) => Wrong::of("email", why),
        Err(why) => return who.closed(app, why).await,
    };
    page(app, who, typed, vec![wrong]).await
}

async fn invite(app: &App, who: &SignedIn, person: Person) -> Result<(), Closed> {
    let asked = who.ask::<permission::InvitePerson, Member>(Role::Administrator)?;
    people::invite(app, asked, person).await?;
    Ok(())
}

async fn restore(app: &App, who: &SignedIn, member: &Member) -> Result<(), Closed> {
    let asked = who.ask::<permission::RestoreAccess, Member>(Role::Administrator)?;
    people::restore(app, asked, member.account.id).await?;
    Ok(())
}

async fn again_page(app: &App, who: &SignedIn, member: &Member, errors: Vec<Wrong>) -> HttpResponse {
    html(form::status(&errors), &AgainPage { frame: Console::of(app, Some(who)).await, member, errors })
}

async fn page(app: &App, who: &SignedIn, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    html(form::status(&errors), &InvitePage { frame: Console::of(app, Some(who)).await, typed, errors })
}
