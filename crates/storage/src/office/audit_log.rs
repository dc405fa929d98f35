//! What people, integrations and the worker did. Rows are added and read. What raters do is not in it. One thing is
//! taken out of it again: why a comment was redacted, in the facilitator's words, once the comment's result has been
//! deleted.

pub use candour_domain::audit::AuditEvent;
use candour_domain::audit::{Action, Target};
use candour_domain::{ReviewId, RoundId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::engine::column;
use crate::engine::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::add;
use crate::tenant::columns::{audit_log, reviews};
use crate::tenant::rows::ReviewRow;
use crate::{StorageError, System, Tenant};

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those about this; all where it is `None`.
    pub about: Option<About>,
    /// Those with one of these actions; all where it is `None`.
    pub actions: Option<Vec<&'static str>>,
}

/// What lines are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// A round: lines about it, and those with its id among their details.
    pub round: Option<RoundId>,
    /// Reviews: lines about them, and about their raters.
    pub reviews: Vec<ReviewId>,
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

/// Takes the reasons of redactions in a review out of the log. That somebody redacted something, and when, stays.
pub(crate) fn forget_reasons(tenant: &mut Tenant<'_>, review: &str) -> Result<(), StorageError> {
    let lines = tenant.audit_log().filter(audit_log::target.eq(format!("review:{review}")));
    let lines: Vec<(String, String)> = lines.select((audit_log::id, audit_log::detail)).load(tenant.connection())?;
    for (id, detail) in lines {
        // What cannot be read could be one.
        let mut detail =
            column::json(&detail, "audit_log.detail").unwrap_or_else(|_unreadable| serde_json::json!({"reason": null}));
        if detail.as_object_mut().is_some_and(|fields| fields.remove("reason").is_some()) {
            let line = tenant.audit_log().filter(audit_log::id.eq(id));
            diesel::update(line)
                .set(audit_log::detail.eq(column::to_json(&detail, "audit_log.detail")?))
                .execute(tenant.connection())?;
        }
    }
    Ok(())
}

/// The trust's log, newest first, without what [waits for a release](Action::waits_for_release).
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, request: &PageRequest) -> Result<Page<AuditEvent>, StorageError> {
    search(tenant, &Wanted::default(), request)
}

/// Some lines of the trust's log, newest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn search(
    tenant: &mut Tenant<'_>,
    wanted: &Wanted,
    request: &PageRequest,
) -> Result<Page<AuditEvent>, StorageError> {
    let lines = tenant.audit_log().filter(those(tenant, wanted)?);
    let mut query = lines.select(Row::as_select()).into_boxed::<MultiBackend>();
    if let Some((at, id)) = request.after_time() {
        query = query.filter(audit_log::at.lt(at).or(audit_log::at.eq(at).and(audit_log::id.lt(id))));
    }
    let rows =
        query.order((audit_log::at.desc(), audit_log::id.desc())).limit(request.fetch()).load(tenant.connection())?;
    request.page(rows, |row: &Row| Cursor::time(row.at, &row.id), Row::read)
}

/// Some lines of the trust's log at once, the newest so many, newest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn newest_of(tenant: &mut Tenant<'_>, wanted: &Wanted, most: u32) -> Result<Vec<AuditEvent>, StorageError> {
    let lines = tenant.audit_log().filter(those(tenant, wanted)?).select(Row::as_select());
    let newest = lines.order((audit_log::at.desc(), audit_log::id.desc())).limit(most.into());
    column::readable(newest.load(tenant.connection())?.into_iter().map(Row::read))
}

/// The lines that are wanted and can be told.
fn those(tenant: &mut Tenant<'_>, wanted: &Wanted) -> Result<Condition, StorageError> {
    let waits = Action::ALL.iter().filter(|action| action.waits_for_release()).map(|action| action.as_str());
    let untold = audit_log::action.eq_any(waits.collect::<Vec<_>>()).and(audit_log::target.eq_any(untold(tenant)?));
    let mut those: Condition = Box::new(not(untold));
    if let Some(wanted) = &wanted.about {
        those = Box::new(those.and(about(wanted)));
    }
    if let Some(actions) = &wanted.actions {
        those = Box::new(those.and(audit_log::action.eq_any(actions.clone())));
    }
    Ok(those)
}

/// The reviews that have been counted and not released, as targets.
fn untold(tenant: &mut Tenant<'_>) -> Result<Vec<String>, StorageError> {
    let counted = tenant.reviews().filter(reviews::progress.eq_any([ReviewRow::COUNTED, ReviewRow::SCHEDULED]));
    let ids: Vec<String> = counted.select(reviews::id).load(tenant.connection())?;
    Ok(ids.into_iter().map(|id| format!("review:{id}")).collect())
}

/// How many lines with this actor and this action there are since then.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn number(tenant: &mut Tenant<'_>, actor: &str, action: &str, since: DateTime<Utc>) -> Result<usize, StorageError> {
    let lines = tenant.audit_log().filter(audit_log::at.gt(column::time(since)));
    let lines = lines.filter(audit_log::actor.eq(actor)).filter(audit_log::action.eq(action));
    column::number(lines.count().get_result(tenant.connection())?, "a number of lines")
}

/// When the newest line of any trust was written; `None` when there is none.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn newest(system: &mut System<'_>) -> Result<Option<DateTime<Utc>>, StorageError> {
    let newest: Option<NaiveDateTime> =
        system.every_audit_event().select(diesel::dsl::max(audit_log::at)).first(system.connection())?;
    Ok(newest.map(|at| at.and_utc()))
}

type Condition = Box<dyn BoxableExpression<<audit_log::target as Column>::Table, MultiBackend, SqlType = Bool>>;

/// Whether a line is about one of these. An id has no sign in it that a pattern would take for another.
fn about(About { round, reviews }: &About) -> Condition {
    let targets = round.iter().map(|id| Target::Round(*id)).chain(reviews.iter().map(|id| Target::Review(*id)));
    let targets: Vec<String> = targets.map(|target| target.to_string()).collect();
    let mentions = |id: String| -> Condition { Box::new(audit_log::detail.like(format!("%\"{id}\"%"))) };
    let of_rater = audit_log::target.like("rater:%");
    let of_raters = of_rater.and(any(reviews.iter().map(|id| mentions(id.to_string())).collect()));
    let of_round = any(round.iter().map(|id| mentions(id.to_string())).collect());
    Box::new(audit_log::target.eq_any(targets).or(of_round).or(of_raters))
}

/// Whether one of these holds, halved again and again: SQLite refuses what is nested a thousand deep.
fn any(mut conditions: Vec<Condition>) -> Condition {
    let half = conditions.len() / 2;
    match conditions.pop() {
        None => Box::new(audit_log::id.eq("")),
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            let others = conditions.split_off(half);
            Box::new(any(conditions).or(any(others)))
        }
    }
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
