//! The jobs that this process has leased. Their leases are renewed while it is at them; when it ends, however it ends,
//! they run out, and another node takes the jobs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use candour_domain::{JobId, OrganisationId};
use candour_storage::jobs::{self, QueuedJob};
use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;

/// How long a job belongs to a worker that says nothing more. After a crash, another try begins when this has passed.
const LEASE_SECONDS: i64 = 20;

/// How often a worker says that it is at it. Three beats may be lost before another worker begins the same.
const BEAT: Duration = Duration::from_secs(5);

/// When a lease that is taken or renewed now ends.
pub(super) fn until(now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::seconds(LEASE_SECONDS)
}

/// The leases of this process, with the task that renews them.
pub(super) struct Held {
    leases: Leases,
    beating: tokio::task::JoinHandle<()>,
}

type Leases = Arc<Mutex<HashMap<JobId, Lease>>>;

/// The right to one attempt.
#[derive(Clone, Copy)]
pub(super) struct Lease {
    pub(super) id: JobId,
    pub(super) organisation: OrganisationId,
    pub(super) attempt: u32,
}

/// A job that has been begun. When this is dropped, also by a panic, its lease is renewed no longer.
pub(super) struct Begun {
    pub(super) job: QueuedJob,
    leases: Leases,
}

impl Held {
    /// Holds nothing yet.
    pub(super) fn new(app: App) -> Self {
        let leases = Leases::default();
        let beating = tokio::spawn(beat(app, Arc::clone(&leases)));
        Self { leases, beating }
    }

    /// Begins a job that has been claimed. `None` when it is at work here already: then the claim was another way to
    /// renew its lease.
    pub(super) fn begin(&self, job: QueuedJob) -> Option<Begun> {
        let lease = Lease { id: job.id, organisation: job.organisation_id, attempt: job.attempts };
        let is_new = lock(&self.leases).insert(job.id, lease).is_none();
        is_new.then(|| Begun { job, leases: Arc::clone(&self.leases) })
    }

    /// How many jobs are held at present.
    pub(super) fn len(&self) -> usize {
        lock(&self.leases).len()
    }

    /// What is held at present.
    pub(super) fn all(&self) -> Vec<Lease> {
        lock(&self.leases).values().copied().collect()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

impl Begun {
    /// Its lease as it is now: the job may have been leased again since it was begun.
    pub(super) fn lease(&self) -> Lease {
        let begun_with = Lease { id: self.job.id, organisation: self.job.organisation_id, attempt: self.job.attempts };
        lock(&self.leases).get(&self.job.id).copied().unwrap_or(begun_with)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        lock(&self.leases).remove(&self.job.id);
    }
}

impl Lease {
    /// Lets the job wait again, so that another node need not wait for the end of the lease.
    pub(super) async fn give_back(self, app: &App) {
        let (Self { id, organisation, attempt }, now) = (self, app.clock.now());
        match app.storage.write(organisation, move |tenant| jobs::give_back(tenant, id, attempt, now)).await {
            // No line for each: their number may tell how many have not answered.
            Ok(_given_back) => {}
            Err(error) => tracing::warn!(%error, "a job keeps its lease to the end"),
        }
    }
}

async fn beat(app: App, leases: Leases) {
    loop {
        tokio::time::sleep(BEAT).await;
        let held: Vec<_> = lock(&leases).values().map(|lease| (lease.id, lease.attempt)).collect();
        if held.is_empty() {
            continue;
        }
        let lease_until = until(app.clock.now());
        match app.storage.write_system(move |system| jobs::renew(system, &held, lease_until)).await {
            // It may also have been done meanwhile, here or elsewhere.
            Ok(_lost) => {}
            Err(error) => tracing::warn!(%error, "the leases of the work under way cannot be renewed"),
        }
    }
}

fn lock(leases: &Leases) -> MutexGuard<'_, HashMap<JobId, Lease>> {
    leases.lock().unwrap_or_else(PoisonError::into_inner)
}
