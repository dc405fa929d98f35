//! Opened ballots to a result. [`crate::certified_result`] is the only way out.

use std::ops::Range;

use candour_domain::block::{Block, POOLED, form_blocks};
use candour_domain::rater::SELF_GROUP;
use candour_domain::round::RoundRecord;
use candour_domain::{Competency, Framework, GroupId, Item, PersonName, Response, Review};
use rand::CryptoRng;

use crate::Cell;
use crate::Decimal;
use crate::change::{Previous, change, comparable, same_questions};
use crate::disclosure::comments::{pooled_comments, with_id};
use crate::document::{
    BlockCell, BlockResult, CompetencyResult, GroupResult, ItemResult, NamedComment, NamedMean, PreviousRound,
    PromptResult, ResultPolicy, ResultScalePoint, ResultSubject, ReviewResult,
};
use crate::gap::{gap, quadrant};
use crate::ratings::{Column, ColumnCounts, PrintedCompetency, PrintedItem, ReleaseRule, not_shown, ratings};
use crate::tally::Tally;

/// What a count starts from.
#[derive(Debug)]
pub struct CountInput<'a> {
    /// The review.
    pub review: &'a Review,
    /// Its round, closed.
    pub round: &'a RoundRecord,
    /// The round's framework.
    pub framework: &'a Framework,
    /// How many people were asked, by group; a group that is left out had nobody.
    pub invited: &'a [(GroupId, u32)],
    /// How many of the ballots are of people who were asked after the launch, by group; a group that is left out had
    /// none. They change nothing in which groups are shown together, and fill no threshold.
    pub later: &'a [(GroupId, u32)],
    /// The opened ballots, in any order.
    pub ballots: Vec<BallotToCount>,
    /// The released result of the round before, of the same person, if there is one.
    pub previous: Option<Previous<'a>>,
}

/// An opened ballot. It cannot be serialised, and its `Debug` shows no answer.
#[derive(Clone, Debug)]
pub struct BallotToCount {
    /// The rater's group.
    pub group: GroupId,
    /// The rater's name, for groups whose answers are shown by name; `None` for all others.
    pub named: Option<PersonName>,
    /// What they said.
    pub response: Response,
}

/// Why ballots cannot be counted. Says nothing about what was answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// Review, round and framework do not belong together.
    #[error("the review, the round and the framework do not belong together")]
    Mismatch,
    /// A ballot of a group that the round does not have.
    #[error("a ballot is of the group \"{0}\", which the round does not have")]
    UnknownGroup(GroupId),
    /// A ballot of a named group without a name.
    #[error("a ballot of the named group \"{0}\" carries no name")]
    NameMissing(GroupId),
    /// A ballot of an anonymous group with a name on it.
    #[error("a ballot of the anonymous group \"{0}\" carries a name")]
    NameUnexpected(GroupId),
    /// More than one self-assessment.
    #[error("there is more than one self-assessment")]
    SelfTwice,
    /// An answer to an item that the framework does not have or does not ask of the group, or off its scale.
    #[error("a ballot holds an answer that does not fit the framework")]
    ForeignAnswer,
    /// More groups, items, points or ballots than can be counted. No framework or round that has been parsed comes
    /// near.
    #[error("there are more groups, items or ballots than can be counted")]
    TooLarge,
    /// The auditor refused the result. That cannot happen and is a defect, and nothing may be published.
    #[error("the result could not be certified")]
    Uncertified,
}

