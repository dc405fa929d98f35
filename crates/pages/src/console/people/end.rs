//! Ending somebody's access.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::permission;
use candour_service::account::people::{self, Member};
use candour_service::app::App;
use candour_service::error::Error;

use super::super::form::{self, Wrong};
use super::super::frame::Console;
use super::super::see_other;
use super::{Closed, find};
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/end_access.html")]
struct EndPage<'a> {
    frame: Console<'a>,
    member: &'a Member,
    errors: Vec<Wrong>,
}

/// Says what it means and asks.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(member) => page(&app, &who, &member, Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Ends it, or says why not.
pub(crate) async fn end(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let member = match find(&app, &who, &id).await {
        Ok(member) => member,
        Err(why) => return who.closed(&app, why).await,
    };
    let ended = async {
        people::end(&app, who.ask::<permission::EndAccess, ()>(Role::Administrator)?, member.account.id).await?;
        Ok(())
    };
    match ended.await {
        Ok(()) => see_other("/people?done=ended"),
        Err(Closed::Failed(Error::Conflict(why))) => page(&app, &who, &member, vec![Wrong::of("go", why)]).await,
        Err(why) => who.closed(&app, why).await,
    }
}

async fn page(app: &App, who: &SignedIn, member: &Member, errors: Vec<Wrong>) -> HttpResponse {
    html(form::status(&errors), &EndPage { frame: Console::of(app, Some(who)).await, member, errors })
}
