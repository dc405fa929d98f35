//! How many have answered, without names, without groups, and without the moment.
//!
//! A number that moves at once is a clock: anybody who watches the office and reads it knows who has just sent. So
//! while a round is open, what is shown is a snapshot of 6am, which [`super::snapshot_progress`] takes once a day.

use std::collections::BTreeMap;

use candour_domain::access::permission::GetProgress;
use candour_domain::{AnonymityPolicy, Authorised, GroupId, RaterGroups, ReviewId, Round, RoundId, RoundState};
use candour_storage::{StorageError, Tenant, progress_snapshots, reviews, turnouts};
use candour_words::uk_time::next_six;
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Error;
use crate::round::read_rounds;

/// The progress of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundProgress {
    /// When the answers were counted; `None` before the first 6am after launch.
    pub as_of: Option<DateTime<Utc>>,
    /// When they are counted next; `None` unless the round is open then.
    pub next_at: Option<DateTime<Utc>>,
    /// Of each review.
    pub reviews: Vec<ReviewProgress>,
}

/// The progress of one review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewProgress {
    /// The review.
    pub review_id: ReviewId,
    /// Everybody who is asked, counted together; `None` when fewer than the threshold are.
    pub everybody: Option<GroupSet>,
}

/// Groups counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSet {
    /// The groups of which anybody is asked, in the round's order.
    pub groups: Vec<GroupId>,
    /// People asked, later withdrawn ones included, as it is now.
    pub invited: u32,
    /// People who had answered when it was counted, later withdrawn ones included; `None` when it has not been counted.
    pub responded: Option<u32>,
}

/// The progress of every review of a round.
///
/// # Guarantee
/// While the round is open, and from closing to the count, what is read depends on nobody's answer since the last
/// snapshot, in its bytes or in what it takes to read it. No request takes one or brings it forward: no extension, no
/// change of the raters, no closing. Once the round has been counted it is the number that the count found, with the
/// time of closing.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn progress(app: &App, by: &Authorised<GetProgress>, id: RoundId) -> Result<RoundProgress, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            let round = read_rounds::round(tenant, &sees, id)?;
            Ok(of_round(tenant, &round)?)
        })
        .await
}

/// As [`progress`], within a transaction.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_round(tenant: &mut Tenant<'_>, round: &Round) -> Result<RoundProgress, StorageError> {
    let (id, record) = (round.id(), round.record());
    let all: Vec<ReviewId> = reviews::all(tenant, id)?.iter().map(|review| review.id).collect();
    let counted = if is_counted(round) { at_the_count(tenant, round, &all)? } else { at_six(tenant, id)? };
    let mut reviews = Vec::new();
    for review_id in all {
        let responded = counted.responded.get(&review_id).copied();
        let everybody = everybody(&record.groups, &turnouts::invited(tenant, review_id)?, responded, &record.policy);
        reviews.push(ReviewProgress { review_id, everybody });
    }
    Ok(RoundProgress { as_of: counted.as_of, next_at: next_at(round, counted.as_of), reviews })
}

/// Answers counted at some moment, or not at all.
struct Counted {
    as_of: Option<DateTime<Utc>>,
    responded: BTreeMap<ReviewId, u32>,
}

fn is_counted(round: &Round) -> bool {
    matches!(round.state(), RoundState::Counted | RoundState::Released | RoundState::Archived)
}

fn at_six(tenant: &mut Tenant<'_>, id: RoundId) -> Result<Counted, StorageError> {
    let snapshot = progress_snapshots::find(tenant, id)?;
    Ok(snapshot.map_or_else(
        || Counted { as_of: None, responded: BTreeMap::new() },
        |snapshot| Counted { as_of: Some(snapshot.as_of), responded: snapshot.responded },
    ))
}

fn at_the_count(tenant: &mut Tenant<'_>, round: &Round, all: &[ReviewId]) -> Result<Counted, StorageError> {
    let mut responded = BTreeMap::new();
    for &review in all {
        let count = match turnouts::find(tenant, review)? {
            Some(turnout) => turnout.responded,
            None => turnouts::responded(tenant, review)?.iter().map(|(_, count)| count).sum(),
        };
        responded.insert(review, count);
    }
    Ok(Counted { as_of: round.record().closed_at, responded })
}

/// A function of what is stored, and not of the present time: what is read stays the same to the byte from one snapshot
/// to the next.
fn next_at(round: &Round, as_of: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let record = round.record();
    let next = next_six(as_of.or(record.launched_at)?);
    (record.state == RoundState::Open && next < record.closes_at).then_some(next)
}

