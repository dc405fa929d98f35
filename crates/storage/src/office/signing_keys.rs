//! The keys that sign the service's tokens. They belong to no trust.
//!
//! Nodes that change them at the same time would each decide by what was there before. So a change of them begins with
//! [`hold`].

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::signing_keys;
use crate::{StorageError, System, key_check};

/// A key pair that signs tokens. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its `kid`.
    pub id: String,
    /// The public key.
    pub public: Vec<u8>,
    /// The private key, sealed under the server key.
    pub sealed_private: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Makes every other change of these keys wait until this one has ended.
///
/// # Errors
/// [`StorageError::Unavailable`] when another change takes too long.
pub fn hold(system: &mut System<'_>) -> Result<(), StorageError> {
    key_check::hold(system)
}

/// Adds a key.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id.
pub fn insert(system: &mut System<'_>, key: &SigningKey) -> Result<(), StorageError> {
    let values = (
        signing_keys::id.eq(key.id.as_str()),
        signing_keys::public.eq(key.public.as_slice()),
        signing_keys::sealed_private.eq(key.sealed_private.as_slice()),
        signing_keys::created_at.eq(column::time(key.created_at)),
    );
    system.adding_signing_keys().values(values).execute(system.connection())?;
    Ok(())
}

/// Every key, newest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn all(system: &mut System<'_>) -> Result<Vec<SigningKey>, StorageError> {
    let columns = (signing_keys::id, signing_keys::public, signing_keys::sealed_private, signing_keys::created_at);
    let newest_first = system.signing_keys().order((signing_keys::created_at.desc(), signing_keys::id)).select(columns);
    let rows: Vec<(String, Vec<u8>, Vec<u8>, NaiveDateTime)> = newest_first.load(system.connection())?;
    let read = |(id, public, sealed_private, at): (String, Vec<u8>, Vec<u8>, NaiveDateTime)| SigningKey {
        id,
        public,
        sealed_private,
        created_at: at.and_utc(),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Removes the key with this id, if there is one.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(system: &mut System<'_>, id: &str) -> Result<(), StorageError> {
    diesel::delete(system.signing_keys().filter(signing_keys::id.eq(id))).execute(system.connection())?;
    Ok(())
}
