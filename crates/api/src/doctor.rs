//! Examines an installation and says in plain words what is well and what to mend. Changes nothing.

use candour_storage::{Storage, StorageError, key_check};
use url::Url;

use crate::config::{Config, KeySource};
use crate::mail::Transport;
use crate::seal::ServerKey;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub well: bool,
    /// What was found, and what to do about it.
    pub text: String,
}

/// Looks at the settings, the key, the database and the queue.
pub async fn examine(config: &Config, base_url: &Url) -> Vec<Finding> {
    let mut findings = vec![base_url_finding(base_url), mail_finding(config)];
    let storage = match Storage::connect_existing(&config.database_url, 1) {
        Ok(storage) => storage,
        Err(error @ StorageError::Missing(_)) => {
            findings.push(mend(format!("{error}; set CANDOUR_DATABASE_URL or CANDOUR_DATA_DIR, or make one with `candour migrate`")));
            return findings;
        }
        Err(error) => {
            findings.push(mend(format!("the database cannot be opened: {error}")));
            return findings;
        }
    };
    match storage.is_current() {
        Ok(true) => findings.push(well("the schema is up to date")),
        Ok(false) => {
            findings.push(mend("the schema is not up to date; run `candour migrate`"));
            return findings;
        }
        Err(error) => {
            findings.push(mend(format!("the schema cannot be read: {error}")));
            return findings;
        }
    }
    findings.push(key_finding(config, &storage).await);
    findings.extend(row_findings(&storage));
    findings
}

fn base_url_finding(base_url: &Url) -> Finding {
    let local = matches!(base_url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match (base_url.scheme(), local) {
        ("https", _) => well(format!("links begin with {base_url}")),
        (_, true) => well(format!("links begin with {base_url} and work on this machine only; set CANDOUR_BASE_URL for real raters")),
        _ => {
            mend(format!("links begin with {base_url}, without https: answers would cross the network in the clear; set CANDOUR_BASE_URL"))
        }
    }
}

fn mail_finding(config: &Config) -> Finding {
    match Transport::check_settings(config.smtp_url.as_deref(), &config.mail_from) {
        Ok(()) if config.smtp_url.is_some() => well("the mail settings can be read (no mail was sent)"),
        Ok(()) => well(format!("no mail server is set: mail is written to {}", config.mailbox().display())),
        Err(error) => mend(format!("the mail settings cannot be used: {error}")),
    }
}

async fn key_finding(config: &Config, storage: &Storage) -> Finding {
    let known = match storage.read_system(key_check::get).await {
        Ok(known) => known,
        Err(error) => return mend(format!("the key's check value cannot be read: {error}")),
    };
    let key = match &config.secret_key {
        KeySource::File(path) if !path.exists() && known.is_some() => {
            return mend(format!("there is no server key at {}; put it back", path.display()));
        }
        KeySource::File(path) if !path.exists() => return well("there is no server key yet; the first start makes one"),
        KeySource::File(path) => ServerKey::load(path).map_err(|error| error.to_string()),
        KeySource::Text(text) => ServerKey::from_text(text).map_err(|error| error.to_string()),
    };
    match (key, known) {
        (Err(error), _) => mend(error),
        (Ok(key), Some(known)) if key.fingerprint().as_slice() != known.as_slice() => mend("the server key does not fit this database"),
        (Ok(_), Some(_)) => well("the server key fits the database"),
        (Ok(_), None) => well("the server key can be read; the database has not been used yet"),
    }
}

fn row_findings(storage: &Storage) -> Vec<Finding> {
    match storage.examine() {
        Ok(found) => vec![
            if found.broken_references == 0 {
                well("every reference between rows holds")
            } else {
                mend(format!("{} references between rows are broken; restore a backup", found.broken_references))
            },
            if found.surplus_ballots == 0 {
                well("no review holds more ballots than used invitations")
            } else {
                mend(format!(
                    "{} reviews hold more ballots than used invitations; the database has been tampered with",
                    found.surplus_ballots
                ))
            },
            if found.misplaced_reports == 0 {
                well("every quality report covers released reviews of its questionnaire and no others")
            } else {
                mend(format!(
                    "{} quality reports cover reviews they should not; the database has been tampered with",
                    found.misplaced_reports
                ))
            },
            if found.dead_jobs == 0 {
                well("no work has been put aside")
            } else {
                mend(format!(
                    "{} pieces of work have been put aside after many failures; GET /v1/jobs?state=dead lists them",
                    found.dead_jobs
                ))
            },
        ],
        Err(error) => vec![mend(format!("the rows cannot be examined: {error}"))],
    }
}

fn well(text: impl Into<String>) -> Finding {
    Finding { well: true, text: text.into() }
}

fn mend(text: impl Into<String>) -> Finding {
    Finding { well: false, text: text.into() }
}
