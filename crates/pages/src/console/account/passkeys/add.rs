//! Adding a passkey: the browser makes it, and the form brings it.

use actix_session::Session;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::passkey::LONGEST_PASSKEY_NAME;
use candour_domain::{Assurance, PasskeyName};
use candour_service::app::App;
use candour_service::auth::passkeys::{self, Adding, Refused};
use candour_service::auth::sessions::{Proof, Way};
use candour_service::error::Error;
use candour_words::uk_time::uk_time;

use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{failed, see_other};
use crate::frame::{Said, html};
use crate::session::{self, SignedIn};

/// What was asked of the browser. It never leaves the server.
const ADDING: &str = "adding_passkey";

#[derive(Template)]
#[template(path = "console/passkey_add.html")]
struct AddPage<'a> {
    frame: Console<'a>,
    /// What the browser is asked for; empty where it has answered.
    options: &'a str,
    credential: &'a str,
    name: &'a str,
    longest: usize,
    base_url: &'a str,
    /// From when on it will open what is not released, if not at once.
    opens_from: Option<String>,
    errors: Vec<Wrong>,
}

/// Asks for a name, and has the browser make the passkey.
pub(crate) async fn show(app: Data<App>, who: SignedIn, session: Session) -> HttpResponse {
    anew(&app, &who, &session, "", Vec::new()).await
}

/// Takes what the browser has made. Whoever came in with a code has now shown more than that, and goes on with it.
pub(crate) async fn add(
    app: Data<App>,
    who: SignedIn,
    session: Session,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let (credential, name) = (typed.get("credential"), typed.get("name"));
    let parsed = match PasskeyName::parse(name) {
        Ok(parsed) => parsed,
        // The browser need not make another for it.
        Err(why) if !credential.is_empty() => {
            return page(&app, &who, ("", credential), name, vec![Wrong::of("name", why)]).await;
        }
        Err(why) => return anew(&app, &who, &session, name, vec![Wrong::of("name", why)]).await,
    };
    let again = |text| vec![Wrong::at("passkey", text)];
    if credential.is_empty() {
        return anew(&app, &who, &session, name, again(Said::of(say.passkey_no_script()))).await;
    }
    let Some(Ok(adding)) = session.remove_as::<Adding>(ADDING) else {
        return anew(&app, &who, &session, name, again(Said::of(say.passkey_over()))).await;
    };
    let opens_from = match passkeys::add(&app, &who, adding, credential, parsed).await {
        Ok(Ok(opens_from)) => opens_from,
        Ok(Err(Refused::NoPasskeysHere | Refused::TooMany)) => return see_other("/account/passkeys"),
        Ok(Err(Refused::Over)) => {
            return anew(&app, &who, &session, name, again(Said::of(say.passkey_over()))).await;
        }
        Ok(Err(Refused::Unverified)) => {
            return anew(&app, &who, &session, name, again(Said::of(say.passkey_unverified()))).await;
        }
        Err(error) => return failed(&error),
    };
    if who.assurance == Assurance::Mailbox {
        let (organisation, account) = (who.organisation.id, who.account.id);
        let proof = Proof { organisation, account, way: Way::Passkey, opens_from: Some(opens_from) };
        match session::begin(&session, &request, &app, proof).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return failed(&error),
        }
    }
    see_other("/account/passkeys?done=added")
}

/// The page with a new question for the browser.
async fn anew(app: &App, who: &SignedIn, session: &Session, name: &str, errors: Vec<Wrong>) -> HttpResponse {
    let (options, adding) = match passkeys::begin_adding(app, who).await {
        Ok(Ok(begun)) => begun,
        Ok(Err(_none_or_full)) => return see_other("/account/passkeys"),
        Err(error) => return failed(&error),
    };
    if session.insert(ADDING, adding).is_err() {
        return failed(&Error::Internal("a session"));
    }
    page(app, who, (&options, ""), name, errors).await
}

async fn page(
    app: &App,
    who: &SignedIn,
    (options, credential): (&str, &str),
    name: &str,
    errors: Vec<Wrong>,
) -> HttpResponse {
    let status = form::status(&errors);
    let now = app.clock.now();
    let opens_from = Some(who.assurance.opens_from(now, app.recovery_wait)).filter(|from| *from > now).map(uk_time);
    let page = AddPage {
        frame: Console::of(app, Some(who)).await,
        options,
        credential,
        name,
        longest: LONGEST_PASSKEY_NAME,
        base_url: &app.base_url,
        opens_from,
        errors,
    };
    html(status, &page)
}
