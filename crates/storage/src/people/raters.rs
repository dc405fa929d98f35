//! Raters: who is asked about whom, in which group.

use std::collections::{BTreeMap, BTreeSet};

use candour_domain::list::Listed;
use candour_domain::{Asked, Delivery, DeliveryReason, Email, GroupId, Person, Rater, RaterId, ReviewId, RoundId};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::connection::MultiBackend;
use crate::engine::dialect::ROWS_TOGETHER;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::add;
use crate::tenant::columns::{invitations, raters, reviews};
use crate::tenant::rows::RaterRow;
use crate::{StorageError, Tenant};

/// A rater as the administrator sees them: how the invitation email fared, never whether they have answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRater {
    /// Who they are.
    pub rater: Rater,
    /// How their invitation email fares; `None` before launch.
    pub delivery: Option<Delivery>,
    /// Why it did not arrive, where that is known.
    pub delivery_reason: Option<DeliveryReason>,
    /// Whether they have been invited, also at an address that has been corrected since. Who has not been is deleted
    /// where others are withdrawn.
    pub invited: bool,
    /// Whether an administrator took them out of the review.
    pub withdrawn: bool,
    /// Whether they were added to an open round, or are to be asked again, and the facilitator has not agreed.
    pub waiting: bool,
}

/// How the email of an invitation fares, why it did not arrive, and whether the invitation is withdrawn.
type Fared = (String, Option<String>, bool);

/// A rater with how they came to be asked, and whether they wait to be asked again.
type ListedRow = (RaterRow, String, bool);

/// Adds a rater to the list of a draft.
///
/// # Errors
/// [`StorageError::Conflict`] when the review has somebody with this address, withdrawn people included, or does not
/// exist.
pub fn insert(tenant: &mut Tenant<'_>, rater: &Rater) -> Result<(), StorageError> {
    insert_as(tenant, rater, Asked::AtLaunch)
}

/// Adds a rater to the list of an open round. They wait: nobody but [`on_list`], [`list`] and [`find`] knows of them
/// until [`agree`].
///
/// # Errors
/// As [`insert`].
pub fn insert_waiting(tenant: &mut Tenant<'_>, rater: &Rater) -> Result<(), StorageError> {
    insert_as(tenant, rater, Asked::Waiting)
}

fn insert_as(tenant: &mut Tenant<'_>, rater: &Rater, asked: Asked) -> Result<(), StorageError> {
    let values = (
        raters::id.eq(rater.id.to_string()),
        raters::round_id.eq(rater.round_id.to_string()),
        raters::review_id.eq(rater.review_id.to_string()),
        raters::name.eq(rater.person.name.as_str()),
        raters::email.eq(rater.person.email.as_str()),
        raters::group_id.eq(rater.group.as_str()),
        raters::asked.eq(asked.as_str()),
    );
    Ok(add!(tenant, adding_raters, values)?)
}

/// The rater with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: RaterId) -> Result<Option<Rater>, StorageError> {
    let found = tenant.raters().filter(raters::id.eq(id.to_string())).select(RaterRow::as_select());
    found.get_result(tenant.connection()).optional()?.map(RaterRow::read).transpose()
}

/// The raters of a review in the order of their ids, which is none: an order by name would put names into cursors.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(
    tenant: &mut Tenant<'_>,
    review: ReviewId,
    request: &PageRequest,
) -> Result<Page<ListedRater>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string()));
    let mut query =
        of_review.select((RaterRow::as_select(), raters::asked, raters::asked_again)).into_boxed::<MultiBackend>();
    if let Some(id) = request.after_id() {
        query = query.filter(raters::id.gt(id));
    }
    let rows: Vec<ListedRow> = query.order(raters::id).limit(request.fetch()).load(tenant.connection())?;
    let ids: Vec<_> = rows.iter().map(|(row, ..)| row.id.clone()).collect();
    let invited = tenant.invitations().filter(invitations::rater_id.eq_any(ids));
    let fared = (invitations::delivery, invitations::delivery_reason, invitations::withdrawn);
    let invited: Vec<(String, Fared)> = invited.select((invitations::rater_id, fared)).load(tenant.connection())?;
    let invited: BTreeMap<String, Fared> = invited.into_iter().collect();
    let listed = |row: ListedRow| {
        let invitation = invited.get(&row.0.id);
        read_fared(row, invitation)
    };
    request.page(rows, |(row, ..)| Cursor::id(&row.id), listed)
}

/// One rater of a review, as [`list`] gives them.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn listed(tenant: &mut Tenant<'_>, review: ReviewId, id: RaterId) -> Result<Option<ListedRater>, StorageError> {
    let found = tenant
        .raters()
        .filter(raters::id.eq(id.to_string()))
        .filter(raters::review_id.eq(review.to_string()))
        .select((RaterRow::as_select(), raters::asked, raters::asked_again));
    let found: Option<(RaterRow, String, bool)> = found.get_result(tenant.connection()).optional()?;
    let Some(row) = found else { return Ok(None) };
    let invitation = tenant.invitations().filter(invitations::rater_id.eq(id.to_string())).select((
        invitations::delivery,
        invitations::delivery_reason,
        invitations::withdrawn,
    ));
    let invitation: Option<Fared> = invitation.get_result(tenant.connection()).optional()?;
    Ok(column::readable([read_fared(row, invitation.as_ref())])?.pop())
}

