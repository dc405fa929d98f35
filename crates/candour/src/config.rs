//! Settings: `candour.toml`, overridden by `CANDOUR_*` variables.

mod unreadable;

use std::path::{Path, PathBuf};

use candour_domain::retention::{RetentionError, RetentionPolicy, RetentionRequest};
use candour_service::auth::providers::{AllowedHosts, InvalidHost};
use candour_service::auth::sessions::SessionLimits;
use candour_service::network::{InvalidProxy, Proxies};
use candour_storage::{Storage, StorageError};
use chrono::TimeDelta;
use serde::Deserialize;
use url::Url;

use crate::{doctor, telemetry};

/// The settings of one process.
#[derive(Clone)]
pub struct Config {
    /// Where files live: the embedded database, the server key, the mailbox.
    pub data_dir: PathBuf,
    /// Where the rows live: `sqlite:PATH`.
    pub database_url: String,
    /// Where the service listens.
    pub listen: String,
    /// Where `/metrics` is served, and nothing else; without it, nowhere.
    pub metrics_listen: Option<String>,
    /// Whether the documentation of the API is served under `/docs/`.
    pub docs: bool,
    /// The proxies whose word on where a request comes from is believed.
    pub proxies: Proxies,
    /// What links in emails begin with. Without it, the address it listens on.
    pub base_url: Option<Url>,
    /// Where the server key is.
    pub secret_key: KeySource,
    /// Which mail server to use; without one, mail goes to files.
    pub smtp_url: Option<String>,
    /// The sender of every email.
    pub mail_from: String,
    /// What is logged, as `tracing` filters are written.
    pub log: String,
    /// Minutes between two rounds of "we have received your answers" emails. They are sent together, so that the time
    /// of an email says little about the time of an answer.
    pub receipt_minutes: u32,
    /// Connections that read from the database.
    pub pool_size: u32,
    /// Days after which a new key signs tokens.
    pub signing_key_days: u32,
    /// For how long things are kept after a round.
    pub retention: RetentionPolicy,
    /// For how long people stay signed in.
    pub sessions: SessionLimits,
    /// How long a passkey or a link to the trust's own sign-in waits that was added by somebody who had only read an
    /// email, before it opens what is not released.
    pub recovery_wait: TimeDelta,
    /// Hosts of one's own network that the service may call: providers of identities.
    pub outbound_allow: AllowedHosts,
    /// The folder of `pg_dump` and `pg_restore`; without it they are looked for.
    pub postgres_tools: Option<PathBuf>,
}

