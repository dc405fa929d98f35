//! What every part of a running process shares.

use std::sync::Arc;

use candour_domain::RetentionPolicy;
use candour_storage::{Storage, StorageError};
use url::Url;

use crate::auth::tokens::Tokens;
use crate::clock::Timekeeper;
use crate::config::{Config, ConfigError};
use crate::error::Error;
use crate::intake::Intake;
use crate::metrics::Metrics;
use crate::rater_requests::RaterRequests;
use crate::service::known_frameworks::KnownFrameworks;
use crate::service::repeated::Repeated;
use crate::service::settle;
use candour_mail::{MailError, Transport};
use candour_seal::{InvalidServerKey, KeyFileError, ServerKey};

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
    /// Wakes the worker of this process before its next look. What another node adds, it finds at its next look.
    pub wake: Arc<tokio::sync::Notify>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// What is said of raters' requests on the next hour.
    pub raters: Arc<RaterRequests>,
    /// Whether the documentation of the API is served.
    pub docs: bool,
    /// What clients hold of this process.
    pub intake: Arc<Intake>,
    /// Questionnaires that have been read before.
    pub frameworks: Arc<KnownFrameworks>,
    /// What the audit log tells of by number.
    pub repeated: Arc<Repeated>,
}

/// Why a process cannot start. The text is for the person who starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder.
    #[error("the data folder {0} cannot be created: {1}; set CANDOUR_DATA_DIR to a folder that this account may write to")]
    DataDir(String, std::io::Error),
    /// The server key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The server key in the environment.
    #[error(transparent)]
    KeyText(#[from] InvalidServerKey),
    /// The server key belongs to another database.
    #[error(
        "the server key does not fit this database: links, keys and ballots in it were sealed with another one. Nothing has been changed. \
         Start with the key that was in use when the database was made (CANDOUR_SECRET_KEY_FILE), or with another database (CANDOUR_DATABASE_URL)."
    )]
    WrongKey,
    /// There is a database with sealed rows and no key file.
    #[error(
        "the database has been in use and there is no server key at {0}. Nothing has been changed. Put the key back (that of the other nodes, if there are any), \
         or start with another database."
    )]
    KeyMissing(String),
    /// A server key that anybody can guess, for a database that has not been used.
    #[error(
        "the server key is one that anybody can guess, and would protect nothing. Make one with: openssl rand -hex 32; or set none, and one is made"
    )]
    KeyGuessable,
    /// The database or a folder that others on this machine can change.
    #[error("{0}")]
    OpenToOthers(String),
    /// A command where there is no service.
    #[error(
        "there is no database at {place}. Run the command in the folder of the service, or set CANDOUR_DATA_DIR or CANDOUR_DATABASE_URL as \
         the service has it; `candour serve` and `candour migrate` make a new one"
    )]
    Missing {
        /// The place that was looked at.
        place: String,
    },
    /// A database that no service has used yet.
    #[error("nothing has used the database yet, so it has no server key; start `candour serve`, or run `candour migrate`")]
    Unused,
    /// A database that an older program has left.
    #[error("the database was made by an older version of this program; run `candour migrate`, or restart the service with this version")]
    Behind,
    /// Mail settings.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database.
    #[error("{0}{remedy}", remedy = remedy(.0))]
    Storage(#[from] StorageError),
    /// Anything a service says.
    #[error(transparent)]
    Service(#[from] Error),
    /// The address.
    #[error(
        "cannot listen on {0}: {1}; set CANDOUR_LISTEN (or CANDOUR_METRICS_LISTEN) to an address of this machine and a port that nobody uses"
    )]
    Listen(String, std::io::Error),
}

/// What can be done about a database that does not answer.
fn remedy(error: &StorageError) -> &'static str {
    match error {
        StorageError::Unavailable(_) => "; check that it is there, that this account may use it, and what CANDOUR_DATABASE_URL says",
        StorageError::Corrupt(_) => "; `candour doctor` looks further, and a backup has the rows as they were",
        _ => "",
    }
}

impl App {
    /// Puts the shared parts together over a database and a key that fits it; [`crate::opening`] has both.
    ///
    /// # Errors
    /// [`StartError`], in words for the person who starts the process.
    pub(crate) async fn assemble(config: &Config, base_url: &Url, storage: Storage, key: Arc<ServerKey>) -> Result<Self, StartError> {
        let clock = Timekeeper::default();
        match settle::look(&storage, &clock).await {
            // It has been logged, and what cannot be undone waits.
            Ok(_) | Err(Error::Clock(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let base_url: Arc<str> = base_url.as_str().trim_end_matches('/').into();
        let tokens = Tokens::load(&storage, &key, &base_url, clock.clone()).await?;
        let transport = Transport::from_settings(config.smtp_url.as_deref(), &config.mail_from, &config.mailbox())?;
        Ok(Self {
            storage,
            key,
            transport: Arc::new(transport),
            tokens: Arc::new(tokens),
            clock,
            base_url,
            receipt_minutes: config.receipt_minutes,
            signing_key_days: config.signing_key_days,
            retention: config.retention,
            wake: Arc::new(tokio::sync::Notify::new()),
            metrics: Arc::new(Metrics::new()),
            raters: Arc::new(RaterRequests::default()),
            docs: config.docs,
            intake: Arc::new(Intake::new(config.proxies.clone())),
            frameworks: Arc::new(KnownFrameworks::new()),
            repeated: Arc::new(Repeated::default()),
        })
    }
}