/// Everybody on the list of a review: those who wait, and withdrawn people, included.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn on_list(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Listed>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string())).order(raters::id);
    let rows: Vec<ListedRow> =
        of_review.select((RaterRow::as_select(), raters::asked, raters::asked_again)).load(tenant.connection())?;
    let withdrawn = tenant
        .invitations()
        .filter(invitations::review_id.eq(review.to_string()))
        .filter(invitations::withdrawn.eq(true));
    let withdrawn: Vec<String> = withdrawn.select(invitations::rater_id).load(tenant.connection())?;
    read_listed(rows, &withdrawn.into_iter().collect())
}

/// Every place of the person with this address on the lists of a round: those who wait, and withdrawn people, included.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_person(tenant: &mut Tenant<'_>, round: RoundId, email: &Email) -> Result<Vec<Listed>, StorageError> {
    let in_round = tenant.reviews().filter(reviews::round_id.eq(round.to_string())).select(reviews::id);
    let theirs = tenant.raters().filter(raters::review_id.eq_any(in_round));
    let theirs = theirs.filter(raters::email.eq_any(email.spellings())).order(raters::id);
    let rows: Vec<ListedRow> =
        theirs.select((RaterRow::as_select(), raters::asked, raters::asked_again)).load(tenant.connection())?;
    let invited =
        tenant.invitations().filter(invitations::rater_id.eq_any(rows.iter().map(|(row, ..)| row.id.clone())));
    let withdrawn = invited.filter(invitations::withdrawn.eq(true)).select(invitations::rater_id);
    let withdrawn: Vec<String> = withdrawn.load(tenant.connection())?;
    read_listed(rows, &withdrawn.into_iter().collect())
}

/// The addresses of everybody on the list of a review, also of those who cannot be read otherwise.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn addresses(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<BTreeSet<Email>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string())).select(raters::email);
    let addresses: Vec<String> = of_review.load(tenant.connection())?;
    Ok(addresses.iter().map(|address| Email::stored(address)).collect())
}

/// In which of these reviews somebody waits for the facilitator: they were added to an open round, or are to be asked
/// again and were not withdrawn since. Who cannot be read is on no list that the facilitator reads, and does not count.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn waiting_in(tenant: &mut Tenant<'_>, reviews: &[ReviewId]) -> Result<BTreeSet<ReviewId>, StorageError> {
    let of_reviews = tenant.raters().filter(raters::review_id.eq_any(reviews.iter().map(ToString::to_string)));
    let waiting = of_reviews.filter(raters::asked.eq(Asked::Waiting.as_str()).or(raters::asked_again.eq(true)));
    let waiting: Vec<(RaterRow, bool)> =
        waiting.select((RaterRow::as_select(), raters::asked_again)).load(tenant.connection())?;
    let again: Vec<String> = waiting.iter().filter(|(_, again)| *again).map(|(row, _)| row.id.clone()).collect();
    let invited = tenant.invitations().filter(invitations::rater_id.eq_any(again));
    let withdrawn = invited.filter(invitations::withdrawn.eq(true)).select(invitations::rater_id);
    let withdrawn: Vec<String> = withdrawn.load(tenant.connection())?;
    let waiting = waiting.into_iter().map(|(row, _)| row).filter(|row| !withdrawn.contains(&row.id));
    Ok(column::readable(waiting.map(RaterRow::read))?.into_iter().map(|rater| rater.review_id).collect())
}

/// Every rater of a review, withdrawn ones included; those who wait are none yet.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn all(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Rater>, StorageError> {
    let of_review = tenant
        .raters()
        .filter(raters::review_id.eq(review.to_string()))
        .filter(raters::asked.ne(Asked::Waiting.as_str()));
    let of_review = of_review.order(raters::id).select(RaterRow::as_select());
    column::readable(of_review.load(tenant.connection())?.into_iter().map(RaterRow::read))
}

/// Every rater of every review of a round, withdrawn ones included; those who wait are none yet.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Rater>, StorageError> {
    let of_round = tenant
        .raters()
        .filter(raters::round_id.eq(round.to_string()))
        .filter(raters::asked.ne(Asked::Waiting.as_str()));
    let of_round = of_round.order(raters::id).select(RaterRow::as_select());
    column::readable(of_round.load(tenant.connection())?.into_iter().map(RaterRow::read))
}

/// The groups of which anybody is on a list of a round, each once.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn groups(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<GroupId>, StorageError> {
    let of_round = tenant.raters().filter(raters::round_id.eq(round.to_string()));
    let groups: Vec<String> = of_round.select(raters::group_id).distinct().load(tenant.connection())?;
    Ok(groups.iter().map(|group| GroupId::stored(group)).collect())
}

