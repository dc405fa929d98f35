//! The ballots of a cohort laid out by review, block and item, once they have been checked against the stored results.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use candour_domain::policy::PolicyRequest;
use candour_domain::rater::SELF_GROUP;
use candour_domain::{AnonymityPolicy, CompetencyId, Framework, GroupId, ItemId, Response};

use super::{CohortInput, CohortReview, RATERS_NEEDED, REVIEWS_NEEDED};
use crate::disclosure::{DistributionRule, ItemRule};
use crate::document::ResultPolicy;
use crate::{CountError, Decimal, OpenedBallot, ReviewResult};

/// The anonymous ballots of the reviews in which something is shown.
#[derive(Debug)]
pub(super) struct Answers {
    /// The reviews, by id.
    pub(super) reviews: Vec<ReviewAnswers>,
    /// The items of each competency, by their place in the framework.
    pub(super) competencies: Vec<Range<usize>>,
    /// The lowest mark.
    pub(super) lowest: u8,
    /// The highest mark.
    pub(super) highest: u8,
    /// The rater groups of all reviews, by id.
    pub(super) groups: Vec<GroupId>,
    /// In how many of the reviews the subject rated themselves.
    pub(super) self_assessments: usize,
}

/// A review.
#[derive(Debug)]
pub(super) struct ReviewAnswers {
    /// Its anonymous ballots, in an order that depends on what they hold.
    pub(super) ballots: Vec<Ballot>,
    /// The rule under which its cells were released.
    pub(super) rule: ItemRule,
    /// The rule under which its distributions were released.
    pub(super) distribution: DistributionRule,
    /// Whether a distribution is printed, by item.
    pub(super) distributed: Vec<bool>,
    /// Its policy.
    pub(super) policy: AnonymityPolicy,
    /// The printed gap of each competency.
    pub(super) gaps: Vec<Option<Decimal>>,
}

/// An anonymous ballot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ballot {
    /// Its block, by the place in the result.
    pub(super) block: usize,
    /// The rater's group, by the place in [`Answers::groups`].
    pub(super) group: usize,
    /// What it says to each item of the framework.
    pub(super) marks: Vec<Mark>,
}

/// What a ballot says to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Nothing: it was not asked, or left out.
    Absent,
    /// *Not observed*.
    NotObserved,
    /// A mark on the scale.
    Given(u8),
}

impl Mark {
    /// The mark on the scale, if there is one.
    pub(super) fn given(self) -> Option<u8> {
        if let Self::Given(mark) = self { Some(mark) } else { None }
    }
}

impl Ballot {
    /// The mark for an item.
    pub(super) fn given(&self, item: usize) -> Option<u8> {
        self.marks.get(item).and_then(|mark| mark.given())
    }
}

impl Answers {
    /// Lays out the ballots.
    ///
    /// # Errors
    /// [`CountError`] when they do not fit the results, or the results do not fit the framework.
    pub(super) fn of(input: &CohortInput<'_>) -> Result<Self, CountError> {
        let layout = Layout::of(input.framework);
        let mut reviews = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for review in &input.reviews {
            let id = review.result.review_id;
            if review.result.framework_id != input.framework.id || !seen.insert(id) {
                return Err(CountError::Mismatch);
            }
            let sorted = layout.review(review)?;
            if !review.result.blocks.is_empty() {
                reviews.insert(id, (review, sorted));
            }
        }
        let named: BTreeSet<&GroupId> =
            reviews.values().flat_map(|(_, sorted)| sorted.anonymous.iter().map(|(_, group, _)| *group)).collect();
        let groups: Vec<_> = named.into_iter().cloned().collect();
        let self_assessments = reviews.values().filter(|(_, sorted)| sorted.self_assessed).count();
        let mut laid_out = Vec::new();
        for (review, sorted) in reviews.into_values() {
            let ballots = sorted.anonymous.into_iter().map(|(block, group, marks)| {
                let group = groups.binary_search(group).unwrap_or(usize::MAX);
                Ballot { block, group, marks }
            });
            let mut ballots: Vec<_> = ballots.collect();
            ballots.sort_unstable();
            let policy = parse(&review.result.policy)?;
            let scale = input.framework.scale();
            laid_out.push(ReviewAnswers {
                ballots,
                rule: ItemRule::new(&policy, scale),
                distribution: DistributionRule::new(&policy, scale),
                distributed: distributed(input.framework, &review.result),
                policy,
                gaps: gaps(input.framework, &review.result),
            });
        }
        let Layout { lowest, highest, competencies, .. } = layout;
        Ok(Self { reviews: laid_out, competencies, lowest, highest, groups, self_assessments })
    }

    /// How many raters there are.
    pub(super) fn raters(&self) -> usize {
        self.reviews.iter().map(|review| review.ballots.len()).sum()
    }

