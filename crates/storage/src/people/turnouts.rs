//! How many were asked about somebody, and how many answered. Of raters who have been erased only these numbers are
//! left.

use std::collections::BTreeMap;

use candour_domain::{Asked, GroupId, ReviewId};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::{invitations, raters, turnouts};
use crate::{StorageError, Tenant};

/// How many people were asked about somebody, and how many answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnout {
    /// Of each group, in the order of the groups' ids.
    pub invited: Vec<(GroupId, u32)>,
    /// In all. How many of each group answered is nowhere but in the result, as far as it says so.
    pub responded: u32,
}

/// The rows of those raters of a review who have answered, later withdrawn ones included.
macro_rules! of_answered {
    ($tenant:expr, $review:expr) => {{
        let used = $tenant
            .invitations()
            .filter(invitations::review_id.eq($review.to_string()))
            .filter(invitations::used.eq(true));
        let of_review = $tenant.raters().filter(raters::review_id.eq($review.to_string()));
        of_review.filter(raters::id.eq_any(used.select(invitations::rater_id)))
    }};
}

/// How many people of each group are asked, in the order of the groups' ids; those who wait are not.
///
/// Withdrawn people stay in the number, as their answers do: a number that fell when somebody is withdrawn could fall
/// below the number of answers and so tell that they had answered. Erased people stay in it too.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn invited(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let of_review = tenant
        .raters()
        .filter(raters::review_id.eq(review.to_string()))
        .filter(raters::asked.ne(Asked::Waiting.as_str()));
    let counts = of_review.group_by(raters::group_id).order(raters::group_id).select((raters::group_id, count_star()));
    let invited = read_counts(counts.load(tenant.connection())?)?;
    if invited.is_empty() {
        Ok(find(tenant, review)?.map(|turnout| turnout.invited).unwrap_or_default())
    } else {
        Ok(invited)
    }
}

/// How many people of each group have answered, later withdrawn ones included, in the order of the groups' ids. Groups
/// without an answer are left out.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn responded(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let answered = of_answered!(tenant, review);
    let counts = answered.group_by(raters::group_id).order(raters::group_id).select((raters::group_id, count_star()));
    read_counts(counts.load(tenant.connection())?)
}

/// How many people of each group who were added after launch have answered, in the order of the groups' ids. They are
/// among those that [`responded`] counts: later withdrawn ones are included, groups without an answer are left out, and
/// of erased raters nothing is known.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn asked_later(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let later = of_answered!(tenant, review).filter(raters::asked.eq(Asked::Later.as_str()));
    let counts = later.group_by(raters::group_id).order(raters::group_id).select((raters::group_id, count_star()));
    read_counts(counts.load(tenant.connection())?)
}

/// The turnout of a review; `None` while its raters are there.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Option<Turnout>, StorageError> {
    let found = tenant
        .turnouts()
        .filter(turnouts::review_id.eq(review.to_string()))
        .select((turnouts::invited, turnouts::responded));
    let Some((invited, responded)) = found.first::<(String, i64)>(tenant.connection()).optional()? else {
        return Ok(None);
    };
    let invited: BTreeMap<GroupId, u32> = column::json(&invited, "turnouts.invited")?;
    Ok(Some(Turnout {
        invited: invited.into_iter().collect(),
        responded: column::number(responded, "turnouts.responded")?,
    }))
}

/// Adds the turnout of a review.
pub(crate) fn insert(tenant: &mut Tenant<'_>, review: ReviewId, turnout: &Turnout) -> Result<(), StorageError> {
    let invited: BTreeMap<_, _> = turnout.invited.iter().cloned().collect();
    let values = (
        turnouts::review_id.eq(review.to_string()),
        turnouts::invited.eq(column::to_json(&invited, "turnouts.invited")?),
        turnouts::responded.eq(i64::from(turnout.responded)),
    );
    Ok(add!(tenant, adding_turnouts, values)?)
}

fn read_counts(rows: Vec<(String, i64)>) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let read =
        |(group, count): (String, i64)| Ok((GroupId::stored(&group), column::number(count, "the number of raters")?));
    rows.into_iter().map(read).collect()
}