/// Where the server key comes from.
#[derive(Clone)]
pub enum KeySource {
    /// A file that only its owner can read; created on first start.
    File(PathBuf),
    /// The key itself, from the environment.
    Text(zeroize::Zeroizing<String>),
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable that does not parse.
    #[error("{}", unreadable::in_words(.0))]
    Unreadable(#[from] config::ConfigError),
    /// A database that is in neither engine.
    #[error("{0} (database_url, CANDOUR_DATABASE_URL)")]
    DatabaseUrl(#[from] StorageError),
    /// A base URL that is not `http(s)://host[:port]`.
    #[error(
        "base_url (CANDOUR_BASE_URL) is not an http or https address alone; write it without path and user, such as \
         https://feedback.trust.org.uk"
    )]
    BaseUrl,
    /// Proxies that are no addresses.
    #[error("proxies (CANDOUR_PROXIES) cannot be read: {0}. Write addresses or networks, separated by commas")]
    Proxies(#[from] InvalidProxy),
    /// Hosts that are none.
    #[error("outbound_allow (CANDOUR_OUTBOUND_ALLOW) cannot be read: {0}; put commas between them")]
    OutboundAllow(#[from] InvalidHost),
    /// A base URL with which answers would cross the world in the clear.
    #[error(
        "base_url (CANDOUR_BASE_URL) is {0}, without https: links and answers would cross the network in the clear. \
         Put a proxy with a certificate in front (deploy/nginx.conf is an example) and begin with https://"
    )]
    ClearBaseUrl(Url),
    /// A log filter that would log nothing, or everything.
    #[error(
        "log (CANDOUR_LOG) cannot be used: {0}. Write a level (error, warn, info, debug, trace, off), or parts with \
         one, such as warn,candour_service=debug"
    )]
    Log(String),
    /// A worker whose emails would lead to the worker.
    #[error(
        "base_url (CANDOUR_BASE_URL) is not set, and a worker needs it: the links in the emails it sends begin with \
         it. Set it as the service has it"
    )]
    WorkerBaseUrl,
    /// A sweep that never comes, or comes so often that it tells the time of an answer.
    #[error("receipt_minutes (CANDOUR_RECEIPT_MINUTES) is out of range; set 1 to 1440")]
    ReceiptMinutes,
    /// No connection at all, or more than SQLite profits from.
    #[error("pool_size (CANDOUR_POOL_SIZE) is out of range; set 1 to 64")]
    PoolSize,
    /// A key that changes too often to be published in time, or never.
    #[error("signing_key_days (CANDOUR_SIGNING_KEY_DAYS) is out of range; set 1 to 365")]
    SigningKeyDays,
    /// A session that ends while somebody reads, or never.
    #[error("session_idle_minutes (CANDOUR_SESSION_IDLE_MINUTES) is out of range; set 5 to 1440")]
    SessionIdleMinutes,
    /// A session that outlives a day.
    #[error("session_hours (CANDOUR_SESSION_HOURS) is out of range; set 1 to 24")]
    SessionHours,
    /// No wait in which anybody could notice, or one that keeps people from their work.
    #[error("recovery_hours (CANDOUR_RECOVERY_HOURS) is out of range; set 1 to 336")]
    RecoveryHours,
    /// A time of keeping that is out of range or contradicts another.
    #[error("{0} (CANDOUR_{name})", name = .0.setting().to_uppercase())]
    Retention(#[from] RetentionError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    listen: Option<String>,
    metrics_listen: Option<String>,
    proxies: Option<String>,
    docs: Option<bool>,
    base_url: Option<String>,
    secret_key_file: Option<PathBuf>,
    secret_key: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    log: Option<String>,
    receipt_minutes: Option<u32>,
    pool_size: Option<u32>,
    signing_key_days: Option<u32>,
    session_idle_minutes: Option<u32>,
    session_hours: Option<u32>,
    recovery_hours: Option<u32>,
    outbound_allow: Option<String>,
    destroy_answers_days: Option<u32>,
    destroy_unreleased_days: Option<u32>,
    erase_people_days: Option<u32>,
    keep_results_years: Option<u32>,
    postgres_tools: Option<PathBuf>,
}

/// Variables that share the prefix and are not settings: they belong to the tests and to packagers.
const NOT_SETTINGS: [&str; 12] = [
    "CANDOUR_AXE",
    "CANDOUR_BIN",
    "CANDOUR_CHROMEDRIVER",
    "CANDOUR_CONFIG",
    "CANDOUR_CRASH_SEED",
    "CANDOUR_CRASH_SUBMISSIONS",
    "CANDOUR_FAULT_RATERS",
    "CANDOUR_FAULT_SEED",
    "CANDOUR_LINKAGE_RATERS",
    "CANDOUR_POSTGRES",
    "CANDOUR_SMTPD_PYTHON",
    "CANDOUR_TEST_ENGINE",
];

impl Config {
    /// Reads `candour.toml` (or the file named by `CANDOUR_CONFIG`) where it exists, then the environment.
    ///
    /// # Errors
    /// [`ConfigError`] for an unknown setting or a value that cannot be used.
    pub fn load() -> Result<Self, ConfigError> {
        let file = std::env::var_os("CANDOUR_CONFIG").map(PathBuf::from);
        let named = file.is_some();
        let path = file.unwrap_or_else(|| PathBuf::from("candour.toml"));
        let environment: std::collections::HashMap<_, _> = std::env::vars()
            .filter(|(name, value)| {
                name.starts_with("CANDOUR_") && !NOT_SETTINGS.contains(&name.as_str()) && !value.is_empty()
            })
            .collect();
        let settings = config::Config::builder()
            .add_source(config::File::from(path).format(config::FileFormat::Toml).required(named))
            .add_source(config::Environment::with_prefix("CANDOUR").prefix_separator("_").source(Some(environment)))
            .build()?
            .try_deserialize::<Settings>()?;
        Self::from_settings(settings)
    }

