//! The trust's integrations, for its administrators: other systems with a secret of their own.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::personal_token::TokenName;
use candour_domain::text::InvalidLine;
use candour_domain::{ClientId, Role, Scope};
use candour_service::app::App;
use candour_service::asked::{Answer, Asked, RequestKey};
use candour_service::auth::clients::{self, Created, ListedClient, Wanted};
use candour_service::condition::Condition;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use serde::{Deserialize, Serialize};

use super::form::{self, Typed, Wrong};
use super::frame::Console;
use super::tokens::scope_in_words;
use super::{Closed, Done, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/clients.html")]
struct ClientsPage<'a> {
    frame: Console<'a>,
    working: Vec<&'a ListedClient>,
    revoked: Vec<&'a ListedClient>,
    /// Whether they may let another system in: it is sure enough who they are.
    may_add: bool,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/client_made.html")]
struct MadePage<'a> {
    frame: Console<'a>,
    made: &'a Made,
    base_url: &'a str,
}

#[derive(Template)]
#[template(path = "console/client_revoke.html")]
struct RevokePage<'a> {
    frame: Console<'a>,
    client: &'a ListedClient,
    errors: Vec<Wrong>,
}

/// An integration that has been added. Its secret is not kept, so it is there the first time only.
#[derive(Serialize, Deserialize)]
struct Made {
    id: String,
    name: String,
    secret: Option<String>,
}

impl ClientsPage<'_> {
    fn scopes(&self) -> Vec<(Scope, Said)> {
        Scope::ALL.iter().map(|&scope| (scope, scope_in_words(self.frame.say, scope))).collect()
    }

    /// What an integration may do, as a list within a line.
    fn can(&self, scopes: &[Scope]) -> Said {
        let words: Vec<_> = scopes.iter().map(|&scope| scope_in_words(self.frame.say, scope).to_string()).collect();
        Said::of(words.join("; "))
    }
}

/// The list, and the form that adds one.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    let number = fresh(ClientId::from_random).to_string();
    page(&app, &who, &Typed::of(&[("number", &number)]), Vec::new(), query.done == "revoked").await
}

/// Adds one and shows its secret. It is kept nowhere, so this page does not lead on to another.
pub(crate) async fn add(app: Data<App>, who: SignedIn, request: HttpRequest, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let made = async {
        let by = who.may::<permission::CreateClient>(Role::Administrator)?;
        let wanted = match wanted(&typed) {
            Ok(wanted) => wanted,
            Err(errors) => return Ok(Err(errors)),
        };
        let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
        let shown = |created: &Created| Answer::json(201, &Made::of(created, Some(created.secret.to_string())));
        let kept = |created: &Created| Answer::json(201, &Made::of(created, None));
        let asked = Asked::new(by, Some(key), Condition::default(), shown).keeping(kept);
        match clients::create(&app, asked, wanted).await {
            Ok(answered) => {
                let body = answered.answer.body.unwrap_or_default();
                Ok(Ok(serde_json::from_str::<Made>(&body).map_err(Error::from)?))
            }
            Err(Error::Conflict(why)) => Ok(Err(vec![Wrong::of("another", why)])),
            Err(other) => Err(other.into()),
        }
    };
    match made.await {
        Ok(Ok(made)) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &MadePage { frame, made: &made, base_url: &app.base_url })
        }
        Ok(Err(errors)) => page(&app, &who, &typed, errors, false).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Says what it means and asks.
pub(crate) async fn show_revoke(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(client) if client.revoked_at.is_some() => see_other("/clients?done=revoked"),
        Ok(client) => revoke_page(&app, &who, &client, Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Revokes it.
pub(crate) async fn revoke(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let client = match find(&app, &who, &id).await {
        Ok(client) => client,
        Err(why) => return who.closed(&app, why).await,
    };
    let revoked = async {
        if client.revoked_at.is_none() {
            let asked = who.ask::<permission::RevokeClient, ()>(Role::Administrator)?;
            match clients::revoke(&app, asked, client.id).await {
                // Somebody has been faster.
                Ok(_) | Err(Error::NotFound) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    };
    match revoked.await {
        Ok(()) => see_other("/clients?done=revoked"),
        Err(Closed::Failed(Error::Conflict(why))) => revoke_page(&app, &who, &client, vec![Wrong::of("go", why)]).await,
        Err(why) => who.closed(&app, why).await,
    }
}

async fn revoke_page(app: &App, who: &SignedIn, client: &ListedClient, errors: Vec<Wrong>) -> HttpResponse {
    html(form::status(&errors), &RevokePage { frame: Console::of(app, Some(who)).await, client, errors })
}

async fn find(app: &App, who: &SignedIn, id: &str) -> Result<ListedClient, Closed> {
    let by = who.may::<permission::ListClients>(Role::Administrator)?;
    let every = clients::list(app, &by).await?;
    every.into_iter().find(|client| client.id.to_string() == id).ok_or(Closed::NotThere)
}

/// What the form asks for, or what is wrong with it.
fn wanted(typed: &Typed) -> Result<Wanted, Vec<Wrong>> {
    let (say, mut errors) = (Console::nobodys().say, Vec::new());
    let name = match TokenName::parse(typed.get("name")) {
        Ok(name) => Some(name),
        Err(InvalidLine::Empty) => {
            errors.push(Wrong::at("name", Said::of(say.clients_no_name())));
            None
        }
        Err(why) => {
            errors.push(Wrong::of("name", why));
            None
        }
    };
    let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| typed.has("scope", scope.as_str())).collect();
    if scopes.is_empty() {
        errors.push(Wrong::at("scope", Said::of(say.clients_no_scope())));
    }
    match name {
        Some(name) if errors.is_empty() => Ok(Wanted { name: name.as_str().to_owned(), scopes }),
        _ => Err(errors),
    }
}

async fn page(app: &App, who: &SignedIn, typed: &Typed, errors: Vec<Wrong>, revoked: bool) -> HttpResponse {
    let every = async { Ok(clients::list(app, &who.may::<permission::ListClients>(Role::Administrator)?).await?) };
    let every = match every.await {
        Ok(every) => every,
        Err(why) => return who.closed(app, why).await,
    };
    let frame = Console::of(app, Some(who)).await;
    let said = revoked.then(|| Said::of(frame.say.clients_revoked()));
    let (working, revoked) = every.iter().partition(|client| client.revoked_at.is_none());
    let may_add = who.assurance.opens_unreleased();
    let page = ClientsPage { frame: frame.saying(said), working, revoked, may_add, typed, errors };
    html(form::status(&page.errors), &page)
}

impl Made {
    fn of(created: &Created, secret: Option<String>) -> Self {
        Self { id: created.client.id.to_string(), name: created.client.name.clone(), secret }
    }
}
