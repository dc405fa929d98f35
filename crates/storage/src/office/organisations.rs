//! Trusts.

use candour_domain::{Organisation, OrganisationId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::{accounts, clients, organisations};
use crate::tenant::rows::OrganisationRow;
use crate::{StorageError, System, Tenant};

/// Adds a trust.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id.
pub fn insert(system: &mut System<'_>, organisation: &Organisation, now: DateTime<Utc>) -> Result<(), StorageError> {
    let values = (
        organisations::id.eq(organisation.id.to_string()),
        organisations::name.eq(&organisation.name),
        organisations::contact_name.eq(organisation.contact.name.as_str()),
        organisations::contact_email.eq(organisation.contact.email.as_str()),
        organisations::concerns_route.eq(&organisation.concerns_route),
        organisations::created_at.eq(column::time(now)),
    );
    system.adding_organisations().values(values).execute(system.connection())?;
    Ok(())
}

/// The trust with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(system: &mut System<'_>, id: OrganisationId) -> Result<Option<Organisation>, StorageError> {
    let found =
        system.every_organisation().filter(organisations::id.eq(id.to_string())).select(OrganisationRow::as_select());
    found.get_result(system.connection()).optional()?.map(OrganisationRow::read).transpose()
}

/// Every trust, by name.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(system: &mut System<'_>) -> Result<Vec<Organisation>, StorageError> {
    let every = system
        .every_organisation()
        .order((organisations::name, organisations::id))
        .select(OrganisationRow::as_select());
    column::readable(every.load(system.connection())?.into_iter().map(OrganisationRow::read))
}

/// Whether there is a trust.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn any(system: &mut System<'_>) -> Result<bool, StorageError> {
    let number: i64 = system.every_organisation().count().get_result(system.connection())?;
    Ok(number > 0)
}

/// The tenant's own trust.
///
/// # Errors
/// [`StorageError::Corrupt`] when it is missing: rows of a trust cannot be there without it.
pub fn get(tenant: &mut Tenant<'_>) -> Result<Organisation, StorageError> {
    let own = tenant.organisation().select(OrganisationRow::as_select());
    let row = own.get_result(tenant.connection()).optional()?;
    column::read(row, "organisations.id")?.read()
}

/// How much a trust has of what is worth knowing before it is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    /// Its rounds, in whatever state.
    pub rounds: u64,
    /// Its quality reports.
    pub quality_reports: u64,
    /// Space of deleted rounds that is still to be overwritten.
    pub owed_cleanups: u64,
    /// Its administrators.
    pub administrators: u64,
    /// Its integrations.
    pub clients: u64,
}

impl Uses {
    /// Whether something would be lost with the trust.
    #[must_use]
    pub fn hold_something(&self) -> bool {
        self.rounds + self.quality_reports + self.owed_cleanups > 0
    }
}

/// What the tenant's trust has.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn uses(tenant: &mut Tenant<'_>) -> Result<Uses, StorageError> {
    macro_rules! number {
        ($rows:expr) => {{
            let rows = $rows.count();
            column::number(rows.get_result(tenant.connection())?, "a number of rows")?
        }};
    }
    Ok(Uses {
        rounds: number!(tenant.rounds()),
        quality_reports: number!(tenant.quality_reports()),
        owed_cleanups: number!(tenant.owed_cleanups()),
        administrators: number!(tenant.accounts().filter(accounts::administrator.eq(true))),
        clients: number!(tenant.clients().filter(clients::revoked_at.is_null())),
    })
}

/// Deletes the tenant's trust with its accounts, integrations, questionnaires, waiting work and log; false when there
/// is none.
///
/// # Errors
/// [`StorageError::Conflict`] when it has anything else, such as a round: then nothing is deleted.
pub fn delete(tenant: &mut Tenant<'_>) -> Result<bool, StorageError> {
    diesel::delete(tenant.idempotency_keys()).execute(tenant.connection())?;
    diesel::delete(tenant.jobs()).execute(tenant.connection())?;
    diesel::delete(tenant.clients()).execute(tenant.connection())?;
    diesel::delete(tenant.personal_tokens()).execute(tenant.connection())?;
    diesel::delete(tenant.passkeys()).execute(tenant.connection())?;
    diesel::delete(tenant.account_addresses()).execute(tenant.connection())?;
    diesel::delete(tenant.identity_providers()).execute(tenant.connection())?;
    diesel::delete(tenant.accounts()).execute(tenant.connection())?;
    diesel::delete(tenant.frameworks()).execute(tenant.connection())?;
    diesel::delete(tenant.audit_log()).execute(tenant.connection())?;
    Ok(diesel::delete(tenant.organisation()).execute(tenant.connection())? == 1)
}