/// Counts everybody who is asked about one person together: the named groups too, since one person's `self` or `chair`
/// shown alone would say who has answered. `None` when fewer than the threshold are asked.
///
/// # Guarantee
/// What is shown depends on whom was asked, and on nothing else but how many of all of them had answered when they were
/// counted. So however often it is read, before and after somebody answers, is added or is withdrawn, it tells no more
/// than that somebody answered since the day before, never from which group.
///
/// Nothing finer would be safe, because it is read more than once and the result is read beside it:
///
/// - *Groups by the number asked.* A group counted by itself here, and pooled with a small one in the result, gives the
///   small one away by subtraction. Asking more people moves a group from one set to another, with the same effect.
/// - *The blocks of the result, as they are when it is read.* They come apart and together again while people answer.
///   With a threshold of 4, trustees 4 and executives with partners 5 become executives 4 and trustees with partners 6
///   when one more answers: that was an executive, and exactly two partners have answered.
/// - *A group alone once it has reached the threshold, for good.* The result may still pool it with a group that
///   answers too little, or with one that is asked later, and it is then known by how much the pool is larger.
/// - *The blocks after closing.* A result that cannot be certified shows no blocks at all, and this would.
///
/// How many of each group answered is told once, by the result, for its blocks.
#[must_use]
pub fn everybody(
    groups: &RaterGroups,
    invited: &[(GroupId, u32)],
    responded: Option<u32>,
    policy: &AnonymityPolicy,
) -> Option<GroupSet> {
    let asked = |id: &GroupId| invited.iter().any(|(group, count)| group == id && *count > 0);
    let groups = groups.as_slice().iter().map(|group| group.id.clone()).filter(asked).collect();
    let all = GroupSet { groups, invited: invited.iter().map(|(_, count)| count).sum(), responded };
    (all.invited >= policy.threshold()).then_some(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use candour_domain::block::form_blocks;
    use proptest::prelude::*;

    use super::*;

    fn by_group(counts: &[u32]) -> Vec<(GroupId, u32)> {
        RaterGroups::standard().as_slice().iter().map(|group| group.id.clone()).zip(counts.iter().copied()).collect()
    }

    fn seen(invited: &[u32], responded: &[u32]) -> Option<GroupSet> {
        everybody(
            &RaterGroups::standard(),
            &by_group(invited),
            Some(responded.iter().sum()),
            &AnonymityPolicy::default(),
        )
    }

    /// What is seen after each of these people answers, one after another.
    fn watched(invited: &[u32], order: &[usize]) -> Vec<Option<GroupSet>> {
        let mut responded = vec![0; invited.len()];
        let mut all = vec![seen(invited, &responded)];
        for &group in order {
            if let Some(count) = responded.get_mut(group) {
                *count += 1;
            }
            all.push(seen(invited, &responded));
        }
        all
    }

    /// Some people asked, by group, and two orders in which as many of them answer.
    fn two_histories() -> impl Strategy<Value = (Vec<u32>, Vec<usize>, Vec<usize>)> {
        let people = |invited: &[u32]| -> Vec<usize> {
            invited.iter().enumerate().flat_map(|(group, &count)| std::iter::repeat_n(group, count as usize)).collect()
        };
        proptest::collection::vec(0u32..7, 7).prop_flat_map(move |invited| {
            let all = people(&invited);
            let (one, other) = (Just(all.clone()).prop_shuffle(), Just(all.clone()).prop_shuffle());
            (Just(invited), one, other, 0..=all.len()).prop_map(|(invited, mut one, mut other, answers)| {
                one.truncate(answers);
                other.truncate(answers);
                (invited, one, other)
            })
        })
    }

    proptest! {
        #[test]
        fn guarantee_progress_looks_the_same_whatever_has_been_sent((invited, one, other) in two_histories()) {
            prop_assert_eq!(watched(&invited, &one), watched(&invited, &other));
        }

        #[test]
        fn guarantee_no_count_covers_fewer_people_than_the_threshold(
            counts in proptest::collection::vec((0u32..4, 0u32..4), 7),
        ) {
            let (invited, responded): (Vec<_>, Vec<_>) = counts.iter().map(|&(invited, responded)| (invited, responded.min(invited))).unzip();
            let asked: u32 = invited.iter().sum();
            let shown = seen(&invited, &responded);
            prop_assert_eq!(shown.is_some(), asked >= AnonymityPolicy::default().threshold());
            if let Some(shown) = shown {
                prop_assert_eq!((shown.invited, shown.responded), (asked, Some(responded.iter().sum())));
                prop_assert_eq!(shown.groups.len(), invited.iter().filter(|count| **count > 0).count());
            }
        }
    }

    /// Why progress does not show the blocks of the result: anybody who reads them twice knows how many partners
    /// answered.
    #[test]
    fn blocks_that_are_read_twice_give_a_small_group_away() {
        let asked = [8u32, 4, 3];
        let names: Vec<GroupId> =
            ["trustees", "executive_team", "external"].iter().filter_map(|id| GroupId::parse(id).ok()).collect();
        assert_eq!(names.len(), asked.len());
        let blocks =
            |counts: &[u32]| form_blocks(&names.iter().cloned().zip(counts.iter().copied()).collect::<Vec<_>>(), 4, 1);
        let (before, after) = (blocks(&[4, 3, 2]), blocks(&[4, 4, 2]));
        let mut partners = BTreeSet::new();
        for trustees in 0..=asked[0] {
            for executives in 0..=asked[1] {
                for external in 0..=asked[2] {
                    let counts = [trustees, executives, external];
                    for next in 0..counts.len() {
                        let mut later = counts;
                        later[next] += 1;
                        if later[next] <= asked[next] && blocks(&counts) == before && blocks(&later) == after {
                            partners.insert(later[2]);
                        }
                    }
                }
            }
        }
        assert_eq!(partners, BTreeSet::from([2]), "the only number of partners that explains both readings");
    }
}
