//! What is said of raters' requests: once an hour, and nothing that tells one of them from another.
//!
//! Anybody who watches the office beside a log that has a line for each request knows who has sent. So no such line is
//! written. On each full hour one line says roughly how many requests of raters were answered, and how many failed. It
//! is written in every hour, also where nobody came.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::app::App;

/// Answered requests are told in steps of so many. Opening a link and sending a whole questionnaire differ by far less.
const STEP: u64 = 100;

/// The longest sleep, so that a clock that is set or a machine that slept does not move the hour.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// What has come from raters since the last full hour, and how email fared whose number would tell who has answered.
#[derive(Debug, Default)]
pub struct RaterRequests {
    answered: AtomicU64,
    failed: AtomicU64,
    mail_failed: AtomicBool,
    mail_dropped: AtomicBool,
}

/// What is said of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Requests answered with a status below 500, rounded up to a multiple of a hundred, and at least a hundred.
    pub answered_up_to: u64,
    /// Requests that failed with a status of 500 or above.
    pub failed: u64,
    /// Whether an email that depends on who has answered could not be delivered, and is tried again.
    pub mail_failed: bool,
    /// Whether one was dropped after its last attempt.
    pub mail_dropped: bool,
}

impl RaterRequests {
    /// Whether a request to this path is a rater's: a page behind a link, the API behind one, or what such a page
    /// loads.
    #[must_use]
    pub fn is_one(path: &str) -> bool {
        let below =
            |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        ["/s", "/v1/survey", "/assets"].into_iter().any(below)
    }

    /// Counts an answered or a failed request.
    pub fn count(&self, status: u16) {
        let counter = if status >= 500 { &self.failed } else { &self.answered };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that an email has failed whose number would tell who has answered; `for_good` after its last attempt.
    pub fn mail_failed(&self, for_good: bool) {
        let flag = if for_good { &self.mail_dropped } else { &self.mail_failed };
        flag.store(true, Ordering::Relaxed);
    }

    /// Gives what there was in the hour, and begins the next one.
    pub fn take(&self) -> Hour {
        Hour {
            answered_up_to: self.answered.swap(0, Ordering::Relaxed).div_ceil(STEP).max(1) * STEP,
            failed: self.failed.swap(0, Ordering::Relaxed),
            mail_failed: self.mail_failed.swap(false, Ordering::Relaxed),
            mail_dropped: self.mail_dropped.swap(false, Ordering::Relaxed),
        }
    }
}

/// Writes the line of each hour, on the hour of the process' clock, for ever.
pub async fn tell_hourly(app: App) {
    let mut next = next_hour(app.clock.now());
    loop {
        let now = app.clock.now();
        if now >= next {
            tell(app.raters.take());
            next = next_hour(now);
        }
        let left = (next - app.clock.now()).to_std().unwrap_or_default();
        tokio::time::sleep(left.clamp(Duration::from_millis(1), LONGEST_SLEEP)).await;
    }
}

fn tell(hour: Hour) {
    let Hour { answered_up_to, failed, mail_failed, mail_dropped } = hour;
    tracing::info!(answered_up_to, failed, "requests of raters in the last hour");
    if mail_failed {
        tracing::warn!(
            "in the last hour, emails that depend on who has answered could not be delivered; they are tried again"
        );
    }
    if mail_dropped {
        tracing::error!(
            "in the last hour, emails that depend on who has answered were dropped after their last attempt"
        );
    }
}

fn next_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    now.duration_trunc(hour).unwrap_or(now) + hour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarantee_opening_saving_sending_and_declining_look_the_same_in_an_hour() {
        let hour_of = |requests: u64| {
            let raters = RaterRequests::default();
            (0..requests)
                .for_each(|at| raters.count([200, 204, 303, 404, 409, 410, 429][usize::try_from(at % 7).unwrap_or(0)]));
            raters.take()
        };
        let quiet = Hour { answered_up_to: 100, failed: 0, mail_failed: false, mail_dropped: false };
        // Nobody, a scanner that opens a link, somebody who declines, and somebody who answers twenty pages.
        for requests in [0, 1, 3, 60, 100] {
            assert_eq!(hour_of(requests), quiet, "{requests}");
        }
        assert_eq!((hour_of(101).answered_up_to, hour_of(1_999).answered_up_to), (200, 2_000));
    }

    #[test]
    fn each_hour_begins_at_zero() {
        let raters = RaterRequests::default();
        (0..150).for_each(|_| raters.count(303));
        raters.count(500);
        raters.count(503);
        raters.mail_failed(false);
        assert_eq!(raters.take(), Hour { answered_up_to: 200, failed: 2, mail_failed: true, mail_dropped: false });
        raters.mail_failed(true);
        assert_eq!(raters.take(), Hour { answered_up_to: 100, failed: 0, mail_failed: false, mail_dropped: true });
    }

    #[test]
    fn whatever_lies_behind_a_link_is_a_raters() {
        for path in [
            "/s",
            "/s/",
            "/s/abc",
            "/s/abc/send",
            "/s/abc/nowhere",
            "/v1/survey/abc/response",
            "/v1/survey",
            "/assets/candour.css",
        ] {
            assert!(RaterRequests::is_one(path), "{path}");
        }
        for path in ["/", "/v1/rounds", "/v1/surveys", "/search", "/health/ready", "/docs/"] {
            assert!(!RaterRequests::is_one(path), "{path}");
        }
    }

    #[test]
    fn the_hour_is_that_of_the_clock() -> Result<(), chrono::ParseError> {
        assert_eq!(next_hour("2027-02-01T09:59:59.999999Z".parse()?), "2027-02-01T10:00:00Z".parse::<DateTime<Utc>>()?);
        assert_eq!(next_hour("2027-02-01T10:00:00Z".parse()?), "2027-02-01T11:00:00Z".parse::<DateTime<Utc>>()?);
        Ok(())
    }
}
