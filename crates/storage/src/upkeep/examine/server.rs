//! How a PostgreSQL server is set up, as far as the promise or the service depends on it.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Timestamp};

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::AnyConnection;
use crate::upkeep::server_log::Log;

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Server {
    /// Its major version.
    pub version: u32,
    /// Its clock.
    pub time: DateTime<Utc>,
    /// The account that this program logs in with.
    pub account: String,
    /// The database.
    pub database: String,
    /// What the connection is like.
    pub link: Link,
    /// How many connections this account may have open at a time, over all nodes.
    pub connections: u32,
    /// Whether this account may begin a new file of the write-ahead log and remove the old.
    pub may_empty_log: bool,
    /// Whether files of the log are used again, and this account may not see which, so that what was deleted stays in
    /// them.
    pub recycles_log: bool,
    /// Whether it keeps the time of every transaction, and so the time at which each row was written.
    pub keeps_times: bool,
    /// Whether what is acknowledged is on its disk.
    pub durable: bool,
    /// What keeps or passes on rows that were deleted.
    pub copying: Vec<Copying>,
    /// What it writes of statements and their values.
    pub logging: Logging,
}

/// What a connection is like to somebody on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It does not leave this machine.
    Local,
    /// Encrypted, and it is known that the server is the right one.
    Verified,
    /// Encrypted, but somebody in between could pose as the server.
    Encrypted,
    /// Everybody on the way can read it.
    Clear,
}

/// Something that keeps or passes on rows after they have been deleted here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copying {
    /// Every file of the log is archived.
    Archive,
    /// So many megabytes of the log are kept.
    KeptLog(u32),
    /// A place kept for a reader of the log, and whether anybody reads.
    Slot(String, bool),
    /// So many standbys or other readers of the log are connected.
    Readers(u32),
    /// A publication of changes.
    Publication(String),
}

/// What a server writes into its own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// The settings because of which statements are logged, such as `log_statement = all`.
    pub statements: Vec<String>,
    /// Whether their values are logged too.
    pub values: bool,
}

#[derive(QueryableByName)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
struct Row {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Timestamp)]
    time: NaiveDateTime,
    #[diesel(sql_type = Text)]
    account: String,
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Bool)]
    here: bool,
    #[diesel(sql_type = Bool)]
    encrypted: bool,
    #[diesel(sql_type = Integer)]
    connections: i32,
    #[diesel(sql_type = Bool)]
    keeps_times: bool,
    #[diesel(sql_type = Bool)]
    durable: bool,
    #[diesel(sql_type = Bool)]
    archives: bool,
    #[diesel(sql_type = Integer)]
    kept_log: i32,
    #[diesel(sql_type = Array<Text>)]
    active_slots: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    idle_slots: Vec<String>,
    #[diesel(sql_type = Integer)]
    readers: i32,
    #[diesel(sql_type = Array<Text>)]
    publications: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    statements: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    values: Option<String>,
}

const QUESTION: &str = "SELECT current_setting('server_version_num')::int / 10000 AS version, clock_timestamp() AT \
 TIME ZONE 'UTC' AS time, current_user::text AS account, current_database()::text AS database, \
    inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1' AS here, \
    EXISTS (SELECT 1 FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) \
    OR EXISTS (SELECT 1 FROM pg_stat_gssapi WHERE pid = pg_backend_pid() AND encrypted) AS encrypted, \
    (SELECT min(allowed) FROM (SELECT current_setting('max_connections')::int - \
    current_setting('superuser_reserved_connections')::int \
    - coalesce(current_setting('reserved_connections', true)::int, 0) AS allowed \
    UNION ALL SELECT datconnlimit FROM pg_database WHERE datname = current_database() AND datconnlimit >= 0 \
    UNION ALL SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user AND rolconnlimit >= 0) AS limits) AS \
    connections, \
    current_setting('track_commit_timestamp') = 'on' AS keeps_times, current_setting('fsync') = 'on' AS durable, \
    current_setting('archive_mode') <> 'off' AS archives, (SELECT setting::int FROM pg_settings WHERE name = \
    'wal_keep_size') AS kept_log, \
    ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE active) AS active_slots, \
    ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE NOT active) AS idle_slots, \
    (SELECT count(*)::int FROM pg_stat_replication) AS readers, ARRAY(SELECT pubname::text FROM pg_publication) AS \
    publications, \
    ARRAY(SELECT name || ' = ' || setting FROM pg_settings WHERE (name = 'log_statement' AND setting IN ('mod', \
    'all')) \
    OR (name IN ('log_min_duration_statement', 'log_min_duration_sample', 'auto_explain.log_min_duration') AND setting \
    <> '-1') OR (name = 'log_transaction_sample_rate' AND setting::float > 0)) AS statements, \
    (SELECT setting FROM pg_settings WHERE name = 'log_parameter_max_length') AS values";

/// Asks the server; SQLite has none.
pub(crate) fn server(address: &Address, connection: &mut AnyConnection) -> Result<Option<Server>, StorageError> {
    let AnyConnection::Postgres(postgres) = connection else { return Ok(None) };
    let row: Row = diesel::sql_query(QUESTION).get_result(postgres)?;
    let log = Log::of(postgres)?;
    let positive = |number: i32| u32::try_from(number).unwrap_or(0);
    let mut copying = Vec::new();
    if row.archives {
        copying.push(Copying::Archive);
    }
    if row.kept_log > 0 {
        copying.push(Copying::KeptLog(positive(row.kept_log)));
    }
    if row.readers > 0 {
        copying.push(Copying::Readers(positive(row.readers)));
    }
    copying.extend(row.active_slots.into_iter().map(|name| Copying::Slot(name, true)));
    copying.extend(row.idle_slots.into_iter().map(|name| Copying::Slot(name, false)));
    copying.extend(row.publications.into_iter().map(Copying::Publication));
    Ok(Some(Server {
        version: positive(row.version),
        time: row.time.and_utc(),
        account: row.account,
        database: row.database,
        link: match (row.here || address.is_here(), row.encrypted, address.verifies_server()) {
            (true, _, _) => Link::Local,
            (false, true, true) => Link::Verified,
            (false, true, false) => Link::Encrypted,
            (false, false, _) => Link::Clear,
        },
        connections: positive(row.connections),
        may_empty_log: log.may_empty,
        recycles_log: log.recycles && !log.may_see,
        keeps_times: row.keeps_times,
        durable: row.durable,
        copying,
        logging: Logging { statements: row.statements, values: row.values.as_deref() != Some("0") },
    }))
}
