//! Examines an installation and says in plain words what is well and what to fix. Changes nothing.

use candour_service::clock::Timekeeper;
use candour_storage::{Storage, StorageError};
use serde::Serialize;
use serde::ser::SerializeStruct;
use url::Url;

use crate::config::Config;

mod file;
mod key;
mod mail;
pub(crate) mod places;
mod rows;
mod server;
mod settings;
mod time;
mod work;

pub(crate) use settings::{Reach, reach};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub level: Level,
    /// What was looked at.
    pub subject: Subject,
    /// What was found, and what to do about it. Names nobody and shows no secret.
    pub text: String,
}

/// How a thing is that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, and is not for real rounds, or not as safe as it could be.
    Warning,
    /// It does not work, or not as promised.
    Fix,
}

impl Finding {
    /// Whether there is nothing to fix.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.level != Level::Fix
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Finding", 4)?;
        fields.serialize_field("well", &self.is_well())?;
        fields.serialize_field("level", &self.level)?;
        fields.serialize_field("subject", &self.subject)?;
        fields.serialize_field("text", &self.text)?;
        fields.end()
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = match self.level {
            Level::Ok => "ok ",
            Level::Warning => "warning",
            Level::Fix => "FIX",
        };
        write!(f, "{mark} {}", self.text)
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The settings, and the modes of files and folders.
    Settings,
    /// Whether emails can leave.
    Mail,
    /// Whether the database can be opened and its tables are those of this program.
    Database,
    /// The server key.
    Key,
    /// What the rows say together.
    Rows,
    /// Whether anybody does what is to be done.
    Work,
    /// Whether everybody tells the same time.
    Clock,
    /// The file of a SQLite database.
    File,
    /// The server of a PostgreSQL database.
    Server,
}

/// Looks at the settings, the mail server, the key, the database and the queue.
pub async fn examine(config: &Config, base_url: &Url, clock: &Timekeeper) -> Vec<Finding> {
    let mut findings = settings(config, base_url);
    findings.extend(mail::server(config).await);
    let storage = match Storage::connect_existing(&config.database_url, 1) {
        Ok(storage) => storage,
        Err(error @ StorageError::Missing(_)) => {
            findings.push(missing(&error));
            return findings;
        }
        Err(error) => {
            findings.push(fix(Subject::Database, format!("the database cannot be opened: {error}")));
            return findings;
        }
    };
    // Whatever is wrong with the rows, a server can be put right.
    findings.extend(server::examine(config, &storage, clock));
    findings.extend(file::examine(&storage));
    if let Err(error @ StorageError::Missing(_)) = storage.require_tables() {
        findings.push(missing(&error));
        return findings;
    }
    let schema = schema(&storage);
    let readable = schema.is_well();
    findings.push(schema);
    if readable {
        findings.push(key::examine(config, &storage).await);
        findings.extend(rows::examine(&storage));
        findings.extend(work::examine(&storage, clock).await);
        findings.push(time::examine(&storage, clock).await);
    }
    findings
}

/// Looks at what the settings say, without asking anybody: what `serve` says once at its start.
#[must_use]
pub fn settings(config: &Config, base_url: &Url) -> Vec<Finding> {
    let mut findings = vec![settings::base_url(base_url)];
    findings.extend(settings::log(&config.log));
    findings.extend(places::examine(config));
    findings.push(key::place(config));
    findings.extend(mail::settings(config));
    findings
}

/// Looks at the rows alone, as after they have been read back from a copy.
#[must_use]
pub fn examine_rows(storage: &Storage) -> Vec<Finding> {
    rows::examine(storage)
}

fn missing(error: &StorageError) -> Finding {
    let advice = "set CANDOUR_DATABASE_URL or CANDOUR_DATA_DIR, or make one with `candour migrate`";
    fix(Subject::Database, format!("{error}; {advice}"))
}

fn schema(storage: &Storage) -> Finding {
    let subject = Subject::Database;
    match storage.schema() {
        Ok(schema) if !schema.missing.is_empty() => {
            let missing = schema.missing.len();
            fix(
                subject,
                format!("the schema is behind this program (migrations missing: {missing}); run `candour migrate`"),
            )
        }
        Ok(schema) if !schema.unknown.is_empty() => well(
            subject,
            "the schema is newer than this program, which can go on with it; install the newer program here too",
        ),
        Ok(_) => well(subject, "the schema is up to date"),
        Err(error) => fix(subject, format!("the schema cannot be read: {error}")),
    }
}

fn well(subject: Subject, text: impl Into<String>) -> Finding {
    Finding { level: Level::Ok, subject, text: text.into() }
}

fn warn(subject: Subject, text: impl Into<String>) -> Finding {
    Finding { level: Level::Warning, subject, text: text.into() }
}

fn fix(subject: Subject, text: impl Into<String>) -> Finding {
    Finding { level: Level::Fix, subject, text: text.into() }
}

/// Well where nothing speaks against it.
fn judge(subject: Subject, wrong: bool, good: &str, bad: impl Into<String>) -> Finding {
    if wrong { fix(subject, bad) } else { well(subject, good) }
}
