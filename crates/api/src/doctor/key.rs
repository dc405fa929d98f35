//! Whether the server key is there, kept from others, and the one of this database.

use candour_storage::{Storage, key_check};

use super::{Finding, Subject, mend, well};
use crate::config::{Config, KeySource};
use crate::seal::ServerKey;

pub(super) async fn examine(config: &Config, storage: &Storage) -> Finding {
    let subject = Subject::Key;
    let known = match storage.read_system(key_check::get).await {
        Ok(known) => known,
        Err(error) => return mend(subject, format!("the key's check value cannot be read: {error}")),
    };
    let key = match &config.secret_key {
        KeySource::File(path) if !path.exists() && known.is_some() => {
            return mend(subject, format!("there is no server key at {}; put it back", path.display()));
        }
        KeySource::File(path) if !path.exists() => return well(subject, "there is no server key yet; the first start makes one"),
        KeySource::File(path) => ServerKey::load(path).map_err(|error| error.to_string()),
        KeySource::Text(text) => ServerKey::from_text(text).map_err(|error| error.to_string()),
    };
    match (key, known) {
        (Err(error), _) => mend(subject, error),
        (Ok(key), Some(known)) if key.fingerprint().as_slice() != known.as_slice() => {
            mend(subject, "the server key does not fit this database; put back the one it was first used with (CANDOUR_SECRET_KEY_FILE)")
        }
        (Ok(_), Some(_)) if is_beside_the_database(config) => well(
            subject,
            "the server key fits the database, and lies in one folder with it: whoever copies the folder has both. Set CANDOUR_SECRET_KEY_FILE \
             for real rounds",
        ),
        (Ok(_), Some(_)) => well(subject, "the server key fits the database"),
        (Ok(_), None) => well(subject, "the server key can be read; the database has not been used yet"),
    }
}

fn is_beside_the_database(config: &Config) -> bool {
    match &config.secret_key {
        KeySource::File(path) => config.database_url.starts_with("sqlite:") && path.parent() == Some(config.data_dir.as_path()),
        KeySource::Text(_) => false,
    }
}
