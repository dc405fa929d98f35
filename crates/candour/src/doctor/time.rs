//! Whether the clock is believed.

use candour_service::clock::{Timekeeper, WHAT_TO_DO};
use candour_service::settle;
use candour_storage::Storage;

use super::{Finding, Subject, fix, well};

pub(super) async fn examine(storage: &Storage, clock: &Timekeeper) -> Finding {
    let subject = Subject::Clock;
    match settle::doubt(storage, clock).await {
        Ok(None) => well(subject, "the clock agrees with the newest stored time"),
        Ok(Some(doubt)) => {
            fix(subject, format!("nothing is closed, counted, released or erased, because {doubt}; {WHAT_TO_DO}"))
        }
        Err(error) => fix(subject, format!("the newest stored time cannot be read: {error}")),
    }
}
