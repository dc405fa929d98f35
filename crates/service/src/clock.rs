//! The one place that reads clocks: the wall clock, which anybody can set, and the one that counts how long the machine
//! has run.
//!
//! A [`Timekeeper`] reads them through a [`Source`]. The one of this module is the machine's, and no setting names
//! another; tests stand a [`Timekeeper`] on one that they move.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use candour_domain::clock::{DatabaseTime, Doubt, Look, Reading, SettledNow, TOLERANCE, Uptime, by_uptime, judge};
use candour_storage::clock_looks::StoredLook;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

/// How often a doubt is logged while it lasts.
const TOLD_AGAIN: Duration = Duration::from_mins(10);

impl Clock {
    /// The present time, to the microsecond: what every database can keep, so that a stored time equals the one that
    /// was returned.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// Where a process reads the time.
pub trait Source: Send + Sync {
    /// What the wall clock shows, to the microsecond.
    fn wall(&self) -> DateTime<Utc>;

    /// How long the machine has run, sleep included.
    fn uptime(&self) -> Uptime;

    /// What the database server's clock shows, given what has been read from it.
    fn of_server(&self, read: DatabaseTime) -> DatabaseTime {
        read
    }
}

/// The clocks of this machine.
struct Machine {
    boot: String,
    /// Where the machine does not say for how long it has run.
    begun: Instant,
}

/// Tells the time to a process and knows whether it is believed. A clone is the same timekeeper.
///
/// # Guarantee
/// When the wall clock is set while the process runs, what goes on (answers, tokens, deadlines that are read) goes by
/// the time that the machine has run since the last look that was believed, from the same moment on. What cannot be
/// undone waits until [`Timekeeper::judge`] believes the clock.
#[derive(Clone)]
pub struct Timekeeper(Arc<Kept>);

struct Kept {
    source: Arc<dyn Source>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last look that was believed, or the best guess where none was yet.
    anchor: Option<Look>,
    /// Whether it was believed.
    believed: bool,
    /// The confirmations that were stored at that time.
    confirmations: u64,
    /// Since when the wall clock has kept pace.
    steady: Option<Look>,
    in_doubt: bool,
    told: Option<Instant>,
}

impl Machine {
    fn new() -> Self {
        let own = || format!("process {} at {}", std::process::id(), Clock.now().timestamp_micros());
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map_or_else(|_unknown| own(), |id| id.trim().to_owned());
        Self { boot, begun: Instant::now() }
    }
}

impl Source for Machine {
    fn wall(&self) -> DateTime<Utc> {
        Clock.now()
    }

    fn uptime(&self) -> Uptime {
        Uptime { boot: self.boot.clone(), running: running(self.begun) }
    }
}

impl Default for Timekeeper {
    /// Goes by the clocks of this machine.
    fn default() -> Self {
        Self::on(Arc::new(Machine::new()))
    }
}

impl Timekeeper {
    /// Goes by this source.
    #[must_use]
    pub fn on(source: Arc<dyn Source>) -> Self {
        Self(Arc::new(Kept { source, state: Mutex::default() }))
    }

    /// The present time as far as it is known.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let wall = self.0.source.wall();
        let state = self.state();
        match state.anchor.as_ref().and_then(|look| by_uptime(look, &self.0.source.uptime())) {
            Some(expected) if (wall - expected).abs() > TOLERANCE => expected.trunc_subsecs(6),
            _ => wall,
        }
    }

    /// What this machine's clocks show.
    #[must_use]
    pub fn look(&self) -> Look {
        Look { at: self.0.source.wall(), uptime: Some(self.0.source.uptime()) }
    }

    /// How long the machine has run, to measure by.
    pub(crate) fn running(&self) -> TimeDelta {
        self.0.source.uptime().running
    }

    /// What the database server's clock shows, given what has been read from it.
    pub(crate) fn of_server(&self, read: DatabaseTime) -> DatabaseTime {
        self.0.source.of_server(read)
    }

    /// Believes the wall clock at this moment, or says why not; and remembers it.
    ///
    /// # Errors
    /// [`Doubt`].
    #[expect(clippy::disallowed_methods, reason = "the service's own check")]
    pub fn judge(&self, stored: Option<&StoredLook>, database: Option<DatabaseTime>) -> Result<SettledNow, Doubt> {
        let look = self.look();
        let mut state = self.state();
        let confirmations = stored.map_or(0, |stored| stored.confirmations);
        if state.confirmations != confirmations {
            // An operator has said what time it is; whatever was seen before counts no more.
            (state.anchor, state.believed, state.confirmations) = (None, false, confirmations);
        }
        let steady = state.steady.take().filter(|since| keeps_pace(since, &look)).unwrap_or_else(|| look.clone());
        let watched = look.at - steady.at;
        state.steady = Some(steady);
        let own = state.anchor.clone().filter(|_| state.believed);
        let looks: Vec<Look> = stored.map(|stored| stored.look.clone()).into_iter().chain(own).collect();
        let verdict = judge(&looks, &Reading { wall: look.at, uptime: look.uptime.clone(), database, watched });
        if verdict.is_ok() {
            (state.anchor, state.believed) = (Some(look), true);
        } else if state.anchor.is_none() {
            state.anchor = guess(&look, stored, database);
        }
        verdict
    }

    /// Says in the log that the clock is doubted, from time to time, and once that it is not any more.
    pub fn tell(&self, verdict: &Result<SettledNow, Doubt>) {
        let mut state = self.state();
        match verdict {
            Ok(_) if state.in_doubt => {
                (state.in_doubt, state.told) = (false, None);
                tracing::info!("the clock is believed again: rounds are closed, counted and erased at their time");
            }
            Ok(_) => {}
            Err(doubt) if state.told.is_none_or(|at| at.elapsed() >= TOLD_AGAIN) => {
                (state.in_doubt, state.told) = (true, Some(Instant::now()));
                tracing::error!(%doubt, "the clock is in doubt: nothing is closed, counted, released or erased; \
                 {WHAT_TO_DO}");
            }
            Err(_) => state.in_doubt = true,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the people who run the service do about a doubt.
pub const WHAT_TO_DO: &str =
    "set the clock (NTP); if it is right, tell the service today's date: candour clock confirm --date YYYY-MM-DD";

fn keeps_pace(since: &Look, look: &Look) -> bool {
    let expected = look.uptime.as_ref().and_then(|uptime| by_uptime(since, uptime));
    expected.is_some_and(|expected| (look.at - expected).abs() <= TOLERANCE)
}

/// The best guess at a start with a clock that is not believed: what the machine has run since the stored look; else
/// the database server's clock, where that is nearer to the stored look.
fn guess(look: &Look, stored: Option<&StoredLook>, database: Option<DatabaseTime>) -> Option<Look> {
    let (stored, uptime) = (&stored?.look, look.uptime.clone()?);
    let near = |at: DateTime<Utc>| (at - stored.at).abs();
    let server = || database.map(|database| database.at).filter(|&at| near(at) < near(look.at));
    by_uptime(stored, &uptime).or_else(server).map(|at| Look { at, uptime: Some(uptime) })
}

/// How long the machine has run, sleep included.
#[cfg(target_os = "linux")]
fn running(_begun: Instant) -> TimeDelta {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    TimeDelta::seconds(time.tv_sec) + TimeDelta::nanoseconds(time.tv_nsec)
}

#[cfg(not(target_os = "linux"))]
fn running(begun: Instant) -> TimeDelta {
    TimeDelta::from_std(begun.elapsed()).unwrap_or(TimeDelta::MAX)
}
