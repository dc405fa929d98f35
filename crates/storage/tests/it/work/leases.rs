//! A job belongs to one attempt at a time: who renews keeps it, and who has lost it can do no harm.

use candour_storage::jobs::{self, AfterFailure, JobState};
use candour_storage::{StorageError, key_check, signing_keys};
use candour_test_database::{Engine, on_both_engines};

use super::jobs::{claim, enqueue, fail, id, listed, office};
use crate::database::{Database, Tested, at};
use crate::trust::Trust;

on_both_engines! {
    a_lease_that_is_renewed_does_not_end,
    whoever_has_lost_a_lease_is_told_and_changes_nothing,
    what_is_given_back_is_taken_at_once_and_counts_as_an_attempt,
    a_failure_can_be_forgotten_by_the_present_attempt_alone,
    what_is_given_back_makes_way_for_its_twin,
    changes_of_signing_keys_come_one_after_another,
}

/// How long a lease is.
const LEASE: i64 = 1_000;

fn renew(database: &Database, held: &[(u16, u32)], until: i64) -> Result<Vec<candour_domain::JobId>, StorageError> {
    let held: Vec<_> = held.iter().map(|&(number, attempt)| (id(number), attempt)).collect();
    database.write_system(move |system| jobs::renew(system, &held, at(until)))
}

/// A trust with one job whose first attempt has begun at zero, and how many times it is claimed at a time.
fn begun(engine: Engine) -> Result<(Database, Trust), crate::database::Failure> {
    let (database, trust) = office(engine)?;
    enqueue(&database, trust, 1, Some("count"), 0)?;
    assert_eq!(claim(&database, 0, LEASE, 1)?.len(), 1);
    Ok((database, trust))
}

fn attempts(database: &Database, now: i64) -> Result<Vec<u32>, StorageError> {
    Ok(claim(database, now, now + LEASE, 10)?.iter().map(|job| job.attempts).collect())
}

fn a_lease_that_is_renewed_does_not_end(engine: Engine) -> Tested {
    let (database, _) = begun(engine)?;
    for beat in 1..20 {
        assert_eq!(renew(&database, &[(1, 1)], beat * LEASE / 2 + LEASE)?, []);
        assert_eq!(attempts(&database, beat * LEASE / 2 + LEASE - 1)?, [0_u32; 0], "beat {beat}");
    }
    assert_eq!(attempts(&database, 20 * LEASE)?, [2], "its worker has gone");
    Ok(())
}

/// A worker that was cut off from the database for a while comes back.
fn whoever_has_lost_a_lease_is_told_and_changes_nothing(engine: Engine) -> Tested {
    let (database, trust) = begun(engine)?;
    assert_eq!(attempts(&database, LEASE)?, [2]);
    let running = listed(&database, trust, None)?;
    assert_eq!(renew(&database, &[(1, 1), (7, 1)], 9 * LEASE)?, [id(1), id(7)]);
    assert!(!fail(&database, trust, (1, 1), Some(at(0)))?);
    assert!(!fail(&database, trust, (1, 1), None)?);
    assert!(!database.write(trust.organisation, |tenant| jobs::give_back(tenant, id(1), 1, at(0)))?);
    assert_eq!(listed(&database, trust, None)?, running);
    assert_eq!(renew(&database, &[(1, 2)], 9 * LEASE)?, [], "the present attempt goes on");
    // What is done is done, no matter who did it.
    database.write_system(|system| jobs::complete_all(system, &[id(1)]))?;
    assert!(!fail(&database, trust, (1, 2), None)?);
    assert_eq!(listed(&database, trust, None)?, []);
    Ok(())
}

fn what_is_given_back_is_taken_at_once_and_counts_as_an_attempt(engine: Engine) -> Tested {
    let (database, trust) = begun(engine)?;
    assert!(database.write(trust.organisation, |tenant| jobs::give_back(tenant, id(1), 1, at(5)))?);
    assert!(
        !database.write(trust.organisation, |tenant| jobs::give_back(tenant, id(1), 1, at(5)))?,
        "it waits already"
    );
    assert_eq!(listed(&database, trust, Some(JobState::Waiting))?.first().and_then(|job| job.error.clone()), None);
    assert_eq!(renew(&database, &[(1, 1)], 9 * LEASE)?, [id(1)], "it runs no longer");
    assert_eq!(attempts(&database, 5)?, [2]);
    Ok(())
}

fn a_failure_can_be_forgotten_by_the_present_attempt_alone(engine: Engine) -> Tested {
    let (database, trust) = begun(engine)?;
    let forget = |attempt| {
        database.write(trust.organisation, move |tenant| {
            jobs::fail(tenant, id(1), attempt, "refused", AfterFailure::Forget)
        })
    };
    assert_eq!(attempts(&database, LEASE)?, [2]);
    assert!(!forget(1)?);
    assert_eq!(listed(&database, trust, None)?.len(), 1);
    assert!(forget(2)?);
    assert_eq!(listed(&database, trust, None)?, []);
    Ok(())
}

fn what_is_given_back_makes_way_for_its_twin(engine: Engine) -> Tested {
    let (database, trust) = begun(engine)?;
    enqueue(&database, trust, 2, Some("count"), 0)?;
    assert!(database.write(trust.organisation, |tenant| jobs::give_back(tenant, id(1), 1, at(5)))?);
    let left: Vec<_> = listed(&database, trust, None)?.iter().map(|job| (job.id, job.state)).collect();
    assert_eq!(left, [(id(2), JobState::Waiting)]);
    Ok(())
}

/// Every node looks whether a key is missing, and adds one if so; all at the same time.
fn changes_of_signing_keys_come_one_after_another(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    database.write_system(|system| key_check::get_or_set(system, || Ok::<_, StorageError>(b"check".to_vec())))?;
    let add = |number: u8| {
        let storage = database.storage().clone();
        async move {
            storage
                .write_system(move |system| {
                    signing_keys::hold(system)?;
                    if !signing_keys::all(system)?.is_empty() {
                        return Ok(false);
                    }
                    let key = signing_keys::SigningKey {
                        id: number.to_string(),
                        public: vec![],
                        sealed_private: vec![],
                        created_at: at(0),
                    };
                    signing_keys::insert(system, &key)?;
                    // Others get every chance to begin meanwhile.
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    Ok::<_, StorageError>(true)
                })
                .await
        }
    };
    let added = database.run(async { tokio::join!(add(1), add(2), add(3), add(4)) });
    let added = [added.0?, added.1?, added.2?, added.3?];
    assert_eq!(added.into_iter().filter(|added| *added).count(), 1, "{added:?}");
    assert_eq!(database.read_system(signing_keys::all)?.len(), 1);
    Ok(())
}
