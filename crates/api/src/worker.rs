//! The worker: closes rounds whose time has come, releases what was set for now, and works through the queue.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use candour_domain::JobId;
use candour_storage::jobs::{self, Job};
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::error::Error;
use crate::service::task::Task;
use crate::service::{
    close_round, count_round, forget_requests, release_review, report_quality, send_mail, sweep_receipts, tell_outstanding,
};
use crate::state::App;

/// How many jobs run at a time; emails among them go out side by side.
const BATCH: usize = 8;

/// How long a job belongs to the worker that took it. After a crash, another try begins when this has passed.
const LEASE_SECONDS: i64 = 30;

/// How long the worker sleeps when nobody wakes it.
const PAUSE: Duration = Duration::from_secs(1);

/// How often forgotten things are swept up.
const HOUSEKEEPING: Duration = Duration::from_hours(1);

/// Works until `stop` changes; what has been begun is finished first.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut worker = Worker { app, running: JoinSet::new(), busy: HashSet::new() };
    let mut swept: Option<Instant> = None;
    while !*stop.borrow() {
        if swept.is_none_or(|at| at.elapsed() > HOUSEKEEPING) {
            swept = Some(Instant::now());
            worker.sweep_up().await;
        }
        let found = match worker.look().await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "the worker cannot look for work");
                0
            }
        };
        if found > 0 && worker.running.len() < BATCH {
            continue;
        }
        tokio::select! {
            _ = stop.changed() => {}
            Some(done) = worker.running.join_next() => worker.settle(done),
            () = worker.app.wake.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    while let Some(done) = worker.running.join_next().await {
        worker.settle(done);
    }
}

struct Worker {
    app: App,
    running: JoinSet<JobId>,
    /// A job that outlives its lease is offered again; whoever is still at it goes on with it.
    busy: HashSet<JobId>,
}

impl Worker {
    /// Looks once and begins what there is; returns how many pieces of work were found.
    async fn look(&mut self) -> Result<usize, Error> {
        let app = &self.app;
        let now = app.clock.now();
        let mut found = close_round::close_due(app, now).await?;
        found += release_review::release_due(app, now).await?;
        let room = u32::try_from(BATCH.saturating_sub(self.running.len())).unwrap_or(0);
        let due = app.storage.read_system(jobs::next_run_at).await?.is_some_and(|at| at <= now);
        if !due || room == 0 {
            return Ok(found);
        }
        let lease_until = now + TimeDelta::seconds(LEASE_SECONDS);
        let claimed = app.storage.write_system(move |system| jobs::claim(system, now, lease_until, room)).await?;
        for job in claimed {
            if self.busy.insert(job.id) {
                found += 1;
                let app = self.app.clone();
                self.running.spawn(async move {
                    let id = job.id;
                    carry_out(&app, job).await;
                    id
                });
            }
        }
        Ok(found)
    }

    fn settle(&mut self, done: Result<JobId, tokio::task::JoinError>) {
        match done {
            Ok(id) => {
                self.busy.remove(&id);
            }
            // The lease runs out and the work is done again. Which job it was, the panic does not say.
            Err(_panic) => self.busy.clear(),
        }
    }

    async fn sweep_up(&self) {
        if let Err(error) = forget_requests::forget_requests(&self.app).await {
            tracing::warn!(%error, "answers to old requests could not be removed");
        }
    }
}

async fn carry_out(app: &App, job: Job) {
    let (id, kind, attempt) = (job.id, job.kind.clone(), job.attempts);
    let task = Task::of(&job);
    let outcome = match &task {
        Ok(task) => run_task(app, &job, task).await,
        Err(_unreadable) => Err(Error::Internal("the payload cannot be read")),
    };
    let unlisted = task.as_ref().is_ok_and(Task::is_unlisted);
    let count = |outcome| {
        if !unlisted {
            app.metrics.job(&kind, outcome);
        }
    };
    let settled = match outcome {
        Ok(()) => {
            count("done");
            app.storage.write_system(move |system| jobs::complete(system, id)).await
        }
        Err(error) => {
            let last = task.as_ref().map_or(true, |task| attempt >= task.attempts());
            let retry_at = (!last).then(|| app.clock.now() + TimeDelta::seconds(Task::wait_seconds(attempt)));
            let reason = error.to_string();
            if last {
                tracing::error!(job = %id, kind, attempt, reason, "a piece of work has been given up");
                count("dead");
                if let Ok(task) = &task {
                    send_mail::given_up(app, job.organisation_id, task).await;
                }
            } else {
                tracing::warn!(job = %id, kind, attempt, reason, "a piece of work will be tried again");
                count("retried");
            }
            if last && unlisted {
                // Put aside, it would be there for nobody to see and nobody to try again.
                app.storage.write_system(move |system| jobs::complete(system, id)).await
            } else {
                app.storage.write_system(move |system| jobs::fail(system, id, &reason, retry_at)).await
            }
        }
    };
    if let Err(error) = settled {
        // The lease runs out and the work is done again; every task can be repeated.
        tracing::warn!(job = %id, %error, "the outcome of a piece of work cannot be stored");
    }
}

async fn run_task(app: &App, job: &Job, task: &Task) -> Result<(), Error> {
    let organisation = job.organisation_id;
    match task {
        Task::Mail { kind, invitations, sequence } => {
            let errand = send_mail::Errand { kind: *kind, invitations: invitations.clone(), sequence: *sequence };
            send_mail::to_raters(app, organisation, &[errand]).await?.into_iter().next().unwrap_or(Ok(()))
        }
        Task::ReleasedMail { review, reader } => send_mail::released(app, organisation, *review, *reader).await,
        Task::TellOutstanding { round, kind, sequence } => {
            tell_outstanding::tell_outstanding(app, organisation, *round, *kind, *sequence).await
        }
        Task::SweepReceipts { round } => sweep_receipts::sweep_receipts(app, organisation, *round).await,
        Task::Count { round } => count_round::count_round(app, organisation, *round).await,
        Task::ReportQuality { framework } => report_quality::report_quality(app, organisation, *framework).await,
    }
}
