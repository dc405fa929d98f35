//! Migrating: once, from nothing, there and back.

use std::collections::BTreeSet;
use std::path::PathBuf;

use candour_domain::{QualityReportId, RoundState};
use candour_storage::{Storage, quality_reports, rounds};
use candour_test_database::{Engine, on_both_engines};

use crate::catalogue::Catalogue;
use crate::database::{Database, Failure, Tested, bytes, migrations};
use crate::examination;
use crate::trust::{self, Trust};

const QUALITY: &str = "2026-11-22-000100_quality";

const RETENTION: &str = "2026-11-25-000200_retention";

const PROGRESS: &str = "2026-11-27-000100_progress";

const LIST: &str = "2026-11-27-000200_list";
const REMINDERS: &str = "2026-11-27-001300_reminders_and_refusals";

const CLOCK: &str = "2026-11-27-001200_clock";

const WARNED: &str = "2026-11-27-001210_warned";

const ACCESS: &str = "2026-11-27-001700_access";

const ANSWERS: &str = "2026-11-27-001100_answers";

const SESSIONS: &str = "2026-11-28-000100_sessions";

const ADVISERS: &str = "2026-11-28-000200_advisers";

const PROVIDERS: &str = "2026-11-28-000300_providers";

const PASSKEYS: &str = "2026-11-28-000400_passkeys";

const PERSONAL_TOKENS: &str = "2026-11-28-000600_personal_tokens";

const UPLOADS: &str = "2026-11-28-000900_uploads";

const REASONS: &str = "2026-11-28-001300_delivery_reasons";

const WORDING: &str = "2026-11-28-001400_email_wording";

const ALL: [&str; 22] = [
    "2026-11-22-000000_spine",
    QUALITY,
    "2026-11-25-000100_keys",
    RETENTION,
    PROGRESS,
    LIST,
    ANSWERS,
    CLOCK,
    WARNED,
    REMINDERS,
    ACCESS,
    SESSIONS,
    ADVISERS,
    PROVIDERS,
    PASSKEYS,
    "2026-11-28-000500_set_up",
    PERSONAL_TOKENS,
    "2026-11-28-000700_launch_time",
    "2026-11-28-000800_clients",
    UPLOADS,
    REASONS,
    WORDING,
];

on_both_engines! {
    a_new_database_is_not_current_until_it_is_migrated,
    a_second_migration_finds_nothing_to_do,
    a_database_with_newer_migrations_is_current_and_one_that_lacks_some_is_not,
    migrating_at_the_same_time_migrates_once,
    every_migration_goes_down_and_up_again,
    a_database_from_before_quality_reports_keeps_its_rows_and_gains_two_tables,
    rounds_from_before_there_were_advisers_have_promised_none,
}

fn a_new_database_is_not_current_until_it_is_migrated(engine: Engine) -> Tested {
    let database = Database::empty(engine)?;
    assert!(!database.storage().is_current()?);
    let applied = database.storage().migrate()?;
    assert_eq!(applied, ALL);
    assert!(database.storage().is_current()?);
    Ok(())
}

fn a_second_migration_finds_nothing_to_do(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let catalogue = Catalogue::read(&database.raw()?)?;
    assert_eq!(database.storage().migrate()?, Vec::<String>::new());
    assert_eq!(Catalogue::read(&database.raw()?)?, catalogue);
    Ok(())
}

fn a_database_with_newer_migrations_is_current_and_one_that_lacks_some_is_not(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    database.raw()?.run("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')")?;
    assert!(database.storage().is_current()?);
    database.raw()?.run("DELETE FROM __diesel_schema_migrations WHERE version < '9999'")?;
    assert!(!database.storage().is_current()?);
    Ok(())
}

