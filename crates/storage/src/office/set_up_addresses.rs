//! The addresses under which a service without a trust is set up. They belong to no trust, and of each only its hash is
//! kept.
//!
//! Anybody who makes the first trust decides by what is there. So making one begins with [`hold`].

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::set_up_addresses;
use crate::{StorageError, System, key_check};

/// An address that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUpAddress {
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
    /// Whether it has been used.
    pub spent: Option<Spent>,
}

/// An address that has been used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// When.
    pub at: DateTime<Utc>,
    /// The hash of the form that was sent.
    pub form_hash: Vec<u8>,
}

/// Makes everybody else who sets up a trust wait until this change has ended, on whichever node.
///
/// # Errors
/// [`StorageError::Unavailable`] when another change takes too long.
pub fn hold(system: &mut System<'_>) -> Result<(), StorageError> {
    key_check::hold(system)
}

/// Adds an address.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this hash.
pub fn insert(system: &mut System<'_>, hash: &[u8; 32], expires_at: DateTime<Utc>) -> Result<(), StorageError> {
    let values =
        (set_up_addresses::hash.eq(hash.as_slice()), set_up_addresses::expires_at.eq(column::time(expires_at)));
    system.adding_set_up_addresses().values(values).execute(system.connection())?;
    Ok(())
}

/// The address with this hash.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(system: &mut System<'_>, hash: &[u8; 32]) -> Result<Option<SetUpAddress>, StorageError> {
    let columns = (set_up_addresses::expires_at, set_up_addresses::spent_at, set_up_addresses::form_hash);
    let found = system.set_up_addresses().filter(set_up_addresses::hash.eq(hash.as_slice())).select(columns);
    let row: Option<(NaiveDateTime, Option<NaiveDateTime>, Option<Vec<u8>>)> =
        found.get_result(system.connection()).optional()?;
    Ok(row.map(|(expires_at, spent_at, form_hash)| SetUpAddress {
        expires_at: expires_at.and_utc(),
        spent: spent_at.zip(form_hash).map(|(at, form_hash)| Spent { at: at.and_utc(), form_hash }),
    }))
}

/// Keeps that the address with this hash has been used, with this form.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn spend(
    system: &mut System<'_>,
    hash: &[u8; 32],
    form_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let spent =
        (set_up_addresses::spent_at.eq(column::time(now)), set_up_addresses::form_hash.eq(form_hash.as_slice()));
    let address = system.set_up_addresses().filter(set_up_addresses::hash.eq(hash.as_slice()));
    diesel::update(address).set(spent).execute(system.connection())?;
    Ok(())
}

/// Removes every address that has not been used: there is a trust.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn end_unspent(system: &mut System<'_>) -> Result<(), StorageError> {
    let unspent = system.set_up_addresses().filter(set_up_addresses::spent_at.is_null());
    diesel::delete(unspent).execute(system.connection())?;
    Ok(())
}

/// Removes the addresses that expired before this moment.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn forget_expired(system: &mut System<'_>, before: DateTime<Utc>) -> Result<(), StorageError> {
    let old = system.set_up_addresses().filter(set_up_addresses::expires_at.lt(column::time(before)));
    diesel::delete(old).execute(system.connection())?;
    Ok(())
}
