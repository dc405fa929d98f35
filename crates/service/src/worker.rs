//! The worker: closes and launches rounds whose time has come, releases what was set for now, and works through the queue.
//!
//! Any number of nodes do this on one database. What is found by looking (a deadline that has passed) is done in a
//! transaction that looks again, so that the second node finds it done; what is queued is leased to one node at a time.

mod batch;
mod held;
mod outcome;

use std::sync::Arc;
use std::time::{Duration, Instant};

use candour_domain::JobId;
use candour_storage::{System, jobs, reviews, rounds};
use candour_words::uk_time::last_six;
use chrono::{DateTime, Utc};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinSet};

use self::held::Held;
use crate::app::App;
use crate::auth::sessions;
use crate::error::Error;
use crate::rater::uploads;
use crate::result::release_review;
use crate::round::close_round;
use crate::round::erase_expired;
use crate::round::launch_time;
use crate::round::snapshot_progress;
use crate::round::warn_unreleased;
use crate::{forget_requests, rotate_signing_key, settle};

/// How many jobs a worker has leased at most. It takes more when it has half of them left, so that many share a
/// transaction.
const MOST: usize = 32;

/// How many jobs other than emails are carried out at the same time; a count takes a processor and memory for its
/// ballots.
const AT_A_TIME: usize = 4;

/// How long the worker sleeps when nobody wakes it. An idle node asks the database one question of four parts in this
/// time.
const PAUSE: Duration = Duration::from_secs(1);

/// How often the clock is compared with the others when nothing asks for it.
const CLOCK_PAUSE: Duration = Duration::from_mins(1);

/// How often while it is in doubt: an operator who has confirmed it waits no longer.
const DOUBT_PAUSE: Duration = Duration::from_secs(5);

/// How often forgotten things are swept up.
const HOUSEKEEPING: Duration = Duration::from_hours(1);

/// How long to wait when the day's progress could not be taken.
const SNAPSHOT_PAUSE: Duration = Duration::from_mins(1);

/// How long what has begun may take to end once the worker is to stop. What takes longer is given back.
const LAST_CHANCE: Duration = Duration::from_secs(20);

/// Works until `stop` changes. What has been begun is finished first; what has not, or does not end, is given back for
/// another node.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut worker = Worker::new(app);
    let (mut swept, mut looked, mut compared): (Option<Instant>, Option<Instant>, Option<Instant>) = (None, None, None);
    let mut in_doubt = false;
    let mut sweeping = JoinSet::new();
    while !*stop.borrow() {
        if compared.is_none_or(|at| at.elapsed() >= if in_doubt { DOUBT_PAUSE } else { CLOCK_PAUSE }) {
            compared = Some(Instant::now());
            // It is logged and remembered; what destroys something asks again.
            let doubted = matches!(settle::settle(&worker.app).await, Err(Error::Clock(_)));
            if in_doubt && !doubted {
                // What has waited for it goes on at once.
                (swept, looked) = (None, None);
            }
            in_doubt = doubted;
        }
        if swept.is_none_or(|at| at.elapsed() > HOUSEKEEPING) {
            swept = Some(Instant::now());
            // Beside the work: the disk may be slow to clean, and deadlines do not wait for it.
            if sweeping.is_empty() {
                sweeping.spawn(sweep_up(worker.app.clone()));
            }
        }
        if looked.is_none_or(|at| at.elapsed() >= PAUSE) {
            if let Err(error) = worker.look().await {
                tracing::warn!(%error, "the worker cannot look for work");
            }
            looked = Some(Instant::now());
        }
        if let Err(error) = worker.take().await {
            tracing::warn!(%error, "the worker cannot take work");
        }
        let next_look = looked.map_or(Duration::ZERO, |at| PAUSE.saturating_sub(at.elapsed()));
        tokio::select! {
            _ = stop.changed() => {}
            Some(ended) = worker.running.join_next() => worker.settle(ended),
            Some(_swept) = sweeping.join_next() => {}
            () = worker.app.wake.notified() => looked = None,
            () = tokio::time::sleep(next_look) => {}
        }
    }
    worker.finish().await;
    if let Err(error) = settle::settle_at_the_end(&worker.app).await {
        tracing::warn!(%error, "the time at which the service stopped could not be stored");
    }
}

/// Does all that is due at this moment and returns when nothing is left: for a process without [`run`], which says
/// itself when time has passed.
///
/// # Errors
/// [`Error`] when the database cannot be read or written.
pub async fn until_idle(app: &App) -> Result<(), Error> {
    let mut worker = Worker::new(app.clone());
    // What has been closed and counted is there before anything is swept up, and the sweep asks for emails.
    worker.empty_queue().await?;
    sweep_up(app.clone()).await;
    worker.empty_queue().await
}

struct Worker {
    app: App,
    held: Held,
    /// One for each job other than an email that may be carried out beside the others.
    turns: Arc<Semaphore>,
    /// Gives the jobs that are done.
    running: JoinSet<Vec<JobId>>,
    /// Done, and still to be taken off the queue.
    done: Vec<JobId>,
    /// Whether the queue may hold work that is due.
    more: bool,
    snapshots: Snapshots,
}

/// Which day's progress this process knows to be taken, so that it asks once a day and not once a second.
#[derive(Default)]
struct Snapshots {
    taken: Option<DateTime<Utc>>,
    failed: Option<Instant>,
}

