//! Somebody's passkeys: which they have, from when on each opens what is not released, and a way to stop one that they
//! have not added.

pub(crate) mod add;
pub(crate) mod change;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use candour_domain::passkey::MOST_PASSKEYS;
use candour_service::app::App;
use candour_service::auth::passkeys::{self, Listed};

use crate::console::frame::Console;
use crate::console::{Done, failed};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/passkeys.html")]
struct PasskeysPage<'a> {
    frame: Console<'a>,
    passkeys: &'a [Listed],
    /// Whether browsers have passkeys for the address of this service.
    work: bool,
    base_url: &'a str,
    is_full: bool,
    /// Whether they have a passkey and came in with less.
    could_prove_more: bool,
}

/// Lists them.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    let listed = match passkeys::list(&app, &who).await {
        Ok(listed) => listed,
        Err(error) => return failed(&error),
    };
    let frame = Console::of(&app, Some(&who)).await;
    let say = frame.say;
    let done = match query.done.as_str() {
        "added" => Some(Said::of(say.passkeys_added())),
        "renamed" => Some(Said::of(say.passkeys_renamed())),
        "removed" => Some(Said::of(say.passkeys_removed())),
        "stopped" => Some(Said::of(say.passkeys_stopped())),
        _ => None,
    };
    let frame = frame.saying(done);
    let page = PasskeysPage {
        frame,
        work: app.passkeys.work(),
        base_url: &app.base_url,
        is_full: listed.len() >= MOST_PASSKEYS,
        could_prove_more: listed.iter().any(|passkey| !passkey.is_in_reach),
        passkeys: &listed,
    };
    html(StatusCode::OK, &page)
}
