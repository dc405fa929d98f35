//! What every part of a running process shares.

use std::sync::Arc;

use candour_domain::RetentionPolicy;
use candour_storage::{Storage, StorageError, key_check};
use url::Url;

use crate::auth::tokens::Tokens;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, KeySource};
use crate::entropy;
use crate::error::Error;
use crate::mail::{MailError, Transport};
use crate::metrics::Metrics;
use crate::rater_requests::RaterRequests;
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
        "the database has been in use and there is no server key at {0}. Nothing has been changed. Put the key back (that of the other nodes, if there are any), \
         or start with another database."
    )]
    KeyMissing(String),
    /// Mail settings.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database.
    #[error("the database cannot be used: {0}")]
    Storage(#[from] StorageError),
    /// Anything a service says.
    #[error(transparent)]
    Service(#[from] Error),
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, std::io::Error),
}

impl App {
    /// Opens the database, checks that the server key fits it before anything is touched, brings the schema up to date, and makes what
    /// is missing: on a first start the key file, and the signing key of tokens. Of several nodes that start at the same time on a new
    /// database, one makes them.
    ///
    /// # Errors
    /// [`StartError`], in words for the person who starts the process.
    pub async fn start(config: &Config, base_url: &Url) -> Result<Self, StartError> {
        create_private_dir(&config.data_dir).map_err(|error| StartError::DataDir(config.data_dir.display().to_string(), error))?;
        let storage = Storage::connect(&config.database_url, config.pool_size)?;
        let key = Arc::new(fitting_key(&config.secret_key, &storage).await?);
        migrate(&storage)?;
        let clock = Clock;
        let base_url: Arc<str> = base_url.as_str().trim_end_matches('/').into();
        let tokens = Tokens::load_or_create(&storage, &key, &base_url, clock).await?;
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
            frameworks: Arc::new(KnownFrameworks::new()),
        })
    }
}

/// The server key, if it fits this database. A new database takes the first key that comes, and only for that one a key is made.
async fn fitting_key(source: &KeySource, storage: &Storage) -> Result<ServerKey, StartError> {
    let known = match storage.read_system(key_check::get).await {
        Ok(known) => known,
        // A new database has no tables yet.
        Err(StorageError::Database(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let given = read_key(source)?;
    let (known, key) = match known {
        Some(known) => (known, given),
        None => match adopt(source.clone(), given, storage).await? {
            // Another node was quicker, and may have put its key where this one looks too.
            (known, None) => (known, read_key(source)?),
            settled => settled,
        },
    };
    match (key, source) {
        (Some(key), _) if key.fingerprint().as_slice() == known.as_slice() => Ok(key),
        (None, KeySource::File(path)) => Err(StartError::KeyMissing(path.display().to_string())),
        _ => Err(StartError::WrongKey),
    }
}

/// The key that is given; `None` when its file is not there.
fn read_key(source: &KeySource) -> Result<Option<ServerKey>, StartError> {
    Ok(match source {
        KeySource::Text(text) => Some(ServerKey::from_text(text)?),
        KeySource::File(path) if path.exists() => Some(ServerKey::load(path)?),
        KeySource::File(_) => None,
    })
}

/// Has a new database keep to the given key, or to one that is made for it, unless another node is quicker. The key file is there before
/// anybody else sees that the database has a key.
async fn adopt(source: KeySource, given: Option<ServerKey>, storage: &Storage) -> Result<(Vec<u8>, Option<ServerKey>), StartError> {
    migrate(storage)?;
    storage
        .write_system(move |system| {
            let mut key = given;
            let known = key_check::get_or_set(system, || {
                if let (None, KeySource::File(path)) = (&key, &source) {
                    key = Some(ServerKey::load_or_create(path, &mut entropy::system())?);
                }
                Ok::<_, StartError>(key.as_ref().map(|key| key.fingerprint().to_vec()).unwrap_or_default())
            })?;
            Ok((known, key))
        })
        .await
}

fn migrate(storage: &Storage) -> Result<(), StartError> {
    for name in storage.migrate()? {
        tracing::info!(name, "migrated");
    }
    Ok(())
}

/// Makes a folder, and those it lies in, for this account alone, where there is none.
pub(crate) fn create_private_dir(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