    /// The settings of a throw-away instance under `folder`.
    #[must_use]
    pub fn throw_away(folder: &Path) -> Self {
        Self {
            data_dir: folder.to_owned(),
            database_url: sqlite_in(folder),
            listen: "127.0.0.1:0".to_owned(),
            metrics_listen: None,
            docs: true,
            proxies: Proxies::default(),
            base_url: None,
            secret_key: KeySource::File(folder.join("secret.key")),
            smtp_url: None,
            mail_from: DEFAULT_FROM.to_owned(),
            log: "warn".to_owned(),
            receipt_minutes: 1440,
            pool_size: 8,
            signing_key_days: 30,
            retention: RetentionPolicy::default(),
            sessions: SessionLimits::default(),
            recovery_wait: DEFAULT_RECOVERY,
            outbound_allow: AllowedHosts::default(),
            postgres_tools: None,
        }
    }

    /// Where the database is, as it may be shown to anybody.
    #[must_use]
    pub fn place(&self) -> String {
        Storage::shown(&self.database_url).unwrap_or_else(|_refused| "an address that cannot be used".to_owned())
    }

    /// The file of the database, unless it is on a server.
    #[must_use]
    pub fn database_file(&self) -> Option<PathBuf> {
        Storage::file(&self.database_url)
    }

    /// Where mail goes when there is no mail server.
    #[must_use]
    pub fn mailbox(&self) -> PathBuf {
        self.data_dir.join("mailbox")
    }

    fn from_settings(settings: Settings) -> Result<Self, ConfigError> {
        let data_dir = settings.data_dir.unwrap_or_else(|| PathBuf::from("candour-data"));
        let base_url = settings.base_url.as_deref().map(parse_base_url).transpose()?;
        let log = settings.log.unwrap_or_else(|| "info".to_owned());
        telemetry::check(&log).map_err(ConfigError::Log)?;
        let receipt_minutes = settings.receipt_minutes.unwrap_or(60);
        if !(1..=1440).contains(&receipt_minutes) {
            return Err(ConfigError::ReceiptMinutes);
        }
        let pool_size = settings.pool_size.unwrap_or(8);
        if !(1..=64).contains(&pool_size) {
            return Err(ConfigError::PoolSize);
        }
        let signing_key_days = settings.signing_key_days.unwrap_or(30);
        if !(1..=365).contains(&signing_key_days) {
            return Err(ConfigError::SigningKeyDays);
        }
        let sessions = SessionLimits {
            idle_minutes: settings.session_idle_minutes.unwrap_or(SessionLimits::default().idle_minutes),
            longest_hours: settings.session_hours.unwrap_or(SessionLimits::default().longest_hours),
        };
        if !(5..=1440).contains(&sessions.idle_minutes) {
            return Err(ConfigError::SessionIdleMinutes);
        }
        if !(1..=24).contains(&sessions.longest_hours) {
            return Err(ConfigError::SessionHours);
        }
        let recovery_wait =
            settings.recovery_hours.map_or(DEFAULT_RECOVERY, |hours| TimeDelta::hours(i64::from(hours)));
        if !(TimeDelta::hours(1)..=TimeDelta::hours(336)).contains(&recovery_wait) {
            return Err(ConfigError::RecoveryHours);
        }
        let retention = RetentionPolicy::parse(RetentionRequest {
            destroy_answers_days: settings.destroy_answers_days,
            destroy_unreleased_days: settings.destroy_unreleased_days,
            erase_people_days: settings.erase_people_days,
            keep_results_years: settings.keep_results_years,
        })?;
        let database_url = settings.database_url.unwrap_or_else(|| sqlite_in(&data_dir));
        Storage::shown(&database_url)?;
        Ok(Self {
            database_url,
            listen: settings.listen.unwrap_or_else(|| "127.0.0.1:8360".to_owned()),
            metrics_listen: settings.metrics_listen,
            docs: settings.docs.unwrap_or(true),
            proxies: Proxies::parse(&settings.proxies.unwrap_or_default())?,
            base_url,
            secret_key: match (settings.secret_key, settings.secret_key_file) {
                (Some(text), _) => KeySource::Text(text.into()),
                (None, Some(path)) => KeySource::File(path),
                (None, None) => KeySource::File(data_dir.join("secret.key")),
            },
            smtp_url: settings.smtp_url,
            mail_from: settings.mail_from.unwrap_or_else(|| DEFAULT_FROM.to_owned()),
            log,
            receipt_minutes,
            pool_size,
            signing_key_days,
            retention,
            sessions,
            recovery_wait,
            outbound_allow: AllowedHosts::parse(&settings.outbound_allow.unwrap_or_default())?,
            postgres_tools: settings.postgres_tools,
            data_dir,
        })
    }
}

