//! Copies of the database: whole, read back as they were, and refused where they would do harm.

use std::path::{Path, PathBuf};

use candour_storage::{CopyError, Restoring, StorageError, key_check, rounds};
use candour_test_database::{Database as Place, Engine, Look, Programs, on_both_engines};
use tempfile::TempDir;

use crate::catalogue::Catalogue;
use crate::database::{Database, Failure, Tested, migrations};
use crate::examination::{PLANTED, found};
use crate::trust::Trust;

on_both_engines! {
    a_copy_read_back_has_the_same_rows,
    an_older_copy_is_brought_up_to_date,
    a_newer_copy_is_refused,
    a_copy_is_never_read_back_over_a_database,
    what_is_no_copy_is_refused,
    a_copy_of_the_other_engine_is_refused,
    a_damaged_copy_is_refused_and_leaves_nothing,
    what_somebody_has_added_is_left_out,
    a_copy_that_is_given_up_leaves_nothing,
}

/// A copy, in a folder that has nothing else in it.
struct Copied {
    folder: TempDir,
    file: PathBuf,
}

impl Copied {
    fn of(database: &Database) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("copy");
        database.run(database.storage().backup(&file, None))?;
        assert_eq!(names(folder.path())?, ["copy"]);
        Ok(Self { folder, file })
    }

    /// Another file beside it.
    fn beside(&self, name: &str, content: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }
}

fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut names = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>, Failure>>()?;
    names.sort();
    Ok(names)
}

/// Something that can run a future by itself.
fn run<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future))
}

/// What was learnt of a copy by reading it back.
#[derive(Debug, Default, PartialEq, Eq)]
struct Learnt {
    key_check: Option<Vec<u8>>,
    migrated: Vec<String>,
    left_out: Vec<String>,
}

/// Reads a copy back.
fn read_back(file: &Path, place: &Place) -> Result<Learnt, Failure> {
    let url = place.url();
    run(async {
        let restoring = Restoring::prepare(file, &url, None).await?;
        let (key_check, left_out) = (restoring.key_check().map(<[u8]>::to_vec), restoring.left_out().to_vec());
        Ok(Learnt { key_check, migrated: restoring.finish().await?, left_out })
    })?
}

/// Why a copy is not read back into an empty place, in which nothing is afterwards.
fn refusal(engine: Engine, file: &Path) -> Result<CopyError, Failure> {
    let place = Place::empty(engine)?;
    let url = place.url();
    let refused = run(async {
        match Restoring::prepare(file, &url, None).await {
            Ok(restoring) => restoring.finish().await.err(),
            Err(error) => Some(error),
        }
    })?;
    match engine {
        Engine::Sqlite => assert_eq!(names(place.path().parent().ok_or("a folder")?)?, Vec::<String>::new()),
        Engine::Postgres => assert_eq!(place.look()?.tables()?, Vec::<String>::new()),
    }
    refused.ok_or_else(|| "the copy was read back".into())
}

fn a_copy_read_back_has_the_same_rows(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trusts = [Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?];
    database.write_system(|system| key_check::get_or_set(system, || Ok::<_, StorageError>(vec![7; 32])))?;
    let (copied, place) = (Copied::of(&database)?, Place::empty(engine)?);
    // What happens afterwards is not in it.
    database.write(trusts[0].organisation, move |tenant| rounds::delete(tenant, trusts[0].draft_round))?;
    assert_eq!(read_back(&copied.file, &place)?, Learnt { key_check: Some(vec![7; 32]), ..Learnt::default() });

    let restored = Database::at(place)?;
    assert!(restored.storage().is_current()?);
    assert_eq!(found(&restored)?, [(PLANTED.0, 2 * PLANTED.1)]);
    assert_eq!(restored.rows_of(trusts[1].organisation)?, database.rows_of(trusts[1].organisation)?);
    assert!(restored.rows_of(trusts[0].organisation)?.len() > database.rows_of(trusts[0].organisation)?.len());
    restored.write(trusts[0].organisation, move |tenant| rounds::delete(tenant, trusts[0].draft_round))?;
    assert_eq!(restored.rows_of(trusts[0].organisation)?, database.rows_of(trusts[0].organisation)?);
    assert_eq!(Catalogue::read(&restored.raw()?)?, Catalogue::read(&database.raw()?)?);
    Ok(())
}

