//! Ending somebody's access.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::permission;
use candour_service::account::people::{self, Member};
use candour_service::app::App;

use super::super::frame::Console;
use super::super::see_other;
use super::find;
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/end_access.html")]
struct EndPage<'a> {
    frame: Console<'a>,
    member: &'a Member,
}

/// Says what it means and asks.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(member) => html(StatusCode::OK, &EndPage { frame: Console::of(&app, Some(&who)).await, member: &member }),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Ends it.
pub(crate) async fn end(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let ended = async {
        let member = find(&app, &who, &id).await?;
        people::end(&app, who.ask::<permission::EndAccess, ()>(Role::Administrator)?, member.account.id).await?;
        Ok(())
    };
    match ended.await {
        Ok(()) => see_other("/people?done=ended"),
        Err(why) => who.closed(&app, why).await,
    }
}
