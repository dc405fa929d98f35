//! Integrations and what they have been allowed.

use candour_domain::{ClientId, OrganisationId, Scope};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::clients};
use crate::{StorageError, System, Tenant};

/// An integration. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// What the administrator calls it.
    pub name: String,
    /// What it has been allowed.
    pub scopes: Vec<Scope>,
    /// A hash of its secret; the secret itself is shown once and not kept.
    pub secret_hash: [u8; 32],
    /// On which day it was used last.
    pub last_used_on: Option<NaiveDate>,
}

/// An integration as the trust's administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedClient {
    /// Its id.
    pub id: ClientId,
    /// What the administrator calls it.
    pub name: String,
    /// What it has been allowed.
    pub scopes: Vec<Scope>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// On which day it was used last.
    pub last_used_on: Option<NaiveDate>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct Row {
    id: String,
    name: String,
    scopes: String,
    secret_hash: Vec<u8>,
    last_used_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct ListedRow {
    id: String,
    name: String,
    scopes: String,
    created_at: NaiveDateTime,
    last_used_at: Option<NaiveDateTime>,
    revoked_at: Option<NaiveDateTime>,
}

/// Adds an integration.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id.
pub fn insert(tenant: &mut Tenant<'_>, client: &Client, now: DateTime<Utc>) -> Result<(), StorageError> {
    let values = (
        clients::id.eq(client.id.to_string()),
        clients::name.eq(client.name.as_str()),
        clients::scopes.eq(text(&client.scopes)),
        clients::secret_hash.eq(client.secret_hash.as_slice()),
        clients::created_at.eq(column::time(now)),
        clients::last_used_at.eq(client.last_used_on.map(midnight)),
    );
    Ok(add!(tenant, adding_clients, values)?)
}

/// The integration with this id, and its trust; `None` for one that was revoked.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(system: &mut System<'_>, id: ClientId) -> Result<Option<(OrganisationId, Client)>, StorageError> {
    let found = system
        .every_client()
        .filter(clients::id.eq(id.to_string()))
        .filter(clients::revoked_at.is_null())
        .select((clients::organisation_id, Row::as_select()));
    let found: Option<(String, Row)> = found.get_result(system.connection()).optional()?;
    let read =
        |(organisation, row): (String, Row)| Ok((column::id(&organisation, "clients.organisation_id")?, row.read()?));
    found.map(read).transpose()
}

/// The integrations of the trust, by name, those that were revoked included.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>) -> Result<Vec<ListedClient>, StorageError> {
    let every = tenant.clients().order((clients::name, clients::id)).select(ListedRow::as_select());
    every.load(tenant.connection())?.into_iter().map(ListedRow::read).collect()
}

/// Whether the trust has an integration with this id that was not revoked.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn works(tenant: &mut Tenant<'_>, id: ClientId) -> Result<bool, StorageError> {
    let client = tenant.clients().filter(clients::id.eq(id.to_string())).filter(clients::revoked_at.is_null());
    let found: Option<String> = client.select(clients::id).get_result(tenant.connection()).optional()?;
    Ok(found.is_some())
}

/// How many integrations the trust has, without those that were revoked.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn number_working(tenant: &mut Tenant<'_>) -> Result<usize, StorageError> {
    let working = tenant.clients().filter(clients::revoked_at.is_null()).count();
    column::number(working.get_result(tenant.connection())?, "the number of integrations")
}

/// Replaces what an integration has been allowed; false when the trust has none with this id that works.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_scopes(tenant: &mut Tenant<'_>, id: ClientId, scopes: &[Scope]) -> Result<bool, StorageError> {
    let client = tenant.clients().filter(clients::id.eq(id.to_string())).filter(clients::revoked_at.is_null());
    Ok(diesel::update(client).set(clients::scopes.eq(text(scopes))).execute(tenant.connection())? == 1)
}

/// Notes on which day an integration was used last; false when the trust has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_used(tenant: &mut Tenant<'_>, id: ClientId, on: NaiveDate) -> Result<bool, StorageError> {
    let client = tenant.clients().filter(clients::id.eq(id.to_string()));
    Ok(diesel::update(client).set(clients::last_used_at.eq(midnight(on))).execute(tenant.connection())? == 1)
}

/// Revokes an integration and overwrites the hash of its secret; false when the trust has none with this id that works.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn revoke(tenant: &mut Tenant<'_>, id: ClientId, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let client = tenant.clients().filter(clients::id.eq(id.to_string())).filter(clients::revoked_at.is_null());
    let values = (clients::revoked_at.eq(column::time(now)), clients::secret_hash.eq([0_u8; 32].as_slice()));
    Ok(diesel::update(client).set(values).execute(tenant.connection())? == 1)
}

/// Forgets the integrations that were revoked before; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_revoked(tenant: &mut Tenant<'_>, before: DateTime<Utc>) -> Result<usize, StorageError> {
    let revoked = tenant.clients().filter(clients::revoked_at.lt(column::time(before)));
    Ok(diesel::delete(revoked).execute(tenant.connection())?)
}

fn midnight(on: NaiveDate) -> NaiveDateTime {
    on.and_time(NaiveTime::MIN)
}

fn text(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

impl Row {
    fn read(self) -> Result<Client, StorageError> {
        Ok(Client {
            id: column::id(&self.id, "clients.id")?,
            name: self.name,
            scopes: read_scopes(&self.scopes),
            secret_hash: column::hash(&self.secret_hash, "clients.secret_hash")?,
            last_used_on: self.last_used_at.map(|at| at.date()),
        })
    }
}

impl ListedRow {
    fn read(self) -> Result<ListedClient, StorageError> {
        Ok(ListedClient {
            id: column::id(&self.id, "clients.id")?,
            name: self.name,
            scopes: read_scopes(&self.scopes),
            created_at: self.created_at.and_utc(),
            last_used_on: self.last_used_at.map(|at| at.date()),
            revoked_at: self.revoked_at.map(|at| at.and_utc()),
        })
    }
}

/// A scope that another version knew grants nothing here, and takes nothing else away.
fn read_scopes(text: &str) -> Vec<Scope> {
    text.split_ascii_whitespace().filter_map(Scope::from_name).collect()
}
