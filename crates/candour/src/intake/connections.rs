//! Connections: how many a network may have, and for how long one may do nothing.
//!
//! actix-web gives up on the head of the first request of a connection, and on connections between requests. It waits
//! for ever for the head of a second request once it has begun, for the rest of a body that nobody reads, and for a
//! client that does not read its answer.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use candour_service::network::{Network, Proxies};
use rustix::net::Shutdown;
use tokio::sync::watch;
use tokio::time::Instant;

use super::room::{Connected, Room};

/// How long a client may take to read an answer and to send the next head, together.
const IDLE: Duration = Duration::from_secs(30);

/// The same once the process is to stop.
const IDLE_AT_THE_END: Duration = Duration::from_secs(3);

/// How often they are looked at.
const STEP: Duration = Duration::from_secs(1);

/// In place of a time: a request is being worked on.
const BUSY: u64 = u64::MAX;

/// The open connections.
pub struct Connections {
    room: Arc<Room>,
    begun: Instant,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    sockets: HashMap<u64, (OwnedFd, Arc<AtomicU64>)>,
}

/// One of them, for as long as it is open.
pub struct Connection {
    id: u64,
    idle_since: Arc<AtomicU64>,
    connections: Arc<Connections>,
    _counted: Option<Connected>,
}

/// A request that is being read or worked on.
pub struct Busy {
    idle_since: Arc<AtomicU64>,
    begun: Instant,
}

impl Connections {
    pub(super) fn new(room: Arc<Room>) -> Self {
        Self { room, begun: Instant::now(), open: Mutex::default() }
    }

    /// Counts a connection, but for those of proxies, which carry everybody's. One too many is ended.
    pub(super) fn open(self: &Arc<Self>, stream: &TcpStream, proxies: &Proxies) -> Option<Connection> {
        let address = stream.peer_addr().ok()?.ip();
        let counted = if proxies.include(address) { None } else { Some(self.room.connect(Network::of(address))) };
        let socket = match counted {
            Some(None) => None,
            _ => stream.as_fd().try_clone_to_owned().ok(),
        };
        let Some(socket) = socket else {
            end(stream);
            return None;
        };
        let idle_since = Arc::new(AtomicU64::new(since(self.begun)));
        let mut open = self.opened();
        let id = open.next;
        open.next += 1;
        open.sockets.insert(id, (socket, Arc::clone(&idle_since)));
        drop(open);
        Some(Connection { id, idle_since, connections: Arc::clone(self), _counted: counted.flatten() })
    }

    pub(super) async fn watch(&self, stopping: &watch::Sender<bool>) {
        loop {
            tokio::time::sleep(STEP).await;
            let idle = if *stopping.borrow() { IDLE_AT_THE_END } else { IDLE };
            let before = since(self.begun).saturating_sub(u64::try_from(idle.as_millis()).unwrap_or(BUSY));
            for (socket, idle_since) in self.opened().sockets.values() {
                if idle_since.load(Ordering::Relaxed) < before {
                    end(socket);
                }
            }
        }
    }

    fn opened(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// Says that a request is being read or worked on, until that is dropped.
    #[must_use]
    pub fn busy(&self) -> Busy {
        self.idle_since.store(BUSY, Ordering::Relaxed);
        Busy { idle_since: Arc::clone(&self.idle_since), begun: self.connections.begun }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.opened().sockets.remove(&self.id);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.idle_since.store(since(self.begun), Ordering::Relaxed);
    }
}

/// Ends both directions; the task that serves the connection sees its end and lets go of it.
fn end(socket: impl AsFd) {
    let _gone_already = rustix::net::shutdown(socket, Shutdown::Both);
}

fn since(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(BUSY - 1)
}
