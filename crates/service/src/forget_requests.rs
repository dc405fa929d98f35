//! Forgets answers that were kept for repeated requests.

use candour_storage::idempotency;
use chrono::TimeDelta;

use crate::app::App;
use crate::error::Error;
use crate::settle::settle;

/// Hours for which the answer to a request with an `Idempotency-Key` is kept.
pub const KEPT_HOURS: i64 = 24;

/// Removes what is older than [`KEPT_HOURS`]; returns how many.
///
/// # Errors
/// [`Error::Clock`], [`Error::Storage`].
pub async fn forget_requests(app: &App) -> Result<usize, Error> {
    let now = settle(app).await?;
    Ok(app.storage.write_system(move |system| idempotency::purge(system, now, TimeDelta::hours(KEPT_HOURS))).await?)
}
