//! Reviews: one subject in one round.

use candour_domain::review::{Review, ReviewProgress};
use candour_domain::{Email, OrganisationId, ReviewId, RoundId, RoundState, Visibility};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::engine::column;
use crate::engine::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::round::advisers::ByReview;
use crate::tenant::add;
use crate::tenant::columns::{advisers, reviews, rounds};
use crate::tenant::rows::ReviewRow;
use crate::{StorageError, System, Tenant};

/// Adds a review, without advisers.
///
/// # Errors
/// [`StorageError::Conflict`] when the round has one of this subject or does not exist.
pub fn insert(tenant: &mut Tenant<'_>, review: &Review) -> Result<(), StorageError> {
    let (progress, progress_at) = progress(review.progress);
    let values = (
        reviews::id.eq(review.id.to_string()),
        reviews::round_id.eq(review.round_id.to_string()),
        reviews::subject_name.eq(review.subject.person.name.as_str()),
        reviews::subject_email.eq(review.subject.person.email.as_str()),
        reviews::subject_role.eq(review.subject.role.as_str()),
        reviews::facilitator_name.eq(review.facilitator.name.as_str()),
        reviews::facilitator_email.eq(review.facilitator.email.as_str()),
        reviews::progress.eq(progress),
        reviews::progress_at.eq(progress_at),
    );
    Ok(add!(tenant, adding_reviews, values)?)
}

/// The review with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: ReviewId) -> Result<Option<Review>, StorageError> {
    let found = tenant.reviews().filter(reviews::id.eq(id.to_string())).select(ReviewRow::as_select());
    let row = found.get_result(tenant.connection()).optional()?;
    row.map(|row| with_advisers(tenant, row)).transpose()
}

/// The reviews of a round that are there for somebody, in the order of their ids.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(
    tenant: &mut Tenant<'_>,
    round: RoundId,
    sees: &Visibility,
    request: &PageRequest,
) -> Result<Page<Review>, StorageError> {
    let of_round = tenant.reviews().filter(reviews::round_id.eq(round.to_string())).filter(is_there_for(tenant, sees));
    let mut query = of_round.select(ReviewRow::as_select()).into_boxed::<MultiBackend>();
    if let Some(id) = request.after_id() {
        query = query.filter(reviews::id.gt(id));
    }
    let rows = query.order(reviews::id).limit(request.fetch()).load(tenant.connection())?;
    let mut advisers = ByReview::of(tenant, &rows)?;
    request.page(rows, |row: &ReviewRow| Cursor::id(&row.id), |row| advisers.with(row))
}

/// Whether a review of a round is there for somebody.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn any(tenant: &mut Tenant<'_>, round: RoundId, sees: &Visibility) -> Result<bool, StorageError> {
    let of_round = tenant.reviews().filter(reviews::round_id.eq(round.to_string())).filter(is_there_for(tenant, sees));
    let first: Vec<String> = of_round.select(reviews::id).limit(1).load(tenant.connection())?;
    Ok(!first.is_empty())
}

/// Every review of a round.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn all(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Review>, StorageError> {
    let of_round = tenant
        .reviews()
        .filter(reviews::round_id.eq(round.to_string()))
        .order(reviews::id)
        .select(ReviewRow::as_select());
    let rows = of_round.load(tenant.connection())?;
    let mut advisers = ByReview::of(tenant, &rows)?;
    column::readable(rows.into_iter().map(|row| advisers.with(row)))
}

/// The reviews of some rounds that are there for somebody, in the order of their ids.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_rounds(tenant: &mut Tenant<'_>, rounds: &[RoundId], sees: &Visibility) -> Result<Vec<Review>, StorageError> {
    let of_rounds = tenant.reviews().filter(reviews::round_id.eq_any(rounds.iter().map(ToString::to_string)));
    let theirs = of_rounds.filter(is_there_for(tenant, sees)).order(reviews::id).select(ReviewRow::as_select());
    let rows: Vec<ReviewRow> = theirs.load(tenant.connection())?;
    let mut advisers = ByReview::of(tenant, &rows)?;
    column::readable(rows.into_iter().map(|row| advisers.with(row)))
}