/// Deletes a rater with their invitation; false when there is none. For drafts and for those who wait: others are
/// withdrawn.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: RaterId) -> Result<bool, StorageError> {
    let rater = tenant.raters().filter(raters::id.eq(id.to_string()));
    Ok(diesel::delete(rater).execute(tenant.connection())? == 1)
}

/// Turns everybody who waits in a review into a rater, and gives those people.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn agree(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Rater>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string()));
    let waiting = of_review.filter(raters::asked.eq(Asked::Waiting.as_str()));
    let rows = waiting.clone().order(raters::id).select(RaterRow::as_select()).load(tenant.connection())?;
    let agreed = column::readable(rows.into_iter().map(RaterRow::read))?;
    // Who cannot be read was not on the list that the facilitator has read, and goes on waiting.
    for some in agreed.chunks(ROWS_TOGETHER) {
        let read = waiting.clone().filter(raters::id.eq_any(some.iter().map(|rater| rater.id.to_string())));
        diesel::update(read).set(raters::asked.eq(Asked::Later.as_str())).execute(tenant.connection())?;
    }
    Ok(agreed)
}

/// Has a rater whose address was refused wait to be asked again, as this person. Until [`agree_again`] nobody writes to
/// them. Why the other address was refused is forgotten.
///
/// # Errors
/// [`StorageError::Conflict`] when somebody else of the review has this address.
pub fn ask_again(tenant: &mut Tenant<'_>, id: RaterId, person: &Person) -> Result<bool, StorageError> {
    let invitation = tenant.invitations().filter(invitations::rater_id.eq(id.to_string()));
    let no_reason = invitations::delivery_reason.eq(None::<String>);
    diesel::update(invitation).set(no_reason).execute(tenant.connection())?;
    let rater = tenant.raters().filter(raters::id.eq(id.to_string()));
    let values =
        (raters::name.eq(person.name.as_str()), raters::email.eq(person.email.as_str()), raters::asked_again.eq(true));
    Ok(diesel::update(rater).set(values).execute(tenant.connection())? == 1)
}

/// Lets everybody in a review who waits to be asked again be asked, and gives those people; withdrawn ones are left
/// out.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn agree_again(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Rater>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string()));
    let withdrawn = tenant
        .invitations()
        .filter(invitations::review_id.eq(review.to_string()))
        .filter(invitations::withdrawn.eq(true));
    let withdrawn: Vec<String> = withdrawn.select(invitations::rater_id).load(tenant.connection())?;
    let waiting = of_review.filter(raters::asked_again.eq(true)).filter(raters::id.ne_all(withdrawn));
    let rows = waiting.clone().order(raters::id).select(RaterRow::as_select()).load(tenant.connection())?;
    let agreed = column::readable(rows.into_iter().map(RaterRow::read))?;
    for some in agreed.chunks(ROWS_TOGETHER) {
        let read = waiting.clone().filter(raters::id.eq_any(some.iter().map(|rater| rater.id.to_string())));
        diesel::update(read).set(raters::asked_again.eq(false)).execute(tenant.connection())?;
    }
    Ok(agreed)
}

/// Deletes everybody who waits in a round and gives their number.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_waiting(tenant: &mut Tenant<'_>, round: RoundId) -> Result<usize, StorageError> {
    let of_round = tenant.raters().filter(raters::round_id.eq(round.to_string()));
    Ok(diesel::delete(of_round.filter(raters::asked.eq(Asked::Waiting.as_str()))).execute(tenant.connection())?)
}

fn read_fared((row, asked, again): ListedRow, invitation: Option<&Fared>) -> Result<ListedRater, StorageError> {
    let delivery = invitation.and_then(|(name, ..)| Delivery::from_name(name));
    let why = invitation.and_then(|(_, why, _)| DeliveryReason::from_name(why.as_deref()?));
    let withdrawn = invitation.is_some_and(|(.., withdrawn)| *withdrawn);
    let waiting = read_asked(&asked)? == Asked::Waiting || (again && !withdrawn);
    Ok(ListedRater {
        rater: row.read()?,
        delivery: delivery.filter(|_| !waiting),
        delivery_reason: why.filter(|_| !waiting),
        invited: invitation.is_some(),
        withdrawn,
        waiting,
    })
}

/// Rows with the ids of those who were withdrawn.
fn read_listed(rows: Vec<ListedRow>, withdrawn: &BTreeSet<String>) -> Result<Vec<Listed>, StorageError> {
    let listed = |(row, asked, asked_again): ListedRow| {
        let withdrawn = withdrawn.contains(&row.id);
        Ok(Listed { rater: row.read()?, asked: read_asked(&asked)?, withdrawn, asked_again: asked_again && !withdrawn })
    };
    column::readable(rows.into_iter().map(listed))
}

fn read_asked(name: &str) -> Result<Asked, StorageError> {
    column::read(Asked::from_name(name), "raters.asked")
}
