//! A known text sealed with the server key: whether it opens tells whether the key fits this database.

use diesel::prelude::*;

use crate::tenant::columns::key_check;
use crate::{StorageError, System};

/// The sealed text; `None` in a new database.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn get(system: &mut System<'_>) -> Result<Option<Vec<u8>>, StorageError> {
    let check = system.key_check().select(key_check::sealed);
    Ok(check.get_result(system.connection()).optional()?)
}

/// Sets or replaces the sealed text.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set(system: &mut System<'_>, sealed: &[u8]) -> Result<(), StorageError> {
    Ok(system.put_key_check(sealed)?)
}