fn an_older_copy_is_brought_up_to_date(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let last = names(&migrations(engine))?.pop().ok_or("no migration")?;
    let look = database.raw()?;
    look.run(&std::fs::read_to_string(migrations(engine).join(&last).join("down.sql"))?)?;
    let version: String = last.split('_').next().ok_or("a version")?.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(look.change(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"))?, 1);
    let (copied, place) = (Copied::of(&database)?, Place::empty(engine)?);
    assert_eq!(read_back(&copied.file, &place)?, Learnt { migrated: vec![last], ..Learnt::default() });
    assert!(Database::at(place)?.storage().is_current()?);
    Ok(())
}

fn a_newer_copy_is_refused(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    database.raw()?.run("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')")?;
    let refused = refusal(engine, &Copied::of(&database)?.file)?;
    assert!(matches!(refused, CopyError::Newer(_)), "{refused}");
    assert!(refused.to_string().contains("newer version of this program"), "{refused}");
    Ok(())
}

fn a_copy_is_never_read_back_over_a_database(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let copied = Copied::of(&database)?;
    let before = database.rows_of(trust.organisation)?;
    let url = database.url();
    let refused = run(Restoring::prepare(&copied.file, &url, None))?.err().ok_or("it was taken")?;
    assert!(matches!(refused, CopyError::Occupied(_)), "{refused}");
    assert!(refused.to_string().contains("CANDOUR_DATABASE_URL"), "{refused}");
    assert_eq!(database.rows_of(trust.organisation)?, before);
    if engine == Engine::Sqlite {
        // Played into the new database, it would be the end of it.
        let place = Place::empty(engine)?;
        std::fs::write(place.path().with_file_name("candour.db-wal"), "left of another")?;
        let refused = run(Restoring::prepare(&copied.file, &place.url(), None))?.err().ok_or("it was taken")?;
        assert!(refused.to_string().contains("candour.db-wal is left of a database"), "{refused}");
    }
    Ok(())
}

fn what_is_no_copy_is_refused(engine: Engine) -> Tested {
    let copied = Copied::of(&Database::new(engine)?)?;
    for (content, what) in [
        (&b""[..], "neither"),
        (b"Dear parents,", "neither"),
        (b"--\n-- PostgreSQL database dump\n--\n", "script of pg_dump"),
    ] {
        let refused = refusal(engine, &copied.beside("other", content)?)?;
        assert!(matches!(refused, CopyError::Foreign { .. }) && refused.to_string().contains(what), "{refused}");
    }
    let refused = refusal(engine, copied.folder.path())?;
    assert!(refused.to_string().contains("not a file"), "{refused}");
    assert!(matches!(refusal(engine, &copied.folder.path().join("none"))?, CopyError::Unreadable { .. }));

    let (place, other) = (Place::empty(engine)?, copied.folder.path().join("library"));
    place_of_something_else(engine, &place, &other)?;
    let refused = refusal(engine, &other)?;
    assert!(
        matches!(refused, CopyError::Foreign { .. }) && refused.to_string().contains("something else"),
        "{refused}"
    );
    Ok(())
}

/// A whole database or archive, but of books.
fn place_of_something_else(engine: Engine, place: &Place, file: &Path) -> Tested {
    match engine {
        Engine::Sqlite => {
            std::fs::write(file, "")?;
            Look::into_file(file)?.run("CREATE TABLE books (title TEXT)")
        }
        Engine::Postgres => {
            place.look()?.run("CREATE TABLE books (title text)")?;
            let dump = Programs::find().ok_or("no programs of PostgreSQL")?.folder().join("pg_dump");
            let done = std::process::Command::new(dump)
                .args(["--format=custom", "--file"])
                .arg(file)
                .arg(place.url())
                .status()?;
            if done.success() { Ok(()) } else { Err("pg_dump failed".into()) }
        }
    }
}

fn a_copy_of_the_other_engine_is_refused(engine: Engine) -> Tested {
    let other = if engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite };
    let refused = refusal(engine, &Copied::of(&Database::new(other)?)?.file)?;
    assert!(
        matches!(refused, CopyError::Engine { .. }) && refused.to_string().contains("cannot be read back into"),
        "{refused}"
    );
    Ok(())
}

fn a_damaged_copy_is_refused_and_leaves_nothing(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    Trust::plant(&database, 1, 1)?;
    let copied = Copied::of(&database)?;
    let whole = std::fs::read(&copied.file)?;
    for tenths in [1, 5, 9] {
        let cut = copied.beside("cut", &whole[..whole.len() * tenths / 10])?;
        let refused = refusal(engine, &cut)?;
        assert!(
            refused.to_string().contains("damaged") && refused.to_string().contains("another copy"),
            "{tenths}: {refused}"
        );
    }
    let mut spoilt = whole.clone();
    // The rows of an archive come last; of a database file, some page in the middle.
    let middle = if engine == Engine::Sqlite { 3 * 4096 } else { whole.len() - 200 };
    spoilt[middle..middle + 100].iter_mut().for_each(|byte| *byte ^= 0x55);
    let refused = refusal(engine, &copied.beside("spoilt", &spoilt)?)?;
    assert!(matches!(refused, CopyError::Damaged { .. } | CopyError::Program { .. }), "{refused}");
    Ok(())
}

fn what_somebody_has_added_is_left_out(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    database.raw()?.run(match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER \"to\"\"ld\" AFTER INSERT ON ballots BEGIN UPDATE invitations SET declined = 1; END"
        }
        Engine::Postgres => "CREATE RULE told AS ON INSERT TO ballots DO ALSO UPDATE invitations SET declined = true",
    })?;
    let (copied, place) = (Copied::of(&database)?, Place::empty(engine)?);
    let left_out = if engine == Engine::Sqlite { "trigger to\"ld" } else { "RULE public ballots told" };
    assert_eq!(read_back(&copied.file, &place)?.left_out, [left_out]);
    assert_eq!(found(&Database::at(place)?)?, []);
    Ok(())
}

fn a_copy_that_is_given_up_leaves_nothing(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    Trust::plant(&database, 1, 1)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("copy");
    let begun = database.run(async {
        let mut copying = Box::pin(database.storage().backup(&file, None));
        // Polled until there is something to clear away.
        while std::fs::read_dir(folder.path()).is_ok_and(|mut inside| inside.next().is_none()) {
            tokio::select! {
                biased;
                done = &mut copying => return done.map(|_| false),
                () = tokio::task::yield_now() => {}
            }
        }
        Ok(true)
    })?;
    assert!(begun, "it was over at once");
    assert_eq!(names(folder.path())?, Vec::<String>::new());
    Ok(())
}
