//! Work is done once, or again when anybody who took it is gone.

use std::collections::BTreeSet;

use candour_domain::{JobId, OrganisationId};
use candour_test_database::{Engine, on_both_engines};

use crate::jobs::{self, AfterFailure, JobState, NewJob, QueuedJob};
use crate::tests::{Outcome, at, bytes, with_trust};
use crate::{PageRequest, Storage, StorageError};

fn job(number: u64, dedupe: Option<&str>, due: i64) -> NewJob {
    let payload = serde_json::json!({"round": number});
    NewJob {
        id: JobId::from_random(bytes(number)),
        kind: "count".to_owned(),
        payload,
        dedupe: dedupe.map(str::to_owned),
        run_at: at(due),
    }
}

async fn enqueue(storage: &Storage, organisation: OrganisationId, job: NewJob) -> Result<bool, StorageError> {
    storage.write(organisation, move |tenant| jobs::enqueue(tenant, &job)).await
}

async fn claim(storage: &Storage, now: i64, limit: u32) -> Result<Vec<QueuedJob>, StorageError> {
    storage.write_system(move |system| jobs::claim(system, at(now), at(now + 10), limit)).await
}

on_both_engines! { async
    a_job_is_claimed_once_and_again_after_its_lease,
    no_job_goes_to_two_workers,
    the_same_work_waits_once,
    a_job_is_retried_when_the_caller_says_and_then_kept_dead,
    a_job_is_added_with_the_change_or_not_at_all,
}

async fn a_job_is_claimed_once_and_again_after_its_lease(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    let storage = &database.storage;
    assert_eq!(storage.read_system(jobs::next_run_at).await?, None);
    assert!(enqueue(storage, trust.id(), job(1, None, 5)).await?);
    assert_eq!(storage.read_system(jobs::next_run_at).await?, Some(at(5)));
    assert_eq!(claim(storage, 4, 10).await?, [], "not due");
    let claimed = claim(storage, 5, 10).await?;
    let wanted = job(1, None, 5);
    assert_eq!(
        claimed.iter().map(|job| (job.id, job.organisation_id, job.attempts)).collect::<Vec<_>>(),
        [(wanted.id, trust.id(), 1)]
    );
    assert_eq!(claimed.first().map(|job| (&job.kind, &job.payload)), Some((&wanted.kind, &wanted.payload)));
    assert_eq!(claim(storage, 14, 10).await?, [], "leased");
    assert_eq!(storage.read_system(jobs::next_run_at).await?, Some(at(15)));
    assert_eq!(
        claim(storage, 15, 10).await?.iter().map(|job| job.attempts).collect::<Vec<_>>(),
        [2],
        "the lease has ended"
    );
    storage.write_system(move |system| jobs::complete_all(system, &[wanted.id])).await?;
    assert_eq!(storage.read_system(jobs::next_run_at).await?, None);
    Ok(())
}

async fn no_job_goes_to_two_workers(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    for number in 0..100 {
        enqueue(&database.storage, trust.id(), job(number, None, 0)).await?;
    }
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let storage = database.storage.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = claim(&storage, 0, 3).await?;
                    if claimed.is_empty() {
                        return Ok::<_, StorageError>(mine);
                    }
                    mine.extend(claimed.into_iter().map(|job| job.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await??);
    }
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (100, 100));
    Ok(())
}

async fn the_same_work_waits_once(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    let storage = &database.storage;
    assert!(enqueue(storage, trust.id(), job(1, Some("close"), 0)).await?);
    assert!(!enqueue(storage, trust.id(), job(2, Some("close"), 0)).await?);
    assert!(enqueue(storage, trust.id(), job(3, Some("other"), 0)).await?);
    assert_eq!(claim(storage, 0, 10).await?.len(), 2);
    assert!(
        enqueue(storage, trust.id(), job(2, Some("close"), 0)).await?,
        "the running one may have begun too early to see the change"
    );

    let (first, second) = (job(1, None, 0).id, job(2, None, 0).id);
    assert!(
        storage
            .write(trust.id(), move |tenant| jobs::fail(tenant, first, 1, "no", AfterFailure::RetryAt(at(1))))
            .await?
    );
    let waiting = storage
        .read(trust.id(), |tenant| jobs::list(tenant, Some(JobState::Waiting), &[], &PageRequest::default()))
        .await?;
    assert_eq!(
        waiting.items.iter().map(|job| job.id).collect::<Vec<_>>(),
        [second],
        "the waiting one takes the failed one's place"
    );
    Ok(())
}

async fn a_job_is_retried_when_the_caller_says_and_then_kept_dead(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    let storage = &database.storage;
    let id = job(1, Some("x"), 0).id;
    enqueue(storage, trust.id(), job(1, Some("x"), 0)).await?;
    claim(storage, 0, 1).await?;
    assert!(
        storage
            .write(trust.id(), move |tenant| jobs::fail(tenant, id, 1, "first", AfterFailure::RetryAt(at(30))))
            .await?
    );
    assert_eq!(claim(storage, 29, 1).await?, []);
    let again = claim(storage, 30, 1).await?;
    assert_eq!(again.iter().map(|job| (job.attempts, job.error.as_deref())).collect::<Vec<_>>(), [(2, Some("first"))]);
    assert!(
        storage.write(trust.id(), move |tenant| jobs::fail(tenant, id, 2, "second", AfterFailure::FailForGood)).await?
    );
    assert_eq!(claim(storage, 9999, 1).await?, [], "dead");
    let list = |state| storage.read(trust.id(), move |tenant| jobs::list(tenant, state, &[], &PageRequest::default()));
    let dead = list(Some(JobState::FailedForGood)).await?.items;
    assert_eq!(dead.iter().map(|job| (job.id, job.error.as_deref())).collect::<Vec<_>>(), [(id, Some("second"))]);
    assert_eq!(list(Some(JobState::Waiting)).await?.items, []);
    assert_eq!(list(None).await?.items.len(), 1);
    assert!(storage.write(trust.id(), move |tenant| jobs::retry(tenant, id, at(100))).await?);
    assert!(!storage.write(trust.id(), move |tenant| jobs::retry(tenant, id, at(100))).await?, "it waits already");
    assert_eq!(claim(storage, 100, 1).await?.len(), 1);
    assert!(
        !storage
            .write(trust.id(), move |tenant| jobs::fail(
                tenant,
                JobId::from_random(bytes(99)),
                1,
                "gone",
                AfterFailure::FailForGood
            ))
            .await?
    );
    Ok(())
}

async fn a_job_is_added_with_the_change_or_not_at_all(engine: Engine) -> Outcome {
    let (database, trust) = with_trust(engine, 1).await?;
    let undone = |tenant: &mut crate::Tenant<'_>| {
        jobs::enqueue(tenant, &job(1, None, 0))?;
        Err::<(), _>(StorageError::Database("changed my mind".to_owned()))
    };
    assert!(database.storage.write(trust.id(), undone).await.is_err());
    assert_eq!(claim(&database.storage, 0, 1).await?, []);
    Ok(())
}
