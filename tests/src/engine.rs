//! The engine that keeps the rows in this run of the stories.

use candour_test_database::Engine;

use crate::{Outcome, finding};

/// The engine that `CANDOUR_TEST_ENGINE` names: `sqlite`, also when it is not set, or `postgres`.
pub fn engine() -> Outcome<Engine> {
    match std::env::var("CANDOUR_TEST_ENGINE").as_deref() {
        Err(_) | Ok("sqlite") => Ok(Engine::Sqlite),
        Ok("postgres") => Ok(Engine::Postgres),
        Ok(other) => finding!("CANDOUR_TEST_ENGINE is sqlite or postgres, and not {other}"),
    }
}
