//! The one place in which a command comes to the database and the server key.
//!
//! Somebody who runs a command in the wrong folder has to learn that. So only a service that is set up ([`create`]:
//! `serve`, `migrate`, `demo`) makes a database or a key; every other command takes what is there and names the place
//! where it looked.

use std::sync::Arc;

use candour_mail::Transport;
use candour_seal::ServerKey;
use candour_service::app::{App, Parts};
use candour_service::auth::tokens::Tokens;
use candour_service::clock::Timekeeper;
use candour_service::entropy;
use candour_storage::{Storage, StorageError, key_check, signing_keys};
use url::Url;

use crate::config::{Config, KeySource};
use crate::doctor::places;
use crate::start_error::StartError;

/// What a process has of the world besides its settings and its database. A test brings its own.
#[derive(Default)]
pub struct Means {
    /// Tells the time; by default the clocks of this machine.
    pub clock: Timekeeper,
    /// How mail leaves; `None` for the mail server or the folder of the settings.
    pub transport: Option<Transport>,
}

/// Opens the database, checks that the server key fits it before anything is touched, brings the schema up to date, and
/// makes what is missing: on a first start the folder, the database and the key file, and the signing key of tokens. Of
/// several nodes that start at the same time on a new database, one makes them.
///
/// # Errors
/// [`StartError`], in words for the person who starts the process.
pub async fn create(config: &Config, base_url: &Url, means: Means) -> Result<App, StartError> {
    create_private_dir(&config.data_dir)
        .map_err(|error| StartError::DataDir(config.data_dir.display().to_string(), error))?;
    refuse_open_places(config)?;
    let storage = Storage::connect(&config.database_url, config.pool_size)?;
    let key = Arc::new(fitting_key(&config.secret_key, &storage).await?);
    migrate(&storage)?;
    Tokens::make_first_key(&storage, &key, means.clock.now()).await?;
    let app = assemble(config, base_url, means, storage, key).await?;
    app.transport.prepare()?;
    Ok(app)
}

/// Takes a service that is there and brings its schema up to date, for a process that works beside others: `worker`.
///
/// # Errors
/// [`StartError::Missing`] and [`StartError::Unused`] where there is none; otherwise as [`create`].
pub async fn join(config: &Config, base_url: &Url, means: Means) -> Result<App, StartError> {
    refuse_open_places(config)?;
    let storage = existing_rows(config)?;
    let key = Arc::new(known_key(&config.secret_key, &storage).await?);
    migrate(&storage)?;
    let app = assemble(config, base_url, means, storage, key).await?;
    app.transport.prepare()?;
    Ok(app)
}

/// Takes a service that is there as it is, for a command that does one thing. Makes nothing and migrates nothing.
///
/// # Errors
/// [`StartError::Missing`], [`StartError::Unused`] and [`StartError::Behind`] where there is none, or not one of this
/// version; [`StartError::KeyMissing`] and [`StartError::WrongKey`] without its key.
pub async fn existing(config: &Config, base_url: &Url) -> Result<App, StartError> {
    let storage = existing_rows(config)?;
    if !storage.is_current()? {
        return Err(StartError::Behind);
    }
    let key = Arc::new(known_key(&config.secret_key, &storage).await?);
    assemble(config, base_url, Means::default(), storage, key).await
}

/// A service over a database and a key that fits it.
async fn assemble(
    config: &Config,
    base_url: &Url,
    means: Means,
    storage: Storage,
    key: Arc<ServerKey>,
) -> Result<App, StartError> {
    let Means { clock, transport } = means;
    let transport = match transport {
        Some(transport) => transport,
        None => Transport::from_settings(config.smtp_url.as_deref(), &config.mail_from, &config.mailbox())?,
    };
    let parts = Parts {
        storage,
        key,
        transport,
        base_url: base_url.clone(),
        receipt_minutes: config.receipt_minutes,
        signing_key_days: config.signing_key_days,
        retention: config.retention,
        sessions: config.sessions,
        recovery_wait: config.recovery_wait,
        outbound_allow: config.outbound_allow.clone(),
        clock,
    };
    Ok(App::assemble(parts).await?)
}

/// The rows of a service that is there, of whichever version.
///
/// # Errors
/// [`StartError::Missing`] where there is none.
pub fn existing_rows(config: &Config) -> Result<Storage, StartError> {
    let opened = Storage::connect_existing(&config.database_url, config.pool_size);
    let opened = opened.and_then(|storage| storage.require_tables().map(|()| storage));
    opened.map_err(|error| match error {
        StorageError::Missing(place) => StartError::Missing { place },
        other => other.into(),
    })
}

/// Nothing is kept where others on this machine could read or replace it.
fn refuse_open_places(config: &Config) -> Result<(), StartError> {
    match places::open_places(config).into_iter().find(|open| open.refused) {
        Some(open) => Err(StartError::OpenToOthers(open.to_string())),
        None => Ok(()),
    }
}

/// The key that the database has been used with.
async fn known_key(source: &KeySource, storage: &Storage) -> Result<ServerKey, StartError> {
    let Some(known) = storage.read_system(key_check::get).await? else { return Err(StartError::Unused) };
    if storage.read_system(signing_keys::all).await?.is_empty() {
        return Err(StartError::Unused);
    }
    fits(read_key(source)?, source, &known)
}

/// The server key, if it fits this database. A new database takes the first key that comes, and only for that one a key
/// is made.
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
        None if given.as_ref().is_some_and(ServerKey::is_guessable) => return Err(StartError::KeyGuessable),
        None => match adopt(source.clone(), given, storage).await? {
            // Another node was quicker, and may have put its key where this one looks too.
            (known, None) => (known, read_key(source)?),
            settled => settled,
        },
    };
    fits(key, source, &known)
}

fn fits(key: Option<ServerKey>, source: &KeySource, known: &[u8]) -> Result<ServerKey, StartError> {
    match (key, source) {
        (Some(key), _) if key.fingerprint().as_slice() == known => Ok(key),
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

/// Has a new database keep to the given key, or to one that is made for it, unless another node is quicker. The key
/// file is there before anybody else sees that the database has a key.
async fn adopt(
    source: KeySource,
    given: Option<ServerKey>,
    storage: &Storage,
) -> Result<(Vec<u8>, Option<ServerKey>), StartError> {
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
