//! Whether a clock is believed. One reading of one clock destroys nothing: it has to agree with the newest stored time,
//! with the clock that counts how long the machine has run, which nobody sets, and with the clock of a database server
//! where there is one.

use chrono::{DateTime, TimeDelta, Utc};

/// Clocks may be this far apart before anybody doubts them. What is done at the end of a round is done this much too
/// early at the most.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(10);

/// How long the service may have been away, with nothing to say for how long, before only an operator can tell that the
/// clock is right.
pub const LONGEST_UNSEEN: TimeDelta = TimeDelta::days(3);

/// How long such a clock is watched before it is believed: time enough for a time server to correct it.
pub const WATCHED: TimeDelta = TimeDelta::hours(1);

/// The present time, as more than one clock tells it. Whatever cannot be undone takes one.
///
/// ```
/// use candour_domain::clock::{Doubt, Look, Reading, judge};
/// use chrono::{DateTime, TimeDelta};
/// let stored = Look { at: DateTime::UNIX_EPOCH, uptime: None };
/// let years_later = Reading::of_a_wall_clock(DateTime::UNIX_EPOCH + TimeDelta::days(7 * 365));
/// assert!(matches!(judge(&[stored], &years_later), Err(Doubt::Unexplained { .. })));
/// ```
///
/// # Guarantee
/// There is no other way to make one than [`judge`], which the lints forbid everywhere but in the service's own check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettledNow(DateTime<Utc>);

impl SettledNow {
    /// The time.
    #[must_use]
    pub fn at(self) -> DateTime<Utc> {
        self.0
    }
}

/// How long a machine has run, sleep included, by the clock that nobody sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// Tells one start of one machine from every other.
    pub boot: String,
    /// The time since that start.
    pub running: TimeDelta,
}

/// An earlier reading that was believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What the wall clock showed.
    pub at: DateTime<Utc>,
    /// How long that machine had run; `None` where it is not known.
    pub uptime: Option<Uptime>,
}

/// What a database server's own clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseTime {
    /// The time.
    pub at: DateTime<Utc>,
    /// Since when the server has run.
    pub up_since: DateTime<Utc>,
}

/// All clocks at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock, which anybody can set.
    pub wall: DateTime<Utc>,
    /// How long this machine has run.
    pub uptime: Option<Uptime>,
    /// The database server's clock; `None` where the database is a file.
    pub database: Option<DatabaseTime>,
    /// For how long this process has seen the wall clock keep pace with the uptime.
    pub watched: TimeDelta,
}

impl Reading {
    /// A wall clock with nothing beside it.
    #[must_use]
    pub fn of_a_wall_clock(wall: DateTime<Utc>) -> Self {
        Self { wall, uptime: None, database: None, watched: TimeDelta::zero() }
    }
}

/// Why a reading is not believed. The text is for the people who run the service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// Two machines tell different times.
    #[error("this machine's clock says {} and the database server's says {}, {} \
     apart", shown(*.wall), shown(*.database), words(*.wall - *.database))]
    Apart {
        /// This machine's.
        wall: DateTime<Utc>,
        /// The database server's.
        database: DateTime<Utc>,
    },
    /// It was later before.
    #[error("this machine's clock says {}, and the service was already at {}, {} \
     later", shown(*.wall), shown(*.newest), words(*.newest - *.wall))]
    Behind {
        /// What it shows.
        wall: DateTime<Utc>,
        /// The newest stored time.
        newest: DateTime<Utc>,
    },
    /// More time has passed on the wall clock than the machine has run for.
    #[error("this machine's clock says {}, {} after the last look at {}, and the machine has run for {} since",
        shown(*.wall), words(*.wall - *.newest), shown(*.newest), words(*.ran))]
    Jumped {
        /// What it shows.
        wall: DateTime<Utc>,
        /// The newest stored time.
        newest: DateTime<Utc>,
        /// How long the machine has run since.
        ran: TimeDelta,
    },
    /// Nobody but the wall clock itself says how long the service was away.
    #[error("this machine's clock says {}, {} after the last look at {}, and nothing else says how long the service \
     was away",
        shown(*.wall), words(*.wall - *.newest), shown(*.newest))]
    Unexplained {
        /// What it shows.
        wall: DateTime<Utc>,
        /// The newest stored time.
        newest: DateTime<Utc>,
    },
}

/// Believes a reading that earlier looks explain, or says why not.
///
/// In this order: a database server has to show the same time. The wall clock must not be behind the newest look. A
/// look is explained by being at most [`TOLERANCE`] ago, or by the time for which the same machine has run since. A
/// look of another machine, or from before a restart, is explained by a database server that has run all the while.
/// Without one, an absence of up to [`LONGEST_UNSEEN`] is believed once the clock has been [`WATCHED`]; of a longer one
/// an operator has to say that it is so. In a new database nothing can be destroyed and the first reading is believed.
///
/// # Errors
/// [`Doubt`].
pub fn judge(looks: &[Look], reading: &Reading) -> Result<SettledNow, Doubt> {
    let (wall, now) = (reading.wall, SettledNow(reading.wall));
    if let Some(database) = reading.database.filter(|database| (database.at - wall).abs() > TOLERANCE) {
        return Err(Doubt::Apart { wall, database: database.at });
    }
    let Some(newest) = looks.iter().map(|look| look.at).max() else { return Ok(now) };
    if newest - wall > TOLERANCE {
        return Err(Doubt::Behind { wall, newest });
    }
    if looks.iter().any(|look| (wall - look.at).abs() <= TOLERANCE) {
        return Ok(now);
    }
    let mut ran = None;
    for look in looks {
        if let Some(passed) = ran_since(look, reading) {
            // A clock that is not corrected gains or loses less than a thousandth.
            if (wall - look.at - passed).abs() <= TOLERANCE + passed / 1000 {
                return Ok(now);
            }
            ran = Some(passed);
        }
    }
    if let Some(ran) = ran {
        return Err(Doubt::Jumped { wall, newest, ran });
    }
    let seen_by_the_server = reading.database.is_some_and(|database| database.up_since <= newest);
    let watched = wall - newest <= LONGEST_UNSEEN && reading.watched >= WATCHED;
    if seen_by_the_server || watched { Ok(now) } else { Err(Doubt::Unexplained { wall, newest }) }
}

/// The time that a machine's uptime gives, where a look of the same start is known. What goes on while the wall clock
/// is doubted goes by it.
#[must_use]
pub fn by_uptime(look: &Look, uptime: &Uptime) -> Option<DateTime<Utc>> {
    let before =
        look.uptime.as_ref().filter(|before| before.boot == uptime.boot && before.running <= uptime.running)?;
    Some(look.at + (uptime.running - before.running))
}

fn ran_since(look: &Look, reading: &Reading) -> Option<TimeDelta> {
    by_uptime(look, reading.uptime.as_ref()?).map(|at| at - look.at)
}

/// A time to the second.
fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A span as people say it.
fn words(span: TimeDelta) -> String {
    let span = span.abs();
    let (count, unit) = match (span.num_days(), span.num_hours(), span.num_minutes()) {
        (days @ 2.., ..) => (days, "day"),
        (_, hours @ 2.., _) => (hours, "hour"),
        (_, _, minutes @ 2..) => (minutes, "minute"),
        _ => (span.num_seconds(), "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
pub(crate) mod tests;
