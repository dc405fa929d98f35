//! What becomes of jobs that have been carried out.

use candour_domain::{DeliveryReason, JobId, OrganisationId};
use candour_storage::jobs::{self, AfterFailure, QueuedJob};
use chrono::TimeDelta;

use super::held::{Begun, Lease};
use crate::app::App;
use crate::error::Error;
use crate::job::{Job, JobKind};
use crate::send_mail;

/// How soon work that waits for the clock is tried again.
const CLOCK_WAIT: TimeDelta = TimeDelta::minutes(1);

/// Why an attempt failed, as it is shown and logged.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    reason: String,
    /// Whether another attempt would fail in the same way.
    is_final: bool,
    /// How long another attempt would be of no use.
    wait: TimeDelta,
    /// Why an email did not leave.
    why: Option<DeliveryReason>,
    /// Whether it only waits until the clock is believed, however long that takes.
    waits: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // The same ballots give the same result. Somebody has to correct the program first.
        let (wait, why) = match &error {
            Error::Undelivered { wait, why, .. } => (TimeDelta::from_std(*wait).unwrap_or_default(), Some(*why)),
            _ => (TimeDelta::zero(), None),
        };
        let (is_final, waits) = (matches!(error, Error::Count(_)), matches!(error, Error::Clock(_)));
        Self { reason: error.to_string(), is_final, wait, why, waits }
    }
}

/// Records what has failed of these jobs of one trust, and gives the ids of those that are done and to be taken off the
/// queue.
pub(super) async fn of(
    app: &App,
    organisation: OrganisationId,
    outcomes: Vec<(Begun, Result<(), Failure>)>,
) -> Vec<JobId> {
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (begun, outcome) in outcomes {
        match outcome {
            Ok(()) => {
                count(app, &begun.job, "done");
                done.push(begun.job.id);
            }
            Err(failure) => failed.push(Failed::of(app, begun, failure)),
        }
    }
    if !failed.is_empty() {
        record(app, organisation, failed).await;
    }
    done
}

/// An attempt that has failed, and what is to follow.
struct Failed {
    begun: Begun,
    lease: Lease,
    work: Option<Job>,
    reason: String,
    why: Option<DeliveryReason>,
    then: AfterFailure,
}

impl Failed {
    fn of(app: &App, begun: Begun, Failure { reason, is_final, wait, why, waits }: Failure) -> Self {
        let (lease, work) = (begun.lease(), Job::of(&begun.job).ok());
        let last = !waits && (is_final || work.as_ref().is_none_or(|work| lease.attempt >= work.attempts()));
        let then = match &work {
            _ if waits => AfterFailure::RetryAt(app.clock.now() + CLOCK_WAIT),
            _ if !last => {
                AfterFailure::RetryAt(app.clock.now() + TimeDelta::seconds(Job::wait_seconds(lease.attempt)).max(wait))
            }
            // Kept, it would be there for nobody to see and nobody to try again.
            Some(work) if work.is_unlisted() => AfterFailure::Forget,
            _ => AfterFailure::FailForGood,
        };
        Self { begun, lease, work, reason, why, then }
    }

    fn is_last(&self) -> bool {
        !matches!(self.then, AfterFailure::RetryAt(_))
    }
}

/// What is recorded of a failed attempt, and the work with why it failed where that was the last one.
type ToRecord = (Lease, String, AfterFailure, Option<(Job, Option<DeliveryReason>)>);

async fn record(app: &App, organisation: OrganisationId, failed: Vec<Failed>) {
    let wanted: Vec<_> = failed
        .iter()
        .map(|failed| {
            let failed_for_good = failed.work.clone().filter(|_| failed.is_last()).map(|work| (work, failed.why));
            (failed.lease, failed.reason.clone(), failed.then, failed_for_good)
        })
        .collect();
    let now = app.clock.now();
    let recorded = app
        .storage
        .write(organisation, move |tenant| {
            let record = |(lease, reason, then, failed_for_good): &ToRecord| {
                // Another node may be at it by now, and what it has found out is not to be undone.
                let mine = jobs::fail(tenant, lease.id, lease.attempt, reason, *then)?;
                if let (true, Some((work, why))) = (mine, failed_for_good) {
                    send_mail::after_last_failure(tenant, work, *why, now)?;
                }
                Ok(mine)
            };
            wanted.iter().map(record).collect::<Result<Vec<bool>, Error>>()
        })
        .await;
    match recorded {
        Ok(mine) => failed.iter().zip(mine).for_each(|(failed, mine)| tell(app, failed, mine)),
        // The leases run out and the work is done again.
        Err(error) => tracing::warn!(%error, "what has failed cannot be recorded"),
    }
}

/// An email whose number would tell who has answered gets no line of its own: the log says once an hour that there were
/// some.
fn tell(app: &App, failed: &Failed, mine: bool) {
    if JobKind::is_unlisted(&failed.begun.job.kind) {
        app.raters.mail_failed(mine && failed.is_last());
        return;
    }
    let (job, attempt, reason) = (&failed.begun.job, failed.lease.attempt, &failed.reason);
    let (id, kind) = (job.id, &job.kind);
    if !mine {
        tracing::warn!(job = %id, kind, attempt, reason, "a job has failed here that another node has taken");
    } else if failed.is_last() {
        tracing::error!(job = %id, kind, attempt, reason, "a job has failed for good");
        count(app, job, "dead");
    } else {
        tracing::warn!(job = %id, kind, attempt, reason, "a job will be tried again");
        count(app, job, "retried");
    }
}

fn count(app: &App, job: &QueuedJob, outcome: &str) {
    if !JobKind::is_unlisted(&job.kind) {
        app.metrics.job(&job.kind, outcome);
    }
}
