//! Questionnaires, version by version.

use candour_domain::{Framework, FrameworkId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::{add, columns::frameworks};
use crate::{StorageError, Tenant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = frameworks)]
pub(crate) struct Row {
    organisation_id: String,
    id: String,
    version: i64,
    content: String,
    created_at: NaiveDateTime,
}

/// Adds one version of a questionnaire.
///
/// # Errors
/// [`StorageError::Conflict`] when the trust has this version of this key.
pub fn insert(tenant: &mut Tenant<'_>, framework: &Framework, now: DateTime<Utc>) -> Result<(), StorageError> {
    let values = (
        frameworks::id.eq(framework.id.to_string()),
        frameworks::key.eq(framework.key()),
        frameworks::version.eq(i64::from(framework.version)),
        frameworks::content.eq(column::to_json(framework.content(), "frameworks.content")?),
        frameworks::created_at.eq(column::time(now)),
    );
    Ok(add!(tenant, adding_frameworks, values)?)
}

/// The framework with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: FrameworkId) -> Result<Option<Framework>, StorageError> {
    let found = tenant.frameworks().filter(frameworks::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// The highest version of the questionnaire `key`.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn latest(tenant: &mut Tenant<'_>, key: &str) -> Result<Option<Framework>, StorageError> {
    let versions =
        tenant.frameworks().filter(frameworks::key.eq(key)).order(frameworks::version.desc()).select(Row::as_select());
    versions.first(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// The trust's frameworks, newest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, request: &PageRequest) -> Result<Page<Framework>, StorageError> {
    let mut query = tenant.frameworks().select(Row::as_select()).into_boxed::<MultiBackend>();
    if let Some((at, id)) = request.after_time() {
        query =
            query.filter(frameworks::created_at.lt(at).or(frameworks::created_at.eq(at).and(frameworks::id.lt(id))));
    }
    let query = query.order((frameworks::created_at.desc(), frameworks::id.desc())).limit(request.fetch());
    request.page(query.load(tenant.connection())?, |row: &Row| Cursor::time(row.created_at, &row.id), Row::read)
}

impl Row {
    pub(crate) fn read(self) -> Result<Framework, StorageError> {
        let content = column::framework(&self.content, "frameworks.content")?;
        Ok(Framework::new(
            column::id(&self.id, "frameworks.id")?,
            column::id(&self.organisation_id, "frameworks.organisation_id")?,
            column::number(self.version, "frameworks.version")?,
            content,
        ))
    }
}
