//! What every part of a running process shares.

use std::sync::Arc;

use candour_storage::Storage;
use url::Url;

use crate::auth::tokens::Tokens;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, KeySource};
use crate::entropy;
use crate::error::Error;
use crate::mail::{MailError, Transport};
use crate::metrics::Metrics;
use crate::seal::{InvalidServerKey, KeyFileError, ServerKey};
use crate::service::known_frameworks::KnownFrameworks;

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
    pub clock: Clock,
    /// What links and token issuers begin with, without a slash at the end.
    pub base_url: Arc<str>,
    /// Minutes between two rounds of confirmation emails.
    pub receipt_minutes: u32,
    /// Wakes the worker before its next look.
    pub wake: Arc<tokio::sync::Notify>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Questionnaires that have been read before.
    pub frameworks: Arc<KnownFrameworks>,
}

/// Why a process cannot start. The text is for the person who starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder.
    #[error("the data folder {0} cannot be created: {1}")]
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
        "the database has been in use and there is no server key at {0}. Nothing has been changed. Put the key back, or start with another database."
    )]
    KeyMissing(String),
    /// Mail settings.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] candour_storage::StorageError),
    /// Anything a service says.
    #[error(transparent)]
    Service(#[from] Error),
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, std::io::Error),
}

impl App {
    /// Opens the database, checks that the server key fits it before anything is touched, brings the schema up to date, and makes what
    /// is missing: on a first start the key file, and the signing key of tokens.
    ///
    /// # Errors
    /// [`StartError`], in words for the person who starts the process.
    pub async fn start(config: &Config, base_url: &Url) -> Result<Self, StartError> {
        create_private_dir(&config.data_dir).map_err(|error| StartError::DataDir(config.data_dir.display().to_string(), error))?;
        let storage = Storage::connect(&config.database_url, config.pool_size)?;
        let known = match storage.read_system(candour_storage::key_check::get).await {
            Ok(known) => known,
            // A new database has no tables yet.
            Err(candour_storage::StorageError::Database(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let key = match &config.secret_key {
            KeySource::File(path) if known.is_some() && !path.exists() => return Err(StartError::KeyMissing(path.display().to_string())),
            KeySource::File(path) => ServerKey::load_or_create(path, &mut entropy::system())?,
            KeySource::Text(text) => ServerKey::from_text(text)?,
        };
        let fingerprint = key.fingerprint();
        if known.as_ref().is_some_and(|known| known.as_slice() != fingerprint.as_slice()) {
            return Err(StartError::WrongKey);
        }
        for name in storage.migrate()? {
            tracing::info!(name, "migrated");
        }
        if known.is_none() {
            storage.write_system(move |system| candour_storage::key_check::set(system, &fingerprint)).await?;
        }
        let clock = Clock;
        let base_url: Arc<str> = base_url.as_str().trim_end_matches('/').into();
        let tokens = Tokens::load_or_create(&storage, &key, &base_url, clock).await?;
        let transport = Transport::from_settings(config.smtp_url.as_deref(), &config.mail_from, &config.mailbox())?;
        Ok(Self {
            storage,
            key: Arc::new(key),
            transport: Arc::new(transport),
            tokens: Arc::new(tokens),
            clock,
            base_url,
            receipt_minutes: config.receipt_minutes,
            wake: Arc::new(tokio::sync::Notify::new()),
            metrics: Arc::new(Metrics::new()),
            frameworks: Arc::new(KnownFrameworks::new()),
        })
    }
}

fn create_private_dir(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
