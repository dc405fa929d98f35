//! The time at which a draft is launched by itself.
//!
//! While it is set the draft does not change: what is launched is what somebody looked through when they set it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Round, RoundError, RoundState, is_leap_second, parse_deadline};

/// Hours after its time in which a draft is still launched. A service that was off for longer launches nothing by
/// surprise.
pub const LATEST_HOURS: i64 = 24;

impl Round {
    /// Sets the time at which a draft is launched, or another one.
    ///
    /// # Errors
    /// [`RoundError::NotDraft`]; [`RoundError::Deadline`] when `closes_at` has passed; [`RoundError::LaunchTime`] and
    /// [`RoundError::LeapSecond`] for a time that cannot be used; [`RoundError::NotReady`].
    pub fn with_launch_time(&self, at: DateTime<Utc>, ready: bool, now: DateTime<Utc>) -> Result<Self, RoundError> {
        self.require(RoundState::Draft, RoundError::NotDraft)?;
        parse_deadline(self.0.closes_at, now)?;
        if is_leap_second(at) {
            return Err(RoundError::LeapSecond);
        }
        if at <= now || at >= self.0.closes_at {
            return Err(RoundError::LaunchTime);
        }
        if !ready {
            return Err(RoundError::NotReady);
        }
        self.next(|new| {
            new.launches_at = Some(at);
            Ok(())
        })
    }

    /// Takes the time back; `None` where none is set.
    ///
    /// # Errors
    /// [`RoundError::NotDraft`].
    pub fn without_launch_time(&self) -> Result<Option<Self>, RoundError> {
        self.require(RoundState::Draft, RoundError::NotDraft)?;
        let without = |new: &mut super::RoundRecord| {
            new.launches_at = None;
            Ok(())
        };
        self.0.launches_at.map(|_| self.next(without)).transpose()
    }

    /// Whether the draft is to be launched now by itself.
    #[must_use]
    pub fn is_due_for_launch(&self, now: DateTime<Utc>) -> bool {
        self.0.state == RoundState::Draft && self.0.launches_at.is_some_and(|at| at <= now)
    }

    /// Whether its time is so long ago that nobody expects it to be launched any more.
    #[must_use]
    pub fn is_too_late_to_launch(&self, now: DateTime<Utc>) -> bool {
        self.0.launches_at.is_some_and(|at| now - at > TimeDelta::hours(LATEST_HOURS))
    }

    /// Whether it does not wait for its time, and so may be changed.
    ///
    /// # Errors
    /// [`RoundError::LaunchSet`].
    pub fn require_no_launch_time(&self) -> Result<(), RoundError> {
        self.0.launches_at.map_or(Ok(()), |at| Err(RoundError::LaunchSet(at)))
    }
}
