//! Work that has to happen: added in the transaction of the change that asks for it, taken by a worker under a lease,
//! and gone when it is done.
//!
//! A lease is the number of the attempt and a time. The worker that holds it renews the time while it works; when that
//! stops, because its process or its way to the database is gone, any node takes the job for the next attempt. From
//! then on the earlier attempt can still find the work done, which is true for each that does it, but can neither fail
//! it nor keep it.

use std::collections::BTreeSet;

use candour_domain::{JobId, OrganisationId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::{NewJobRow, columns::jobs};
use crate::{StorageError, System, Tenant};

/// A job to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Which work, such as `send_invitation`.
    pub kind: String,
    /// What it is about: ids, never names, addresses or answers.
    pub payload: serde_json::Value,
    /// Two jobs of a trust with the same text here do not wait at the same time.
    pub dedupe: Option<String>,
    /// Not before this time.
    pub run_at: DateTime<Utc>,
}

/// A job in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedJob {
    /// Its id.
    pub id: JobId,
    /// The trust it is done for.
    pub organisation_id: OrganisationId,
    /// Which work.
    pub kind: String,
    /// What it is about.
    pub payload: serde_json::Value,
    /// How many times it has been begun, the present one included.
    pub attempts: u32,
    /// Where it stands.
    pub state: JobState,
    /// When it is due; while it runs, when its lease ends.
    pub run_at: DateTime<Utc>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// To be done when it is due.
    Waiting,
    /// Taken by a worker; to be done again when the lease ends first.
    Running,
    /// Not tried again until somebody asks for it.
    FailedForGood,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// Another attempt, not before this time.
    RetryAt(DateTime<Utc>),
    /// The job has failed for good. It is kept for somebody to see and to retry.
    FailForGood,
    /// The job is removed.
    Forget,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub(crate) struct Row {
    id: String,
    organisation_id: String,
    kind: String,
    payload: String,
    state: String,
    run_at: NaiveDateTime,
    attempts: i64,
    error: Option<String>,
}

/// Adds a job; false when one with the same `dedupe` waits already.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn enqueue(tenant: &mut Tenant<'_>, job: &NewJob) -> Result<bool, StorageError> {
    Ok(tenant.add_job_once(&job.row(&job.id.to_string(), &column::to_json(&job.payload, "jobs.payload")?))?)
}

/// Adds jobs without `dedupe`; otherwise like [`enqueue`].
///
/// # Errors
/// [`StorageError::Conflict`] when one of them has a `dedupe` that waits.
pub fn enqueue_all(tenant: &mut Tenant<'_>, new: &[NewJob]) -> Result<(), StorageError> {
    let texts = |job: &NewJob| Ok((job.id.to_string(), column::to_json(&job.payload, "jobs.payload")?));
    let texts: Vec<(String, String)> = new.iter().map(texts).collect::<Result<_, StorageError>>()?;
    let rows: Vec<_> = new.iter().zip(&texts).map(|(job, (id, payload))| job.row(id, payload)).collect();
    Ok(tenant.add_jobs(&rows)?)
}

/// Takes up to `limit` jobs that are due or whose lease has ended, earliest first, and leases them. Nobody else gets
/// them before then.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn claim(
    system: &mut System<'_>,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<QueuedJob>, StorageError> {
    let claimable = (JobState::Waiting.as_str(), JobState::Running.as_str());
    let ids = system.claimable_jobs(claimable, column::time(now), i64::from(limit))?;
    let chosen = system.every_job().filter(jobs::id.eq_any(ids.clone()));
    let values = (
        jobs::state.eq(JobState::Running.as_str()),
        jobs::run_at.eq(column::time(lease_until)),
        jobs::attempts.eq(jobs::attempts + 1_i64),
    );
    diesel::update(chosen.clone()).set(values).execute(system.connection())?;
    let mut rows: Vec<Row> = chosen.select(Row::as_select()).load(system.connection())?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.id.clone();
        match row.read() {
            Ok(job) => claimed.push(job),
            // Otherwise it would be taken again for ever, in the place of others.
            Err(_unreadable) => {
                let given_up = (jobs::state.eq(JobState::FailedForGood.as_str()), jobs::error.eq(UNREADABLE));
                diesel::update(system.every_job().filter(jobs::id.eq(id)))
                    .set(given_up)
                    .execute(system.connection())?;
            }
        }
    }
    Ok(claimed)
}

/// Renews the leases of these attempts, and gives the jobs whose attempt is no longer the present one: another worker
/// has them.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn renew(
    system: &mut System<'_>,
    held: &[(JobId, u32)],
    lease_until: DateTime<Utc>,
) -> Result<Vec<JobId>, StorageError> {
    let mut lost = Vec::new();
    for &(id, attempt) in held {
        let present =
            system.every_job().filter(jobs::id.eq(id.to_string())).filter(jobs::attempts.eq(i64::from(attempt)));
        let running = present.filter(jobs::state.eq(JobState::Running.as_str()));
        if diesel::update(running).set(jobs::run_at.eq(column::time(lease_until))).execute(system.connection())? == 0 {
            lost.push(id);
        }
    }
    Ok(lost)
}

