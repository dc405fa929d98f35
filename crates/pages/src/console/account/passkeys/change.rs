//! Renaming a passkey, taking it away, and stopping one that its owner has not added.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::PasskeyName;
use candour_domain::passkey::LONGEST_PASSKEY_NAME;
use candour_service::app::App;
use candour_service::auth::passkeys::{self, Listed};
use candour_service::error::Error;

use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/passkey_rename.html")]
struct RenamePage<'a> {
    frame: Console<'a>,
    name: &'a str,
    longest: usize,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/passkey_remove.html")]
struct RemovePage<'a> {
    frame: Console<'a>,
    passkey: &'a Listed,
}

#[derive(Template)]
#[template(path = "console/passkey_stop.html")]
struct StopPage<'a> {
    frame: Console<'a>,
    passkey: &'a Listed,
}

/// Asks for another name.
pub(crate) async fn show_name(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id, |passkey| passkey.is_in_reach).await {
        Ok(passkey) => name_page(&app, &who, passkey.name.as_str(), Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Gives it.
pub(crate) async fn rename(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let passkey = match find(&app, &who, &id, |passkey| passkey.is_in_reach).await {
        Ok(passkey) => passkey,
        Err(why) => return who.closed(&app, why).await,
    };
    let typed = Typed::parse(&body);
    match PasskeyName::parse(typed.get("name")) {
        Err(why) => name_page(&app, &who, typed.get("name"), vec![Wrong::of("name", why)]).await,
        Ok(name) => {
            let renamed = passkeys::rename(&app, &who, passkey.id, name).await;
            then(&app, &who, renamed, "/account/passkeys?done=renamed").await
        }
    }
}

/// Asks whether it is to be taken away.
pub(crate) async fn show_removal(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id, |passkey| passkey.is_in_reach).await {
        Ok(passkey) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &RemovePage { frame, passkey: &passkey })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes it away.
pub(crate) async fn remove(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id, |passkey| passkey.is_in_reach).await {
        Ok(passkey) => {
            let removed = passkeys::remove(&app, &who, passkey.id).await;
            then(&app, &who, removed, "/account/passkeys?done=removed").await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Asks whether it was somebody else who added it.
pub(crate) async fn show_stop(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id, |passkey| passkey.waits_until.is_some()).await {
        Ok(passkey) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &StopPage { frame, passkey: &passkey })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Stops it.
pub(crate) async fn stop(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id, |passkey| passkey.waits_until.is_some()).await {
        Ok(passkey) => {
            let stopped = passkeys::disown(&app, &who, passkey.id).await;
            then(&app, &who, stopped, "/account/passkeys?done=stopped").await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// The person's own passkey with this id, if the page is for one like it.
async fn find(app: &App, who: &SignedIn, id: &str, wanted: impl Fn(&Listed) -> bool) -> Result<Listed, Closed> {
    let listed = passkeys::list(app, who).await?;
    listed.into_iter().find(|passkey| passkey.id.to_string() == id && wanted(passkey)).ok_or(Closed::NotThere)
}

async fn then(app: &App, who: &SignedIn, done: Result<(), Error>, on: &str) -> HttpResponse {
    match done {
        Ok(()) => see_other(on),
        Err(error) => who.closed(app, error.into()).await,
    }
}

async fn name_page(app: &App, who: &SignedIn, name: &str, errors: Vec<Wrong>) -> HttpResponse {
    let status = form::status(&errors);
    let frame = Console::of(app, Some(who)).await;
    html(status, &RenamePage { frame, name, longest: LONGEST_PASSKEY_NAME, errors })
}
