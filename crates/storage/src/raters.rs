//! Raters: who is asked about whom, in which group.

use std::collections::BTreeMap;

use candour_domain::{Delivery, GroupId, Rater, RaterId, ReviewId, RoundId};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::connection::MultiBackend;
use crate::page::{Cursor, Page, PageRequest};
use crate::tenant::add;
use crate::tenant::columns::{invitations, raters};
use crate::{StorageError, Tenant, column, turnouts};

/// A rater as the administrator sees them: how the invitation email fared, never whether they have answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRater {
    /// Who they are.
    pub rater: Rater,
    /// How their invitation email fares; `None` before launch.
    pub delivery: Option<Delivery>,
    /// Whether an administrator took them out of the review.
    pub withdrawn: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = raters)]
pub(crate) struct Row {
    organisation_id: String,
    id: String,
    round_id: String,
    review_id: String,
    name: String,
    email: String,
    group_id: String,
}

/// Adds a rater.
///
/// # Errors
/// [`StorageError::Conflict`] when the review has somebody with this address, withdrawn people included, or does not exist.
pub fn insert(tenant: &mut Tenant<'_>, rater: &Rater) -> Result<(), StorageError> {
    let values = (
        raters::id.eq(rater.id.to_string()),
        raters::round_id.eq(rater.round_id.to_string()),
        raters::review_id.eq(rater.review_id.to_string()),
        raters::name.eq(rater.person.name.as_str()),
        raters::email.eq(rater.person.email.as_str()),
        raters::group_id.eq(rater.group.as_str()),
    );
    Ok(add!(tenant, adding_raters, values)?)
}

/// The rater with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: RaterId) -> Result<Option<Rater>, StorageError> {
    let found = tenant.raters().filter(raters::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// The raters of a review in the order of their ids, which is none: an order by name would put names into cursors.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, review: ReviewId, request: &PageRequest) -> Result<Page<ListedRater>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string()));
    let mut query = of_review.select(Row::as_select()).into_boxed::<MultiBackend>();
    if let Some(id) = request.after_id() {
        query = query.filter(raters::id.gt(id));
    }
    let rows: Vec<Row> = query.order(raters::id).limit(request.fetch()).load(tenant.connection())?;
    let invited = tenant.invitations().filter(invitations::rater_id.eq_any(rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>()));
    let invited = invited.select((invitations::rater_id, (invitations::delivery, invitations::withdrawn)));
    let invited: BTreeMap<String, (String, bool)> = invited.load(tenant.connection())?.into_iter().collect();
    let listed = rows.into_iter().map(|row| {
        let invitation = invited.get(&row.id);
        let delivery = invitation.map(|(name, _)| column::read(Delivery::from_name(name), "invitations.delivery")).transpose()?;
        Ok(ListedRater { rater: row.read()?, delivery, withdrawn: invitation.is_some_and(|(_, withdrawn)| *withdrawn) })
    });
    Ok(request.page(listed.collect::<Result<_, StorageError>>()?, |listed: &ListedRater| Cursor::id(listed.rater.id.uuid())))
}

/// Every rater of a review, withdrawn ones included.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn all(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Rater>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string())).order(raters::id).select(Row::as_select());
    of_review.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// Every rater of every review of a round, withdrawn ones included.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Rater>, StorageError> {
    let of_round = tenant.raters().filter(raters::round_id.eq(round.to_string())).order(raters::id).select(Row::as_select());
    of_round.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// Deletes a rater with their invitation; false when there is none. For drafts: after launch a rater is withdrawn.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: RaterId) -> Result<bool, StorageError> {
    let rater = tenant.raters().filter(raters::id.eq(id.to_string()));
    Ok(diesel::delete(rater).execute(tenant.connection())? == 1)
}

/// How many people of each group are asked, in the order of the groups' ids.
///
/// Withdrawn people stay in the number, as their answers do: a number that fell when somebody is withdrawn could fall below the number of
/// answers and so tell that they had answered. Erased people stay in it too.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn invited(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let of_review = tenant.raters().filter(raters::review_id.eq(review.to_string()));
    let counts = of_review.group_by(raters::group_id).order(raters::group_id).select((raters::group_id, count_star()));
    let invited = read_counts(counts.load(tenant.connection())?)?;
    if invited.is_empty() { Ok(turnouts::find(tenant, review)?.map(|turnout| turnout.invited).unwrap_or_default()) } else { Ok(invited) }
}

pub(crate) fn read_counts(rows: Vec<(String, i64)>) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let read =
        |(group, count): (String, i64)| Ok((column::group(&group, "raters.group_id")?, column::number(count, "the number of raters")?));
    rows.into_iter().map(read).collect()
}

impl Row {
    pub(crate) fn read(self) -> Result<Rater, StorageError> {
        Ok(Rater {
            id: column::id(&self.id, "raters.id")?,
            organisation_id: column::id(&self.organisation_id, "raters.organisation_id")?,
            round_id: column::id(&self.round_id, "raters.round_id")?,
            review_id: column::id(&self.review_id, "raters.review_id")?,
            person: column::person(&self.name, &self.email, "raters.name or raters.email")?,
            group: column::group(&self.group_id, "raters.group_id")?,
        })
    }
}
