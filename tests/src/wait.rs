//! Waiting for something to become true, by asking again and again.

use std::time::{Duration, Instant};

use crate::{Outcome, finding};

/// Asks `probe` until it answers, and gives up with a finding that names `what` after `limit`.
pub fn until<T>(what: &str, limit: Duration, mut probe: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = probe()? {
            return Ok(found);
        }
        if started.elapsed() > limit {
            finding!("waited {limit:?} for {what} and it did not happen");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The time `seconds` from now (or ago, when negative) as the API writes it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a story happens now; the service it tells of reads the same clock")]
pub fn time_in(seconds: i64) -> String {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    (now + chrono::TimeDelta::seconds(seconds)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
