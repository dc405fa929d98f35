//! Whether anybody does what is to be done.

use candour_service::clock::Timekeeper;
use candour_storage::{Storage, audit_log, jobs, retention, rounds};
use chrono::TimeDelta;

use super::{Finding, Subject, fix, judge, well};

/// A worker that runs takes what is due within a second or two, unless it is busy with what came before.
const PATIENCE: TimeDelta = TimeDelta::minutes(2);

/// Clocks that differ by less agree.
pub(super) const TOLERANCE: TimeDelta = TimeDelta::seconds(5);

pub(super) async fn examine(storage: &Storage, clock: &Timekeeper) -> Vec<Finding> {
    let now = clock.now();
    let looked = storage.read_system(move |system| {
        Ok::<_, candour_storage::StorageError>((
            jobs::standing(system, now, now - PATIENCE)?,
            rounds::due(system, now - PATIENCE)?.len(),
            retention::owed(system)?.len(),
            audit_log::newest(system)?,
        ))
    });
    let (standing, late, owed, newest) = match looked.await {
        Ok(looked) => looked,
        Err(error) => return vec![fix(Subject::Work, format!("the queue cannot be examined: {error}"))],
    };
    let failed =
        format!("{} jobs have failed for good, after many tries; GET /v1/jobs?state=dead lists them", standing.dead);
    vec![
        judge(Subject::Work, standing.dead > 0, "no job has failed for good", failed),
        match (standing.overdue, standing.leased, late) {
            (0, _, 0) => well(Subject::Work, "nothing waits longer than it should"),
            (waiting, 1.., 0) => well(Subject::Work, format!("{waiting} jobs wait for others that are being done")),
            (waiting, _, late) => fix(
                Subject::Work,
                format!(
                    "{waiting} jobs and {late} rounds have waited for more than {} minutes: no worker runs, \
                     or it cannot reach the database; start `candour serve` or `candour worker`",
                    PATIENCE.num_minutes()
                ),
            ),
        },
        match owed {
            0 => well(Subject::Work, "the space of everything that was deleted after a round has been overwritten"),
            owed => well(
                Subject::Work,
                format!(
                    "{owed} deletions still lie on the disk until nobody reads an older state any more; the worker \
                     tries it at every sweep"
                ),
            ),
        },
        match newest {
            Some(at) if at > now + TOLERANCE => fix(
                Subject::Clock,
                format!(
                    "something in the audit log happened {} seconds from now: a clock is or was wrong; set it by NTP",
                    (at - now).num_seconds()
                ),
            ),
            _ => well(Subject::Clock, "nothing has been written in the future"),
        },
    ]
}
