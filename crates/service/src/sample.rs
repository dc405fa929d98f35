//! A service in a folder, for tests that need its rows and its keys.

use std::path::Path;
use std::sync::Arc;

use candour_mail::Transport;
use candour_seal::ServerKey;
use candour_storage::Storage;
use url::Url;

use crate::app::{App, Parts};
use crate::auth::tokens::Tokens;
use crate::clock::Clock;

/// A node over the database in this folder, which the first one makes. Nodes of one folder share it and its key.
pub(crate) async fn node(folder: &Path, signing_key_days: u32) -> Result<App, Box<dyn std::error::Error>> {
    let storage = Storage::connect(&format!("sqlite:{}", folder.join("candour.sqlite3").display()), 2)?;
    storage.migrate()?;
    let key = Arc::new(ServerKey::from_text(&"7e".repeat(32))?);
    Tokens::make_first_key(&storage, &key, Clock).await?;
    let parts = Parts {
        storage,
        key,
        transport: Transport::from_settings(None, "Candour <feedback@localhost>", &folder.join("mailbox"))?,
        base_url: Url::parse("https://feedback.example")?,
        receipt_minutes: 60,
        signing_key_days,
        retention: candour_domain::RetentionPolicy::default(),
    };
    Ok(App::assemble(parts).await?)
}
