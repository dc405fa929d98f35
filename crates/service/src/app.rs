//! What every part of a running process shares.

use std::sync::Arc;

use candour_domain::RetentionPolicy;
use candour_mail::Transport;
use candour_seal::ServerKey;
use candour_storage::Storage;
use chrono::TimeDelta;
use url::Url;

use crate::auth::code_limits::CodeLimits;
use crate::auth::passkeys::Passkeys;
use crate::auth::providers::{AllowedHosts, Oidc};
use crate::auth::sessions::SessionLimits;
use crate::auth::tokens::Tokens;
use crate::clock::Timekeeper;
use crate::error::Error;
use crate::known_frameworks::KnownFrameworks;
use crate::metrics::Metrics;
use crate::rater_requests::RaterRequests;
use crate::repeated::Repeated;
use crate::settle;

/// The shared parts; a clone is cheap and shares them.
#[derive(Clone)]
pub struct App {
    /// Where rows are kept.
    pub storage: Storage,
    /// The key that seals links, round keys and signing keys.
    pub key: Arc<ServerKey>,
    /// How mail leaves.
    pub transport: Arc<Transport>,
    /// Signs and verifies tokens.
    pub tokens: Arc<Tokens>,
    /// Tells the time.
    pub clock: Timekeeper,
    /// What links and token issuers begin with, without a slash at the end.
    pub base_url: Arc<str>,
    /// Minutes between two rounds of confirmation emails.
    pub receipt_minutes: u32,
    /// Days after which a new key signs tokens.
    pub signing_key_days: u32,
    /// For how long things are kept after a round.
    pub retention: RetentionPolicy,
    /// For how long people stay signed in.
    pub sessions: SessionLimits,
    /// How long what was added by somebody who had only read an email waits before it opens what is not released.
    pub recovery_wait: TimeDelta,
    /// Verifies passkeys.
    pub passkeys: Arc<Passkeys>,
    /// How often this process sends sign-in codes.
    pub code_limits: Arc<CodeLimits>,
    /// Signs people in at their trust's own provider.
    pub oidc: Arc<Oidc>,
    /// Wakes the worker of this process before its next look. What another node adds, it finds at its next look.
    pub wake: Arc<tokio::sync::Notify>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// What is said of raters' requests on the next hour.
    pub raters: Arc<RaterRequests>,
    /// Questionnaires that have been read before.
    pub frameworks: Arc<KnownFrameworks>,
    /// What the audit log tells of by number.
    pub repeated: Arc<Repeated>,
}

/// What an [`App`] is put together from.
pub struct Parts {
    /// Where rows are kept, under the schema of this version.
    pub storage: Storage,
    /// The key that fits them.
    pub key: Arc<ServerKey>,
    /// How mail leaves.
    pub transport: Transport,
    /// What links begin with.
    pub base_url: Url,
    /// Minutes between two rounds of confirmation emails.
    pub receipt_minutes: u32,
    /// Days after which a new key signs tokens.
    pub signing_key_days: u32,
    /// For how long things are kept after a round.
    pub retention: RetentionPolicy,
    /// For how long people stay signed in.
    pub sessions: SessionLimits,
    /// How long what was added by somebody who had only read an email waits before it opens what is not released.
    pub recovery_wait: TimeDelta,
    /// Hosts of one's own network that may be called.
    pub outbound_allow: AllowedHosts,
    /// Tells the time.
    pub clock: Timekeeper,
}

impl App {
    /// Puts the shared parts together.
    ///
    /// # Errors
    /// [`Error::Storage`] and [`Error::Seal`] when the keys that sign tokens cannot be read.
    pub async fn assemble(parts: Parts) -> Result<Self, Error> {
        let Parts { storage, key, transport, base_url, receipt_minutes, signing_key_days, .. } = parts;
        let Parts { retention, sessions, recovery_wait, outbound_allow, clock, .. } = parts;
        match settle::look(&storage, &clock).await {
            // It has been logged, and what cannot be undone waits.
            Ok(_) | Err(Error::Clock(_)) => {}
            Err(error) => return Err(error),
        }
        let passkeys = Arc::new(Passkeys::at(&base_url));
        let base_url: Arc<str> = base_url.as_str().trim_end_matches('/').into();
        let tokens = Tokens::load(&storage, &key, &base_url, clock.clone()).await?;
        let code_limits = Arc::new(CodeLimits::new(&clock));
        Ok(Self {
            storage,
            key,
            transport: Arc::new(transport),
            tokens: Arc::new(tokens),
            clock,
            base_url,
            receipt_minutes,
            signing_key_days,
            retention,
            sessions,
            recovery_wait,
            passkeys,
            code_limits,
            oidc: Arc::new(Oidc::new(outbound_allow)),
            wake: Arc::new(tokio::sync::Notify::new()),
            metrics: Arc::new(Metrics::new()),
            raters: Arc::new(RaterRequests::default()),
            frameworks: Arc::new(KnownFrameworks::new()),
            repeated: Arc::new(Repeated::default()),
        })
    }
}
