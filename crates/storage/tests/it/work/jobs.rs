//! Jobs: waiting once, taken by one worker under a lease, tried again, failed for good, done.

use std::collections::BTreeSet;

use candour_domain::JobId;
use candour_storage::jobs::{self, AfterFailure, JobState, NewJob, QueuedJob};
use candour_storage::{PageRequest, Storage, StorageError};
use candour_test_database::{Engine, on_both_engines};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::database::{Database, Failure, Tested, at, bytes};
use crate::trust::Trust;

const BEGIN: i64 = 1_000_000;
const LEASE: i64 = 2_000_000;

/// A trust's database in which no planted job is in the way.
pub(super) fn office(engine: Engine) -> Result<(Database, Trust), Failure> {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.write_system(move |system| {
        jobs::complete_all(system, &[trust.waiting_job, trust.running_job(), trust.dead_job])
    })?;
    Ok((database, trust))
}

pub(super) fn id(number: u16) -> JobId {
    JobId::from_random(bytes(3, number))
}

pub(super) fn enqueue(
    database: &Database,
    trust: Trust,
    number: u16,
    dedupe: Option<&str>,
    run_at: i64,
) -> Result<bool, StorageError> {
    let job = NewJob { run_at: at(run_at), ..trust.job(id(number), dedupe) };
    database.write(trust.organisation, move |tenant| jobs::enqueue(tenant, &job))
}

pub(super) fn claim(database: &Database, now: i64, lease: i64, limit: u32) -> Result<Vec<QueuedJob>, StorageError> {
    database.write_system(move |system| jobs::claim(system, at(now), at(lease), limit))
}

pub(super) fn fail(
    database: &Database,
    trust: Trust,
    (number, attempt): (u16, u32),
    retry_at: Option<DateTime<Utc>>,
) -> Result<bool, StorageError> {
    let then = retry_at.map_or(AfterFailure::FailForGood, AfterFailure::RetryAt);
    database.write(trust.organisation, move |tenant| {
        jobs::fail(tenant, id(number), attempt, "the mail server is away", then)
    })
}

pub(super) fn listed(
    database: &Database,
    trust: Trust,
    state: Option<JobState>,
) -> Result<Vec<QueuedJob>, StorageError> {
    Ok(database.read(trust.organisation, move |tenant| jobs::list(tenant, state, &[], &PageRequest::default()))?.items)
}

fn next(database: &Database) -> Result<Option<DateTime<Utc>>, StorageError> {
    database.read_system(jobs::next_run_at)
}

on_both_engines! {
    a_job_is_taken_when_it_is_due_done_and_gone,
    the_earliest_are_taken_first_and_no_more_than_asked_for,
    a_job_comes_again_when_its_lease_has_ended,
    no_job_goes_to_two_workers,
    the_same_work_waits_once,
    a_job_and_the_change_that_asks_for_it_are_one,
    a_failed_job_waits_for_its_next_time,
    a_job_that_is_given_up_rests_until_somebody_retries_it,
    a_job_makes_way_for_its_twin,
}

fn a_job_is_taken_when_it_is_due_done_and_gone(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    let payload = json!({ "invitations": ["a", "b"], "sequence": 3 });
    let job =
        NewJob { id: id(1), kind: "remind".to_owned(), payload: payload.clone(), dedupe: None, run_at: at(BEGIN + 1) };
    assert!(database.write(trust.organisation, move |tenant| jobs::enqueue(tenant, &job))?);
    let waiting = QueuedJob {
        id: id(1),
        organisation_id: trust.organisation,
        kind: "remind".to_owned(),
        payload,
        attempts: 0,
        state: JobState::Waiting,
        run_at: at(BEGIN + 1),
        error: None,
    };
    assert_eq!(listed(&database, trust, Some(JobState::Waiting))?, std::slice::from_ref(&waiting));
    assert_eq!(claim(&database, BEGIN, LEASE, 10)?, []);
    assert_eq!(next(&database)?, Some(at(BEGIN + 1)));

    let running = QueuedJob { attempts: 1, state: JobState::Running, run_at: at(LEASE), ..waiting };
    assert_eq!(claim(&database, BEGIN + 1, LEASE, 10)?, std::slice::from_ref(&running));
    assert_eq!(listed(&database, trust, None)?, [running]);
    assert_eq!(next(&database)?, Some(at(LEASE)), "when the lease ends");

    for _ in 0..2 {
        database.write_system(|system| jobs::complete_all(system, &[id(1)]))?;
        assert_eq!(database.rows("SELECT * FROM jobs")?, Vec::<String>::new());
    }
    assert_eq!(next(&database)?, None);
    Ok(())
}