/// Several processes may start at once on one database.
fn migrating_at_the_same_time_migrates_once(engine: Engine) -> Tested {
    let database = Database::empty(engine)?;
    let migrating: Vec<_> = (0..4)
        .map(|_| {
            let address = database.url();
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

fn every_migration_goes_down_and_up_again(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let look = database.raw()?;
    let catalogue = Catalogue::read(&look)?;
    let folders = folders(engine)?;
    for folder in folders.iter().rev() {
        look.run(&std::fs::read_to_string(folder.join("down.sql"))?)?;
    }
    assert_eq!(look.tables()?, ["__diesel_schema_migrations"]);
    for folder in &folders {
        look.run(&std::fs::read_to_string(folder.join("up.sql"))?)?;
    }
    assert_eq!(Catalogue::read(&look)?, catalogue);
    Ok(())
}

#[test]
fn both_engines_have_the_same_migrations() -> Tested {
    let names = |engine| -> Result<Vec<_>, Failure> {
        Ok(folders(engine)?.iter().map(|folder| folder.file_name().map(ToOwned::to_owned)).collect())
    };
    assert_eq!(names(Engine::Sqlite)?, names(Engine::Postgres)?);
    Ok(())
}

/// A database as it was before quality reports, with a trust in it that has counted and released.
fn a_database_from_before_quality_reports_keeps_its_rows_and_gains_two_tables(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let catalogue = Catalogue::read(&database.raw()?)?;
    let all = [
        (REMINDERS, "20261127001300"),
        (LIST, "20261127000200"),
        (PROGRESS, "20261127000100"),
        (RETENTION, "20261125000200"),
        (QUALITY, "20261122000100"),
    ];
    for (undone, version) in all {
        database.raw()?.run(&std::fs::read_to_string(migrations(engine).join(undone).join("down.sql"))?)?;
        database.raw()?.run(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"))?;
    }
    let (before, database) = (database.rows_of(trust.organisation)?, database.reopen()?);
    assert!(!database.storage().is_current()?);

    assert_eq!(database.storage().migrate()?, [QUALITY, RETENTION, PROGRESS, LIST, REMINDERS]);
    assert!(database.storage().is_current()?);
    assert_eq!(Catalogue::read(&database.raw()?)?, catalogue);
    // A round gains what it was promised and what has gone of it: nothing, so far. A review gains that nobody has
    // agreed to its list, and a rater that they were asked at launch.
    let gained = |row: String| match row.split('"').nth(1) {
        Some("rounds") => row.replace(", None, None, None, None]", "]"),
        Some("reviews") => row.strip_suffix(", None]").map_or(row.clone(), |row| format!("{row}]")),
        _ => row.split_once(", Some(\"at_launch\")").map_or(row.clone(), |(row, _asked_again)| format!("{row}]")),
    };
    let after = database.rows_of(trust.organisation)?.into_iter().map(gained);
    let sorted = |rows: Vec<String>| rows.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(after.collect()), sorted(before), "nothing but empty tables and columns was added");
    assert_eq!(examination::found(&database)?, [examination::PLANTED]);
    let waiting = database.read(trust.organisation, move |tenant| quality_reports::waiting(tenant, trust.framework))?;
    assert_eq!(waiting.len(), 2, "what was released before can still be reported");
    let id = QualityReportId::from_random(bytes(3, 1));
    assert!(database.write(trust.organisation, move |tenant| quality_reports::store(
        tenant,
        &trust.report(id),
        &waiting
    ))?);
    Ok(())
}

/// Whatever state they are in: a launch says it, and theirs was before.
fn rounds_from_before_there_were_advisers_have_promised_none(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.raw()?.run(&std::fs::read_to_string(migrations(engine).join(ADVISERS).join("down.sql"))?)?;
    database.raw()?.run("DELETE FROM __diesel_schema_migrations WHERE version = '20261128000200'")?;
    let database = database.reopen()?;
    assert_eq!(database.storage().migrate()?, [ADVISERS]);
    let promised = |round| {
        let found = database.read(trust.organisation, move |tenant| rounds::find(tenant, round))?;
        Ok::<_, Failure>(found.map(|round| round.record().advisers_promised))
    };
    for round in [trust.round, trust.draft_round, trust.archived_round()] {
        assert_eq!(promised(round)?, Some(false));
    }
    let launched = trust::round(&trust, trust.draft_round, |record| {
        (record.state, record.advisers_promised, record.revision) = (RoundState::Open, true, 2);
    });
    assert!(database.write(trust.organisation, move |tenant| rounds::update(tenant, &launched))?);
    assert_eq!((promised(trust.draft_round)?, promised(trust.round)?), (Some(true), Some(false)));
    Ok(())
}

/// In the order in which they are applied.
fn folders(engine: Engine) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(migrations(engine))?.map(|entry| Ok(entry?.path()));
    let mut folders = entries.collect::<Result<Vec<_>, std::io::Error>>()?;
    folders.sort();
    Ok(folders)
}
