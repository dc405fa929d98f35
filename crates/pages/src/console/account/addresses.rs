//! Somebody's other addresses, at which they are told of changes to how they sign in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, Query};
use askama::Template;
use candour_domain::{AddressId, Email};
use candour_seal::SignInCode;
use candour_service::app::App;
use candour_service::auth::other_addresses::{self, Addresses, Refused, Tried};
use candour_service::auth::sign_in_code::MINUTES;

use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, Done, failed, see_other};
use crate::frame::{Said, Say, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/addresses.html")]
struct AddressesPage<'a> {
    frame: Console<'a>,
    own: &'a Email,
    addresses: &'a Addresses,
    typed: &'a str,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/address_confirm.html")]
struct ConfirmPage<'a> {
    frame: Console<'a>,
    email: &'a Email,
    minutes: u32,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/address_remove.html")]
struct RemovePage<'a> {
    frame: Console<'a>,
    email: &'a Email,
}

/// Lists them.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    page(&app, &who, "", Vec::new(), &query.done).await
}

/// Adds one, and sends a code there.
pub(crate) async fn add(app: Data<App>, who: SignedIn, body: Bytes) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Say::new(candour_words::language::Language::default()));
    let text = typed.get("email");
    let wrong = |said| vec![Wrong::at("email", said)];
    let email = match Email::parse(text) {
        Ok(email) => email,
        Err(why) => return page(&app, &who, text, vec![Wrong::of("email", why)], "").await,
    };
    let refused = match other_addresses::add(&app, &who, email).await {
        Ok(Ok(id)) => return see_other(&format!("/account/addresses/{id}/confirm")),
        Ok(Err(refused)) => refused,
        Err(error) => return failed(&error),
    };
    let said = match refused {
        Refused::ProveMore => return page(&app, &who, text, Vec::new(), "").await,
        Refused::Known => Said::of(say.addresses_known()),
        Refused::TooMany => Said::of(say.addresses_too_many()),
    };
    page(&app, &who, text, wrong(said), "").await
}

/// Asks for the code.
pub(crate) async fn show_confirm(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match waiting(&app, &who, &id).await {
        Ok((_, email)) => confirm_page(&app, &who, &email, Vec::new()).await,
        Err(Closed::NotThere) => see_other("/account/addresses?done=over"),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Tries it.
pub(crate) async fn confirm(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let (id, email) = match waiting(&app, &who, &id).await {
        Ok(found) => found,
        Err(Closed::NotThere) => return see_other("/account/addresses?done=over"),
        Err(why) => return who.closed(&app, why).await,
    };
    let code = SignInCode::parse(Typed::parse(&body).get("code"));
    match other_addresses::confirm(&app, &who, id, code).await {
        Ok(Tried::Right) => see_other("/account/addresses?done=added"),
        Ok(Tried::Over) => see_other("/account/addresses?done=over"),
        Ok(Tried::Wrong) => {
            let say = Say::new(candour_words::language::Language::default());
            let wrong = Wrong::at("code", Said::of(say.sign_in_code_wrong()));
            confirm_page(&app, &who, &email, vec![wrong]).await
        }
        Err(error) => failed(&error),
    }
}

/// Asks whether an address is to be taken away.
pub(crate) async fn show_removal(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match confirmed(&app, &who, &id).await {
        Ok((_, email)) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &RemovePage { frame, email: &email })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes it away.
pub(crate) async fn remove(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let removed = async {
        let (id, _) = confirmed(&app, &who, &id).await?;
        Ok::<_, Closed>(other_addresses::remove(&app, &who, id).await?)
    };
    match removed.await {
        Ok(()) => see_other("/account/addresses?done=removed"),
        Err(why) => who.closed(&app, why).await,
    }
}

/// The person's own address with this id that waits for its code.
async fn waiting(app: &App, who: &SignedIn, id: &str) -> Result<(AddressId, Email), Closed> {
    let found = other_addresses::list(app, who).await?.waiting.into_iter().find(|other| other.id.to_string() == id);
    found.map(|other| (other.id, other.email)).ok_or(Closed::NotThere)
}

/// The person's own address with this id, where it can be taken away.
async fn confirmed(app: &App, who: &SignedIn, id: &str) -> Result<(AddressId, Email), Closed> {
    let addresses = other_addresses::list(app, who).await?;
    let found = addresses.confirmed.into_iter().find(|other| addresses.may_change && other.id.to_string() == id);
    found.map(|other| (other.id, other.email)).ok_or(Closed::NotThere)
}

async fn page(app: &App, who: &SignedIn, typed: &str, errors: Vec<Wrong>, done: &str) -> HttpResponse {
    let addresses = match other_addresses::list(app, who).await {
        Ok(addresses) => addresses,
        Err(error) => return failed(&error),
    };
    let frame = Console::of(app, Some(who)).await;
    let done = match done {
        "added" => Some(Said::of(frame.say.addresses_added())),
        "removed" => Some(Said::of(frame.say.addresses_removed())),
        "over" => Some(Said::of(frame.say.addresses_over())),
        _ => None,
    };
    let frame = frame.saying(done);
    let status = form::status(&errors);
    html(status, &AddressesPage { frame, own: &who.account.email, addresses: &addresses, typed, errors })
}

async fn confirm_page(app: &App, who: &SignedIn, email: &Email, errors: Vec<Wrong>) -> HttpResponse {
    let status = form::status(&errors);
    let frame = Console::of(app, Some(who)).await;
    html(status, &ConfirmPage { frame, email, minutes: MINUTES, errors })
}