/// The reviews that this person facilitates in rounds of these states.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn facilitated(
    tenant: &mut Tenant<'_>,
    facilitator: &Email,
    states: &[RoundState],
) -> Result<Vec<Review>, StorageError> {
    let of_states = tenant.rounds().filter(rounds::state.eq_any(states.iter().map(|state| state.as_str())));
    let theirs = tenant.reviews().filter(reviews::facilitator_email.eq_any(facilitator.spellings()));
    let theirs = theirs.filter(reviews::round_id.eq_any(of_states.select(rounds::id))).order(reviews::id);
    let rows: Vec<ReviewRow> = theirs.select(ReviewRow::as_select()).load(tenant.connection())?;
    let mut advisers = ByReview::of(tenant, &rows)?;
    column::readable(rows.into_iter().map(|row| advisers.with(row)))
}

/// Every review of the trust, of all rounds, in the order of their ids.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn every(tenant: &mut Tenant<'_>) -> Result<Vec<Review>, StorageError> {
    let every = tenant.reviews().order(reviews::id).select(ReviewRow::as_select());
    let rows: Vec<ReviewRow> = every.load(tenant.connection())?;
    let mut advisers = ByReview::every(tenant)?;
    column::readable(rows.into_iter().map(|row| advisers.with(row)))
}

/// How many reviews that this person facilitates have been counted and wait for them. Unless they are `told` of set
/// times of release, those wait as well for which one is set.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn counted_for(tenant: &mut Tenant<'_>, facilitator: &Email, told: bool) -> Result<usize, StorageError> {
    let theirs = tenant.reviews().filter(reviews::facilitator_email.eq_any(facilitator.spellings()));
    let waits: &[&str] = if told { &[ReviewRow::COUNTED] } else { &[ReviewRow::COUNTED, ReviewRow::SCHEDULED] };
    let counted: i64 = theirs.filter(reviews::progress.eq_any(waits)).count().get_result(tenant.connection())?;
    column::number(counted, "the number of reviews")
}

/// The hash of the list to which the facilitator has agreed last.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn agreed_digest(tenant: &mut Tenant<'_>, id: ReviewId) -> Result<Option<String>, StorageError> {
    let review = tenant.reviews().filter(reviews::id.eq(id.to_string())).select(reviews::agreed_digest);
    Ok(review.get_result::<Option<String>>(tenant.connection()).optional()?.flatten())
}

/// Keeps the hash of the list to which the facilitator has agreed; false when there is no such review.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_agreed_digest(tenant: &mut Tenant<'_>, id: ReviewId, digest: &str) -> Result<bool, StorageError> {
    let review = tenant.reviews().filter(reviews::id.eq(id.to_string()));
    Ok(diesel::update(review).set(reviews::agreed_digest.eq(digest)).execute(tenant.connection())? == 1)
}

/// How many warnings have been sent of what is to be destroyed unreleased; `None` when there is no such review.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn warned(tenant: &mut Tenant<'_>, id: ReviewId) -> Result<Option<u32>, StorageError> {
    let review = tenant.reviews().filter(reviews::id.eq(id.to_string())).select(reviews::warned);
    let warned = review.get_result::<i64>(tenant.connection()).optional()?;
    warned.map(|warned| column::number(warned, "reviews.warned")).transpose()
}

/// Notes that so many warnings have been sent; false when there is no such review or as many had been sent before.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_warned(tenant: &mut Tenant<'_>, id: ReviewId, warned: u32) -> Result<bool, StorageError> {
    let warned = i64::from(warned);
    let review = tenant.reviews().filter(reviews::id.eq(id.to_string())).filter(reviews::warned.lt(warned));
    Ok(diesel::update(review).set(reviews::warned.eq(warned)).execute(tenant.connection())? == 1)
}

