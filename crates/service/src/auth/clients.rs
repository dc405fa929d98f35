//! Integrations: other systems of a trust, with an id and a secret of their own.

use candour_domain::access::permission::{CreateClient, ListClients, RevokeClient};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{Authorised, ClientId, OrganisationId, Scope};
use candour_storage::Tenant;
use candour_storage::clients::{self as stored, Client};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use zeroize::Zeroizing;

pub use candour_storage::clients::ListedClient;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::auth::proven::require_proven;
use crate::auth::secret;
use crate::condition::Revised;
use crate::entropy::{self, fresh};
use crate::error::Error;

/// The most integrations that a trust has, without those that were revoked.
pub const MOST_CLIENTS: usize = 50;

/// How long an integration is still listed after it was revoked.
const LISTED_FOR: TimeDelta = TimeDelta::days(365);

/// What an integration is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What the administrators call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// An integration that has just been made.
pub struct Created {
    /// The integration.
    pub client: ListedClient,
    /// Its secret, to be shown this once.
    pub secret: Zeroizing<String>,
}

/// An integration that has not been revoked.
struct Working(ClientId);

/// The trust's integrations, by name; those that were revoked for a year.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, by: &Authorised<ListClients>) -> Result<Vec<ListedClient>, Error> {
    let since = app.clock.now() - LISTED_FOR;
    let every = app.storage.read(by.organisation(), |tenant| Ok::<_, Error>(stored::list(tenant)?)).await?;
    Ok(every.into_iter().filter(|client| client.revoked_at.is_none_or(|at| at >= since)).collect())
}

/// Adds an integration. `asked` keeps no secret under its key.
///
/// # Guarantee
/// Nobody adds one of whom it is not yet sure who they are: it would outlast an objection to their sign-in.
///
/// # Errors
/// [`Error::Conflict`] for one too many, and for somebody who has to wait.
pub async fn create(app: &App, asked: Asked<CreateClient, Created>, wanted: Wanted) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::nothing, move |tenant, (), by| {
            require_proven(by)?;
            stored::delete_revoked(tenant, now - LISTED_FOR)?;
            if stored::number_working(tenant)? >= MOST_CLIENTS {
                return Err(Error::Conflict("a trust has at most fifty integrations; revoke one first"));
            }
            add(tenant, by.actor(), wanted, now)
        })
        .await
}

/// Revokes an integration: from the next request on, on every node, neither its secret nor any of its tokens works.
///
/// # Errors
/// [`Error::NotFound`] where there is none, and where it has been revoked; [`Error::Conflict`] for somebody who has to
/// wait.
pub async fn revoke(app: &App, asked: Asked<RevokeClient, ()>, id: ClientId) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(
            app,
            move |tenant, _| working(tenant, id),
            move |tenant, Working(id), by| {
                require_proven(by)?;
                end(tenant, by.actor(), id, now)
            },
        )
        .await
}

/// Adds an integration for somebody at the command line.
///
/// # Errors
/// [`Error`] when it cannot be stored.
pub async fn create_at_command_line(
    app: &App,
    organisation: OrganisationId,
    wanted: Wanted,
) -> Result<(ClientId, Zeroizing<String>), Error> {
    let now = app.clock.now();
    let Created { client, secret } =
        app.storage.write(organisation, move |tenant| add(tenant, Actor::Operator, wanted, now)).await?;
    Ok((client.id, secret))
}

/// Revokes an integration for somebody at the command line.
///
/// # Errors
/// [`Error::NotFound`] where there is none, and where it has been revoked.
pub async fn revoke_at_command_line(app: &App, id: ClientId) -> Result<(), Error> {
    let (organisation, now) = (owner(app, id).await?, app.clock.now());
    app.storage.write(organisation, move |tenant| end(tenant, Actor::Operator, id, now)).await
}

/// The trust of an integration that has not been revoked.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn owner(app: &App, id: ClientId) -> Result<OrganisationId, Error> {
    let found = app.storage.ask(move |system| stored::find(system, id)).await?;
    found.map(|(organisation, _)| organisation).ok_or(Error::NotFound)
}

/// Notes the day, at the first use of it. An integration works also where that cannot be written.
pub(super) async fn note_use(app: &App, organisation: OrganisationId, client: &Client) {
    let (id, today): (_, NaiveDate) = (client.id, app.clock.now().date_naive());
    if client.last_used_on == Some(today) {
        return;
    }
    let noted = app.storage.write(organisation, move |tenant| Ok::<_, Error>(stored::set_used(tenant, id, today)?));
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the day on which an integration was used cannot be noted");
    }
}

fn add(tenant: &mut Tenant<'_>, by: Actor, wanted: Wanted, now: DateTime<Utc>) -> Result<Created, Error> {
    let Wanted { name, scopes } = wanted;
    let (secret, secret_hash) = secret::generate(&mut entropy::system());
    let id = fresh(ClientId::from_random);
    let detail = json!({"scopes": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>()});
    stored::insert(
        tenant,
        &Client { id, name: name.clone(), scopes: scopes.clone(), secret_hash, last_used_on: None },
        now,
    )?;
    audit::record(tenant, by, Action::ClientCreated, Target::Client(id), detail, now)?;
    let client = ListedClient { id, name, scopes, created_at: now, last_used_on: None, revoked_at: None };
    Ok(Created { client, secret })
}

fn end(tenant: &mut Tenant<'_>, by: Actor, id: ClientId, now: DateTime<Utc>) -> Result<(), Error> {
    if !stored::revoke(tenant, id, now)? {
        return Err(Error::NotFound);
    }
    Ok(audit::record(tenant, by, Action::ClientRemoved, Target::Client(id), json!({}), now)?)
}

fn working(tenant: &mut Tenant<'_>, id: ClientId) -> Result<Working, Error> {
    if stored::works(tenant, id)? { Ok(Working(id)) } else { Err(Error::NotFound) }
}

impl Revised for Working {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
