//! Passkeys of people who sign in.

use candour_domain::{AccountId, OrganisationId, PasskeyId, PasskeyName};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::passkeys};
use crate::{StorageError, System, Tenant};

/// A passkey. `Debug` is left out on purpose: a credential names the devices of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// Whose it is.
    pub account: AccountId,
    /// The SHA-256 of its credential's id, by which it is found when somebody signs in.
    pub hash: [u8; 32],
    /// What the person calls it.
    pub name: PasskeyName,
    /// The public key and the rest of the credential, as JSON.
    pub credential: String,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// From when on it opens what is not released.
    pub opens_from: DateTime<Utc>,
    /// When somebody last signed in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = passkeys)]
struct Row {
    id: String,
    account_id: String,
    hash: Vec<u8>,
    name: String,
    credential: String,
    added_at: NaiveDateTime,
    opens_at: NaiveDateTime,
    last_used_at: Option<NaiveDateTime>,
}

/// Adds a passkey.
///
/// # Errors
/// [`StorageError::Conflict`] when anybody in any trust has one with this credential.
pub fn insert(tenant: &mut Tenant<'_>, passkey: &Passkey) -> Result<(), StorageError> {
    let values = (
        passkeys::id.eq(passkey.id.to_string()),
        passkeys::account_id.eq(passkey.account.to_string()),
        passkeys::hash.eq(passkey.hash.as_slice()),
        passkeys::name.eq(passkey.name.as_str()),
        passkeys::credential.eq(passkey.credential.as_str()),
        passkeys::added_at.eq(column::time(passkey.added_at)),
        passkeys::opens_at.eq(column::time(passkey.opens_from)),
        passkeys::last_used_at.eq(passkey.last_used_at.map(column::time)),
    );
    Ok(add!(tenant, adding_passkeys, values)?)
}

/// The passkeys of an account, oldest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, account: AccountId) -> Result<Vec<Passkey>, StorageError> {
    let own = tenant.passkeys().filter(passkeys::account_id.eq(account.to_string()));
    let own = own.order((passkeys::added_at, passkeys::id)).select(Row::as_select());
    own.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// The passkey with this id of this account.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, account: AccountId, id: PasskeyId) -> Result<Option<Passkey>, StorageError> {
    let own = tenant.passkeys().filter(passkeys::account_id.eq(account.to_string()));
    let found = own.filter(passkeys::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// The passkey with the credential of this hash, and its trust; for [`Storage::ask`].
///
/// [`Storage::ask`]: crate::Storage::ask
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find_by_credential(
    system: &mut System<'_>,
    hash: &[u8; 32],
) -> Result<Option<(OrganisationId, Passkey)>, StorageError> {
    let found = system.every_passkey().filter(passkeys::hash.eq(hash.as_slice()));
    let found = found.select((passkeys::organisation_id, Row::as_select()));
    let found: Option<(String, Row)> = found.get_result(system.connection()).optional()?;
    let read = |(trust, row): (String, Row)| Ok((column::id(&trust, "passkeys.organisation_id")?, row.read()?));
    found.map(read).transpose()
}

/// Keeps what a sign-in has changed of a credential, and when it was; false when the passkey is gone.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_used(
    tenant: &mut Tenant<'_>,
    id: PasskeyId,
    credential: &str,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let passkey = tenant.passkeys().filter(passkeys::id.eq(id.to_string()));
    let used = (passkeys::credential.eq(credential), passkeys::last_used_at.eq(column::time(now)));
    Ok(diesel::update(passkey).set(used).execute(tenant.connection())? == 1)
}

/// Gives a passkey of an account another name; false when it has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn rename(
    tenant: &mut Tenant<'_>,
    account: AccountId,
    id: PasskeyId,
    name: &PasskeyName,
) -> Result<bool, StorageError> {
    let own = tenant.passkeys().filter(passkeys::account_id.eq(account.to_string()));
    let passkey = own.filter(passkeys::id.eq(id.to_string()));
    Ok(diesel::update(passkey).set(passkeys::name.eq(name.as_str())).execute(tenant.connection())? == 1)
}

/// Takes a passkey away from an account; false when it has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, account: AccountId, id: PasskeyId) -> Result<bool, StorageError> {
    let own = tenant.passkeys().filter(passkeys::account_id.eq(account.to_string()));
    Ok(diesel::delete(own.filter(passkeys::id.eq(id.to_string()))).execute(tenant.connection())? == 1)
}

/// Takes every passkey away from an account; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_all(tenant: &mut Tenant<'_>, account: AccountId) -> Result<usize, StorageError> {
    let own = tenant.passkeys().filter(passkeys::account_id.eq(account.to_string()));
    Ok(diesel::delete(own).execute(tenant.connection())?)
}

impl Row {
    fn read(self) -> Result<Passkey, StorageError> {
        Ok(Passkey {
            id: column::id(&self.id, "passkeys.id")?,
            account: column::id(&self.account_id, "passkeys.account_id")?,
            hash: column::hash(&self.hash, "passkeys.hash")?,
            name: PasskeyName::stored(&self.name),
            credential: self.credential,
            added_at: self.added_at.and_utc(),
            opens_from: self.opens_at.and_utc(),
            last_used_at: self.last_used_at.map(|at| at.and_utc()),
        })
    }
}
