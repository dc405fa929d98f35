//! The people of a trust who sign in.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, delete, get, post};
use candour_domain::access::permission;
use candour_domain::{AccountId, Email, Person, PersonName};
use candour_service::account::people::{self, Member};
use candour_service::asked::Answer;
use candour_service::error::FieldError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// A colleague to invite.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Their name.
    name: String,
    /// Their address, with which they sign in.
    email: String,
}

/// A person who signs in.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    /// Their account.
    #[schema(value_type = uuid::Uuid)]
    id: AccountId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Whether they set up and run rounds.
    administrator: bool,
    /// When they were invited last.
    invited_at: Option<DateTime<Utc>>,
    /// When they signed in last.
    signed_in_at: Option<DateTime<Utc>>,
    /// Since when they have no access any more.
    ended_at: Option<DateTime<Utc>>,
}

/// Everybody who signs in.
#[derive(Serialize, ToSchema)]
pub struct PeopleView {
    /// By address.
    items: Vec<PersonView>,
}

/// Everybody of the trust who signs in or could, by address. A facilitator or subject is here once they have signed in.
#[utoipa::path(tag = "people", responses((status = 200, body = PeopleView), Problems), security(("bearer" = [])))]
#[get("/people")]
pub(crate) async fn list_people(caller: Caller, app: State) -> Result<impl Responder, Problem> {
    let found = people::list(&app, &caller.require::<permission::ListPeople>()?).await?;
    Ok(HttpResponse::Ok().json(PeopleView { items: found.iter().map(PersonView::from).collect() }))
}

/// Invites a colleague as an administrator: they get an email that says where to sign in. Nobody becomes one while they
/// facilitate a review that is not over.
#[utoipa::path(tag = "people", request_body = NewPerson,
    responses((status = 201, body = PersonView), ChangeProblems), security(("bearer" = [])))]
#[post("/people")]
pub(crate) async fn invite_person(ask: Ask, app: State, body: Body<NewPerson>) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::InvitePerson>()?;
    let new = body.parse()?;
    let mut errors = Vec::new();
    let name = PersonName::parse(&new.name).map_err(|error| errors.push(FieldError::at("/name", error))).ok();
    let email = Email::parse(&new.email).map_err(|error| errors.push(FieldError::at("/email", error))).ok();
    let (Some(name), Some(email)) = (name, email) else { return Err(Problem::invalid(errors)) };
    let asked = allowed.answering(|member: &Member| Answer::json(201, &PersonView::from(member)));
    Ok(Told(people::invite(&app, asked, Person { name, email }).await?))
}

/// Ends somebody's access at once, with their sessions and tokens. Nobody ends their own.
#[utoipa::path(
    tag = "people", params(("id" = uuid::Uuid, Path)), responses((status = 204), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/people/{id}")]
pub(crate) async fn end_access(ask: Ask, app: State, id: Path<AccountId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::EndAccess>()?.answering(|()| Ok(Answer::empty(204)));
    Ok(Told(people::end(&app, asked, id.into_inner()).await?))
}

/// Gives somebody access again whose access has ended, under a new account: nothing that the old one could sign in with
/// comes back, and it does not run rounds. They get an email that says where to sign in.
#[utoipa::path(
    tag = "people", params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = PersonView), ChangeProblems), security(("bearer" = [])),
)]
#[post("/people/{id}/access")]
pub(crate) async fn restore_access(ask: Ask, app: State, id: Path<AccountId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RestoreAccess>()?;
    let asked = asked.answering(|member: &Member| Answer::json(201, &PersonView::from(member)));
    Ok(Told(people::restore(&app, asked, id.into_inner()).await?))
}

impl From<&Member> for PersonView {
    fn from(member: &Member) -> Self {
        let account = &member.account;
        Self {
            id: account.id,
            name: account.name.to_string(),
            email: account.email.to_string(),
            administrator: account.administrator,
            invited_at: member.invited_at,
            signed_in_at: member.signed_in_at,
            ended_at: member.ended_at,
        }
    }
}
