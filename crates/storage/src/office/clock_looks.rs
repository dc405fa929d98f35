//! The newest time that more than one clock agreed on, and the clock of the database server.

use candour_domain::clock::{DatabaseTime, Look, Uptime};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamp;

use crate::engine::column;
use crate::engine::connection::AnyConnection;
use crate::tenant::columns::clock_looks;
use crate::{StorageError, System, audit_log};

/// The stored look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLook {
    /// The time, and how long that machine had run.
    pub look: Look,
    /// How often an operator has said that the clock is right.
    pub confirmations: u64,
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Timestamp)]
    at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    up_since: NaiveDateTime,
}

/// The stored look; in a database that has none yet, the time of the newest line of any audit log; `None` in a new one.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn newest(system: &mut System<'_>) -> Result<Option<StoredLook>, StorageError> {
    let columns = (clock_looks::looked_at, clock_looks::boot, clock_looks::running_seconds, clock_looks::confirmations);
    let found = system.clock_looks().select(columns);
    let found =
        found.get_result::<(NaiveDateTime, Option<String>, Option<i64>, i64)>(system.connection()).optional()?;
    let Some((at, boot, running, confirmations)) = found else {
        let look = |at: DateTime<Utc>| StoredLook { look: Look { at, uptime: None }, confirmations: 0 };
        return Ok(audit_log::newest(system)?.map(look));
    };
    let uptime = boot.zip(running).map(|(boot, running)| Uptime { boot, running: TimeDelta::seconds(running) });
    let confirmations = column::number(confirmations, "clock_looks.confirmations")?;
    Ok(Some(StoredLook { look: Look { at: at.and_utc(), uptime }, confirmations }))
}

/// Keeps a look instead of the one before, unless an operator has said meanwhile what time it is: then theirs stays.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn put(system: &mut System<'_>, look: &Look, confirmations: u64) -> Result<(), StorageError> {
    let confirmations = column::read(i64::try_from(confirmations).ok(), "clock_looks.confirmations")?;
    let (boot, running) =
        look.uptime.as_ref().map(|uptime| (uptime.boot.as_str(), uptime.running.num_seconds())).unzip();
    Ok(system.put_clock_look(column::time(look.at), boot, running, confirmations)?)
}

/// The clock of the database server; `None` where the database is a file.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn database_time(system: &mut System<'_>) -> Result<Option<DatabaseTime>, StorageError> {
    let AnyConnection::Postgres(connection) = system.connection() else { return Ok(None) };
    let clocks = diesel::sql_query(
        "SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at, pg_postmaster_start_time() AT TIME ZONE 'UTC' AS up_since",
    );
    let Told { at, up_since } = clocks.get_result(connection)?;
    Ok(Some(DatabaseTime { at: at.and_utc(), up_since: up_since.and_utc() }))
}
