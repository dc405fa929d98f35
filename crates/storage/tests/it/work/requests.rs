//! Answers kept under an idempotency key.

use candour_storage::StorageError;
use candour_storage::idempotency::{self, KeptAnswer};
use candour_test_database::{Engine, on_both_engines};
use chrono::TimeDelta;

use crate::database::{Database, Tested, at, settled};
use crate::trust::Trust;

const KEY: &str = "a hash of the key";

fn find(database: &Database, trust: Trust) -> Result<Option<KeptAnswer>, StorageError> {
    database.write(trust.organisation, move |tenant| idempotency::find(tenant, KEY))
}

fn keep(database: &Database, trust: Trust, answer: &KeptAnswer, now: i64) -> Result<(), StorageError> {
    let answer = answer.clone();
    database.write(trust.organisation, move |tenant| idempotency::keep(tenant, KEY, &answer, at(now)))
}

fn answer() -> KeptAnswer {
    KeptAnswer {
        fingerprint: "POST /rounds".to_owned(),
        status: 201,
        location: Some("/v1/rounds/1".to_owned()),
        etag: Some("7".to_owned()),
        content: Some(("application/json".to_owned(), "{\"title\":\"“Überprüfung”\"}\n".to_owned())),
    }
}

on_both_engines! {
    an_answer_is_found_as_it_was_kept,
    an_answer_is_kept_once,
    a_key_noted_by_an_older_version_has_no_answer,
    old_answers_are_forgotten,
}

fn an_answer_is_found_as_it_was_kept(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    assert_eq!(find(&database, trust)?, None);
    keep(&database, trust, &answer(), 10)?;
    assert_eq!(find(&database, trust)?, Some(answer()));
    assert_eq!(find(&database, other)?, None, "another trust's key is another key");
    let empty = KeptAnswer { status: 202, location: None, etag: None, content: None, ..answer() };
    keep(&database, other, &empty, 10)?;
    assert_eq!(find(&database, other)?, Some(empty));
    Ok(())
}

fn an_answer_is_kept_once(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    keep(&database, trust, &answer(), 10)?;
    let other = KeptAnswer { status: 200, ..answer() };
    assert!(matches!(keep(&database, trust, &other, 11), Err(StorageError::Conflict { .. })));
    assert_eq!(find(&database, trust)?, Some(answer()));
    Ok(())
}

fn a_key_noted_by_an_older_version_has_no_answer(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    keep(&database, trust, &answer(), 10)?;
    database.raw()?.run(&format!("UPDATE idempotency_keys SET status = NULL, body = NULL WHERE key_hash = '{KEY}'"))?;
    assert_eq!(find(&database, trust)?, None);
    keep(&database, trust, &answer(), 11)?;
    assert_eq!(find(&database, trust)?, Some(answer()));
    Ok(())
}

fn old_answers_are_forgotten(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    keep(&database, trust, &answer(), 500_000)?;
    let purge = |before: i64| {
        database.write_system(move |system| {
            idempotency::purge(system, settled(at(before + 60)), TimeDelta::microseconds(60))
        })
    };
    assert_eq!(purge(3)?, 0, "the planted one is of 3");
    assert_eq!(purge(500_000)?, 1);
    assert_eq!(find(&database, trust)?, Some(answer()));
    assert_eq!(purge(500_001)?, 1);
    assert_eq!(find(&database, trust)?, None);
    Ok(())
}