/// Works out what may be said about a review.
///
/// `rng` shuffles the comments and makes their ids; nothing else depends on it, and nothing at all on the order of the
/// ballots.
///
/// # Errors
/// [`CountError`] when the ballots do not fit the round and its framework. Then nothing is counted.
///
/// # Guarantee
/// No cell is shown of fewer answers than the threshold, and without a block nothing is. What is shown of anonymous
/// raters' ratings is what [`ratings`] makes of counts. Named raters are in no block and no total.
pub(crate) fn full_result(input: CountInput<'_>, rng: &mut impl CryptoRng) -> Result<ReviewResult, CountError> {
    let CountInput { review, round, framework, invited, later, ballots, previous } = input;
    if review.round_id != round.id
        || round.framework_id != framework.id
        || review.organisation_id != round.organisation_id
    {
        return Err(CountError::Mismatch);
    }
    let sorted = Sorted::from_ballots(ballots, round)?;
    let anonymous_groups = round.groups.as_slice().iter().filter(|group| !group.named);
    let mut tally = Tally::new(framework, anonymous_groups)?;
    for ballot in &sorted.anonymous {
        tally.add(&ballot.group, &ballot.response)?;
    }
    let mut named_tally = Tally::new(framework, round.groups.as_slice().iter().filter(|group| group.named))?;
    for rater in &sorted.named {
        named_tally.add(&rater.group, &rater.response)?;
    }
    let policy = ResultPolicy::of(&round.policy, framework.scale());
    let responded = tally.responded();
    let launched: Vec<_> =
        responded.iter().map(|(group, count)| (group.clone(), count - later_of(later, group, *count))).collect();
    let people: u32 = launched.iter().map(|(_, count)| count).sum();
    let blocks = form_blocks(&launched, policy.threshold, policy.colluding_insiders);
    let column = |block: &Block| {
        let groups: Vec<_> = listed_groups(block, &blocks, round, invited);
        let answered =
            |counts: &[(GroupId, u32)]| groups.iter().filter_map(|group| count_of(counts, group)).sum::<u32>();
        let (all, launched_all) = (answered(&responded), answered(&launched));
        let groups =
            groups.into_iter().map(|group| (group.clone(), count_of(&launched, &group).unwrap_or(0))).collect();
        Column { id: block.id().to_owned(), groups, responded: all, later: all - launched_all }
    };
    let count = Counting { framework, columns: blocks.iter().map(column).collect(), sorted };
    let mut result = ReviewResult {
        review_id: review.id,
        round_id: round.id,
        round_title: round.title.clone(),
        subject: ResultSubject { name: review.subject.person.name.clone(), role: review.subject.role.clone() },
        framework_id: framework.id,
        framework_title: framework.title().to_owned(),
        scale: framework
            .scale()
            .points()
            .iter()
            .map(|point| ResultScalePoint { value: point.value, label: point.label.clone() })
            .collect(),
        harmful_end: framework.scale().harmful_end(),
        policy,
        groups: count.groups(round, invited, &named_tally),
        blocks: count.block_results(round),
        competencies: Vec::new(),
        shows_comments: !blocks.is_empty() && people >= policy.comment_threshold,
        comments: Vec::new(),
        previous: None,
        audit: None,
    };
    let (rule, items) = (ReleaseRule::new(&policy, result.scale_ends()), framework.items().count());
    let not_shown = not_shown(&count.columns, items, |group, place| tally.is_asked(group, place), rule);
    let mut counts = ColumnCounts::none(count.columns.len(), items, framework.scale().points().len());
    for (at, column) in count.columns.iter().enumerate() {
        for (group, place) in column.groups.iter().flat_map(|(group, _)| (0..items).map(move |place| (group, place))) {
            counts.add(at, place, tally.values(group, place).unwrap_or_default());
        }
    }
    let printed = ratings(&counts, &count.columns, &not_shown, &count.item_places(), rule);
    result.competencies = count.competencies(&printed);
    result.comments = count.comments(result.shows_comments, rng);
    if let Some(previous) = previous.filter(|previous| same_questions(previous.result, &result)) {
        compare(&mut result, previous);
    }
    Ok(result)
}

/// How many of so many ballots of a group are of people who were asked after the launch.
fn later_of(later: &[(GroupId, u32)], group: &GroupId, responded: u32) -> u32 {
    count_of(later, group).unwrap_or(0).min(responded)
}

/// Says how each competency has moved, where the two rounds may be compared.
fn compare(result: &mut ReviewResult, previous: Previous<'_>) {
    let (before, answered) = (previous.result, (previous.result.responded(), result.responded()));
    let compared = comparable(previous.turnover, answered, (before.silent(), result.silent()), result.policy.threshold);
    if compared {
        let values = || result.scale.iter().map(|point| i64::from(point.value));
        let width = values().max().zip(values().min()).map_or(0, |(highest, lowest)| highest - lowest);
        for (now, then) in result.competencies.iter_mut().zip(&before.competencies) {
            let means = then.all.mean().zip(now.all.mean());
            now.change = means.map(|(then, now)| change((then, answered.0), (now, answered.1), width));
        }
    }
    result.previous =
        Some(PreviousRound { review_id: before.review_id, round_title: before.round_title.clone(), compared });
}

