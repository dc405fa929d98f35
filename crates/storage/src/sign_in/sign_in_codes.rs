//! Codes that have been asked for by email. A code is not here, only what it is compared with.

use candour_domain::{Email, SignInCodeId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::sign_in_codes;
use crate::{StorageError, System};

/// A code that has been asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInCode {
    /// Its id.
    pub id: SignInCodeId,
    /// The address that was typed, known or not.
    pub email: Email,
    /// What the code is compared with. Every address has one, whether or not anybody has the address. `None` where the
    /// program before this one has made none yet.
    pub mac: Option<[u8; 32]>,
    /// How many have been tried.
    pub tries: u32,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// Notes that a code has been asked for.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id.
pub fn insert(system: &mut System<'_>, code: &SignInCode) -> Result<(), StorageError> {
    let values = (
        sign_in_codes::id.eq(code.id.to_string()),
        sign_in_codes::email.eq(code.email.as_str()),
        sign_in_codes::mac.eq(code.mac.map(|mac| mac.to_vec())),
        sign_in_codes::tries.eq(i64::from(code.tries)),
        sign_in_codes::expires_at.eq(column::time(code.expires_at)),
    );
    system.adding_sign_in_codes().values(values).execute(system.connection())?;
    Ok(())
}

/// Takes one of the tries that are left before this moment, and gives the code as it was. `None` when there is no such
/// code, it has expired, or all tries have been taken. Of two at a time, each takes one.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn take_try(
    system: &mut System<'_>,
    id: SignInCodeId,
    most: u32,
    now: DateTime<Utc>,
) -> Result<Option<SignInCode>, StorageError> {
    let code = system.every_sign_in_code().filter(sign_in_codes::id.eq(id.to_string()));
    let usable = code.filter(sign_in_codes::tries.lt(i64::from(most)));
    let usable = usable.filter(sign_in_codes::expires_at.gt(column::time(now)));
    let taken = diesel::update(usable).set(sign_in_codes::tries.eq(sign_in_codes::tries + 1));
    if taken.execute(system.connection())? == 0 {
        return Ok(None);
    }
    let columns = (sign_in_codes::email, sign_in_codes::mac, sign_in_codes::tries, sign_in_codes::expires_at);
    let found = system.every_sign_in_code().filter(sign_in_codes::id.eq(id.to_string())).select(columns);
    let found: Option<(String, Option<Vec<u8>>, i64, NaiveDateTime)> =
        found.get_result(system.connection()).optional()?;
    let read = |(email, mac, tries, expires_at): (String, Option<Vec<u8>>, i64, NaiveDateTime)| {
        Ok(SignInCode {
            id,
            email: Email::stored(&email),
            mac: mac.map(|mac| column::hash(&mac, "sign_in_codes.mac")).transpose()?,
            tries: column::number(tries, "sign_in_codes.tries")?,
            expires_at: expires_at.and_utc(),
        })
    };
    found.map(read).transpose()
}

/// Deletes a code: it has been used. False when somebody else was quicker.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(system: &mut System<'_>, id: SignInCodeId) -> Result<bool, StorageError> {
    let code = system.every_sign_in_code().filter(sign_in_codes::id.eq(id.to_string()));
    Ok(diesel::delete(code).execute(system.connection())? == 1)
}

/// Deletes the codes that have expired; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_expired(system: &mut System<'_>, now: DateTime<Utc>) -> Result<usize, StorageError> {
    let expired = system.every_sign_in_code().filter(sign_in_codes::expires_at.le(column::time(now)));
    Ok(diesel::delete(expired).execute(system.connection())?)
}