/// Removes jobs that are done, whichever attempts did them.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn complete_all(system: &mut System<'_>, ids: &[JobId]) -> Result<(), StorageError> {
    let done = system.every_job().filter(jobs::id.eq_any(ids.iter().map(ToString::to_string)));
    diesel::delete(done).execute(system.connection())?;
    Ok(())
}

/// Removes a job within the change that does it, so that it is done once. Gives false, and changes nothing, when the
/// job is done or another attempt has begun.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn finish(tenant: &mut Tenant<'_>, id: JobId, attempt: u32) -> Result<bool, StorageError> {
    fail(tenant, id, attempt, "", AfterFailure::Forget)
}

/// Records why this attempt failed, and does with the job what is to follow. Gives false, and changes nothing, when the
/// job is done or another attempt has begun.
///
/// When a job that is to be tried again has a twin with the same `dedupe` that waits by now, that one takes its place.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn fail(
    tenant: &mut Tenant<'_>,
    id: JobId,
    attempt: u32,
    error: &str,
    then: AfterFailure,
) -> Result<bool, StorageError> {
    let id = id.to_string();
    if !runs(tenant, &id, attempt)? {
        return Ok(false);
    }
    let own = tenant.jobs().filter(jobs::id.eq(&id));
    match then {
        AfterFailure::RetryAt(at) => wait_again(tenant, &id, at, Some(error))?,
        AfterFailure::FailForGood => {
            let values = (jobs::state.eq(JobState::FailedForGood.as_str()), jobs::error.eq(error));
            diesel::update(own).set(values).execute(tenant.connection())?;
        }
        AfterFailure::Forget => {
            diesel::delete(own).execute(tenant.connection())?;
        }
    }
    Ok(true)
}

/// Lets a job that this attempt has not finished wait again, due now, so that another worker goes on with it at once.
/// Gives false, and changes nothing, when the job is done or another attempt has begun.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn give_back(tenant: &mut Tenant<'_>, id: JobId, attempt: u32, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let id = id.to_string();
    let mine = runs(tenant, &id, attempt)?;
    if mine {
        wait_again(tenant, &id, now, None)?;
    }
    Ok(mine)
}

/// The trust's jobs in the order of their ids; with a state, only those. Jobs of the kinds in `without` are left out.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(
    tenant: &mut Tenant<'_>,
    state: Option<JobState>,
    without: &[&str],
    request: &PageRequest,
) -> Result<Page<QueuedJob>, StorageError> {
    let mut query =
        tenant.jobs().filter(jobs::kind.ne_all(without)).select(Row::as_select()).into_boxed::<MultiBackend>();
    if let Some(state) = state {
        query = query.filter(jobs::state.eq(state.as_str()));
    }
    if let Some(id) = request.after_id() {
        query = query.filter(jobs::id.gt(id));
    }
    let rows = query.order(jobs::id).limit(request.fetch()).load(tenant.connection())?;
    request.page(rows, |row: &Row| Cursor::id(&row.id), Row::read)
}

/// Lets a job wait again that has failed for good, due now; false when there is none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn retry(tenant: &mut Tenant<'_>, id: JobId, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let id = id.to_string();
    let failed = tenant.jobs().filter(jobs::id.eq(&id)).filter(jobs::state.eq(JobState::FailedForGood.as_str()));
    if failed.select(jobs::id).first::<String>(tenant.connection()).optional()?.is_none() {
        return Ok(false);
    }
    wait_again(tenant, &id, now, None)?;
    Ok(true)
}

/// Removes the trust's jobs, in whatever state, that carry one of these ids, and gives their number.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_about(tenant: &mut Tenant<'_>, ids: &BTreeSet<String>) -> Result<usize, StorageError> {
    let all: Vec<(String, String)> = tenant.jobs().select((jobs::id, jobs::payload)).load(tenant.connection())?;
    let mut deleted = 0;
    for (id, payload) in all {
        let named = || ids.iter().any(|id| payload.contains(id.as_str()));
        if column::json(&payload, "jobs.payload").map_or_else(|_unreadable| named(), |payload| carries(&payload, ids)) {
            deleted += diesel::delete(tenant.jobs().filter(jobs::id.eq(id))).execute(tenant.connection())?;
        }
    }
    Ok(deleted)
}

fn carries(payload: &serde_json::Value, ids: &BTreeSet<String>) -> bool {
    match payload {
        serde_json::Value::String(text) => ids.contains(text),
        serde_json::Value::Array(values) => values.iter().any(|value| carries(value, ids)),
        serde_json::Value::Object(fields) => fields.values().any(|value| carries(value, ids)),
        _ => false,
    }
}

