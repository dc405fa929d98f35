//! What is left on the disk after retention has done its work: neither a name nor a key, in no file that the engine
//! keeps.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candour_domain::{Rater, RaterId};
use candour_storage::retention::{self, Cleanup};
use candour_storage::{StorageError, raters};
use candour_test_database::{Engine, on_both_engines};

use super::step;
use crate::database::{Database, Failure, Tested, bytes};
use crate::trust::{self, Trust, noise};

on_both_engines! {
    guarantee_erased_people_are_in_no_file,
    guarantee_a_destroyed_key_is_in_no_file,
    guarantee_deleted_results_are_in_no_file,
    whoever_still_sees_what_was_deleted_holds_the_cleaning_up,
}

/// Enough for several pages, and for the statistics that a server makes of a column.
const PEOPLE: std::ops::Range<u16> = 1000..1080;

/// A text that no other test writes: on a server the log is one for all databases.
fn unmistakable(what: &str) -> String {
    format!("{what}-{}", std::process::id())
}

/// Everything the engine keeps of the database: its files and its write-ahead log.
fn disk(database: &Database) -> Result<Vec<u8>, Failure> {
    let mut files = Vec::new();
    if database.path().is_file() {
        files.extend([database.path(), database.path().with_file_name("candour.db-wal")]);
    } else {
        let look = database.raw()?;
        let folder =
            PathBuf::from(look.texts("SELECT setting FROM pg_settings WHERE name = 'data_directory'")?.concat());
        let own = look.texts("SELECT oid::text FROM pg_database WHERE datname = current_database()")?.concat();
        // The log first: what a checkpoint takes out of it meanwhile is in the files that are read after it.
        for part in [folder.join("pg_wal"), folder.join("base").join(own), folder.join("global")] {
            within(&part, &mut files)?;
        }
    }
    let mut bytes = Vec::new();
    for file in files {
        match std::fs::read(&file) {
            Ok(content) => bytes.extend(content),
            // The server removes files while this looks.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(bytes)
}

fn within(folder: &Path, files: &mut Vec<PathBuf>) -> Tested {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { within(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Whether a text is on the disk.
fn holds(database: &Database, text: &str) -> Result<bool, Failure> {
    Ok(candour_test_database::latin1(&disk(database)?).contains(text))
}

/// A trust whose open round has many raters, and what is in all their names and addresses. On a server, statistics have
/// been made of them as it makes them by itself.
fn with_people(engine: Engine, what: &str) -> Result<(Database, Trust, String), Failure> {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let told = unmistakable(what);
    let people: Vec<Rater> = PEOPLE
        .map(|number| {
            let (name, id) = (format!("{told}-{number}"), RaterId::from_random(bytes(1, number)));
            let rater = trust::rater(&trust, (trust.round, trust.review, id), &format!("{name}@trust.org.uk"))?;
            Ok(Rater { person: trust::person(&format!("Robin {name}"), rater.person.email.as_str())?, ..rater })
        })
        .collect::<Result<_, Failure>>()?;
    database
        .write(trust.organisation, move |tenant| people.iter().try_for_each(|rater| raters::insert(tenant, rater)))?;
    if engine == Engine::Postgres {
        database.raw()?.run("ANALYZE")?;
    }
    database.checkpoint()?;
    assert!(holds(&database, &told)?, "the search finds what is there");
    Ok((database, trust, told))
}

/// Overwrites, as soon as nobody sees what was deleted: on a server, other tests write too.
fn overwrite(database: &Database, kinds: &'static [Cleanup]) -> Tested {
    let began = Instant::now();
    loop {
        match database.run(database.storage().overwrite(kinds)) {
            Err(StorageError::Unavailable(_)) if began.elapsed() < Duration::from_mins(1) => {}
            done => return Ok(done?),
        }
    }
}

fn guarantee_erased_people_are_in_no_file(engine: Engine) -> Tested {
    let (database, trust, told) = with_people(engine, "quintessa")?;
    assert_eq!(step(&database, trust, retention::erase_people)?, 3 + PEOPLE.len());
    overwrite(&database, &[Cleanup::People])?;
    assert!(!holds(&database, &told)?);
    Ok(())
}

fn guarantee_a_destroyed_key_is_in_no_file(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let number = u16::try_from(std::process::id() % 60_000)?;
    let key = noise(trust.organisation, number);
    let hexadecimal = key.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let literal = match engine {
        Engine::Sqlite => format!("X'{hexadecimal}'"),
        Engine::Postgres => format!("'\\x{hexadecimal}'"),
    };
    let replaced = format!("UPDATE bundle_keys SET sealed = {literal} WHERE review_id = '{}'", trust.review);
    assert_eq!(database.raw()?.change(&replaced)?, 1);
    if engine == Engine::Postgres {
        // In one piece in the table's file: in the log, the end of a page may stand in its middle.
        database.raw()?.run("ANALYZE")?;
        database.raw()?.run("CHECKPOINT")?;
    }
    let there = |database: &Database| -> Result<bool, Failure> {
        Ok(disk(database)?.windows(16).any(|window| window == &key[8..24]))
    };
    assert!(there(&database)?, "the search finds what is there");
    step(&database, trust, retention::destroy_answers)?;
    overwrite(&database, &[Cleanup::Answers])?;
    assert!(!there(&database)?);
    Ok(())
}

fn guarantee_deleted_results_are_in_no_file(engine: Engine) -> Tested {
    let (database, trust, told) = with_people(engine, "ottoline")?;
    let comment = unmistakable("marmalade");
    let raw = database.raw()?;
    raw.change(&format!(
        "UPDATE results SET document = '{{\"comment\": \"{comment}\"}}' WHERE review_id = '{}'",
        trust.review
    ))?;
    raw.change(&format!("UPDATE reviews SET subject_name = 'Sam {comment}' WHERE id = '{}'", trust.review))?;
    raw.change(&format!("UPDATE redactions SET reason = 'because {comment}' WHERE review_id = '{}'", trust.review))?;
    drop(raw);
    step(&database, trust, retention::destroy_answers)?;
    step(&database, trust, retention::erase_people)?;
    step(&database, trust, retention::delete_results)?;
    overwrite(&database, &Cleanup::ALL)?;
    assert!(!holds(&database, &told)? && !holds(&database, &comment)?);
    Ok(())
}

/// Somebody reads, or copies the database, since before the deletion. What they see cannot be overwritten, and nobody
/// is told that it was.
fn whoever_still_sees_what_was_deleted_holds_the_cleaning_up(engine: Engine) -> Tested {
    let (database, trust, told) = with_people(engine, "philippa")?;
    let reader = database.raw()?;
    reader.run(if engine == Engine::Sqlite { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ" })?;
    assert!(reader.number("SELECT COUNT(*) FROM accounts")? > 0);
    step(&database, trust, retention::erase_people)?;
    let began = Instant::now();
    let held = database.run(database.storage().overwrite(&[Cleanup::People]));
    assert!(matches!(held, Err(StorageError::Unavailable(_))), "{held:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "raters do not wait for it: {:?}", began.elapsed());
    assert!(reader.number("SELECT COUNT(*) FROM raters")? > i64::from(PEOPLE.end - PEOPLE.start), "they do see it");
    reader.run("COMMIT")?;
    overwrite(&database, &[Cleanup::People])?;
    assert!(!holds(&database, &told)?);
    Ok(())
}

/// A table that is in use is not waited for long: those who come later would wait behind.
#[test]
fn a_table_in_use_is_left_for_later() -> Tested {
    let (database, trust, _) = with_people(Engine::Postgres, "wilhelmina")?;
    step(&database, trust, retention::erase_people)?;
    let reader = database.raw()?;
    reader.run("BEGIN; SELECT count(*) FROM raters")?;
    let began = Instant::now();
    let held = database.run(database.storage().overwrite(&[Cleanup::People]));
    assert!(matches!(held, Err(StorageError::Unavailable(_))), "{held:?}");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    let patience = database.run(database.storage().read_system(retention::owed));
    assert!(patience?.iter().any(|owed| owed.round_id == trust.round), "it is owed still");
    reader.run("COMMIT")?;
    overwrite(&database, &[Cleanup::People])
}

/// The server copies values of the columns that it makes statistics of to a place of its own, where nothing erases
/// them.
#[test]
fn no_statistics_are_made_of_what_is_erased_one_day() -> Tested {
    let (database, _, told) = with_people(Engine::Postgres, "rosalind")?;
    let look = database.raw()?;
    let copies =
        format!("SELECT COUNT(*) FROM pg_stats WHERE concat(most_common_vals, histogram_bounds) LIKE '%{told}%'");
    assert_eq!(look.number(&copies)?, 0);
    let made = look.texts("SELECT tablename || '.' || attname FROM pg_stats WHERE schemaname = 'public'")?;
    assert!(made.iter().any(|column| column == "raters.group_id"), "there are statistics: {made:?}");
    let secret = ["hash", "sealed", "sealed_private", "sealed_draft_salt", "document", "reason", "detail", "body"];
    let of_people = [
        "raters.name",
        "raters.email",
        "reviews.subject_name",
        "reviews.subject_email",
        "reviews.facilitator_email",
        "advisers.name",
        "advisers.email",
    ];
    let told: Vec<_> = made
        .iter()
        .filter(|column| {
            let of_results = column.as_str() == "quality_reports.document";
            (column.split_once('.').is_some_and(|(_, name)| secret.contains(&name)) && !of_results)
                || of_people.contains(&column.as_str())
        })
        .collect();
    assert_eq!(told, Vec::<&String>::new());
    Ok(())
}
