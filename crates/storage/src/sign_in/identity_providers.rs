//! The provider of identities that a trust's people sign in at, if the trust has one.

use candour_domain::{EmailDomain, OrganisationId, ProviderProfile};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::{identity_providers, provider_domains};
use crate::{StorageError, System, Tenant};

/// A trust's provider. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its address.
    pub issuer: String,
    /// What else the administrator has said about it.
    pub profile: ProviderProfile,
    /// The client secret, sealed under the server key.
    pub sealed_secret: Vec<u8>,
    /// When any of this was changed last.
    pub changed_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = identity_providers)]
struct Row {
    issuer: String,
    client_id: String,
    sealed_secret: Vec<u8>,
    label: String,
    hosted_domain: Option<String>,
    changed_at: NaiveDateTime,
}

/// Adds the trust's provider, or replaces it.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn put(tenant: &mut Tenant<'_>, provider: &IdentityProvider) -> Result<(), StorageError> {
    delete(tenant)?;
    let profile = &provider.profile;
    let values = (
        identity_providers::issuer.eq(&provider.issuer),
        identity_providers::client_id.eq(&profile.client_id),
        identity_providers::sealed_secret.eq(&provider.sealed_secret),
        identity_providers::label.eq(&profile.label),
        identity_providers::hosted_domain.eq(profile.hosted_domain.as_ref().map(EmailDomain::as_str)),
        identity_providers::changed_at.eq(column::time(provider.changed_at)),
    );
    add!(tenant, adding_identity_providers, values)?;
    for domain in &profile.domains {
        add!(tenant, adding_provider_domains, provider_domains::domain.eq(domain.as_str()))?;
    }
    Ok(())
}

/// The trust's provider.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>) -> Result<Option<IdentityProvider>, StorageError> {
    let found = tenant.identity_providers().select(Row::as_select());
    let Some(row) = found.get_result(tenant.connection()).optional()? else { return Ok(None) };
    let domains = tenant.provider_domains().order(provider_domains::domain).select(provider_domains::domain);
    let domains: Vec<String> = domains.load(tenant.connection())?;
    Ok(Some(IdentityProvider {
        issuer: row.issuer,
        profile: ProviderProfile {
            label: row.label,
            client_id: row.client_id,
            domains: domains.iter().map(|domain| EmailDomain::stored(domain)).collect(),
            hosted_domain: row.hosted_domain.as_deref().map(EmailDomain::stored),
        },
        sealed_secret: row.sealed_secret,
        changed_at: row.changed_at.and_utc(),
    }))
}

/// Removes the trust's provider; false when it has none.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>) -> Result<bool, StorageError> {
    Ok(diesel::delete(tenant.identity_providers()).execute(tenant.connection())? == 1)
}

/// The trusts whose provider is offered to addresses of this domain.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_domain(system: &mut System<'_>, domain: &EmailDomain) -> Result<Vec<OrganisationId>, StorageError> {
    let of_domain = system.every_provider_domain().filter(provider_domains::domain.eq(domain.as_str()));
    let trusts = of_domain.order(provider_domains::organisation_id).select(provider_domains::organisation_id);
    let trusts: Vec<String> = trusts.load(system.connection())?;
    trusts.iter().map(|trust| column::id(trust, "provider_domains.organisation_id")).collect()
}
