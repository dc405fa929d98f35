//! Copies of the database: `candour backup` and `candour restore`. What is said here is for the person at the command
//! line.

use std::path::Path;

use candour_seal::{InvalidServerKey, KeyFileError, ServerKey};
use candour_storage::{CopyError, Restoring, Storage, StorageError};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, KeySource};
use crate::doctor::{self, Finding};
use crate::opening::{self, create_private_dir};
use crate::start_error::StartError;

/// Why a copy was not written or not read back.
#[derive(Debug, thiserror::Error)]
pub enum CopyingError {
    /// The copy itself.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The data folder.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The key file.
    #[error("{0}. Nothing has been read back: put the server key in its place first, the copy is of no use without it")]
    KeyFile(#[from] KeyFileError),
    /// The key in the environment.
    #[error(
        "secret_key (CANDOUR_SECRET_KEY) is no server key: {0}. Nothing has been read back: put the server key in its \
         place first, the copy is of no use without it"
    )]
    KeyText(#[from] InvalidServerKey),
    /// The key of another database.
    #[error(
        "the server key does not fit this copy: links, keys and answers in it were sealed with another one. Nothing \
         has been read back. \
         Put back the key that was in use when the copy was taken (CANDOUR_SECRET_KEY_FILE) and try again"
    )]
    WrongKey,
    /// Somebody stopped it.
    #[error("stopped as you asked, and nothing is left of it; run the command again to start over")]
    Stopped,
    /// This process cannot hear that it is to stop.
    #[error("this process cannot be told to stop, so it has not begun: {0}")]
    Signals(std::io::Error),
}

/// Writes a copy while the service goes on, and says what there is to know about it.
///
/// # Errors
/// [`CopyingError`]; nothing is left then.
pub async fn backup(config: &Config, file: &Path) -> Result<String, CopyingError> {
    let storage = opening::existing_rows(config)?;
    let written = unless_stopped(async { Ok(storage.backup(file, config.postgres_tools.as_deref()).await?) }).await?;
    Ok(format!(
        "wrote {}: {} bytes with {} rows, read back and found whole\n\
         The server key is not in it. Without that key links, round keys and answers cannot be opened: keep a copy of \
         it elsewhere, apart \
         from this file. The two together open the ballots of every round that had not been counted yet.",
        file.display(),
        written.bytes,
        written.rows
    ))
}

/// Reads a copy back into a place where there is nothing, and says what was done and how the rows look.
///
/// # Errors
/// [`CopyingError`]; nothing has been read back then, but for [`CopyError::Migration`].
pub async fn restore(config: &Config, file: &Path) -> Result<(String, Vec<Finding>), CopyingError> {
    let is_new = !config.data_dir.exists();
    create_private_dir(&config.data_dir)
        .map_err(|error| StartError::DataDir(config.data_dir.display().to_string(), error))?;
    let restored = unless_stopped(async {
        let restoring = Restoring::prepare(file, &config.database_url, config.postgres_tools.as_deref()).await?;
        if let Some(known) = restoring.key_check() {
            let key = match &config.secret_key {
                KeySource::File(path) => ServerKey::load(path)?,
                KeySource::Text(text) => ServerKey::from_text(text)?,
            };
            if key.fingerprint().as_slice() != known {
                return Err(CopyingError::WrongKey);
            }
        }
        Ok((restoring.left_out().join(", "), restoring.finish().await?))
    })
    .await;
    if restored.is_err() && is_new {
        // Only where nothing has come into it meanwhile.
        let _not_empty = std::fs::remove_dir(&config.data_dir);
    }
    let (strange, migrated) = restored?;
    let migrated = match migrated.as_slice() {
        [] => String::new(),
        names => format!(" and brought its schema up to date ({})", names.join(", ")),
    };
    let strange =
        if strange.is_empty() { strange } else { format!("\nLeft out, because Candour has none of it: {strange}") };
    let said = format!(
        "read {} back{migrated}{strange}\n\
         Answers that were sent after the copy was taken are not in it, and the links they were sent through work \
         again. Work that was \
         waiting is done again when the service starts: an email may come twice, under the same Message-ID.",
        file.display()
    );
    Ok((said, doctor::examine_rows(&Storage::connect_existing(&config.database_url, 1)?)))
}

/// Gives up, and so cleans up, when the process is asked to end.
async fn unless_stopped<T>(work: impl Future<Output = Result<T, CopyingError>>) -> Result<T, CopyingError> {
    let listen = |kind| signal(kind).map_err(CopyingError::Signals);
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => Err(CopyingError::Stopped),
        _ = terminate.recv() => Err(CopyingError::Stopped),
    }
}
