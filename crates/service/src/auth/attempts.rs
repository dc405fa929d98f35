//! Attempts to get a token by a secret. The right secret is always tried and always works: nobody who merely knows a
//! client's id can lock it out. A limit changes what a wrong one is told, and how soon it is looked at.

use std::num::NonZeroU32;
use std::time::Duration;

use candour_domain::ClientId;
use governor::Quota;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::limit::Limit;
use crate::clock::Timekeeper;
use crate::network::Network;

/// Attempts a minute from one network before it is crowded, and wrong ones for one id before they are told to wait.
const A_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

/// How many secrets are looked up at a time, of networks that keep to the limit and of all others. Each is one query
/// and one hash.
const LANES: (usize, usize) = (4, 2);

/// A refusal is told at a multiple of this after its turn began, so that what was found, or how long it took to write
/// down, shows in no time.
const TOLD_EACH: Duration = Duration::from_millis(20);

/// Who has tried lately.
pub struct Attempts {
    networks: Limit,
    ids: Limit,
    usual: Semaphore,
    crowded: Semaphore,
}

/// An attempt whose turn has come.
pub struct Turn<'a> {
    attempts: &'a Attempts,
    /// Whether its network has kept to the limit.
    crowded: bool,
    begun: Instant,
    /// Held until the secret has been looked at; without one, if the service is ending.
    _lane: Option<SemaphorePermit<'a>>,
}

impl Attempts {
    /// Nobody has tried yet.
    #[must_use]
    pub fn new(clock: &Timekeeper) -> Self {
        let limit = || Limit::new(Quota::per_minute(A_MINUTE), clock);
        let (usual, crowded) = (Semaphore::new(LANES.0), Semaphore::new(LANES.1));
        Self { networks: limit(), ids: limit(), usual, crowded }
    }

    /// Waits for a turn to look at a secret that comes from this network. It always comes, in the order of asking; a
    /// network that tries more often than sixty times a minute waits in a lane of its own, so that others do not wait
    /// for it.
    pub async fn turn(&self, from: Network) -> Turn<'_> {
        let crowded = !self.networks.allows(from);
        let lane = if crowded { &self.crowded } else { &self.usual };
        let lane = lane.acquire().await.ok();
        Turn { attempts: self, crowded, begun: Instant::now(), _lane: lane }
    }
}

impl Turn<'_> {
    /// The secret was wrong. Ends the turn, waits until that may be told, and says whether its sender is to wait,
    /// because their network or somebody else has tried too often. The same for an id that exists and for one that does
    /// not.
    pub async fn wrong(self, id: ClientId) -> bool {
        let (waits, begun) = (self.waits(id), self.begun);
        drop(self);
        tokio::time::sleep_until(begun + told_after(begun.elapsed())).await;
        waits
    }

    fn waits(&self, id: ClientId) -> bool {
        let of_id = !self.attempts.ids.allows(id);
        self.crowded || of_id
    }
}

/// How long after its turn began a refusal is told that was settled after this time.
fn told_after(settled: Duration) -> Duration {
    let steps = settled.as_millis() / TOLD_EACH.as_millis() + 1;
    TOLD_EACH * u32::try_from(steps).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::entropy::fresh;

    #[tokio::test]
    async fn inventing_networks_and_ids_costs_nothing() {
        let attempts = Attempts::new(&Timekeeper::default());
        for number in 0..80_000_u32 {
            let turn = attempts.turn(Network::of(IpAddr::V4(Ipv4Addr::from_bits(number)))).await;
            let _told = turn.waits(fresh(ClientId::from_random));
        }
        assert!(attempts.networks.len() <= 65_536 && attempts.ids.len() <= 65_536);
    }

    #[test]
    fn how_long_the_look_took_does_not_show() {
        for (took, told) in [(0, 20), (1, 20), (19, 20), (20, 40), (33, 40), (199, 200)] {
            assert_eq!(told_after(Duration::from_millis(took)), Duration::from_millis(told), "after {took} ms");
        }
    }

    #[tokio::test]
    async fn a_crowded_network_keeps_nobody_else_waiting_and_waits_itself_for_its_turn_only() {
        let attempts = Attempts::new(&Timekeeper::default());
        let network = |first| Network::of(IpAddr::V4(Ipv4Addr::new(first, 0, 2, 1)));
        let (attacker, other) = (network(192), network(198));
        let id = fresh(ClientId::from_random);
        let mut told_to_wait = 0;
        for _ in 0..200 {
            told_to_wait += u32::from(attempts.turn(attacker).await.waits(id));
        }
        assert!((130..=140).contains(&told_to_wait), "{told_to_wait}");
        let held = (attempts.turn(attacker).await, attempts.turn(attacker).await);
        // Both places of the crowded lane are taken; the other network's turn comes all the same.
        assert!(!attempts.turn(other).await.crowded);
        drop(held);
        assert!(attempts.turn(attacker).await.crowded, "its turn comes when another's is over");
    }
}
