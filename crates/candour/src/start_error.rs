//! Why a process cannot start.

use candour_mail::MailError;
use candour_seal::{InvalidServerKey, KeyFileError};
use candour_service::error::Error;
use candour_storage::StorageError;

use crate::config::ConfigError;

/// Why a process cannot start. The text is for the person who starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder.
    #[error(
        "the data folder {0} cannot be created: {1}; set CANDOUR_DATA_DIR to a folder that this account may write to"
    )]
    DataDir(String, std::io::Error),
    /// The server key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The server key in the environment.
    #[error("secret_key (CANDOUR_SECRET_KEY) is no server key: {0}")]
    KeyText(#[from] InvalidServerKey),
    /// The server key belongs to another database.
    #[error(
        "the server key does not fit this database: links, keys and ballots in it were sealed with another one. \
         Nothing has been changed. \
         Start with the key that was in use when the database was made (CANDOUR_SECRET_KEY_FILE), or with another \
         database (CANDOUR_DATABASE_URL)."
    )]
    WrongKey,
    /// There is a database with sealed rows and no key file.
    #[error(
        "the database has been in use and there is no server key at {0}. Nothing has been changed. Put the key back \
         (that of the other nodes, if there are any), or start with another database."
    )]
    KeyMissing(String),
    /// A server key that anybody can guess, for a database that has not been used.
    #[error(
        "the server key is one that anybody can guess, and would protect nothing. Make one with: openssl rand -hex 32; \
         or set none, and one is made"
    )]
    KeyGuessable,
    /// The database or a folder that others on this machine can change.
    #[error("{0}")]
    OpenToOthers(String),
    /// A command where there is no service.
    #[error(
        "there is no database at {place}. Run the command in the folder of the service, or set CANDOUR_DATA_DIR or \
         CANDOUR_DATABASE_URL as the service has it; `candour serve` and `candour migrate` make a new one"
    )]
    Missing {
        /// The place that was looked at.
        place: String,
    },
    /// A database that no service has used yet.
    #[error(
        "nothing has used the database yet, so it has no server key; start `candour serve`, or run `candour migrate`"
    )]
    Unused,
    /// A database that an older program has left.
    #[error(
        "the database was made by an older version of this program; run `candour migrate`, or restart the service with \
         this version"
    )]
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
        "cannot listen on {0}: {1}; set CANDOUR_LISTEN (or CANDOUR_METRICS_LISTEN) to an address of this machine and a \
         port that nobody uses, such as 127.0.0.1:8360"
    )]
    Listen(String, std::io::Error),
}

/// What can be done about a database that does not answer.
fn remedy(error: &StorageError) -> &'static str {
    match error {
        StorageError::Unavailable(_) => {
            "; check that it is there, that this account may use it, and what CANDOUR_DATABASE_URL says"
        }
        StorageError::Conflict { .. } => "; somebody may have changed it at the same time: run the command again",
        StorageError::Database(_) => "; this is a fault of the program or of its set-up: report it",
        StorageError::Corrupt(_) => "; `candour doctor` looks further, and a backup has the rows as they were",
        _ => "",
    }
}
