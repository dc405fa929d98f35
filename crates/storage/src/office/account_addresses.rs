//! The addresses at which a person is told of changes to their sign-in, besides that of their account.

use candour_domain::{AccountId, AddressId, Email};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::account_addresses};
use crate::{StorageError, Tenant};

/// An address of a person besides that of their account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherAddress {
    /// Its id.
    pub id: AddressId,
    /// Whose it is.
    pub account: AccountId,
    /// The address.
    pub email: Email,
    /// How many codes were typed for it.
    pub tries: u32,
    /// When it was named, and its code sent.
    pub added_at: DateTime<Utc>,
    /// When its code was typed; nothing is sent to it before.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was taken away; it waits to be told.
    pub removed_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = account_addresses)]
struct Row {
    id: String,
    account_id: String,
    email: String,
    tries: i64,
    added_at: NaiveDateTime,
    confirmed_at: Option<NaiveDateTime>,
    removed_at: Option<NaiveDateTime>,
}

impl OtherAddress {
    /// Whether the person is told at this address.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.confirmed_at.is_some() && self.removed_at.is_none()
    }
}

/// Adds an address.
///
/// # Errors
/// [`StorageError::Conflict`] when there is no such account.
pub fn insert(tenant: &mut Tenant<'_>, address: &OtherAddress) -> Result<(), StorageError> {
    let values = (
        account_addresses::id.eq(address.id.to_string()),
        account_addresses::account_id.eq(address.account.to_string()),
        account_addresses::email.eq(address.email.as_str()),
        account_addresses::tries.eq(i64::from(address.tries)),
        account_addresses::added_at.eq(column::time(address.added_at)),
        account_addresses::confirmed_at.eq(address.confirmed_at.map(column::time)),
        account_addresses::removed_at.eq(address.removed_at.map(column::time)),
    );
    Ok(add!(tenant, adding_account_addresses, values)?)
}

/// Every address of an account, oldest first, whether it counts or not.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, account: AccountId) -> Result<Vec<OtherAddress>, StorageError> {
    let own = tenant.account_addresses().filter(account_addresses::account_id.eq(account.to_string()));
    let own = own.order((account_addresses::added_at, account_addresses::id)).select(Row::as_select());
    own.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// The address with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: AddressId) -> Result<Option<OtherAddress>, StorageError> {
    let found = tenant.account_addresses().filter(account_addresses::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// Keeps how many codes were typed, when the address was confirmed and when it was removed; false when it is gone.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn update(tenant: &mut Tenant<'_>, address: &OtherAddress) -> Result<bool, StorageError> {
    let own = tenant.account_addresses().filter(account_addresses::id.eq(address.id.to_string()));
    let changed = (
        account_addresses::tries.eq(i64::from(address.tries)),
        account_addresses::confirmed_at.eq(address.confirmed_at.map(column::time)),
        account_addresses::removed_at.eq(address.removed_at.map(column::time)),
    );
    Ok(diesel::update(own).set(changed).execute(tenant.connection())? == 1)
}

/// Forgets an address; false when it is gone.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: AddressId) -> Result<bool, StorageError> {
    let address = tenant.account_addresses().filter(account_addresses::id.eq(id.to_string()));
    Ok(diesel::delete(address).execute(tenant.connection())? == 1)
}

impl Row {
    fn read(self) -> Result<OtherAddress, StorageError> {
        Ok(OtherAddress {
            id: column::id(&self.id, "account_addresses.id")?,
            account: column::id(&self.account_id, "account_addresses.account_id")?,
            email: Email::stored(&self.email),
            tries: column::number(self.tries, "account_addresses.tries")?,
            added_at: self.added_at.and_utc(),
            confirmed_at: self.confirmed_at.map(|at| at.and_utc()),
            removed_at: self.removed_at.map(|at| at.and_utc()),
        })
    }
}
