//! Migrating: once, from nothing, there and back.

use std::path::Path;

use candour_domain::QualityReportId;
use candour_storage::{Examination, Storage, StorageError, quality_reports};

use crate::database::{Database, Tested, bytes, texts};
use crate::trust::Trust;

const CATALOGUE: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY name";

const QUALITY: &str = "2026-11-22-000100_quality";

const ALL: [&str; 3] = ["2026-11-22-000000_spine", QUALITY, "2026-11-25-000100_keys"];

#[test]
fn a_new_file_is_not_current_until_it_is_migrated() -> Tested {
    let database = Database::empty()?;
    assert!(!database.storage().is_current()?);
    let applied = database.storage().migrate()?;
    assert_eq!(applied, ALL);
    assert!(database.storage().is_current()?);
    Ok(())
}

#[test]
fn a_second_migration_finds_nothing_to_do() -> Tested {
    let database = Database::new()?;
    let catalogue = texts(&database.raw()?, CATALOGUE)?;
    assert_eq!(database.storage().migrate()?, Vec::<String>::new());
    assert_eq!(texts(&database.raw()?, CATALOGUE)?, catalogue);
    Ok(())
}

#[test]
fn a_database_with_newer_migrations_is_current_and_one_that_lacks_some_is_not() -> Tested {
    let database = Database::new()?;
    database.raw()?.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')", [])?;
    assert!(database.storage().is_current()?);
    database.raw()?.execute("DELETE FROM __diesel_schema_migrations WHERE version < '9999'", [])?;
    assert!(!database.storage().is_current()?);
    Ok(())
}

/// Several processes may start at once on one file.
#[test]
fn migrating_at_the_same_time_migrates_once() -> Tested {
    let database = Database::empty()?;
    let address = database.path().display().to_string();
    let migrating: Vec<_> = (0..4)
        .map(|_| {
            let address = address.clone();
            std::thread::spawn(move || Storage::connect(&address, 1)?.migrate())
        })
        .collect();
    let mut applied = Vec::new();
    for thread in migrating {
        applied.extend(thread.join().map_err(|_panic| "a thread panicked")??);
    }
    applied.sort();
    assert_eq!(applied, ALL);
    assert!(database.storage().is_current()?);
    Ok(())
}

#[test]
fn every_migration_goes_down_and_up_again() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    let catalogue = texts(&connection, CATALOGUE)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    let mut folders = std::fs::read_dir(root)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    folders.sort();
    for folder in folders.iter().rev() {
        connection.execute_batch(&std::fs::read_to_string(folder.join("down.sql"))?)?;
    }
    assert_eq!(texts(&connection, CATALOGUE)?, Vec::<String>::new());
    for folder in &folders {
        connection.execute_batch(&std::fs::read_to_string(folder.join("up.sql"))?)?;
    }
    assert_eq!(texts(&connection, CATALOGUE)?, catalogue);
    Ok(())
}

/// A database as it was before quality reports, with a trust in it that has counted and released.
#[test]
fn a_database_from_before_quality_reports_keeps_its_rows_and_gains_two_tables() -> Tested {
    let database = Database::new()?;
    let trust = Trust::plant(&database, 1, 1)?;
    let catalogue = texts(&database.raw()?, CATALOGUE)?;
    let down = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite").join(QUALITY).join("down.sql");
    database.raw()?.execute_batch(&std::fs::read_to_string(down)?)?;
    database.raw()?.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261122000100'", [])?;
    let (before, database) = (database.rows_of(trust.organisation)?, database.reopen()?);
    assert!(!database.storage().is_current()?);

    assert_eq!(database.storage().migrate()?, [QUALITY]);
    assert!(database.storage().is_current()?);
    assert_eq!(texts(&database.raw()?, CATALOGUE)?, catalogue);
    assert_eq!(database.rows_of(trust.organisation)?, before, "nothing but empty tables was added");
    assert_eq!(database.storage().examine()?, Examination { dead_jobs: 1, ..Examination::default() });
    let waiting = database.read(trust.organisation, move |tenant| quality_reports::waiting(tenant, trust.framework))?;
    assert_eq!(waiting.len(), 2, "what was released before can still be reported");
    let id = QualityReportId::from_random(bytes(3, 1));
    assert!(database.write(trust.organisation, move |tenant| quality_reports::store(tenant, &trust.report(id), &waiting))?);
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
