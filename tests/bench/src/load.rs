//! Load: so many connections that each send one request after the other.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::LocalSet;

use crate::Outcome;
use crate::client::Connection;

/// When a measurement ends: at whichever comes first.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) seconds: f64,
    pub(crate) count: usize,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Run {
    /// Requests answered with success, or changes committed.
    pub(crate) done: usize,
    /// Requests answered with anything else.
    pub(crate) refused: usize,
    /// How many of what it was given it has begun.
    pub(crate) begun: usize,
    /// From the first request to the last reply.
    pub(crate) seconds: f64,
    /// How long each took, the shortest first.
    pub(crate) latencies: Vec<Duration>,
}

/// Sends requests over this many connections, spread over the addresses. `request` makes the one with this number;
/// `None` is the end.
pub(crate) fn over_http(
    addresses: &[SocketAddr],
    connections: usize,
    limit: Limit,
    request: impl Fn(usize) -> Option<Vec<u8>> + 'static,
) -> Outcome<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let mut open = Vec::new();
        for address in addresses.iter().cycle().take(connections) {
            open.push(Connection::open(*address).await?);
        }
        let started = Instant::now();
        let shared = Rc::new(Shared {
            request,
            limit,
            next: Cell::new(0),
            end: started + Duration::from_secs_f64(limit.seconds),
            run: RefCell::default(),
        });
        let tasks: Vec<_> =
            open.into_iter().map(|connection| tokio::task::spawn_local(work(connection, Rc::clone(&shared)))).collect();
        for task in tasks {
            task.await??;
        }
        let mut run = shared.run.take();
        run.seconds = started.elapsed().as_secs_f64();
        run.begun = shared.next.get();
        run.latencies.sort_unstable();
        Ok(run)
    })
}

/// Has `work` done for each number below `count`, over so many connections that are spread over the addresses. Gives what
/// came of each, by number, and the seconds from the first to the last.
pub(crate) fn for_each<T: 'static>(
    addresses: &[SocketAddr],
    connections: usize,
    count: usize,
    work: impl AsyncFn(&mut Connection, usize) -> Outcome<T> + 'static,
) -> Outcome<(Vec<T>, f64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let mut open = Vec::new();
        for address in addresses.iter().cycle().take(connections) {
            open.push(Connection::open(*address).await?);
        }
        let (started, shared) = (Instant::now(), Rc::new((work, Cell::new(0))));
        let tasks: Vec<_> = open
            .into_iter()
            .map(|mut connection| {
                let shared = Rc::clone(&shared);
                tokio::task::spawn_local(async move {
                    let (work, next) = &*shared;
                    let mut done = Vec::new();
                    while next.get() < count {
                        let number = next.replace(next.get() + 1);
                        done.push((number, work(&mut connection, number).await?));
                    }
                    Outcome::Ok(done)
                })
            })
            .collect();
        let mut done = Vec::new();
        for task in tasks {
            done.extend(task.await??);
        }
        done.sort_unstable_by_key(|(number, _)| *number);
        Ok((done.into_iter().map(|(_, one)| one).collect(), started.elapsed().as_secs_f64()))
    })
}

struct Shared<F> {
    request: F,
    limit: Limit,
    next: Cell<usize>,
    end: Instant,
    run: RefCell<Run>,
}

async fn work<F: Fn(usize) -> Option<Vec<u8>>>(mut connection: Connection, shared: Rc<Shared<F>>) -> Outcome {
    loop {
        let number = shared.next.get();
        let begun = Instant::now();
        if number >= shared.limit.count || begun >= shared.end {
            return Ok(());
        }
        let Some(request) = (shared.request)(number) else { return Ok(()) };
        shared.next.set(number + 1);
        let status = connection.send(&request).await?;
        let mut run = shared.run.borrow_mut();
        if (200..300).contains(&status) {
            run.done += 1;
        } else {
            run.refused += 1;
        }
        run.latencies.push(begun.elapsed());
    }
}

impl Run {
    /// Of what has all succeeded.
    pub(crate) fn of(time: Duration, mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        Self { done: latencies.len(), refused: 0, begun: latencies.len(), seconds: time.as_secs_f64(), latencies }
    }

    /// How many each second.
    pub(crate) fn rate(&self) -> f64 {
        crate::numbers::float(self.done) / self.seconds
    }
}
