//! How much of the process clients may hold at once: connections, bodies that are still arriving, and memory for
//! bodies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candour_service::network::Network;

use super::Refused;

/// Connections of one network. A whole school may answer from one address, and a browser opens several.
const CONNECTIONS_OF_A_NETWORK: usize = 512;

/// Bodies that are still arriving from one network.
const BODIES_OF_A_NETWORK: usize = 64;

/// Bodies that are still arriving.
const BODIES: usize = 1024;

/// Bytes of a body that need no room beyond that of a body which is still arriving: the answers of a rater fit, and so
/// they are taken also where somebody fills the rest.
pub(super) const FREE: usize = 16 * 1024;

/// Bytes of all bodies beyond what is free, arriving or being worked on.
const BYTES: usize = 32 * 1024 * 1024;

/// The part of them that one network may hold.
const BYTES_OF_A_NETWORK: usize = BYTES / 4;

/// What is held. An entry goes when nothing of its network is left, so that there are never more of them than
/// connections and bodies.
#[derive(Default)]
pub(super) struct Room(Mutex<Held>);

#[derive(Default)]
struct Held {
    all: Share,
    networks: HashMap<Network, Share>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
struct Share {
    connections: usize,
    bodies: usize,
    bytes: usize,
}

/// A connection that is counted.
pub(super) struct Connected {
    room: Arc<Room>,
    network: Network,
}

/// A body that is still arriving.
pub(super) struct Arriving {
    room: Arc<Room>,
    network: Network,
}

/// Memory of a body, until nobody needs it any more.
pub(super) struct Memory {
    room: Arc<Room>,
    network: Network,
    bytes: usize,
}

impl Room {
    /// Lets a connection in, unless its network has as many as it may.
    pub(super) fn connect(self: &Arc<Self>, network: Network) -> Option<Connected> {
        let admitted = self.change(network, |_, share| {
            let admitted = share.connections < CONNECTIONS_OF_A_NETWORK;
            share.connections += usize::from(admitted);
            admitted
        });
        admitted.then(|| Connected { room: Arc::clone(self), network })
    }

    /// Lets a body begin.
    ///
    /// # Errors
    /// [`Refused`] when the network, or everybody together, has as many under way as may be.
    pub(super) fn begin(self: &Arc<Self>, network: Network) -> Result<Arriving, Refused> {
        self.change(network, |all, share| {
            if share.bodies >= BODIES_OF_A_NETWORK {
                return Err(Refused::Busy);
            }
            if all.bodies >= BODIES {
                return Err(Refused::NoRoom);
            }
            share.bodies += 1;
            all.bodies += 1;
            Ok(())
        })?;
        Ok(Arriving { room: Arc::clone(self), network })
    }

    /// Memory for a body of this network, none of it taken yet.
    pub(super) fn memory(self: &Arc<Self>, network: Network) -> Memory {
        Memory { room: Arc::clone(self), network, bytes: 0 }
    }

    fn change<T>(&self, network: Network, change: impl FnOnce(&mut Share, &mut Share) -> T) -> T {
        let mut held = self.held();
        let Held { all, networks } = &mut *held;
        let share = networks.entry(network).or_default();
        let changed = change(all, share);
        if *share == Share::default() {
            networks.remove(&network);
        }
        changed
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Takes what a buffer of this many bytes needs more than it has.
    ///
    /// # Errors
    /// [`Refused`] when there is not as much left, for this network or for anybody.
    pub(super) fn hold(&mut self, buffer: usize) -> Result<(), Refused> {
        let more = buffer.saturating_sub(FREE).saturating_sub(self.bytes);
        if more == 0 {
            return Ok(());
        }
        self.room.change(self.network, |all, share| {
            if share.bytes + more > BYTES_OF_A_NETWORK {
                return Err(Refused::Busy);
            }
            if all.bytes + more > BYTES {
                return Err(Refused::NoRoom);
            }
            share.bytes += more;
            all.bytes += more;
            Ok(())
        })?;
        self.bytes += more;
        Ok(())
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.room.change(self.network, |_, share| share.connections = share.connections.saturating_sub(1));
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.room.change(self.network, |all, share| {
            share.bodies = share.bodies.saturating_sub(1);
            all.bodies = all.bodies.saturating_sub(1);
        });
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.room.change(self.network, |all, share| {
                share.bytes = share.bytes.saturating_sub(self.bytes);
                all.bytes = all.bytes.saturating_sub(self.bytes);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn network(last: u8) -> Network {
        Network::of(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    #[test]
    fn a_network_that_holds_all_it_may_leaves_the_rest_to_others() {
        let room = Arc::new(Room::default());
        let connections: Vec<_> = (0..CONNECTIONS_OF_A_NETWORK).map_while(|_| room.connect(network(1))).collect();
        let bodies: Vec<_> = (0..BODIES_OF_A_NETWORK).map_while(|_| room.begin(network(1)).ok()).collect();
        assert_eq!((connections.len(), bodies.len()), (CONNECTIONS_OF_A_NETWORK, BODIES_OF_A_NETWORK));
        assert!(room.connect(network(1)).is_none() && room.connect(network(2)).is_some());
        assert!(matches!(room.begin(network(1)), Err(Refused::Busy)) && room.begin(network(2)).is_ok());
        let mut memory = room.memory(network(1));
        assert!(memory.hold(BYTES_OF_A_NETWORK + FREE).is_ok());
        assert!(matches!(room.memory(network(1)).hold(FREE + 1), Err(Refused::Busy)));
        assert!(room.memory(network(1)).hold(FREE).is_ok(), "what a rater sends is taken");
    }

    #[test]
    fn guarantee_all_networks_together_hold_no_more_than_there_is() {
        let room = Arc::new(Room::default());
        let mut memories: Vec<_> = (0..20).map(|last| room.memory(network(last))).collect();
        let held = memories.iter_mut().filter_map(|memory| memory.hold(BYTES_OF_A_NETWORK + FREE).ok()).count();
        assert_eq!(held, BYTES / BYTES_OF_A_NETWORK);
        assert!(matches!(room.memory(network(200)).hold(FREE + 1), Err(Refused::NoRoom)));
        let bodies: Vec<_> = (0..u8::MAX)
            .flat_map(|last| (0..9).map(move |_| last))
            .filter_map(|last| room.begin(network(last)).ok())
            .collect();
        assert_eq!(bodies.len(), BODIES);
        assert!(matches!(room.begin(network(255)), Err(Refused::NoRoom)));
    }

    #[test]
    fn nothing_is_kept_of_who_has_gone() {
        let room = Arc::new(Room::default());
        {
            let mut memory = room.memory(network(1));
            let held = (
                room.connect(network(1)),
                room.begin(network(2)).is_ok(),
                memory.hold(FREE * 3),
                memory.hold(FREE * 2),
            );
            assert!(held.0.is_some() && held.1 && held.2.is_ok() && held.3.is_ok());
            assert_eq!(room.held().all.bytes, FREE * 2);
        }
        let held = room.held();
        assert_eq!((held.all.bodies, held.all.bytes, held.networks.len()), (0, 0, 0));
    }
}