/// When the next job is due or the next lease ends; `None` when there is nothing to do.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn next_run_at(system: &mut System<'_>) -> Result<Option<DateTime<Utc>>, StorageError> {
    let alive = system
        .every_job()
        .filter(jobs::state.eq(JobState::Waiting.as_str()).or(jobs::state.eq(JobState::Running.as_str())));
    let earliest: Option<NaiveDateTime> = alive.select(diesel::dsl::min(jobs::run_at)).first(system.connection())?;
    Ok(earliest.map(|at| at.and_utc()))
}

/// Whether this attempt is the present one; held until the end of the change.
fn runs(tenant: &mut Tenant<'_>, id: &str, attempt: u32) -> Result<bool, StorageError> {
    let present = tenant.jobs().filter(jobs::id.eq(id)).filter(jobs::attempts.eq(i64::from(attempt)));
    let running = present.filter(jobs::state.eq(JobState::Running.as_str()));
    // An update that changes nothing, because a claim may be under way beside this: the second of them waits for the
    // first.
    Ok(diesel::update(running).set(jobs::attempts.eq(i64::from(attempt))).execute(tenant.connection())? == 1)
}

/// How the queue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that have failed for good.
    pub dead: u64,
    /// Jobs that have been due, or whose lease has been over, for longer than they should.
    pub overdue: u64,
    /// Jobs that somebody is at.
    pub leased: u64,
}

/// How the queue stands; a job is overdue that was due at `then`.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn standing(system: &mut System<'_>, now: DateTime<Utc>, then: DateTime<Utc>) -> Result<Backlog, StorageError> {
    let number = |count: i64| column::number(count, "the number of jobs");
    let (waiting, running) = (jobs::state.eq(JobState::Waiting.as_str()), jobs::state.eq(JobState::Running.as_str()));
    let failed = system.every_job().filter(jobs::state.eq(JobState::FailedForGood.as_str())).count();
    let overdue = system.every_job().filter(waiting.or(running)).filter(jobs::run_at.le(column::time(then))).count();
    let leased = system.every_job().filter(running).filter(jobs::run_at.gt(column::time(now))).count();
    Ok(Backlog {
        dead: number(failed.get_result(system.connection())?)?,
        overdue: number(overdue.get_result(system.connection())?)?,
        leased: number(leased.get_result(system.connection())?)?,
    })
}

fn wait_again(tenant: &mut Tenant<'_>, id: &str, at: DateTime<Utc>, error: Option<&str>) -> Result<(), StorageError> {
    let own = tenant.jobs().filter(jobs::id.eq(id));
    let dedupe: Option<String> = own.clone().select(jobs::dedupe).first(tenant.connection())?;
    if let Some(dedupe) = dedupe {
        let twin = tenant.jobs().filter(jobs::dedupe.eq(dedupe)).filter(jobs::state.eq(JobState::Waiting.as_str()));
        let twin = twin.filter(jobs::id.ne(id)).select(jobs::id).first::<String>(tenant.connection()).optional()?;
        if twin.is_some() {
            diesel::delete(own).execute(tenant.connection())?;
            return Ok(());
        }
    }
    let due = (jobs::state.eq(JobState::Waiting.as_str()), jobs::run_at.eq(column::time(at)));
    diesel::update(own.clone()).set(due).execute(tenant.connection())?;
    if let Some(error) = error {
        diesel::update(own).set(jobs::error.eq(error)).execute(tenant.connection())?;
    }
    Ok(())
}

impl NewJob {
    fn row<'a>(&'a self, id: &'a str, payload: &'a str) -> NewJobRow<'a> {
        let (state, run_at) = (JobState::Waiting.as_str(), column::time(self.run_at));
        NewJobRow { id, kind: &self.kind, payload, dedupe: self.dedupe.as_deref(), state, run_at }
    }
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Running, Self::FailedForGood];

    /// The stable name in storage and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::FailedForGood => "dead",
        }
    }

    /// Reads [`JobState::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

const UNREADABLE: &str = "this work cannot be read; the database has been changed by something other than this program";

impl Row {
    pub(crate) fn read(self) -> Result<QueuedJob, StorageError> {
        Ok(QueuedJob {
            id: column::id(&self.id, "jobs.id")?,
            organisation_id: column::id(&self.organisation_id, "jobs.organisation_id")?,
            kind: self.kind,
            payload: column::json(&self.payload, "jobs.payload")?,
            attempts: column::number(self.attempts, "jobs.attempts")?,
            state: column::read(JobState::from_name(&self.state), "jobs.state")?,
            run_at: self.run_at.and_utc(),
            error: self.error,
        })
    }
}

#[cfg(test)]
mod tests;
