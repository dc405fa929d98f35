//! People who sign in.

use candour_domain::{AccountId, Email, OrganisationId, Standing};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::{accounts, advisers, reviews};
use crate::tenant::rows::AccountRow;
use crate::{StorageError, System, Tenant};

pub use crate::tenant::rows::Account;

/// Adds an account.
///
/// # Errors
/// [`StorageError::Conflict`] when the trust has one with this address.
pub fn insert(tenant: &mut Tenant<'_>, account: &Account, now: DateTime<Utc>) -> Result<(), StorageError> {
    let values = (
        accounts::id.eq(account.id.to_string()),
        accounts::email.eq(account.email.as_str()),
        accounts::name.eq(account.name.as_str()),
        accounts::administrator.eq(account.administrator),
        accounts::created_at.eq(column::time(now)),
    );
    Ok(add!(tenant, adding_accounts, values)?)
}

/// The account with this id, unless its access has ended.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: AccountId) -> Result<Option<Account>, StorageError> {
    let usable = tenant.accounts().filter(accounts::ended_at.is_null());
    let found = usable.filter(accounts::id.eq(id.to_string())).select(AccountRow::as_select());
    found.get_result(tenant.connection()).optional()?.map(AccountRow::read).transpose()
}

/// The account with this id in this trust, unless its access has ended, and what it is to the trust at this moment. One
/// statement, by four indexes;
/// for [`Storage::ask`].
///
/// [`Storage::ask`]: crate::Storage::ask
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn standing(
    system: &mut System<'_>,
    organisation: OrganisationId,
    id: AccountId,
) -> Result<Option<(Account, Standing)>, StorageError> {
    let Some((row, facilitator, adviser, subject)) = system.standing(&organisation.to_string(), &id.to_string())?
    else {
        return Ok(None);
    };
    let mut standing = Standing { administrator: row.administrator, facilitator, adviser, subject };
    let account = row.read()?;
    let spellings = account.email.spellings();
    // A domain that is not ASCII was kept as it was typed before it was kept in one form.
    if spellings.len() > 1 && !(facilitator && adviser && subject) {
        let tenant = &mut system.tenant(organisation);
        let facilitated = tenant.reviews().filter(reviews::facilitator_email.eq_any(&spellings)).count();
        standing.facilitator |= facilitated.get_result::<i64>(tenant.connection())? > 0;
        let advising = tenant.advisers().filter(advisers::email.eq_any(&spellings)).count();
        standing.adviser |= advising.get_result::<i64>(tenant.connection())? > 0;
        let about = tenant.reviews().filter(reviews::subject_email.eq_any(&spellings)).count();
        standing.subject |= about.get_result::<i64>(tenant.connection())? > 0;
    }
    Ok(Some((account, standing)))
}

/// The account with this address, whether or not its access has ended.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find_by_email(tenant: &mut Tenant<'_>, email: &Email) -> Result<Option<Account>, StorageError> {
    let found = tenant
        .accounts()
        .filter(accounts::email.eq_any(email.spellings()))
        .order(accounts::id)
        .select(AccountRow::as_select());
    // Somebody who has two, from before domains were kept in one form, has the first.
    found.load(tenant.connection())?.into_iter().next().map(AccountRow::read).transpose()
}

/// The accounts of the trust's administrators, in the order of their ids.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn administrators(tenant: &mut Tenant<'_>) -> Result<Vec<Account>, StorageError> {
    let administrators =
        tenant.accounts().filter(accounts::administrator.eq(true)).filter(accounts::ended_at.is_null());
    let administrators = administrators.order(accounts::id).select(AccountRow::as_select());
    column::readable(administrators.load(tenant.connection())?.into_iter().map(AccountRow::read))
}

/// Removes an account. Tokens that were issued to it speak for nobody from now on; false when there is none.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: AccountId) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string()));
    Ok(diesel::delete(account).execute(tenant.connection())? == 1)
}

/// Every account of the trust whose access has not ended, by address.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>) -> Result<Vec<Account>, StorageError> {
    let every = tenant.accounts().filter(accounts::ended_at.is_null());
    let every = every.order(accounts::email).select(AccountRow::as_select());
    column::readable(every.load(tenant.connection())?.into_iter().map(AccountRow::read))
}

/// Whether the person relies on passkeys alone; false when there is no such account.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn passkey_only(tenant: &mut Tenant<'_>, id: AccountId) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string())).select(accounts::passkey_only);
    Ok(account.get_result(tenant.connection()).optional()?.unwrap_or(false))
}

/// Says whether the person relies on passkeys alone; false when there is no such account.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_passkey_only(tenant: &mut Tenant<'_>, id: AccountId, only: bool) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string()));
    Ok(diesel::update(account).set(accounts::passkey_only.eq(only)).execute(tenant.connection())? == 1)
}

/// Makes an account an administrator's; false when there is none.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn make_administrator(tenant: &mut Tenant<'_>, id: AccountId) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string()));
    Ok(diesel::update(account).set(accounts::administrator.eq(true)).execute(tenant.connection())? == 1)
}
