//! The addresses under which a service without a trust is set up.

use candour_storage::set_up_addresses::{self, SetUpAddress, Spent};
use candour_storage::{StorageError, organisations};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at};
use crate::trust::Trust;

on_both_engines! {
    an_address_is_kept_and_spent,
    an_end_for_those_that_nobody_has_used,
    those_that_have_expired_are_forgotten,
    one_trust_is_enough,
}

const ONE: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];

fn insert(database: &Database, hash: [u8; 32], expires: i64) -> Result<(), StorageError> {
    database.write_system(move |system| set_up_addresses::insert(system, &hash, at(expires)))
}

fn find(database: &Database, hash: [u8; 32]) -> Result<Option<SetUpAddress>, StorageError> {
    database.read_system(move |system| set_up_addresses::find(system, &hash))
}

fn an_address_is_kept_and_spent(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    insert(&database, ONE, 3600)?;
    insert(&database, OTHER, 7200)?;
    assert!(matches!(insert(&database, ONE, 1), Err(StorageError::Conflict { .. })));
    database.write_system(|system| set_up_addresses::spend(system, &ONE, &[9; 32], at(60)))?;
    let spent = Some(Spent { at: at(60), form_hash: vec![9; 32] });
    assert_eq!(find(&database, ONE)?, Some(SetUpAddress { expires_at: at(3600), spent }));
    assert_eq!(find(&database, OTHER)?, Some(SetUpAddress { expires_at: at(7200), spent: None }));
    assert_eq!(find(&database, [3; 32])?, None);
    Ok(())
}

fn an_end_for_those_that_nobody_has_used(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    insert(&database, ONE, 3600)?;
    insert(&database, OTHER, 3600)?;
    database.write_system(|system| {
        set_up_addresses::hold(system)?;
        set_up_addresses::spend(system, &ONE, &[9; 32], at(60))?;
        set_up_addresses::end_unspent(system)
    })?;
    assert!(find(&database, ONE)?.is_some_and(|address| address.spent.is_some()));
    assert_eq!(find(&database, OTHER)?, None);
    Ok(())
}

fn those_that_have_expired_are_forgotten(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    insert(&database, ONE, 100)?;
    insert(&database, OTHER, 101)?;
    database.write_system(|system| set_up_addresses::forget_expired(system, at(101)))?;
    assert_eq!(find(&database, ONE)?, None);
    assert!(find(&database, OTHER)?.is_some());
    Ok(())
}

fn one_trust_is_enough(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    assert!(!database.read_system(organisations::any)?);
    Trust::plant(&database, 1, 1)?;
    assert!(database.read_system(organisations::any)?);
    Ok(())
}