/// A day: anybody who reads their email in the morning learns of it in time.
const DEFAULT_RECOVERY: TimeDelta = TimeDelta::hours(24);

const DEFAULT_FROM: &str = "Candour <candour@localhost.localdomain>";

fn sqlite_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("candour.sqlite3").display())
}

fn parse_base_url(text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text).map_err(|_reason| ConfigError::BaseUrl)?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !(matches!(url.scheme(), "http" | "https") && url.has_host() && plain) {
        return Err(ConfigError::BaseUrl);
    }
    if url.scheme() == "http" && doctor::reach(&url) == doctor::Reach::World {
        Err(ConfigError::ClearBaseUrl(url))
    } else {
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Result<Config, ConfigError> {
        let file = config::File::from_str(toml, config::FileFormat::Toml);
        Config::from_settings(config::Config::builder().add_source(file).build()?.try_deserialize()?)
    }

    #[test]
    fn times_of_keeping_have_defaults_and_one_that_makes_no_sense_is_named_with_its_variable() -> Result<(), ConfigError>
    {
        assert_eq!(settings("")?.retention, RetentionPolicy::default());
        let own = settings("destroy_answers_days = 7\nerase_people_days = 14\nkeep_results_years = 3")?.retention;
        assert_eq!((own.destroy_answers_days(), own.erase_people_days(), own.keep_results_years()), (7, 14, 3));
        for (toml, variable) in [
            ("destroy_answers_days = 0", "CANDOUR_DESTROY_ANSWERS_DAYS"),
            ("destroy_answers_days = 90\ndestroy_unreleased_days = 60", "CANDOUR_DESTROY_UNRELEASED_DAYS"),
            ("erase_people_days = 4000", "CANDOUR_ERASE_PEOPLE_DAYS"),
            ("erase_people_days = 400\nkeep_results_years = 1", "CANDOUR_KEEP_RESULTS_YEARS"),
        ] {
            let refused = settings(toml).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(refused.contains(variable), "{toml}: {refused}");
        }
        assert!(settings("erase_people_days = -1").is_err());
        Ok(())
    }

    #[test]
    fn a_log_filter_that_means_nothing_is_refused() {
        for good in
            ["info", "WARN", "off", "warn,candour_service=debug", "candour::serve=trace", "info,candour_storage=off"]
        {
            assert!(settings(&format!("log = '{good}'")).is_ok(), "{good}");
        }
        for bad in [
            "verbose",
            "infoo",
            "candour_api",
            "warn,candour_api",
            "candour_api=loud",
            "foo=bar=baz",
            "info;debug",
            "",
            "info,,debug",
        ] {
            let said = settings(&format!("log = '{bad}'")).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains("CANDOUR_LOG") && said.contains("warn,candour_service=debug"), "{bad}: {said}");
        }
    }

    #[test]
    fn a_base_url_is_a_bare_origin() {
        for good in ["http://127.0.0.1:8360", "https://feedback.trust.org.uk/"] {
            assert!(parse_base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "feedback.trust.org.uk",
            "ftp://a.uk",
            "https://a.uk/path",
            "https://a.uk/?q",
            "https://u@a.uk",
            "http://feedback.trust.org.uk",
        ] {
            assert!(parse_base_url(bad).is_err(), "{bad}");
        }
    }
}
