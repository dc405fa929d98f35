//! Integrations and what they have been allowed.

use candour_domain::{ClientId, OrganisationId, Scope};
use chrono::{DateTime, Utc};
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
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = clients)]
struct Row {
    id: String,
    name: String,
    scopes: String,
    secret_hash: Vec<u8>,
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
    );
    Ok(add!(tenant, adding_clients, values)?)
}

/// The integration with this id, and its trust.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(system: &mut System<'_>, id: ClientId) -> Result<Option<(OrganisationId, Client)>, StorageError> {
    let found = system
        .every_client()
        .filter(clients::id.eq(id.to_string()))
        .select((clients::organisation_id, Row::as_select()));
    let found: Option<(String, Row)> = found.get_result(system.connection()).optional()?;
    let read =
        |(organisation, row): (String, Row)| Ok((column::id(&organisation, "clients.organisation_id")?, row.read()?));
    found.map(read).transpose()
}

/// The integrations of the trust, by name.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>) -> Result<Vec<Client>, StorageError> {
    let every = tenant.clients().order((clients::name, clients::id)).select(Row::as_select());
    every.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// Replaces what an integration has been allowed; false when the trust has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_scopes(tenant: &mut Tenant<'_>, id: ClientId, scopes: &[Scope]) -> Result<bool, StorageError> {
    let client = tenant.clients().filter(clients::id.eq(id.to_string()));
    Ok(diesel::update(client).set(clients::scopes.eq(text(scopes))).execute(tenant.connection())? == 1)
}

/// Removes an integration; false when the trust has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: ClientId) -> Result<bool, StorageError> {
    let client = tenant.clients().filter(clients::id.eq(id.to_string()));
    Ok(diesel::delete(client).execute(tenant.connection())? == 1)
}

fn text(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

impl Row {
    fn read(self) -> Result<Client, StorageError> {
        Ok(Client {
            id: column::id(&self.id, "clients.id")?,
            name: self.name,
            // A scope that another version knew grants nothing here, and takes nothing else away.
            scopes: self.scopes.split_ascii_whitespace().filter_map(Scope::from_name).collect(),
            secret_hash: column::hash(&self.secret_hash, "clients.secret_hash")?,
        })
    }
}
