//! The audit log: what administrators, facilitators and the worker did. Raters' doings are never in it.

use candour_domain::access::permission::ListAuditLog;
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AuditEventId, Authorised};
use candour_storage::audit_log::{self, AuditEvent};
use candour_storage::{Page, PageRequest, StorageError, Tenant};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::entropy::fresh;
use crate::error::Error;

/// The audit log of the trust, newest first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, by: &Authorised<ListAuditLog>, page: PageRequest) -> Result<Page<AuditEvent>, Error> {
    app.storage.read(by.organisation(), move |tenant| Ok(audit_log::list(tenant, &page)?)).await
}

/// Adds a line in the transaction of the change it tells of. `detail` holds ids, numbers and states, never a name or an
/// address.
///
/// # Errors
/// [`StorageError`] when the line cannot be added; the change then does not happen either.
pub fn record(
    tenant: &mut Tenant<'_>,
    actor: Actor,
    action: Action,
    target: Target,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let event = AuditEvent {
        id: fresh(AuditEventId::from_random),
        at: now,
        actor: actor.to_string(),
        action: action.as_str().to_owned(),
        target: target.to_string(),
        detail,
    };
    audit_log::append(tenant, &event)
}
