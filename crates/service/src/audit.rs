//! The audit log: what administrators, facilitators and the worker did. Raters' doings are never in it.

use candour_domain::AuditEventId;
use candour_storage::audit_log::{self, AuditEvent};
use candour_storage::{StorageError, Tenant};
use chrono::{DateTime, Utc};

use crate::entropy::fresh;

/// The actor of what happens by itself.
pub const WORKER: &str = "worker";

/// Adds a line in the transaction of the change it tells of. `target` is `round:…`, `review:…` and so on; `detail` holds ids, numbers and
/// states, never a name or an address.
///
/// # Errors
/// [`StorageError`] when the line cannot be added; the change then does not happen either.
pub fn record(
    tenant: &mut Tenant<'_>,
    actor: &str,
    action: &str,
    target: String,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let event =
        AuditEvent { id: fresh(AuditEventId::from_random), at: now, actor: actor.to_owned(), action: action.to_owned(), target, detail };
    audit_log::append(tenant, &event)
}
