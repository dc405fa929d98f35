//! People at a trust's provider of identities, and whose account each of them is.

use candour_domain::AccountId;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::identities};
use crate::{StorageError, Tenant};

/// A person at a provider, linked to an account. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
    /// Whose account it opens.
    pub account: AccountId,
    /// From when on it opens what is not released.
    pub opens_from: DateTime<Utc>,
    /// When it was linked.
    pub added_at: DateTime<Utc>,
    /// When it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = identities)]
struct Row {
    issuer: String,
    subject: String,
    account_id: String,
    opens_at: NaiveDateTime,
    added_at: NaiveDateTime,
    last_used_at: Option<NaiveDateTime>,
}

/// Links a person at a provider to an account.
///
/// # Errors
/// [`StorageError::Conflict`] when they are linked to an account of the trust already.
pub fn insert(tenant: &mut Tenant<'_>, identity: &LinkedIdentity) -> Result<(), StorageError> {
    let values = (
        identities::issuer.eq(&identity.issuer),
        identities::subject.eq(&identity.subject),
        identities::account_id.eq(identity.account.to_string()),
        identities::opens_at.eq(column::time(identity.opens_from)),
        identities::added_at.eq(column::time(identity.added_at)),
        identities::last_used_at.eq(identity.last_used_at.map(column::time)),
    );
    Ok(add!(tenant, adding_identities, values)?)
}

/// The account that this person at this provider is linked to.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, issuer: &str, subject: &str) -> Result<Option<LinkedIdentity>, StorageError> {
    let of_issuer = tenant.identities().filter(identities::issuer.eq(issuer));
    let found = of_issuer.filter(identities::subject.eq(subject)).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// Who is linked to an account, the first to be linked first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_account(tenant: &mut Tenant<'_>, account: AccountId) -> Result<Vec<LinkedIdentity>, StorageError> {
    let of_account = tenant.identities().filter(identities::account_id.eq(account.to_string()));
    let in_order = of_account.order((identities::added_at, identities::subject)).select(Row::as_select());
    in_order.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// Notes that somebody has signed in so; false when they are not linked any more.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_used(
    tenant: &mut Tenant<'_>,
    issuer: &str,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let identity = tenant.identities().filter(identities::issuer.eq(issuer)).filter(identities::subject.eq(subject));
    let used = identities::last_used_at.eq(column::time(now));
    Ok(diesel::update(identity).set(used).execute(tenant.connection())? == 1)
}

/// Unlinks everybody from an account; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_of_account(tenant: &mut Tenant<'_>, account: AccountId) -> Result<usize, StorageError> {
    let of_account = tenant.identities().filter(identities::account_id.eq(account.to_string()));
    Ok(diesel::delete(of_account).execute(tenant.connection())?)
}

/// Unlinks everybody of the trust; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_all(tenant: &mut Tenant<'_>) -> Result<usize, StorageError> {
    Ok(diesel::delete(tenant.identities()).execute(tenant.connection())?)
}

impl Row {
    fn read(self) -> Result<LinkedIdentity, StorageError> {
        Ok(LinkedIdentity {
            issuer: self.issuer,
            subject: self.subject,
            account: column::id(&self.account_id, "identities.account_id")?,
            opens_from: self.opens_at.and_utc(),
            added_at: self.added_at.and_utc(),
            last_used_at: self.last_used_at.map(|at| at.and_utc()),
        })
    }
}
