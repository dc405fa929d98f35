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

/// The sealed text, which `make` gives where there is none yet. Of several processes that set up one database at the
/// same time, one is asked for it; the others wait until it is stored, and are given that.
///
/// # Errors
/// What `make` gives, and then there is none as before.
pub fn get_or_set<E: From<StorageError>>(
    system: &mut System<'_>,
    make: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    if system.add_key_check_once().map_err(StorageError::from)? {
        let sealed = key_check::sealed.eq(make()?);
        diesel::update(system.key_check()).set(sealed).execute(system.connection()).map_err(StorageError::from)?;
    }
    get(system)?.ok_or_else(|| StorageError::Database("the key's check value has gone".to_owned()).into())
}

/// Makes everybody else who calls this wait until this change has ended: one row that every database in use has serves
/// as the lock of what belongs to no trust.
///
/// # Errors
/// [`StorageError::Unavailable`] when somebody holds it for too long.
pub(crate) fn hold(system: &mut System<'_>) -> Result<(), StorageError> {
    diesel::update(system.key_check()).set(key_check::id.eq(1)).execute(system.connection())?;
    Ok(())
}
