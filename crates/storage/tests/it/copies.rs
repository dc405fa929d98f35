//! Copies of the database, and looking for rows that do not agree.

use candour_domain::BallotId;
use candour_storage::{Examination, Storage, StorageError, ballots, invitations, rounds};

use crate::database::{Database, Tested, bytes};
use crate::trust::Trust;

#[test]
fn a_copy_is_a_database_with_the_same_rows() -> Tested {
    let database = Database::new()?;
    let trust = Trust::plant(&database, 1, 1)?;
    let copy = database.copy()?;
    assert!(copy.storage().is_current()?);
    assert_eq!(copy.rows_of(trust.organisation)?, database.rows_of(trust.organisation)?);
    copy.write(trust.organisation, move |tenant| rounds::delete(tenant, trust.draft_round))?;
    assert!(database.read(trust.organisation, move |tenant| rounds::find(tenant, trust.draft_round))?.is_some());
    Ok(())
}

#[test]
fn a_copy_does_not_replace_a_file() -> Tested {
    let database = Database::new()?;
    let there = database.beside("there.db");
    std::fs::write(&there, "somebody's file")?;
    assert!(matches!(database.storage().backup(&there), Err(StorageError::Database(_))));
    assert_eq!(std::fs::read_to_string(&there)?, "somebody's file");
    Ok(())
}

/// So whoever asks for the copy can make the file first, for nobody else to read.
#[cfg(unix)]
#[test]
fn a_copy_into_an_empty_file_keeps_its_mode() -> Tested {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let database = Database::new()?;
    Trust::plant(&database, 1, 1)?;
    let path = database.beside("empty.db");
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    database.storage().backup(&path)?;
    assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    assert!(Storage::connect(&path.display().to_string(), 1)?.is_current()?);
    Ok(())
}

#[test]
fn a_copy_has_nothing_that_was_deleted() -> Tested {
    let database = Database::new()?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.write(trust.organisation, move |tenant| invitations::close_round(tenant, trust.round, &|_| [1; 32]))?;
    let path = database.beside("copy.db");
    database.storage().backup(&path)?;
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
    let database = Database::new()?;
    Trust::plant(&database, 1, 1)?;
    for path in [database.path(), database.log(), database.beside("candour.db-shm")] {
        assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o077, 0, "{}", path.display());
    }
    Ok(())
}

#[test]
fn a_sound_database_examines_to_zeros() -> Tested {
    let database = Database::new()?;
    assert_eq!(database.storage().examine()?, Examination::default());
    let trust = Trust::plant(&database, 1, 1)?;
    assert_eq!(database.storage().examine()?, Examination { dead_jobs: 1, ..Examination::default() }, "the trust has a dead job");
    database.storage().ping()?;
    assert_eq!(trust.organisation, database.read(trust.organisation, |tenant| Ok(tenant.organisation_id()))?);
    Ok(())
}

#[test]
fn an_examination_counts_what_is_wrong() -> Tested {
    let database = Database::new()?;
    let (trust, _) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    // One rater has answered and there is one ballot; two more are two too many, in one box.
    for number in [50, 51] {
        let id = BallotId::from_random(bytes(1, number));
        database.write(trust.organisation, move |tenant| ballots::insert(tenant, id, trust.review, b"stuffed"))?;
    }
    let raw = database.raw()?;
    raw.pragma_update(None, "foreign_keys", false)?;
    raw.execute("DELETE FROM invitations WHERE organisation_id = ?1 AND NOT used", [trust.organisation.to_string()])?;
    // The link and the draft of that invitation now lead nowhere.
    let found = database.storage().examine()?;
    assert_eq!(found, Examination { broken_references: 2, surplus_ballots: 1, misplaced_reports: 0, dead_jobs: 2 });
    for spoil in [
        "UPDATE reviews SET progress = 'counted', progress_at = NULL WHERE id = ?1",
        "UPDATE reviews SET progress = 'released', round_id = (SELECT id FROM rounds WHERE state = 'draft') WHERE id = ?1",
        "DELETE FROM quality_report_reviews WHERE review_id = ?1",
    ] {
        raw.execute("UPDATE rounds SET framework_id = 'another' WHERE state = 'draft'", [])?;
        raw.execute(spoil, [trust.reported().to_string()])?;
        assert_eq!(database.storage().examine()?.misplaced_reports, 1, "{spoil}");
    }
    Ok(())
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking_for_it() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("empty.db"), "")?;
    for name in ["none.db", "missing/none.db", "empty.db", ""] {
        let path = folder.path().join(name).display().to_string();
        let refused = Storage::connect_existing(&path, 1).map(|_| ());
        assert_eq!(refused, Err(StorageError::Missing(path)), "{name}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path())?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?;
    assert_eq!(left, ["empty.db"]);
    assert_eq!(std::fs::metadata(folder.path().join("empty.db"))?.len(), 0);
    assert!(Storage::connect_existing(&Database::new()?.path().display().to_string(), 1).is_ok());
    Ok(())
}

#[test]
fn an_address_without_an_engine_is_refused() {
    for address in ["", "sqlite:", ":memory:"] {
        let refused = Storage::connect(address, 1).map(|_| ());
        assert!(matches!(refused, Err(StorageError::Database(_))), "{address}: {refused:?}");
    }
}
