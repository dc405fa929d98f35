//! Rounds and their key pairs.

use candour_domain::round::{Round, RoundRecord, RoundState};
use candour_domain::wording::EmailWording;
use candour_domain::{OrganisationId, RoundId, SettledNow, Visibility};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::add;
use crate::tenant::columns::{advisers, reviews, round_keys, rounds};
use crate::tenant::rows::RoundRow;
use crate::{StorageError, System, Tenant};

pub use crate::tenant::rows::RoundKeys;

/// Adds a round.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this id or no such framework.
pub fn insert(tenant: &mut Tenant<'_>, round: &Round) -> Result<(), StorageError> {
    let record = round.record();
    let values = (
        rounds::id.eq(record.id.to_string()),
        rounds::created_at.eq(column::time(record.created_at)),
        changeable(record)?,
    );
    Ok(add!(tenant, adding_rounds, values)?)
}

/// The round with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: RoundId) -> Result<Option<Round>, StorageError> {
    let found = tenant.rounds().filter(rounds::id.eq(id.to_string())).select(RoundRow::as_select());
    found.get_result(tenant.connection()).optional()?.map(RoundRow::read).transpose()
}

/// The trust's rounds that are there for somebody, newest first: all of them, or those with a review that is.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, sees: &Visibility, request: &PageRequest) -> Result<Page<Round>, StorageError> {
    let mut query = tenant.rounds().select(RoundRow::as_select()).into_boxed::<MultiBackend>();
    match sees {
        Visibility::Trust => {}
        Visibility::Facilitated(email, _) => {
            let theirs = tenant.reviews().filter(reviews::facilitator_email.eq_any(email.spellings()));
            query = query.filter(rounds::id.eq_any(theirs.select(reviews::round_id)));
        }
        Visibility::Advised(email, _) => {
            let advised = tenant.advisers().filter(advisers::email.eq_any(email.spellings()));
            let theirs = tenant.reviews().filter(reviews::id.eq_any(advised.select(advisers::review_id)));
            query = query.filter(rounds::id.eq_any(theirs.select(reviews::round_id)));
        }
        Visibility::About(email) => {
            let theirs = tenant.reviews().filter(reviews::subject_email.eq_any(email.spellings()));
            query = query.filter(rounds::id.eq_any(theirs.select(reviews::round_id)));
        }
    }
    if let Some((at, id)) = request.after_time() {
        query = query.filter(rounds::created_at.lt(at).or(rounds::created_at.eq(at).and(rounds::id.lt(id))));
    }
    let query = query.order((rounds::created_at.desc(), rounds::id.desc())).limit(request.fetch());
    request.page(
        query.load(tenant.connection())?,
        |row: &RoundRow| Cursor::time(row.created_at, &row.id),
        RoundRow::read,
    )
}

/// Replaces the round whose revision is one below this one's; false when it has been changed meanwhile or is gone.
///
/// # Errors
/// [`StorageError::Conflict`] when there is no such framework.
pub fn update(tenant: &mut Tenant<'_>, round: &Round) -> Result<bool, StorageError> {
    let record = round.record();
    let before = revision(record)? - 1;
    let old = tenant.rounds().filter(rounds::id.eq(record.id.to_string())).filter(rounds::revision.eq(before));
    Ok(diesel::update(old).set(changeable(record)?).execute(tenant.connection())? == 1)
}

/// Deletes a round with its reviews and raters; false when there is none.
///
/// # Errors
/// [`StorageError::Conflict`] when anybody has answered or a link of it has been used: that cannot be taken back.
pub fn delete(tenant: &mut Tenant<'_>, id: RoundId) -> Result<bool, StorageError> {
    let round = tenant.rounds().filter(rounds::id.eq(id.to_string()));
    Ok(diesel::delete(round).execute(tenant.connection())? == 1)
}

/// The open rounds of every trust whose deadline has passed, longest overdue first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn due(system: &mut System<'_>, now: DateTime<Utc>) -> Result<Vec<(OrganisationId, RoundId)>, StorageError> {
    let open = system.every_round().filter(rounds::state.eq(RoundState::Open.as_str()));
    let due = open.filter(rounds::closes_at.le(column::time(now))).order((rounds::closes_at, rounds::id));
    read_ids(due.select((rounds::organisation_id, rounds::id)).load(system.connection())?)
}

/// The drafts of every trust whose time of launch has come, longest overdue first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn due_for_launch(
    system: &mut System<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(OrganisationId, RoundId)>, StorageError> {
    let drafts = system.every_round().filter(rounds::state.eq(RoundState::Draft.as_str()));
    let due = drafts.filter(rounds::launches_at.le(column::time(now))).order((rounds::launches_at, rounds::id));
    read_ids(due.select((rounds::organisation_id, rounds::id)).load(system.connection())?)
}

/// The rounds of every trust that are open and were launched before this moment.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn open_since(
    system: &mut System<'_>,
    before: DateTime<Utc>,
) -> Result<Vec<(OrganisationId, RoundId)>, StorageError> {
    let open = system.every_round().filter(rounds::state.eq(RoundState::Open.as_str()));
    let since = open.filter(rounds::launched_at.lt(column::time(before))).order((rounds::organisation_id, rounds::id));
    read_ids(since.select((rounds::organisation_id, rounds::id)).load(system.connection())?)
}

