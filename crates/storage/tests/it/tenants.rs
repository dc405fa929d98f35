//! Nothing crosses from one trust to another: every function that takes a tenant is called for the rows of another trust, finds nothing of
//! it and changes nothing in it.

pub(crate) mod calls;
mod references;
mod sources;

use candour_storage::StorageError;

use crate::database::{Database, Tested};
use crate::trust::Trust;
use calls::CALLS;

#[test]
fn a_stranger_finds_and_changes_nothing() -> Tested {
    let planted = Database::new()?;
    let (owner, stranger) = (Trust::plant(&planted, 1, 1)?, Trust::plant(&planted, 2, 2)?);
    for (name, call) in CALLS {
        let database = planted.copy()?;
        let before = database.rows_of(owner.organisation)?;
        let reached = database.write(stranger.organisation, move |tenant| call(tenant, &owner));
        assert!(matches!(reached, Ok(false) | Err(StorageError::Conflict { .. })), "{name}: {reached:?}");
        assert_eq!(database.rows_of(owner.organisation)?, before, "{name}");
    }
    Ok(())
}

/// Otherwise the calls above could be ones that never find anything.
#[test]
fn the_owner_finds_or_changes_something_by_every_call() -> Tested {
    let planted = Database::new()?;
    let (owner, _) = (Trust::plant(&planted, 1, 1)?, Trust::plant(&planted, 2, 2)?);
    for (name, call) in CALLS {
        let database = planted.copy()?;
        let before = database.rows_of(owner.organisation)?;
        let reached = database.write(owner.organisation, move |tenant| call(tenant, &owner))?;
        assert!(reached || database.rows_of(owner.organisation)? != before, "{name}");
    }
    Ok(())
}

/// Two trusts can have rows of the same ids, and then a condition on the id alone would reach both.
#[test]
fn a_twin_with_the_same_ids_changes_only_its_own_rows() -> Tested {
    let planted = Database::new()?;
    let (owner, twin) = (Trust::plant(&planted, 1, 1)?, Trust::plant(&planted, 2, 1)?);
    for (name, call) in CALLS {
        let database = planted.copy()?;
        let before = database.rows_of(owner.organisation)?;
        let reached = database.write(twin.organisation, move |tenant| call(tenant, &twin));
        assert!(reached.is_ok(), "{name}: {reached:?}");
        assert_eq!(database.rows_of(owner.organisation)?, before, "{name}");
    }
    Ok(())
}

#[test]
fn a_reader_cannot_write() -> Tested {
    let planted = Database::new()?;
    let owner = Trust::plant(&planted, 1, 1)?;
    let mut refused = 0;
    for (name, call) in CALLS {
        let database = planted.copy()?;
        let before = database.rows_of(owner.organisation)?;
        database.write(owner.organisation, move |tenant| call(tenant, &owner))?;
        let writes = database.rows_of(owner.organisation)? != before;

        let database = planted.copy()?;
        let read = database.read(owner.organisation, move |tenant| call(tenant, &owner));
        assert_eq!(read.is_err(), writes, "{name}: {read:?}");
        assert_eq!(database.rows_of(owner.organisation)?, before, "{name}");
        refused += usize::from(writes);
    }
    assert!(refused > 20, "{refused}");
    Ok(())
}