fn the_earliest_are_taken_first_and_no_more_than_asked_for(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    for (number, run_at) in [(1, 500_000), (2, 1), (3, 0), (4, BEGIN + 1)] {
        enqueue(&database, trust, number, None, run_at)?;
    }
    let taken = |limit| {
        Ok::<_, StorageError>(claim(&database, BEGIN, LEASE, limit)?.iter().map(|job| job.id).collect::<Vec<_>>())
    };
    assert_eq!(taken(2)?, [id(3), id(2)]);
    assert_eq!(taken(2)?, [id(1)]);
    assert_eq!(taken(2)?, []);
    Ok(())
}

fn a_job_comes_again_when_its_lease_has_ended(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    enqueue(&database, trust, 1, None, 0)?;
    assert_eq!(claim(&database, BEGIN, LEASE, 1)?.len(), 1);
    assert_eq!(claim(&database, LEASE - 1, LEASE * 2, 1)?, []);
    let again = claim(&database, LEASE, LEASE * 2, 1)?;
    assert_eq!(
        again.iter().map(|job| (job.id, job.attempts, job.run_at)).collect::<Vec<_>>(),
        [(id(1), 2, at(LEASE * 2))]
    );
    Ok(())
}

/// Two programs on one database, each with a claim under way at the same time.
fn no_job_goes_to_two_workers(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    for number in 0..60 {
        enqueue(&database, trust, number, None, 0)?;
    }
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let storage = Storage::connect(&database.url(), 1);
            std::thread::spawn(move || -> Result<Vec<JobId>, Failure> {
                let storage = storage?;
                let mut taken = Vec::new();
                for _ in 0..100 {
                    let claims = async {
                        let one = storage.write_system(|system| jobs::claim(system, at(BEGIN), at(LEASE), 3));
                        let other = storage.write_system(|system| jobs::claim(system, at(BEGIN), at(LEASE), 4));
                        tokio::join!(one, other)
                    };
                    let (one, other): (Result<_, StorageError>, Result<_, StorageError>) =
                        tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(claims);
                    let claimed: Vec<_> = one?.into_iter().chain(other?).map(|job| job.id).collect();
                    if claimed.is_empty() {
                        return Ok(taken);
                    }
                    taken.extend(claimed);
                }
                Err("the same jobs come again and again".into())
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.join().map_err(|_panic| "a worker panicked")??);
    }
    assert_eq!(taken.len(), 60);
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 60);
    Ok(())
}

fn the_same_work_waits_once(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    let other = Trust::plant(&database, 2, 2)?;
    assert!(enqueue(&database, trust, 1, Some("count"), 0)?);
    assert!(!enqueue(&database, trust, 2, Some("count"), 5)?);
    assert!(enqueue(&database, trust, 3, Some("close"), 0)?);
    assert!(
        enqueue(&database, trust, 4, None, 0)? && enqueue(&database, trust, 5, None, 0)?,
        "without a name they are not the same"
    );
    assert!(enqueue(&database, other, 6, Some("count"), 0)?, "another trust's work is other work");
    assert_eq!(listed(&database, trust, None)?.len(), 4);
    // What runs no longer waits: the world may have changed since it began.
    claim(&database, BEGIN, LEASE, 100)?;
    assert!(enqueue(&database, trust, 7, Some("count"), 0)?);
    assert!(!enqueue(&database, trust, 8, Some("count"), 0)?);
    Ok(())
}

