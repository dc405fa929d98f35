//! How often something may be done, counted for each of many without keeping whose it was.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Timekeeper;

/// What is counted has so many places, so that inventing networks, addresses or ids costs the service nothing. Which
/// place is whose depends on a random key of this process, and nobody can find out who shares theirs.
const PLACES: u64 = 65_536;

/// After how often the places that nobody has used lately are given back.
const TIDIED_AFTER: u32 = 1024;

/// A limit for each of many.
pub(crate) struct Limit {
    counted: RateLimiter<u32, DashMapStateStore<u32>, Running, NoOpMiddleware<Duration>>,
    places: RandomState,
    since_tidied: AtomicU32,
}

/// How long the machine has run, which nobody can set back.
#[derive(Clone)]
struct Running(Timekeeper);

impl Limit {
    /// Nobody has done anything yet.
    pub(crate) fn new(quota: Quota, clock: &Timekeeper) -> Self {
        Self {
            counted: RateLimiter::dashmap_with_clock(quota, Running(clock.clone())),
            places: RandomState::new(),
            since_tidied: AtomicU32::new(0),
        }
    }

    /// Counts once more for this one, and says whether they have kept to the limit. What is beyond it counts for
    /// nothing, so that nobody waits for longer because they have tried meanwhile.
    pub(crate) fn allows(&self, whose: impl Hash) -> bool {
        if self.since_tidied.fetch_add(1, Ordering::Relaxed) >= TIDIED_AFTER {
            self.since_tidied.store(0, Ordering::Relaxed);
            self.counted.retain_recent();
            self.counted.shrink_to_fit();
        }
        let place = self.places.hash_one(whose) % PLACES;
        self.counted.check_key(&u32::try_from(place).unwrap_or(0)).is_ok()
    }

    /// How many places are in use.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.counted.len()
    }
}

impl Clock for Running {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.running().to_std().unwrap_or_default()
    }
}
