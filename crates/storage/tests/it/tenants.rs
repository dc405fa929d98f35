//! Nothing crosses from one trust to another: every function that takes a tenant is called for the rows of another
//! trust, finds nothing of it and changes nothing in it.

pub(crate) mod calls;
mod references;
pub(crate) mod sources;

use candour_storage::StorageError;
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested};
use crate::restored::Restored;
use crate::trust::Trust;
use calls::CALLS;

on_both_engines! {
    a_stranger_finds_and_changes_nothing,
    the_owner_finds_or_changes_something_by_every_call,
    a_twin_with_the_same_ids_changes_only_its_own_rows,
    a_reader_cannot_write,
}

fn a_stranger_finds_and_changes_nothing(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (owner, stranger) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let (before, restored) = (database.rows_of(owner.organisation)?, Restored::new(engine, database)?);
    for (name, call) in CALLS {
        let reached = restored.again()?.write(stranger.organisation, move |tenant| call(tenant, &owner));
        assert!(matches!(reached, Ok(false) | Err(StorageError::Conflict { .. })), "{name}: {reached:?}");
        assert_eq!(restored.rows_of(owner.organisation)?, before, "{name}");
    }
    Ok(())
}

/// Otherwise the calls above could be ones that never find anything.
fn the_owner_finds_or_changes_something_by_every_call(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (owner, _) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let (before, restored) = (database.rows_of(owner.organisation)?, Restored::new(engine, database)?);
    for (name, call) in CALLS {
        let reached = restored.again()?.write(owner.organisation, move |tenant| call(tenant, &owner))?;
        assert!(reached || restored.rows_of(owner.organisation)? != before, "{name}");
    }
    Ok(())
}

/// Two trusts can have rows of the same ids, and then a condition on the id alone would reach both.
fn a_twin_with_the_same_ids_changes_only_its_own_rows(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (owner, twin) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 1)?);
    let (before, restored) = (database.rows_of(owner.organisation)?, Restored::new(engine, database)?);
    for (name, call) in CALLS {
        let reached = restored.again()?.write(twin.organisation, move |tenant| call(tenant, &twin));
        assert!(reached.is_ok(), "{name}: {reached:?}");
        assert_eq!(restored.rows_of(owner.organisation)?, before, "{name}");
    }
    Ok(())
}

fn a_reader_cannot_write(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let owner = Trust::plant(&database, 1, 1)?;
    let (before, restored) = (database.rows_of(owner.organisation)?, Restored::new(engine, database)?);
    let mut refused = 0;
    for (name, call) in CALLS {
        restored.again()?.write(owner.organisation, move |tenant| call(tenant, &owner))?;
        let writes = restored.rows_of(owner.organisation)? != before;

        let read = restored.again()?.read(owner.organisation, move |tenant| call(tenant, &owner));
        // Anybody who only holds a row is refused too, where rows can be held.
        let holds = *name == "invitations::hold_link" && engine == Engine::Postgres;
        assert_eq!(read.is_err(), writes || holds, "{name}: {read:?}");
        assert_eq!(restored.rows_of(owner.organisation)?, before, "{name}");
        refused += usize::from(writes);
    }
    assert!(refused > 20, "{refused}");
    Ok(())
}
