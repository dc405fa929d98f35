//! Integrations and what they have been allowed.

use candour_domain::{ClientId, OrganisationId, Scope};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::tenant::{add, columns::clients};
use crate::{StorageError, System, Tenant, column};

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

/// Adds an integration.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id.
pub fn insert(tenant: &mut Tenant<'_>, client: &Client, now: DateTime<Utc>) -> Result<(), StorageError> {
    let scopes: Vec<_> = client.scopes.iter().map(|scope| scope.as_str()).collect();
    let values = (
        clients::id.eq(client.id.to_string()),
        clients::name.eq(client.name.as_str()),
        clients::scopes.eq(scopes.join(" ")),
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
    let columns = (clients::organisation_id, clients::name, clients::scopes, clients::secret_hash);
    let found = system.every_client().filter(clients::id.eq(id.to_string())).select(columns);
    let found: Option<(String, String, String, Vec<u8>)> = found.get_result(system.connection()).optional()?;
    let read = |(organisation, name, scopes, secret_hash): (String, String, String, Vec<u8>)| {
        let scopes: Option<Vec<Scope>> = scopes.split_ascii_whitespace().map(Scope::from_name).collect();
        let secret_hash = column::hash(&secret_hash, "clients.secret_hash")?;
        let client = Client { id, name, scopes: column::read(scopes, "clients.scopes")?, secret_hash };
        Ok((column::id(&organisation, "clients.organisation_id")?, client))
    };
    found.map(read).transpose()
}
