//! Requests with an idempotency key.

use candour_storage::StorageError;
use candour_storage::idempotency::{self, Begun};
use candour_test_database::{Engine, on_both_engines};
use chrono::TimeDelta;

use crate::database::{Database, Tested, at, settled};
use crate::trust::Trust;

const KEY: &str = "a hash of the key";

fn begin(database: &Database, trust: Trust, fingerprint: &'static str, now: i64, given_up_before: i64) -> Result<Begun, StorageError> {
    database.write(trust.organisation, move |tenant| idempotency::begin(tenant, KEY, fingerprint, at(now), at(given_up_before)))
}

fn answered(body: &str) -> Begun {
    let (fingerprint, content_type) = ("POST /rounds".to_owned(), "application/json".to_owned());
    Begun::Done { fingerprint, status: 201, content_type, body: body.to_owned() }
}

on_both_engines! {
    a_repeated_request_gets_the_first_answer,
    an_abandoned_request_begins_anew,
    a_request_that_was_cut_off_begins_anew_after_a_while,
    old_requests_are_forgotten,
}

fn a_repeated_request_gets_the_first_answer(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    assert_eq!(begin(&database, trust, "POST /rounds", 10, 0)?, Begun::New);
    assert_eq!(begin(&database, trust, "POST /rounds", 11, 0)?, Begun::InProgress);
    assert_eq!(begin(&database, other, "POST /rounds", 11, 0)?, Begun::New, "another trust's key is another key");
    let body = "{\"title\":\"“Überprüfung”\"}\n";
    database.write(trust.organisation, move |tenant| idempotency::finish(tenant, KEY, 201, "application/json", body))?;
    for _ in 0..2 {
        assert_eq!(begin(&database, trust, "POST /another", 12, 0)?, answered(body), "with the fingerprint it was answered for");
    }
    // However old it is: it has been carried out.
    assert_eq!(begin(&database, trust, "POST /rounds", 1_000_000, 999_999)?, answered(body));
    assert_eq!(begin(&database, other, "POST /rounds", 12, 0)?, Begun::InProgress);
    Ok(())
}

fn an_abandoned_request_begins_anew(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for _ in 0..2 {
        assert_eq!(begin(&database, trust, "POST /rounds", 10, 0)?, Begun::New);
        database.write(trust.organisation, |tenant| idempotency::abandon(tenant, KEY))?;
    }
    Ok(())
}

fn a_request_that_was_cut_off_begins_anew_after_a_while(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    assert_eq!(begin(&database, trust, "POST /rounds", 10, 0)?, Begun::New);
    assert_eq!(begin(&database, trust, "POST /rounds", 20, 10)?, Begun::InProgress, "it began no earlier than that");
    assert_eq!(begin(&database, trust, "POST /other", 21, 11)?, Begun::New);
    assert_eq!(begin(&database, trust, "POST /rounds", 22, 11)?, Begun::InProgress, "it counts from its new beginning");
    database.write(trust.organisation, |tenant| idempotency::finish(tenant, KEY, 200, "text/plain", ""))?;
    let Begun::Done { fingerprint, .. } = begin(&database, trust, "POST /rounds", 23, 11)? else {
        return Err("it has been answered".into());
    };
    assert_eq!(fingerprint, "POST /other");
    Ok(())
}

fn old_requests_are_forgotten(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    begin(&database, trust, "POST /rounds", 500_000, 0)?;
    let purge = |before: i64| {
        database.write_system(move |system| idempotency::purge(system, settled(at(before + 60)), TimeDelta::microseconds(60)))
    };
    assert_eq!(purge(3)?, 0, "the planted ones began at 3");
    assert_eq!(purge(500_000)?, 2, "answered or not");
    assert_eq!(begin(&database, trust, "POST /rounds", 500_001, 0)?, Begun::InProgress);
    assert_eq!(purge(500_001)?, 1);
    assert_eq!(begin(&database, trust, "POST /rounds", 500_001, 0)?, Begun::New);
    Ok(())
}
