//! What clients may take of the process before anything is known of them: connections, time, and memory for what they
//! send.
//!
//! A body is read whole before its request is worked on, here and nowhere else, so that no handler waits for a client.
//! It has a limit by route, has to keep up a rate, and counts against what its network and everybody together may have
//! under way. actix-web itself gives up on the head of a first request after some seconds, and on nothing else.

mod connections;
mod head;
pub mod limit;
mod room;

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage, ResponseError};
use candour_api::auth::Caller;
use candour_api::http::body::Received;
use candour_api::problem::Problem;
use candour_service::app::App;
use candour_service::network::{FORWARDED_FOR, Network, Proxies};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

pub use self::connections::{Connection, Connections};
use self::room::{FREE, Memory, Room};

/// What a body may take however small it is.
const PATIENCE: Duration = Duration::from_secs(15);

/// Bytes that have to arrive in each second beyond that.
const RATE: u32 = 16 * 1024;

/// What a body that is still arriving may take once the process is to stop.
const LAST_GRACE: Duration = Duration::from_secs(2);

/// The part of a body under `/v1` that is read before its token has been verified.
const UNVERIFIED: usize = limit::DOCUMENT;

/// What clients hold of this process.
pub struct Intake {
    proxies: Proxies,
    room: Arc<Room>,
    connections: Arc<Connections>,
    stopping: watch::Sender<bool>,
}

/// Why a body is not read to its end.
#[derive(Debug)]
pub enum Refused {
    /// It is larger than its route takes.
    TooLarge(usize),
    /// It does not keep up the rate.
    TooSlow,
    /// Its network has too much under way.
    Busy,
    /// Everybody together has.
    NoRoom,
    /// The process stops.
    Stopping,
    /// The client ended early.
    Broken,
    /// A large body without a token that would allow it.
    Unverified(Problem),
}

/// A body that has arrived. The memory it takes is counted until the request is gone.
struct Arrived {
    bytes: Bytes,
    memory: Memory,
}

impl Intake {
    /// Nothing held yet. The word of `proxies` on where a request comes from is believed.
    #[must_use]
    pub fn new(proxies: Proxies) -> Self {
        let room = Arc::new(Room::default());
        let connections = Arc::new(Connections::new(Arc::clone(&room)));
        Self { proxies, room, connections, stopping: watch::Sender::new(false) }
    }

    /// Whose word on where a request comes from is believed.
    #[must_use]
    pub fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// The network that a request comes from.
    fn network(&self, request: &actix_web::HttpRequest) -> Network {
        let forwarded = request.headers().get_all(FORWARDED_FOR).map(header::HeaderValue::as_bytes);
        self.proxies.client(request.peer_addr(), forwarded)
    }

    /// Counts a new connection for as long as it lasts, and ends it at once where its network has too many.
    pub fn connected(&self, stream: &actix_web::rt::net::TcpStream) -> Option<Connection> {
        self.connections.open(stream, &self.proxies)
    }

    /// Ends connections whose clients have done nothing for too long, until the process ends.
    pub async fn watch(self: Arc<Self>) {
        self.connections.watch(&self.stopping).await;
    }

