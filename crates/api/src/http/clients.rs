//! Integrations: other systems of the trust, with credentials of their own.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, delete, get, post};
use candour_domain::access::permission;
use candour_domain::{ClientId, Scope, TokenName};
use candour_service::asked::Answer;
use candour_service::auth::clients::{self, Created, ListedClient, Wanted};
use candour_service::error::{Error, FieldError};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// The most scopes that a request names; there are fewer.
pub const MOST_SCOPES: usize = 20;

/// An integration to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What it is, for the people who run it, 1 to 60 characters.
    #[schema(example = "Payroll")]
    name: String,
    /// What it may do; at least one scope.
    #[schema(example = json!(["results:read"]))]
    scopes: Vec<String>,
}

/// An integration.
#[derive(Serialize, ToSchema)]
pub struct ClientView {
    /// Its id, with which it asks for a token.
    #[schema(value_type = uuid::Uuid)]
    client_id: ClientId,
    /// What it is.
    name: String,
    /// What it may do.
    scopes: Vec<&'static str>,
    /// When it was added.
    created_at: DateTime<Utc>,
    /// The day on which it was used last.
    last_used_on: Option<NaiveDate>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
}

/// An integration that has just been added.
#[derive(Serialize, ToSchema)]
pub struct CreatedClientView {
    /// The integration.
    #[serde(flatten)]
    client: ClientView,
    /// Its secret, which is shown this once. Null where the request is repeated under its `Idempotency-Key`: it is kept
    /// nowhere.
    client_secret: Option<String>,
}

/// Every integration.
#[derive(Serialize, ToSchema)]
pub struct ClientsView {
    /// By name.
    items: Vec<ClientView>,
}

/// The trust's integrations, by name; those that were revoked for a year.
#[utoipa::path(tag = "clients", responses((status = 200, body = ClientsView), Problems), security(("bearer" = [])))]
#[get("/clients")]
pub(crate) async fn list_clients(caller: Caller, app: State) -> Result<impl Responder, Problem> {
    let found = clients::list(&app, &caller.require::<permission::ListClients>()?).await?;
    Ok(HttpResponse::Ok().json(ClientsView { items: found.iter().map(ClientView::from).collect() }))
}

/// Adds an integration. The answer has its secret, with which it gets tokens from `POST /oauth/token`.
#[utoipa::path(tag = "clients", request_body = NewClient,
    responses((status = 201, body = CreatedClientView), ChangeProblems), security(("bearer" = [])))]
#[post("/clients")]
pub(crate) async fn create_client(ask: Ask, app: State, body: Body<NewClient>) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::CreateClient>()?;
    let wanted = parse(&body.parse()?).map_err(Problem::invalid)?;
    let asked = allowed
        .answering(|created: &Created| answer(created, Some(created.secret.to_string())))
        .keeping(|created: &Created| answer(created, None));
    Ok(Told(clients::create(&app, asked, wanted).await?))
}

/// Revokes an integration at once: neither its secret nor a token that it has works any more.
#[utoipa::path(
    tag = "clients", params(("id" = uuid::Uuid, Path)), responses((status = 204), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/clients/{id}")]
pub(crate) async fn revoke_client(ask: Ask, app: State, id: Path<ClientId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RevokeClient>()?.answering(|()| Ok(Answer::empty(204)));
    Ok(Told(clients::revoke(&app, asked, id.into_inner()).await?))
}

fn answer(created: &Created, client_secret: Option<String>) -> Result<Answer, Error> {
    let view = CreatedClientView { client: ClientView::from(&created.client), client_secret };
    Answer::json(201, &view)
}

fn parse(new: &NewClient) -> Result<Wanted, Vec<FieldError>> {
    let mut errors = Vec::new();
    let name = TokenName::parse(&new.name).map_err(|error| errors.push(FieldError::at("/name", error))).ok();
    let mut scopes = Vec::new();
    if new.scopes.is_empty() || new.scopes.len() > MOST_SCOPES {
        errors.push(FieldError::at("/scopes", format!("give 1 to {MOST_SCOPES} scopes, out of {}", known())));
    }
    for (at, name) in new.scopes.iter().enumerate().take(MOST_SCOPES) {
        match Scope::from_name(name) {
            Some(scope) if scopes.contains(&scope) => {}
            Some(scope) => scopes.push(scope),
            None => errors.push(FieldError::at(
                format!("/scopes/{at}"),
                format!("there is no such scope; give one of {}", known()),
            )),
        }
    }
    match name {
        Some(name) if errors.is_empty() => Ok(Wanted { name: name.as_str().to_owned(), scopes }),
        _ => Err(errors),
    }
}

fn known() -> String {
    Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ")
}

impl From<&ListedClient> for ClientView {
    fn from(client: &ListedClient) -> Self {
        Self {
            client_id: client.id,
            name: client.name.clone(),
            scopes: client.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: client.created_at,
            last_used_on: client.last_used_on,
            revoked_at: client.revoked_at,
        }
    }
}
