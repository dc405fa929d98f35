//! The way through a mail server: its URL, its connections, and what its answers mean.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use candour_domain::DeliveryReason;
use lettre::transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use url::{Host, Url};

use super::pace::Pace;
use super::refusal::{self, Verdict, reason};
use super::transport::{MailError, SendError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// For a whole message. A server that takes the connection and then falls silent would otherwise hold a worker for
/// good.
const MESSAGE_TIMEOUT: Duration = Duration::from_mins(2);
/// For somebody who only wants to know whether the server is there.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST_POOL: u32 = 4;

type Pool = AsyncSmtpTransport<Tokio1Executor>;

/// A mail server with a few connections kept open to it.
pub(super) struct Relay {
    builder: AsyncSmtpTransportBuilder,
    pool: Mutex<Pool>,
    pace: Pace,
    patience: Duration,
}

impl Relay {
    /// Reads the URL. No connection is made yet.
    pub(super) fn from_url(url: &str) -> Result<Self, MailError> {
        let parsed = Url::parse(url).ok().ok_or(MailError::Url)?;
        let encrypted = is_encrypted(&parsed);
        match (parsed.username(), parsed.password()) {
            ("", None) => {}
            (_, None) => return Err(MailError::PasswordMissing),
            (_, Some(_)) if !encrypted && !is_this_machine(&parsed) => return Err(MailError::PasswordInClear),
            (_, Some(_)) => {}
        }
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(MailError::NoRuntime);
        }
        let builder = Pool::from_url(url).ok().ok_or(MailError::Url)?;
        let builder = builder.timeout(Some(CONNECT_TIMEOUT)).pool_config(PoolConfig::new().max_size(LARGEST_POOL));
        Ok(Self { pool: Mutex::new(builder.clone().build()), builder, pace: Pace::new(), patience: MESSAGE_TIMEOUT })
    }

    /// Connects, as for a message, and asks whether the server is there.
    pub(super) async fn reach(&self) -> Result<(), SendError> {
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let failed = |reason: String| Err(SendError::unavailable(reason));
        match tokio::time::timeout(self.patience.min(GREETING_TIMEOUT), pool.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => failed("the mail server takes the connection and does not answer then".to_owned()),
            Ok(Err(error)) => match error.status() {
                // Nobody was written to, so it is not an address that was refused.
                Some(code) => failed(format!("the mail server answers {}", u16::from(code))),
                None => Err(judge(&error)),
            },
            Err(_) => failed("the mail server did not answer in time".to_owned()),
        }
    }

    /// Whether a message to this server can be read on the way.
    pub(super) fn is_exposed(url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| !is_encrypted(&url) && !is_this_machine(&url))
    }

    /// Sends one message, unless the server has asked to slow down: then nothing is sent.
    ///
    /// It runs in a task of its own, because the pool would take back a connection that is dropped half-way through a
    /// message and use it for the next, whose text would then continue the first or whose success would be told by a
    /// late answer to the first.
    pub(super) async fn send(self: &Arc<Self>, message: lettre::Message) -> Result<(), SendError> {
        let relay = Arc::clone(self);
        let sent = tokio::spawn(async move { relay.send_in_time(message).await }).await;
        sent.unwrap_or_else(|_| Err(SendError::unavailable("sending was interrupted")))
    }

    async fn send_in_time(&self, message: lettre::Message) -> Result<(), SendError> {
        let leave = self.pace.leave().await.map_err(|wait| SendError::SlowDown {
            reason: "the mail server has asked to slow down, so all mail waits".to_owned(),
            wait,
        })?;
        let sent = self.send_or_give_up(message).await;
        match sent {
            Ok(()) => self.pace.taken(&leave),
            Err(SendError::SlowDown { reason, .. }) => {
                return Err(SendError::SlowDown { reason, wait: self.pace.slow_down(&leave) });
            }
            Err(SendError::Refused { .. } | SendError::Temporary { .. }) => {}
        }
        sent
    }

    async fn send_or_give_up(&self, message: lettre::Message) -> Result<(), SendError> {
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut sending = std::pin::pin!(pool.send(message));
        match tokio::time::timeout(self.patience, sending.as_mut()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => {
                // For the same reason the pool is closed before the unfinished message is dropped: a closed pool takes
                // nothing back.
                *self.pool.lock().unwrap_or_else(PoisonError::into_inner) = self.builder.clone().build();
                // It says goodbye to a server that may be silent; what matters happens at once.
                let _ = tokio::time::timeout(Duration::from_secs(1), pool.shutdown()).await;
                Err(SendError::unavailable("the mail server did not answer in time"))
            }
        }
    }
}

fn is_encrypted(url: &Url) -> bool {
    url.scheme() == "smtps" || url.query_pairs().any(|(key, value)| key == "tls" && value == "required")
}

fn is_this_machine(url: &Url) -> bool {
    // The scheme is not one of the web's, so the parser leaves an IPv4 address as text.
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn judge(error: &smtp::Error) -> SendError {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status().map(u16::from) {
        let answered = || format!("the mail server answered {}", refusal::in_figures(code, &text));
        return match refusal::judge(code, &text) {
            Verdict::Final => SendError::Refused { code, why: reason::of_address(code, &text) },
            Verdict::Temporary => SendError::Temporary { reason: answered(), why: reason::of_attempt(code, &text) },
            Verdict::SlowDown => SendError::SlowDown {
                reason: format!("{}: too much mail from this sender, so all mail waits", answered()),
                wait: Duration::ZERO,
            },
        };
    }
    let what = if error.is_timeout() {
        "the mail server did not answer in time"
    } else if error.is_tls() {
        "no encrypted connection to the mail server"
    } else if error.is_response() {
        "the mail server's answer could not be understood"
    } else if error.is_client() {
        "the mail server does not support what this email or its settings need"
    } else {
        "no connection to the mail server"
    };
    // What the system says about a connection helps; what a server says may repeat the address.
    let detail = !error.is_response() && !error.is_client() && !text.is_empty() && !text.contains('@');
    SendError::Temporary {
        reason: if detail { format!("{what}: {text}") } else { what.to_owned() },
        // What a server says that cannot be understood, or what it lacks, is none of its times out of reach.
        why: if error.is_response() || error.is_client() { DeliveryReason::Other } else { DeliveryReason::Unavailable },
    }
}

#[cfg(test)]
mod tests;