impl Snapshots {
    async fn take_due(&mut self, app: &App, now: DateTime<Utc>) {
        let six = last_six(now);
        if self.taken == Some(six) || self.failed.is_some_and(|at| at.elapsed() < SNAPSHOT_PAUSE) {
            return;
        }
        match snapshot_progress::snapshot_progress(app, six).await {
            Ok(()) => *self = Self { taken: Some(six), failed: None },
            Err(Error::Clock(_)) => self.failed = Some(Instant::now()),
            Err(error) => {
                self.failed = Some(Instant::now());
                tracing::warn!(%error, "the day's progress of open rounds cannot be taken; it is tried again");
            }
        }
    }
}

impl Worker {
    fn new(app: App) -> Self {
        let (held, turns) = (Held::new(app.clone()), Arc::new(Semaphore::new(AT_A_TIME)));
        Self {
            app,
            held,
            turns,
            running: JoinSet::new(),
            done: Vec::new(),
            more: false,
            snapshots: Snapshots::default(),
        }
    }

    /// Does what the deadlines ask for, and works until nothing in the queue is due.
    async fn empty_queue(&mut self) -> Result<(), Error> {
        loop {
            self.look().await?;
            self.take().await?;
            match self.running.join_next().await {
                Some(ended) => self.settle(ended),
                None if self.more || !self.done.is_empty() => {}
                None => return Ok(()),
            }
        }
    }

    /// Looks once at deadlines and the queue, and does what the deadlines ask for.
    async fn look(&mut self) -> Result<(), Error> {
        let now = self.app.clock.now();
        // One read, and in most cases the only one: this is what an idle node costs.
        let look = move |system: &mut System<'_>| {
            Ok::<_, Error>((
                rounds::due(system, now)?,
                rounds::due_for_launch(system, now)?,
                reviews::due_for_release(system, now)?,
                jobs::next_run_at(system)?,
            ))
        };
        let (to_close, to_launch, to_release, next) = self.app.storage.read_system(look).await?;
        self.more = next.is_some_and(|at| at <= now);
        // Before a round is closed: one that closes at this moment keeps the number of today.
        self.snapshots.take_due(&self.app, now).await;
        close_round::close_due(&self.app, &to_close).await;
        launch_time::launch_due(&self.app, &to_launch).await;
        release_review::release_due(&self.app, &to_release).await;
        // All of it queues work.
        self.more |= !to_close.is_empty() || !to_launch.is_empty() || !to_release.is_empty();
        Ok(())
    }

    /// Takes what is done off the queue, and as much from it as there is room for, in one transaction.
    async fn take(&mut self) -> Result<(), Error> {
        let held = self.held.len();
        let room = if self.more && held <= MOST / 2 { MOST - held } else { 0 };
        if room == 0 && self.done.is_empty() {
            return Ok(());
        }
        let now = self.app.clock.now();
        let (done, lease_until) = (self.done.clone(), held::until(now));
        let wanted = u32::try_from(room).unwrap_or(0);
        let claimed = self
            .app
            .storage
            .write_system(move |system| {
                if !done.is_empty() {
                    jobs::complete_all(system, &done)?;
                }
                if wanted == 0 { Ok(Vec::new()) } else { jobs::claim(system, now, lease_until, wanted) }
            })
            .await?;
        self.done.clear();
        // Fewer than were asked for: nothing else is due.
        self.more &= room == 0 || claimed.len() == room;
        // A job that is still at work here has been leased again, and goes on.
        let begun = claimed.into_iter().filter_map(|job| self.held.begin(job)).collect();
        for batch in batch::of(begun) {
            let (app, turns) = (self.app.clone(), Arc::clone(&self.turns));
            self.running.spawn(async move { batch.carry(&app, &turns).await });
        }
        Ok(())
    }

    /// Notes what has been done, and whatever else has ended meanwhile. After a panic nobody renews the leases, and the
    /// jobs are begun again.
    fn settle(&mut self, ended: Result<Vec<JobId>, JoinError>) {
        self.done.extend(ended.unwrap_or_default());
        while let Some(ended) = self.running.try_join_next() {
            self.done.extend(ended.unwrap_or_default());
        }
    }

    async fn finish(&mut self) {
        // Anybody who waits for a turn gives the job back.
        self.turns.close();
        let last_chance = tokio::time::sleep(LAST_CHANCE);
        tokio::pin!(last_chance);
        loop {
            tokio::select! {
                ended = self.running.join_next() => match ended {
                    Some(ended) => self.settle(ended),
                    None => break,
                },
                () = &mut last_chance => break,
            }
        }
        let unfinished = self.held.all();
        self.running.shutdown().await;
        self.more = false;
        if let Err(error) = self.take().await {
            tracing::warn!(%error, "what is done stays in the queue and will be found done");
        }
        for lease in unfinished {
            lease.give_back(&self.app).await;
        }
    }
}

async fn sweep_up(app: App) {
    // All of it waits for a clock that is believed, which says so in the log.
    if let Err(Error::Clock(_)) = settle::settle(&app).await {
        return;
    }
    if let Err(error) = forget_requests::forget_requests(&app).await {
        tracing::warn!(%error, "answers to old requests could not be removed");
    }
    if let Err(error) = sessions::sweep(&app).await {
        tracing::warn!(%error, "sessions that have ended could not be removed");
    }
    if let Err(error) = uploads::sweep(&app).await {
        tracing::warn!(%error, "lists of raters that nobody has imported could not be removed; it is tried again");
    }
    if let Err(error) = rotate_signing_key::rotate_due(&app).await {
        tracing::warn!(%error, "the signing keys could not be seen to");
    }
    if let Err(error) = warn_unreleased::warn_unreleased(&app).await {
        tracing::warn!(%error, "nobody could be warned of what is to be destroyed unreleased; it is tried again");
    }
    if let Err(error) = erase_expired::erase_expired(&app).await {
        tracing::warn!(%error, "what is past its time could not be erased yet; it is tried again");
    }
}
