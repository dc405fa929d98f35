//! Trusts.

use candour_domain::{Organisation, OrganisationId, Person, text};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::tenant::columns::organisations;
use crate::{StorageError, System, Tenant, column};

#[derive(Queryable, Selectable)]
#[diesel(table_name = organisations)]
pub(crate) struct Row {
    id: String,
    name: String,
    contact_name: String,
    contact_email: String,
    concerns_route: String,
}

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
    let found = system.every_organisation().filter(organisations::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(system.connection()).optional()?.map(Row::read).transpose()
}

/// Every trust, by name.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(system: &mut System<'_>) -> Result<Vec<Organisation>, StorageError> {
    let every = system.every_organisation().order((organisations::name, organisations::id)).select(Row::as_select());
    column::readable(every.load(system.connection())?.into_iter().map(Row::read))
}

/// The tenant's own trust.
///
/// # Errors
/// [`StorageError::Corrupt`] when it is missing: rows of a trust cannot be there without it.
pub fn get(tenant: &mut Tenant<'_>) -> Result<Organisation, StorageError> {
    let own = tenant.organisation().select(Row::as_select());
    let row = own.get_result(tenant.connection()).optional()?;
    column::read(row, "organisations.id")?.read()
}

impl Row {
    pub(crate) fn read(self) -> Result<Organisation, StorageError> {
        Ok(Organisation {
            id: column::id(&self.id, "organisations.id")?,
            name: text::as_stored(&self.name),
            contact: Person::stored(&self.contact_name, &self.contact_email),
            concerns_route: self.concerns_route,
        })
    }
}