    /// Gives bodies that are still arriving a last moment.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    async fn read(&self, request: &ServiceRequest, mut payload: Payload) -> Result<Arrived, Refused> {
        let limit = limit::of(request.path());
        let declared =
            request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        // Somebody who has chosen the wrong file is told so, and not cut off. Nothing of it is held.
        let drained = if limit == limit::UPLOAD { limit::DRAINED } else { limit };
        if declared.is_some_and(|length| length > drained) {
            return Err(Refused::TooLarge(limit));
        }
        // What is thrown away is read to its end only for somebody from whom it would have been taken.
        let mut is_verified = false;
        let mut thrown_away = 0;
        let network = self.network(request.request());
        let arriving = self.room.begin(network)?;
        let mut memory = self.room.memory(network);
        let mut stopping = self.stopping.subscribe();
        let (begun, mut ends, mut buffer) = (Instant::now(), None, Vec::new());
        loop {
            let keeps_up = begun
                + PATIENCE
                + Duration::from_secs(1) * u32::try_from(buffer.len() + thrown_away).unwrap_or(u32::MAX) / RATE;
            let deadline = ends.map_or(keeps_up, |ends: Instant| ends.min(keeps_up));
            let chunk = tokio::select! {
                biased;
                chunk = timeout_at(deadline, payload.next()) => chunk,
                _ = stopping.wait_for(|stopping| *stopping), if ends.is_none() => {
                    ends = Some(Instant::now() + LAST_GRACE);
                    continue;
                }
            };
            let chunk = match chunk {
                Ok(None) => break,
                Ok(Some(Ok(chunk))) => chunk,
                Ok(Some(Err(_broken))) => return Err(Refused::Broken),
                Err(_elapsed) if ends.is_some() => return Err(Refused::Stopping),
                Err(_elapsed) => return Err(Refused::TooSlow),
            };
            let length = buffer.len() + chunk.len();
            let is_large = length > UNVERIFIED || thrown_away > 0 || declared.is_some_and(|declared| declared > limit);
            if is_large && !is_verified {
                verified(request).await.map_err(Refused::Unverified)?;
                is_verified = true;
            }
            if length > limit || thrown_away > 0 || declared.is_some_and(|declared| declared > limit) {
                thrown_away += buffer.len() + chunk.len();
                (buffer, memory) = (Vec::new(), self.room.memory(network));
                if thrown_away > drained {
                    return Err(Refused::TooLarge(limit));
                }
                continue;
            }
            if length > buffer.capacity() {
                let capacity = length.max(declared.unwrap_or(FREE).min(buffer.capacity() * 2)).min(limit);
                memory.hold(capacity)?;
                buffer.reserve_exact(capacity - buffer.len());
            }
            buffer.extend_from_slice(&chunk);
        }
        drop(arriving);
        if thrown_away > 0 {
            return Err(Refused::TooLarge(limit));
        }
        Ok(Arrived { bytes: Bytes::from(buffer), memory })
    }
}

/// Whether a large body is worth reading. Raters have no token; their links are looked up when the body is there.
async fn verified(request: &ServiceRequest) -> Result<(), Problem> {
    let Some(app) = request.app_data::<Data<App>>() else { return Ok(()) };
    match candour_pages::takes_large_body_of(request.request(), app).await {
        Some(true) => return Ok(()),
        Some(false) => return Err(Problem::unauthenticated("Sign in before you send so much.")),
        None => {}
    }
    match *limit::parts(request.path()).as_slice() {
        ["v1", of, ..] if of != "survey" => Caller::of(request.request(), app).await.map(drop),
        _ => Ok(()),
    }
}

/// Reads the body of a request before anything else is done with it.
///
/// # Guarantee
/// What clients send takes no more memory than there is room for, whatever they declare and however slowly they send,
/// and no longer than the rate allows.
///
/// # Errors
/// Whatever the handler returns.
pub async fn receive(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let _busy = request.conn_data::<Connection>().map(Connection::busy);
    head::detach(request.headers_mut());
    let payload = request.take_payload();
    let Some(intake) = request.app_data::<Data<Intake>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if !matches!(payload, Payload::None) {
        match intake.read(&request, payload).await {
            Ok(Arrived { bytes, memory }) => {
                request.set_payload(Payload::from(bytes.clone()));
                request.extensions_mut().insert(Received(bytes));
                request.extensions_mut().insert(memory);
            }
            Err(refused) => {
                let problem = refused.into_problem();
                let page = candour_pages::not_taken(request.path(), problem.status_code(), problem.retry_after);
                return Ok(request.into_response(page.unwrap_or_else(|| problem.error_response())));
            }
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

impl Refused {
    fn into_problem(self) -> Problem {
        let again = |seconds, problem| Problem { retry_after: Some(seconds), ..problem };
        match self {
            Self::TooLarge(limit) => {
                let detail = format!("A body for this operation has at most {limit} bytes. Send less at a time.");
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", detail)
            }
            Self::TooSlow => {
                let detail =
                    "The body did not arrive in time. Send it again over a better connection, or send less at a time.";
                Problem::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "The body did not arrive in time", detail)
            }
            Self::Busy => {
                let detail = "Too many requests from your network are still sending their bodies. Wait for some of \
                 them to end and try again.";
                again(5, Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail))
            }
            Self::NoRoom | Self::Stopping => again(5, Problem::unavailable()),
            Self::Broken => Problem::bad_request("The body ended before its declared length. Send the whole of it."),
            Self::Unverified(problem) => problem,
        }
    }
}
