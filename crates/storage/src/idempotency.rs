//! Answers to requests that may be sent twice, kept under a hash of their `Idempotency-Key`.

use candour_domain::SettledNow;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::tenant::{add, columns::idempotency_keys};
use crate::{StorageError, System, Tenant, column};

/// What is known of a request when it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: carry it out, then [`finish`] or [`abandon`].
    New,
    /// It is being carried out.
    InProgress,
    /// It has been answered.
    Done {
        /// Of the request that was answered; another one under the same key is the caller's mistake.
        fingerprint: String,
        /// The status.
        status: u16,
        /// The `Content-Type`.
        content_type: String,
        /// The body.
        body: String,
    },
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
struct Row {
    fingerprint: String,
    status: Option<i32>,
    content_type: Option<String>,
    body: Option<String>,
    created_at: NaiveDateTime,
}

/// Notes the request under its key, unless one is there. One that began before `given_up_before` and has no answer was cut off, by a crash
/// or a lost connection, and begins anew.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn begin(
    tenant: &mut Tenant<'_>,
    key_hash: &str,
    fingerprint: &str,
    now: DateTime<Utc>,
    given_up_before: DateTime<Utc>,
) -> Result<Begun, StorageError> {
    let known = tenant.idempotency_keys().filter(idempotency_keys::key_hash.eq(key_hash)).select(Row::as_select());
    match known.get_result(tenant.connection()).optional()? {
        None => {
            let created_at: NaiveDateTime = column::time(now);
            let values = (
                idempotency_keys::key_hash.eq(key_hash),
                idempotency_keys::fingerprint.eq(fingerprint),
                idempotency_keys::created_at.eq(created_at),
            );
            add!(tenant, adding_idempotency_keys, values)?;
            Ok(Begun::New)
        }
        Some(Row { fingerprint, status: Some(status), content_type: Some(content_type), body: Some(body), .. }) => {
            let status = column::number(i64::from(status), "idempotency_keys.status")?;
            Ok(Begun::Done { fingerprint, status, content_type, body })
        }
        Some(row) if row.created_at < column::time(given_up_before) => {
            abandon(tenant, key_hash)?;
            begin(tenant, key_hash, fingerprint, now, given_up_before)
        }
        Some(_) => Ok(Begun::InProgress),
    }
}

/// Keeps the answer.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn finish(tenant: &mut Tenant<'_>, key_hash: &str, status: u16, content_type: &str, body: &str) -> Result<(), StorageError> {
    let values = (
        idempotency_keys::status.eq(Some(i32::from(status))),
        idempotency_keys::content_type.eq(Some(content_type)),
        idempotency_keys::body.eq(Some(body)),
    );
    let begun = tenant.idempotency_keys().filter(idempotency_keys::key_hash.eq(key_hash));
    diesel::update(begun).set(values).execute(tenant.connection())?;
    Ok(())
}

/// Forgets the request, so that it can be sent again.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn abandon(tenant: &mut Tenant<'_>, key_hash: &str) -> Result<(), StorageError> {
    diesel::delete(tenant.idempotency_keys().filter(idempotency_keys::key_hash.eq(key_hash))).execute(tenant.connection())?;
    Ok(())
}

/// Forgets every request that began longer ago than this and gives their number.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn purge(system: &mut System<'_>, now: SettledNow, kept: TimeDelta) -> Result<usize, StorageError> {
    let old = system.every_idempotency_key().filter(idempotency_keys::created_at.lt(column::time(now.at() - kept)));
    Ok(diesel::delete(old).execute(system.connection())?)
}
