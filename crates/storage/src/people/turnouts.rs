//! What is left of a review's raters once they have been erased: numbers.

use std::collections::BTreeMap;

use candour_domain::{GroupId, ReviewId};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::turnouts};
use crate::{StorageError, Tenant};

/// How many people were asked about somebody, and how many answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnout {
    /// Of each group, in the order of the groups' ids.
    pub invited: Vec<(GroupId, u32)>,
    /// In all. How many of each group answered is nowhere but in the result, as far as it says so.
    pub responded: u32,
}

/// The turnout of a review; `None` while its raters are there.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Option<Turnout>, StorageError> {
    let found = tenant.turnouts().filter(turnouts::review_id.eq(review.to_string())).select((turnouts::invited, turnouts::responded));
    let Some((invited, responded)) = found.first::<(String, i64)>(tenant.connection()).optional()? else { return Ok(None) };
    let invited: BTreeMap<GroupId, u32> = column::json(&invited, "turnouts.invited")?;
    Ok(Some(Turnout { invited: invited.into_iter().collect(), responded: column::number(responded, "turnouts.responded")? }))
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
