//! A clock that stands still until the story moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use candour_domain::clock::{DatabaseTime, Uptime};
use candour_service::clock::Source;
use chrono::{DateTime, TimeDelta, Utc};

/// Nine in the morning of Tuesday 1 June 2027 in UTC, where every story begins. The number of 6am has been taken.
const BEGINNING: i64 = 1_811_840_400;

/// Wall clock, uptime and the database server's clock, which agree. Each look is a microsecond later than the last, so
/// that no two things happen at the same time.
#[derive(Debug)]
pub struct MovableClock(AtomicI64);

impl MovableClock {
    /// Moves it on.
    pub fn move_on(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

impl Default for MovableClock {
    fn default() -> Self {
        Self(AtomicI64::new(BEGINNING * 1_000_000))
    }
}

impl Source for MovableClock {
    fn wall(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::microseconds(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        let running = TimeDelta::microseconds(self.0.load(Ordering::SeqCst)) - TimeDelta::seconds(BEGINNING);
        Uptime { boot: "the machine of a story".to_owned(), running }
    }

    fn of_server(&self, read: DatabaseTime) -> DatabaseTime {
        let at = self.wall();
        DatabaseTime { at, up_since: at - (read.at - read.up_since) }
    }
}