fn a_job_and_the_change_that_asks_for_it_are_one(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    let job = trust.job(id(1), None);
    let undone = database.write(trust.organisation, move |tenant| {
        jobs::enqueue(tenant, &job)?;
        Err::<(), _>(StorageError::Corrupt("on second thoughts".to_owned()))
    });
    assert!(undone.is_err());
    assert_eq!(listed(&database, trust, None)?, []);
    Ok(())
}

fn a_failed_job_waits_for_its_next_time(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    enqueue(&database, trust, 1, Some("count"), 0)?;
    for attempt in 1..=3 {
        assert_eq!(
            claim(&database, BEGIN * i64::from(attempt), LEASE * 10, 1)?.first().map(|job| job.attempts),
            Some(attempt)
        );
        assert!(fail(&database, trust, (1, attempt), Some(at(BEGIN * i64::from(attempt + 1))))?);
        let waiting = listed(&database, trust, Some(JobState::Waiting))?;
        let seen: Vec<_> = waiting.iter().map(|job| (job.attempts, job.run_at, job.error.as_deref())).collect();
        assert_eq!(seen, [(attempt, at(BEGIN * i64::from(attempt + 1)), Some("the mail server is away"))]);
    }
    assert!(!enqueue(&database, trust, 2, Some("count"), 0)?, "it waits again");
    assert!(!fail(&database, trust, (99, 1), None)?, "there is none");
    Ok(())
}

fn a_job_that_is_given_up_rests_until_somebody_retries_it(engine: Engine) -> Tested {
    let (database, trust) = office(engine)?;
    enqueue(&database, trust, 1, Some("count"), 0)?;
    claim(&database, BEGIN, LEASE, 1)?;
    let retry = |number| database.write(trust.organisation, move |tenant| jobs::retry(tenant, id(number), at(LEASE)));
    assert!(!retry(1)?, "it runs");
    assert!(fail(&database, trust, (1, 1), None)?);
    let dead = listed(&database, trust, Some(JobState::FailedForGood))?;
    assert_eq!(
        dead.iter().map(|job| (job.id, job.error.as_deref())).collect::<Vec<_>>(),
        [(id(1), Some("the mail server is away"))]
    );
    assert_eq!((next(&database)?, claim(&database, LEASE * 9, LEASE * 10, 1)?), (None, vec![]));

    assert!(retry(1)?);
    assert!(!retry(1)? && !retry(99)?);
    assert_eq!(next(&database)?, Some(at(LEASE)));
    assert_eq!(claim(&database, LEASE, LEASE * 2, 1)?.first().map(|job| job.attempts), Some(2));
    Ok(())
}

/// The twin that waits by now does the same work, and there cannot be two.
fn a_job_makes_way_for_its_twin(engine: Engine) -> Tested {
    for retried_by_hand in [false, true] {
        let (database, trust) = office(engine)?;
        enqueue(&database, trust, 1, Some("count"), 0)?;
        claim(&database, BEGIN, LEASE, 1)?;
        enqueue(&database, trust, 2, Some("count"), 0)?;
        if retried_by_hand {
            assert!(fail(&database, trust, (1, 1), None)?);
            assert!(database.write(trust.organisation, |tenant| jobs::retry(tenant, id(1), at(LEASE)))?);
        } else {
            assert!(fail(&database, trust, (1, 1), Some(at(LEASE)))?);
        }
        let left: Vec<_> = listed(&database, trust, None)?.iter().map(|job| (job.id, job.state)).collect();
        assert_eq!(left, [(id(2), JobState::Waiting)]);
    }
    Ok(())
}

#[test]
fn every_state_has_a_name() {
    for state in JobState::ALL {
        assert_eq!(JobState::from_name(state.as_str()), Some(state));
    }
    assert_eq!(JobState::from_name("done"), None);
}
