//! A service in a folder, for tests that need its rows and its keys.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use candour_domain::clock::Uptime;
use candour_mail::Transport;
use candour_seal::ServerKey;
use candour_storage::Storage;
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::app::{App, Parts};
use crate::auth::tokens::Tokens;
use crate::clock::{Clock, Source, Timekeeper};

/// The clocks of a machine that has run since the epoch and whose wall clock is set by a test.
#[derive(Default)]
pub(crate) struct Wall(AtomicI64);

impl Wall {
    /// Sets the wall clock so far ahead of the right time.
    pub(crate) fn set_ahead(&self, by: TimeDelta) {
        self.0.store(by.num_seconds(), Ordering::SeqCst);
    }

    /// Tells the time by it.
    pub(crate) fn timekeeper(self: &Arc<Self>) -> Timekeeper {
        Timekeeper::on(Arc::<Self>::clone(self))
    }
}

impl Source for Wall {
    fn wall(&self) -> DateTime<Utc> {
        Clock.now() + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime { boot: "a machine".to_owned(), running: Clock.now() - DateTime::UNIX_EPOCH }
    }
}

/// The clocks of a machine on which time passes as a test says.
#[derive(Default)]
pub(crate) struct Passing(AtomicI64);

impl Passing {
    pub(crate) fn pass(&self, time: TimeDelta) {
        self.0.store(time.num_seconds(), Ordering::SeqCst);
    }

    pub(crate) fn timekeeper(self: &Arc<Self>) -> Timekeeper {
        Timekeeper::on(Arc::<Self>::clone(self))
    }
}

impl Source for Passing {
    fn wall(&self) -> DateTime<Utc> {
        Clock.now() + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime { boot: "a machine".to_owned(), running: self.wall() - DateTime::UNIX_EPOCH }
    }
}

/// A node over the database in this folder, which the first one makes. Nodes of one folder share it and its key.
pub(crate) async fn node(
    folder: &Path,
    signing_key_days: u32,
    clock: Timekeeper,
) -> Result<App, Box<dyn std::error::Error>> {
    let storage = Storage::connect(&format!("sqlite:{}", folder.join("candour.sqlite3").display()), 2)?;
    storage.migrate()?;
    let key = Arc::new(ServerKey::from_text(&"7e".repeat(32))?);
    Tokens::make_first_key(&storage, &key, clock.now()).await?;
    let parts = Parts {
        storage,
        key,
        transport: Transport::from_settings(None, "Candour <feedback@localhost>", &folder.join("mailbox"))?,
        base_url: Url::parse("https://feedback.example")?,
        receipt_minutes: 60,
        signing_key_days,
        retention: candour_domain::RetentionPolicy::default(),
        sessions: crate::auth::sessions::SessionLimits::default(),
        recovery_wait: TimeDelta::hours(24),
        outbound_allow: crate::auth::providers::AllowedHosts::default(),
        clock,
    };
    Ok(App::assemble(parts).await?)
}