/// Ballots of anonymous raters, and those that are shown by name, in an order that depends on what they hold and not on
/// how they came.
struct Sorted {
    anonymous: Vec<BallotToCount>,
    named: Vec<NamedRater>,
}

struct NamedRater {
    group: GroupId,
    name: PersonName,
    response: Response,
}

impl Sorted {
    fn from_ballots(ballots: Vec<BallotToCount>, round: &RoundRecord) -> Result<Self, CountError> {
        let mut anonymous = Vec::new();
        let mut named = Vec::new();
        for ballot in ballots {
            let found = round.groups.as_slice().iter().enumerate().find(|(_, group)| group.id == ballot.group);
            let Some((order, group)) = found else {
                return Err(CountError::UnknownGroup(ballot.group));
            };
            match (group.named, ballot.named.clone()) {
                (false, None) => anonymous.push(ballot),
                (true, Some(name)) => {
                    named.push((order, NamedRater { group: ballot.group, name, response: ballot.response }));
                }
                (false, Some(_)) => return Err(CountError::NameUnexpected(ballot.group)),
                (true, None) => return Err(CountError::NameMissing(ballot.group)),
            }
        }
        if named.iter().filter(|(_, rater)| rater.group.as_str() == SELF_GROUP).count() > 1 {
            return Err(CountError::SelfTwice);
        }
        named.sort_by_cached_key(|(order, rater)| {
            (*order, rater.name.clone(), rater.response.ratings().clone(), rater.response.comments().clone())
        });
        Ok(Self { anonymous, named: named.into_iter().map(|(_, rater)| rater).collect() })
    }
}

/// Everything the parts of a result are made from.
struct Counting<'a> {
    framework: &'a Framework,
    columns: Vec<Column>,
    sorted: Sorted,
}

/// The groups of a block as they are listed. The pooled block lists every asked group that does not stand alone, also
/// one of which nobody answered: which of the pooled groups did, is not said.
fn listed_groups(block: &Block, blocks: &[Block], round: &RoundRecord, invited: &[(GroupId, u32)]) -> Vec<GroupId> {
    if block.id() != POOLED {
        return block.groups().to_vec();
    }
    let stands_alone =
        |id: &GroupId| blocks.iter().any(|block| block.groups().len() == 1 && block.groups().contains(id));
    let asked = |id: &GroupId| {
        count_of(invited, id).is_some_and(|count| count > 0) || blocks.iter().any(|block| block.groups().contains(id))
    };
    let groups =
        round.groups.as_slice().iter().filter(|group| !group.named && asked(&group.id) && !stands_alone(&group.id));
    groups.map(|group| group.id.clone()).collect()
}

fn count_of(counts: &[(GroupId, u32)], id: &GroupId) -> Option<u32> {
    counts.iter().find(|(group, _)| group == id).map(|(_, count)| *count)
}

