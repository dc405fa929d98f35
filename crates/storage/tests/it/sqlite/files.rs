//! The file and its copies: whole, closed to others, and not made by looking for one.

use candour_storage::{CopyError, Storage, StorageError, invitations, rounds, signing_keys};
use candour_test_database::Engine;

use super::{beside, copy, log};
use crate::database::{Database, Tested, at, settled};
use crate::trust::Trust;

#[test]
fn a_copy_is_a_database_with_the_same_rows() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let copy = copy(&database)?;
    assert!(copy.storage().is_current()?);
    assert_eq!(copy.rows_of(trust.organisation)?, database.rows_of(trust.organisation)?);
    copy.write(trust.organisation, move |tenant| rounds::delete(tenant, trust.draft_round))?;
    assert!(database.read(trust.organisation, move |tenant| rounds::find(tenant, trust.draft_round))?.is_some());
    Ok(())
}

#[test]
fn a_copy_does_not_replace_a_file() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let there = beside(&database, "there.db");
    std::fs::write(&there, "somebody's file")?;
    assert!(matches!(database.run(database.storage().backup(&there, None)), Err(CopyError::Exists(_))));
    assert_eq!(std::fs::read_to_string(&there)?, "somebody's file");
    Ok(())
}

#[test]
fn a_copy_is_its_owner_s_alone_and_nothing_else_is_left() -> Tested {
    use std::os::unix::fs::PermissionsExt;
    let database = Database::new(Engine::Sqlite)?;
    Trust::plant(&database, 1, 1)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("copy.db");
    let written = database.run(database.storage().backup(&path, None))?;
    assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&path)?.len(), written.bytes);
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    assert!(Storage::connect(&path.display().to_string(), 1)?.is_current()?);
    Ok(())
}

#[test]
fn a_copy_has_nothing_that_was_deleted() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.write(trust.organisation, move |tenant| {
        invitations::close_round(tenant, trust.round, &|_| [1; 32], settled(at(9)))
    })?;
    let path = beside(&database, "copy.db");
    database.run(database.storage().backup(&path, None))?;
    let copy = std::fs::read(path)?;
    for number in [1, 2] {
        let hash = trust.link_hash(number);
        assert!(!copy.windows(hash.len()).any(|window| window == hash), "link {number}");
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn the_database_and_its_companions_are_their_owner_s_alone() -> Tested {
    use std::os::unix::fs::PermissionsExt;
    let database = Database::new(Engine::Sqlite)?;
    Trust::plant(&database, 1, 1)?;
    for path in [database.path(), log(&database), beside(&database, "candour.db-shm")] {
        assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o077, 0, "{}", path.display());
    }
    Ok(())
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking_for_it() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("empty.db"), "")?;
    for name in ["none.db", "missing/none.db", "empty.db", "."] {
        let path = folder.path().join(name).display().to_string();
        let refused = Storage::connect_existing(&path, 1).map(|_| ());
        assert_eq!(refused, Err(StorageError::Missing(Storage::shown(&path)?)), "{name}");
    }
    let left: Vec<_> =
        std::fs::read_dir(folder.path())?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?;
    assert_eq!(left, ["empty.db"]);
    assert_eq!(std::fs::metadata(folder.path().join("empty.db"))?.len(), 0);
    assert!(Storage::connect_existing(&Database::new(Engine::Sqlite)?.path().display().to_string(), 1).is_ok());
    Ok(())
}

#[test]
fn a_file_that_is_no_database_is_refused() -> Tested {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear parents, the school fair is on Saturday and everybody is welcome. ".repeat(20))?;
    let refused = Storage::connect(&path.display().to_string(), 1).map(|_| ());
    assert!(matches!(refused, Err(StorageError::Database(_) | StorageError::Unavailable(_))), "{refused:?}");
    let nowhere = Storage::connect(&folder.path().join("missing/candour.db").display().to_string(), 1).map(|_| ());
    assert!(matches!(nowhere, Err(StorageError::Unavailable(_))), "{nowhere:?}");
    assert!(std::fs::read_to_string(&path)?.starts_with("Dear parents"));
    Ok(())
}

/// Nothing of it is in the error.
#[test]
fn a_time_that_does_not_read_back_is_named_and_not_quoted() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    database.raw()?.run("INSERT INTO signing_keys VALUES ('kid', x'00', x'00', 'PRIVATE')")?;
    let read = database.read_system(signing_keys::all).map(|_| ());
    assert_eq!(read, Err(StorageError::Corrupt("created_at".to_owned())));
    Ok(())
}
