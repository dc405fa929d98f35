//! Answers to changes that may be asked for twice, kept under a hash of their `Idempotency-Key`.

use candour_domain::SettledNow;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::idempotency_keys};
use crate::{StorageError, System, Tenant};

/// The answer to a change that has been made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Of the request that was answered; another one under the same key is the caller's mistake.
    pub fingerprint: String,
    /// The status.
    pub status: u16,
    /// The `Location`, where something was made.
    pub location: Option<String>,
    /// The `ETag` of what was made or changed.
    pub etag: Option<String>,
    /// The `Content-Type` and the body, where there is one.
    pub content: Option<(String, String)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
struct Row {
    fingerprint: String,
    status: Option<i32>,
    content_type: Option<String>,
    body: Option<String>,
    location: Option<String>,
    etag: Option<String>,
}

/// The answer under this key, if its change has been made.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, key_hash: &str) -> Result<Option<KeptAnswer>, StorageError> {
    let known = tenant.idempotency_keys().filter(idempotency_keys::key_hash.eq(key_hash)).select(Row::as_select());
    let Some(row) = known.get_result(tenant.connection()).optional()? else { return Ok(None) };
    // A version before this one noted the key first and the answer later. Without an answer nobody knows whether the
    // change was made.
    let Some(status) = row.status else { return Ok(None) };
    Ok(Some(KeptAnswer {
        fingerprint: row.fingerprint,
        status: column::number(i64::from(status), "idempotency_keys.status")?,
        location: row.location,
        etag: row.etag,
        content: row.content_type.zip(row.body),
    }))
}

/// Keeps the answer, to be called in the transaction that makes the change: then there is an answer under the key
/// exactly if there is the change, whatever fails.
///
/// # Errors
/// [`StorageError`] for the database itself, and when the key has an answer already.
pub fn keep(
    tenant: &mut Tenant<'_>,
    key_hash: &str,
    answer: &KeptAnswer,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let noted = tenant
        .idempotency_keys()
        .filter(idempotency_keys::key_hash.eq(key_hash))
        .filter(idempotency_keys::status.is_null());
    diesel::delete(noted).execute(tenant.connection())?;
    let created_at: NaiveDateTime = column::time(now);
    let (content_type, body) = answer.content.as_ref().map(|(kind, body)| (kind.as_str(), body.as_str())).unzip();
    let values = (
        idempotency_keys::key_hash.eq(key_hash),
        idempotency_keys::fingerprint.eq(&answer.fingerprint),
        idempotency_keys::status.eq(Some(i32::from(answer.status))),
        idempotency_keys::content_type.eq(content_type),
        idempotency_keys::body.eq(body),
        idempotency_keys::location.eq(answer.location.as_deref()),
        idempotency_keys::etag.eq(answer.etag.as_deref()),
        idempotency_keys::created_at.eq(created_at),
    );
    add!(tenant, adding_idempotency_keys, values)?;
    Ok(())
}

/// Forgets every answer that was given longer ago than this and gives their number.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn purge(system: &mut System<'_>, now: SettledNow, kept: TimeDelta) -> Result<usize, StorageError> {
    let old = system.every_idempotency_key().filter(idempotency_keys::created_at.lt(column::time(now.at() - kept)));
    Ok(diesel::delete(old).execute(system.connection())?)
}
