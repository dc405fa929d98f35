//! What people and integrations did. Rows are added and read, never changed. What raters do is not in it.

use candour_domain::AuditEventId;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::{add, columns::audit_log};
use crate::{StorageError, Tenant, column};

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `account:…`, `client:…` or `system`.
    pub actor: String,
    /// What, such as `round.launched`.
    pub action: String,
    /// To what, such as `round:…`.
    pub target: String,
    /// What else is worth knowing: ids and numbers, never an answer, a comment or a link.
    pub detail: serde_json::Value,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct Row {
    id: String,
    at: NaiveDateTime,
    actor: String,
    action: String,
    target: String,
    detail: String,
}

/// Adds a line.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn append(tenant: &mut Tenant<'_>, event: &AuditEvent) -> Result<(), StorageError> {
    let values = (
        audit_log::id.eq(event.id.to_string()),
        audit_log::at.eq(column::time(event.at)),
        audit_log::actor.eq(event.actor.as_str()),
        audit_log::action.eq(event.action.as_str()),
        audit_log::target.eq(event.target.as_str()),
        audit_log::detail.eq(column::to_json(&event.detail, "audit_log.detail")?),
    );
    Ok(add!(tenant, adding_audit_log, values)?)
}

/// The trust's log, newest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, request: &PageRequest) -> Result<Page<AuditEvent>, StorageError> {
    let mut query = tenant.audit_log().select(Row::as_select()).into_boxed::<MultiBackend>();
    if let Some((at, id)) = request.after_time() {
        query = query.filter(audit_log::at.lt(at).or(audit_log::at.eq(at).and(audit_log::id.lt(id))));
    }
    let rows = query.order((audit_log::at.desc(), audit_log::id.desc())).limit(request.fetch()).load(tenant.connection())?;
    let events = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(request.page(events, |event: &AuditEvent| Cursor::time(event.at, event.id.uuid())))
}

impl Row {
    fn read(self) -> Result<AuditEvent, StorageError> {
        Ok(AuditEvent {
            id: column::id(&self.id, "audit_log.id")?,
            at: self.at.and_utc(),
            actor: self.actor,
            action: self.action,
            target: self.target,
            detail: column::json(&self.detail, "audit_log.detail")?,
        })
    }
}
