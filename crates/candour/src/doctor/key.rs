//! Whether the server key is there, kept from others, and the one of this database.

use std::path::Path;

use candour_seal::ServerKey;
use candour_storage::{Storage, key_check};

use super::{Finding, Subject, fix, warn, well};
use crate::config::{Config, KeySource};

pub(super) async fn examine(config: &Config, storage: &Storage) -> Finding {
    let subject = Subject::Key;
    let known = match storage.read_system(key_check::get).await {
        Ok(known) => known,
        Err(error) => return fix(subject, format!("the key's check value cannot be read: {error}")),
    };
    let key = match &config.secret_key {
        KeySource::File(path) if !path.exists() && known.is_some() => {
            return fix(subject, format!("there is no server key at {}; put it back", path.display()));
        }
        KeySource::File(path) if !path.exists() => {
            return well(subject, "there is no server key yet; the first start makes one");
        }
        KeySource::File(path) => ServerKey::load(path).map_err(|error| error.to_string()),
        KeySource::Text(text) => ServerKey::from_text(text).map_err(|error| error.to_string()),
    };
    match (key, known) {
        (Err(error), _) => fix(subject, error),
        (Ok(key), Some(known)) if key.fingerprint().as_slice() != known.as_slice() => fix(
            subject,
            "the server key does not fit this database; put back the one it was first used with \
             (CANDOUR_SECRET_KEY_FILE)",
        ),
        (Ok(key), Some(_)) if key.is_guessable() => fix(
            subject,
            "the server key is one that anybody can guess, so anybody with a copy of the database can open what is \
             sealed in it. A key cannot be \
             exchanged: let the rounds under way end, then set up a new service with a key from: openssl rand -hex 32",
        ),
        (Ok(_), Some(_)) => well(subject, "the server key fits the database"),
        (Ok(_), None) => well(subject, "the server key can be read; the database has not been used yet"),
    }
}

/// Where the key is, in relation to the database.
pub(super) fn place(config: &Config) -> Finding {
    let subject = Subject::Key;
    let folder = |path: &Path| std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned));
    match (&config.secret_key, config.database_file()) {
        (KeySource::File(key), Some(database)) if folder(key) == folder(&database) => warn(
            subject,
            format!(
                "the server key lies in one folder with the database ({}): anybody who copies the folder has both. Set \
                 CANDOUR_SECRET_KEY_FILE to a place of its own and move the key there before real rounds",
                folder(key).unwrap_or_default().display()
            ),
        ),
        _ => well(subject, "the server key lies apart from the database"),
    }
}