impl Counting<'_> {
    fn groups(&self, round: &RoundRecord, invited: &[(GroupId, u32)], named_tally: &Tally<'_>) -> Vec<GroupResult> {
        let named_responded = named_tally.responded();
        let groups = round.groups.as_slice().iter();
        groups
            .map(|group| GroupResult {
                id: group.id.clone(),
                title: group.title.clone(),
                invited: count_of(invited, &group.id).unwrap_or(0),
                responded: if group.named {
                    count_of(&named_responded, &group.id)
                } else {
                    let alone = self.columns.iter().find(|column| column.id == group.id.as_str());
                    alone.map(|column| column.responded)
                },
                named: group.named,
            })
            .collect()
    }

    fn block_results(&self, round: &RoundRecord) -> Vec<BlockResult> {
        let title = |column: &Column| match round.groups.find(&column.id) {
            Some(group) if column.id != POOLED => group.title.clone(),
            _ => "Others".to_owned(),
        };
        let columns = self.columns.iter();
        columns
            .map(|column| BlockResult {
                id: column.id.clone(),
                title: title(column),
                groups: column.groups.iter().map(|(group, _)| group.clone()).collect(),
                responded: column.responded,
            })
            .collect()
    }

    /// The places of the items of each competency.
    fn item_places(&self) -> Vec<Range<usize>> {
        let mut next = 0;
        let places = self.framework.competencies().iter().map(|competency| {
            let first = next;
            next += competency.items.len();
            first..next
        });
        places.collect()
    }

    fn competencies(&self, printed: &[PrintedCompetency]) -> Vec<CompetencyResult> {
        self.framework
            .competencies()
            .iter()
            .zip(printed)
            .map(|(competency, printed)| self.competency(competency, printed))
            .collect()
    }

    fn competency(&self, of: &Competency, printed: &PrintedCompetency) -> CompetencyResult {
        let named = self.named(|response| mean_of_half(&of.items, response));
        let own = named.iter().find(|named| named.group.as_str() == SELF_GROUP).map(|named| named.mean);
        let both = own.zip(printed.all.mean());
        CompetencyResult {
            id: of.id.clone(),
            title: of.title.clone(),
            cells: self.cells(&printed.cells),
            all: printed.all,
            named,
            gap: both.map(|(own, others)| gap(own, others)),
            quadrant: both.and_then(|(own, others)| quadrant(own, others, self.framework.scale())),
            change: None,
            items: of.items.iter().zip(&printed.items).map(|(item, printed)| self.item_result(item, printed)).collect(),
        }
    }

    fn item_result(&self, item: &Item, printed: &PrintedItem) -> ItemResult {
        ItemResult {
            id: item.id.clone(),
            text: item.others.clone(),
            cells: self.cells(&printed.cells),
            all: printed.all,
            named: self.named(|response| answer(item, response).and_then(|value| Decimal::half_up(value, 1))),
            distributions: printed.distributions.clone(),
        }
    }

    fn cells(&self, cells: &[Cell]) -> Vec<BlockCell> {
        let pairs = self.columns.iter().zip(cells);
        pairs.map(|(column, cell)| BlockCell { block: column.id.clone(), cell: *cell }).collect()
    }

    /// The named raters' numbers; none where there is no block, because then the report shows no number at all.
    fn named(&self, mean: impl Fn(&Response) -> Option<Decimal>) -> Vec<NamedMean> {
        if self.columns.is_empty() {
            return Vec::new();
        }
        let raters = self.sorted.named.iter();
        raters
            .filter_map(|rater| {
                Some(NamedMean { group: rater.group.clone(), name: rater.name.clone(), mean: mean(&rater.response)? })
            })
            .collect()
    }

    fn comments(&self, are_shown: bool, rng: &mut impl CryptoRng) -> Vec<PromptResult> {
        if self.columns.is_empty() {
            return Vec::new();
        }
        let responses: Vec<_> =
            if are_shown { self.sorted.anonymous.iter().map(|ballot| &ballot.response).collect() } else { Vec::new() };
        let pooled = pooled_comments(self.framework, &responses, rng);
        let mut prompts = Vec::new();
        for (prompt, comments) in self.framework.prompts().iter().zip(pooled) {
            let mut named = Vec::new();
            for rater in &self.sorted.named {
                if let Some(text) = rater.response.comments().get(&prompt.id) {
                    named.push(NamedComment {
                        group: rater.group.clone(),
                        name: rater.name.clone(),
                        comment: with_id(text, rng),
                    });
                }
            }
            prompts.push(PromptResult { prompt: prompt.id.clone(), text: prompt.others.clone(), comments, named });
        }
        prompts
    }
}

fn answer(item: &Item, response: &Response) -> Option<i64> {
    response.ratings().get(&item.id).copied().flatten().map(|rating| i64::from(rating.value()))
}

/// The mean of a named rater's answers to these items, if they answered at least half of them.
fn mean_of_half(items: &[Item], response: &Response) -> Option<Decimal> {
    let answers: Vec<_> = items.iter().filter_map(|item| answer(item, response)).collect();
    if 2 * answers.len() < items.len() {
        return None;
    }
    Decimal::half_up(answers.iter().sum(), i64::try_from(answers.len()).ok()?)
}
