//! The one place that reads the time of day.

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// The present time, to the microsecond: what every database can keep, so that a stored time equals the one that was returned.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}