fn read_ids(rows: Vec<(String, String)>) -> Result<Vec<(OrganisationId, RoundId)>, StorageError> {
    let read = |(organisation, id): (String, String)| {
        Ok((column::id(&organisation, "rounds.organisation_id")?, column::id(&id, "rounds.id")?))
    };
    column::readable(rows.into_iter().map(read))
}

/// When the round's reminders were last asked for.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn reminded_at(tenant: &mut Tenant<'_>, id: RoundId) -> Result<Option<DateTime<Utc>>, StorageError> {
    let round = tenant.rounds().filter(rounds::id.eq(id.to_string())).select(rounds::reminded_at);
    let at: Option<Option<NaiveDateTime>> = round.get_result(tenant.connection()).optional()?;
    Ok(at.flatten().map(|at| at.and_utc()))
}

/// Records that the round's reminders have been asked for; false when there is no such round. The revision stays as it
/// is.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_reminded_at(tenant: &mut Tenant<'_>, id: RoundId, at: DateTime<Utc>) -> Result<bool, StorageError> {
    let round = tenant.rounds().filter(rounds::id.eq(id.to_string()));
    Ok(diesel::update(round).set(rounds::reminded_at.eq(column::time(at))).execute(tenant.connection())? == 1)
}

/// Gives a round its key pair, once.
///
/// # Errors
/// [`StorageError::Conflict`] when it has one: ballots may have been sealed to it.
pub fn set_keys(tenant: &mut Tenant<'_>, id: RoundId, keys: &RoundKeys) -> Result<(), StorageError> {
    let values = (
        round_keys::round_id.eq(id.to_string()),
        round_keys::public.eq(keys.public.as_slice()),
        round_keys::sealed_private.eq(keys.sealed_private.as_slice()),
        round_keys::sealed_draft_salt.eq(keys.sealed_draft_salt.as_deref()),
    );
    Ok(add!(tenant, adding_round_keys, values)?)
}

/// The keys of a round that has been launched and not yet been counted.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn keys(tenant: &mut Tenant<'_>, id: RoundId) -> Result<Option<RoundKeys>, StorageError> {
    let keys = tenant.round_keys().filter(round_keys::round_id.eq(id.to_string())).select(RoundKeys::as_select());
    Ok(keys.get_result(tenant.connection()).optional()?)
}

/// Destroys the keys of a round, if it has any: from then on nobody opens a ballot or a draft of it, wherever one
/// lingers.
///
/// [`Storage::forget_order`](crate::Storage::forget_order) takes the row off the disk.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn destroy_keys(tenant: &mut Tenant<'_>, id: RoundId, _now: SettledNow) -> Result<(), StorageError> {
    diesel::delete(tenant.round_keys().filter(round_keys::round_id.eq(id.to_string()))).execute(tenant.connection())?;
    Ok(())
}

type Set<Column, Value> = diesel::dsl::Eq<Column, Value>;
type Changeable<'a> = (
    Set<rounds::title, &'a str>,
    Set<rounds::framework_id, String>,
    Set<rounds::policy, String>,
    Set<rounds::rater_groups, String>,
    Set<rounds::state, &'static str>,
    Set<rounds::closes_at, NaiveDateTime>,
    Set<rounds::launches_at, Option<NaiveDateTime>>,
    Set<rounds::launched_at, Option<NaiveDateTime>>,
    Set<rounds::closed_at, Option<NaiveDateTime>>,
    Set<rounds::promised, Option<String>>,
    Set<rounds::people_erased_at, Option<NaiveDateTime>>,
    Set<rounds::answers_destroyed_at, Option<NaiveDateTime>>,
    Set<rounds::advisers_promised, bool>,
    Set<rounds::emails, Option<String>>,
    Set<rounds::revision, i64>,
);

fn changeable(record: &RoundRecord) -> Result<Changeable<'_>, StorageError> {
    let retention = &record.retention;
    let is_worded = record.emails != EmailWording::default();
    let emails = is_worded.then(|| column::to_json(&record.emails, "rounds.emails")).transpose()?;
    let promised = retention.promised.map(|promised| column::to_json(&promised, "rounds.promised")).transpose()?;
    Ok((
        rounds::title.eq(record.title.as_str()),
        rounds::framework_id.eq(record.framework_id.to_string()),
        rounds::policy.eq(column::to_json(&record.policy, "rounds.policy")?),
        rounds::rater_groups.eq(column::to_json(&record.groups, "rounds.rater_groups")?),
        rounds::state.eq(record.state.as_str()),
        rounds::closes_at.eq(column::time(record.closes_at)),
        rounds::launches_at.eq(record.launches_at.map(column::time)),
        rounds::launched_at.eq(record.launched_at.map(column::time)),
        rounds::closed_at.eq(record.closed_at.map(column::time)),
        rounds::promised.eq(promised),
        rounds::people_erased_at.eq(retention.people_erased_at.map(column::time)),
        rounds::answers_destroyed_at.eq(retention.answers_destroyed_at.map(column::time)),
        rounds::advisers_promised.eq(record.advisers_promised),
        rounds::emails.eq(emails),
        rounds::revision.eq(revision(record)?),
    ))
}

fn revision(record: &RoundRecord) -> Result<i64, StorageError> {
    column::read(i64::try_from(record.revision).ok(), "rounds.revision")
}

#[cfg(test)]
mod tests;
