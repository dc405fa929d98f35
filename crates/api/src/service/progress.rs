//! How many have answered, by group, without names.

use candour_domain::block::form_blocks;
use candour_domain::{AnonymityPolicy, GroupId, OrganisationId, RaterGroups, ReviewId, RoundId};
use candour_storage::{invitations, raters, reviews, rounds};

use crate::error::Error;
use crate::state::App;

/// The progress of one review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewProgress {
    /// The review.
    pub review_id: ReviewId,
    /// Sets of groups with at least the threshold of people asked; empty when fewer are asked in all.
    pub sets: Vec<GroupSet>,
}

/// Groups counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSet {
    /// The groups.
    pub groups: Vec<GroupId>,
    /// People asked.
    pub invited: u32,
    /// People who have answered.
    pub responded: u32,
}

/// The progress of every review of a round.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn progress(app: &App, organisation: OrganisationId, id: RoundId) -> Result<Vec<ReviewProgress>, Error> {
    app.storage
        .read(organisation, move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            let record = round.record();
            let mut all = Vec::new();
            for review in reviews::all(tenant, id)? {
                let invited = raters::invited(tenant, review.id)?;
                let responded = invitations::responded(tenant, review.id)?;
                all.push(ReviewProgress { review_id: review.id, sets: sets(&record.groups, &invited, &responded, &record.policy) });
            }
            Ok(all)
        })
        .await
}

/// Counts groups together until each set has at least the threshold of people asked. Named groups too: one person's `self` or `chair`
/// shown alone would say who has answered.
///
/// # Guarantee
/// No count covers fewer people asked than the threshold, and which groups are counted together depends only on whom was asked.
#[must_use]
pub fn sets(groups: &RaterGroups, invited: &[(GroupId, u32)], responded: &[(GroupId, u32)], policy: &AnonymityPolicy) -> Vec<GroupSet> {
    let count = |counts: &[(GroupId, u32)], id: &GroupId| counts.iter().find(|(group, _)| group == id).map_or(0, |(_, count)| *count);
    let asked: Vec<_> = groups.as_slice().iter().map(|group| (group.id.clone(), count(invited, &group.id))).collect();
    form_blocks(&asked, policy.threshold())
        .into_iter()
        .map(|block| GroupSet {
            invited: block.responded(),
            responded: block.groups().iter().map(|group| count(responded, group)).sum(),
            groups: block.groups().to_vec(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn guarantee_no_count_covers_fewer_people_than_the_threshold(
            counts in proptest::collection::vec((0u32..9, 0u32..9), 7),
        ) {
            let groups = RaterGroups::standard();
            let ids: Vec<_> = groups.as_slice().iter().map(|group| group.id.clone()).collect();
            let invited: Vec<_> = ids.iter().cloned().zip(counts.iter().map(|(invited, _)| *invited)).collect();
            let responded: Vec<_> = ids.iter().cloned().zip(counts.iter().map(|(invited, responded)| *responded.min(invited))).collect();
            let nobody: Vec<_> = ids.iter().cloned().map(|id| (id, 0)).collect();
            let policy = AnonymityPolicy::default();
            let shown = sets(&groups, &invited, &responded, &policy);
            for set in &shown {
                prop_assert!(set.invited >= policy.threshold());
            }
            let before: Vec<_> = sets(&groups, &invited, &nobody, &policy).into_iter().map(|set| set.groups).collect();
            prop_assert_eq!(shown.into_iter().map(|set| set.groups).collect::<Vec<_>>(), before);
        }
    }
}