    /// Whether there are reviews and raters enough, and threshold as many of both without any one review.
    pub(super) fn are_enough(&self) -> bool {
        let (reviews, raters) = (self.reviews.len(), self.raters());
        let threshold = self.reviews.iter().map(|review| review.policy.threshold()).max().unwrap_or(0);
        let threshold = usize::try_from(threshold).unwrap_or(usize::MAX);
        let largest = self.reviews.iter().map(|review| review.ballots.len()).max().unwrap_or(0);
        reviews >= REVIEWS_NEEDED && raters >= RATERS_NEEDED && reviews > threshold && raters - largest >= threshold
    }
}

/// Where everything belongs.
struct Layout<'a> {
    places: BTreeMap<&'a ItemId, usize>,
    competencies: Vec<Range<usize>>,
    lowest: u8,
    highest: u8,
}

/// The ballots of a review: block, group and marks of the anonymous ones, and whether there is a self-assessment.
struct SortedBallots<'a> {
    anonymous: Vec<(usize, &'a GroupId, Vec<Mark>)>,
    self_assessed: bool,
}

impl<'a> Layout<'a> {
    fn of(framework: &'a Framework) -> Self {
        let mut competencies = Vec::new();
        let mut start = 0;
        for competency in framework.competencies() {
            competencies.push(start..start + competency.items.len());
            start += competency.items.len();
        }
        let places = framework.items().enumerate().map(|(place, item)| (&item.id, place)).collect();
        Self { places, competencies, lowest: framework.scale().lowest(), highest: framework.scale().highest() }
    }

    fn review<'b>(&self, review: &'b CohortReview) -> Result<SortedBallots<'b>, CountError> {
        let CohortReview { result, ballots } = review;
        let mut sorted = SortedBallots { anonymous: Vec::new(), self_assessed: false };
        for OpenedBallot { group, named, response } in ballots {
            let found = result.groups.iter().find(|found| found.id == *group).ok_or_else(|| CountError::UnknownGroup(group.clone()))?;
            let marks = self.marks(response)?;
            match (found.named, named) {
                (false, Some(_)) => return Err(CountError::NameUnexpected(group.clone())),
                (true, None) => return Err(CountError::NameMissing(group.clone())),
                (true, Some(_)) if group.as_str() == SELF_GROUP => {
                    if std::mem::replace(&mut sorted.self_assessed, true) {
                        return Err(CountError::SelfTwice);
                    }
                }
                (true, Some(_)) => {}
                (false, None) => match result.blocks.iter().position(|block| block.groups.contains(group)) {
                    Some(block) => sorted.anonymous.push((block, group, marks)),
                    None if result.blocks.is_empty() => {}
                    None => return Err(CountError::Mismatch),
                },
            }
        }
        let counted = |at| u32::try_from(sorted.anonymous.iter().filter(|(block, ..)| *block == at).count()).ok();
        if result.blocks.iter().enumerate().any(|(at, block)| counted(at) != Some(block.responded)) {
            return Err(CountError::Mismatch);
        }
        Ok(sorted)
    }

    fn marks(&self, response: &Response) -> Result<Vec<Mark>, CountError> {
        let mut marks = vec![Mark::Absent; self.places.len()];
        for (item, rating) in response.ratings() {
            let mark = self.places.get(item).and_then(|place| marks.get_mut(*place)).ok_or(CountError::ForeignAnswer)?;
            *mark = match rating.map(candour_domain::Rating::value) {
                None => Mark::NotObserved,
                Some(value) if (self.lowest..=self.highest).contains(&value) => Mark::Given(value),
                Some(_) => return Err(CountError::ForeignAnswer),
            };
        }
        Ok(marks)
    }
}

/// The policy behind its printed form.
fn parse(printed: &ResultPolicy) -> Result<AnonymityPolicy, CountError> {
    let request = PolicyRequest {
        threshold: Some(printed.threshold),
        comment_threshold: Some(printed.comment_threshold),
        distribution_threshold: Some(printed.distribution_threshold),
        colluding_insiders: Some(printed.colluding_insiders),
        strict: Some(printed.strict),
    };
    AnonymityPolicy::parse(request).map_err(|_policy: candour_domain::policy::PolicyError| CountError::Mismatch)
}

/// The printed gap of each of the framework's competencies.
fn gaps(framework: &Framework, result: &ReviewResult) -> Vec<Option<Decimal>> {
    let gap = |id: &CompetencyId| result.competencies.iter().find(|competency| competency.id == *id).and_then(|competency| competency.gap);
    framework.competencies().iter().map(|competency| gap(&competency.id)).collect()
}

/// Whether the result prints a distribution, for each of the framework's items.
fn distributed(framework: &Framework, result: &ReviewResult) -> Vec<bool> {
    let printed = |id: &ItemId| {
        let mut items = result.competencies.iter().flat_map(|competency| &competency.items);
        items.any(|item| item.id == *id && item.distribution.is_some())
    };
    framework.items().map(|item| printed(&item.id)).collect()
}