/// The review of this person that was released last, of all rounds but one.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn released_before(
    tenant: &mut Tenant<'_>,
    subject: &Email,
    round: RoundId,
) -> Result<Option<Review>, StorageError> {
    let of_subject = tenant
        .reviews()
        .filter(reviews::subject_email.eq_any(subject.spellings()))
        .filter(reviews::progress.eq(ReviewRow::RELEASED));
    let others = of_subject.filter(reviews::round_id.ne(round.to_string()));
    let last = others.order((reviews::progress_at.desc(), reviews::id)).select(ReviewRow::as_select());
    let row = last.first(tenant.connection()).optional()?;
    row.map(|row| with_advisers(tenant, row)).transpose()
}

/// Replaces subject, facilitator and progress of a review; false when there is none with its id. Its advisers stay.
///
/// # Errors
/// [`StorageError::Conflict`] when the round has another review of this subject.
pub fn update(tenant: &mut Tenant<'_>, review: &Review) -> Result<bool, StorageError> {
    let (progress, progress_at) = progress(review.progress);
    let values = (
        reviews::subject_name.eq(review.subject.person.name.as_str()),
        reviews::subject_email.eq(review.subject.person.email.as_str()),
        reviews::subject_role.eq(review.subject.role.as_str()),
        reviews::facilitator_name.eq(review.facilitator.name.as_str()),
        reviews::facilitator_email.eq(review.facilitator.email.as_str()),
        reviews::progress.eq(progress),
        reviews::progress_at.eq(progress_at),
    );
    let old = tenant.reviews().filter(reviews::id.eq(review.id.to_string()));
    Ok(diesel::update(old).set(values).execute(tenant.connection())? == 1)
}

/// Deletes a review with its raters; false when there is none.
///
/// # Errors
/// [`StorageError::Conflict`] when anybody has answered.
pub fn delete(tenant: &mut Tenant<'_>, id: ReviewId) -> Result<bool, StorageError> {
    let review = tenant.reviews().filter(reviews::id.eq(id.to_string()));
    Ok(diesel::delete(review).execute(tenant.connection())? == 1)
}

/// The reviews of every trust whose scheduled release has come, longest overdue first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn due_for_release(
    system: &mut System<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(OrganisationId, ReviewId)>, StorageError> {
    let scheduled = system.every_review().filter(reviews::progress.eq(ReviewRow::SCHEDULED));
    let due = scheduled.filter(reviews::progress_at.le(column::time(now))).order((reviews::progress_at, reviews::id));
    let rows: Vec<(String, String)> = due.select((reviews::organisation_id, reviews::id)).load(system.connection())?;
    let read = |(organisation, id): (String, String)| {
        Ok((column::id(&organisation, "reviews.organisation_id")?, column::id(&id, "reviews.id")?))
    };
    column::readable(rows.into_iter().map(read))
}

type Condition = Box<dyn BoxableExpression<<reviews::id as Column>::Table, MultiBackend, SqlType = Bool>>;

/// What [`Visibility::shows`] says, as a condition.
fn is_there_for(tenant: &Tenant<'_>, sees: &Visibility) -> Condition {
    match sees {
        Visibility::Trust => Box::new(reviews::id.is_not_null()),
        Visibility::Facilitated(email, _) => Box::new(reviews::facilitator_email.eq_any(email.spellings())),
        Visibility::Advised(email, _) => {
            let advised = tenant.advisers().filter(advisers::email.eq_any(email.spellings()));
            Box::new(reviews::id.eq_any(advised.select(advisers::review_id)))
        }
        Visibility::About(email) => Box::new(reviews::subject_email.eq_any(email.spellings())),
    }
}

fn with_advisers(tenant: &mut Tenant<'_>, row: ReviewRow) -> Result<Review, StorageError> {
    ByReview::of(tenant, std::slice::from_ref(&row))?.with(row)
}

fn progress(progress: ReviewProgress) -> (&'static str, Option<NaiveDateTime>) {
    match progress {
        ReviewProgress::Waiting => ("waiting", None),
        ReviewProgress::Counted => (ReviewRow::COUNTED, None),
        ReviewProgress::Scheduled(at) => (ReviewRow::SCHEDULED, Some(column::time(at))),
        ReviewProgress::Released(at) => (ReviewRow::RELEASED, Some(column::time(at))),
    }
}
