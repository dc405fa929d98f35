//! Opened ballots to a result, at the level of everything. [`crate::certified_result`] is the only way out.

use candour_domain::block::{Block, POOLED, form_blocks};
use candour_domain::rater::SELF_GROUP;
use candour_domain::round::RoundRecord;
use candour_domain::{Competency, Framework, GroupId, Item, PersonName, Response, Review};
use rand::CryptoRng;

use crate::Decimal;
use crate::change::{Previous, change, comparable, same_questions};
use crate::disclosure::comments::{pooled_comments, with_id};
use crate::disclosure::{DistributionRule, Figure, ItemRule, all_blocks, competency};
use crate::document::{
    BlockCell, BlockResult, CompetencyResult, GroupResult, ItemResult, NamedComment, NamedMean, PreviousRound, PromptResult, ResultPolicy,
    ResultScalePoint, ResultSubject, ReviewResult,
};
use crate::gap::{gap, quadrant};
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
    /// The opened ballots, in any order.
    pub ballots: Vec<OpenedBallot>,
    /// The released result of the round before, of the same person, if there is one.
    pub previous: Option<Previous<'a>>,
}

/// An opened ballot. It cannot be serialised, and its `Debug` shows no answer.
#[derive(Clone, Debug)]
pub struct OpenedBallot {
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
    /// More groups, items, points or ballots than can be counted. No framework or round that has been parsed comes near.
    #[error("there are more groups, items or ballots than can be counted")]
    TooLarge,
    /// The auditor refused even a result that shows nothing.
    #[error("the result could not be certified")]
    Uncertified,
}

/// Works out what may be said about a review.
///
/// `rng` shuffles the comments and makes their ids; nothing else depends on it, and nothing at all on the order of the ballots.
///
/// # Errors
/// [`CountError`] when the ballots do not fit the round and its framework. Then nothing is counted.
///
/// # Guarantee
/// No cell is shown of fewer answers than the threshold, and without a block nothing is. What is shown of anonymous raters' ratings
/// depends only on how many answered and on the sums by block and item; everything but the item cells depends on the item cells and on
/// counts. Named raters are in no block and no total.
pub(crate) fn full_result(input: CountInput<'_>, rng: &mut impl CryptoRng) -> Result<ReviewResult, CountError> {
    let CountInput { review, round, framework, invited, ballots, previous } = input;
    if review.round_id != round.id || round.framework_id != framework.id || review.organisation_id != round.organisation_id {
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
    let blocks = form_blocks(&tally.responded(), round.policy.threshold());
    let count = Count {
        framework,
        rule: ItemRule::new(&round.policy, framework.scale()),
        distribution: DistributionRule::new(&round.policy, framework.scale()),
        listed: blocks.iter().map(|block| listed_groups(block, &blocks, round, invited)).collect(),
        blocks,
        tally,
        sorted,
    };
    let mut result = ReviewResult {
        review_id: review.id,
        round_id: round.id,
        round_title: round.title.clone(),
        subject: ResultSubject { name: review.subject.person.name.clone(), role: review.subject.role.clone() },
        framework_id: framework.id,
        framework_title: framework.title().to_owned(),
        scale: framework.scale().points().iter().map(|point| ResultScalePoint { value: point.value, label: point.label.clone() }).collect(),
        policy: ResultPolicy::from(&round.policy),
        groups: count.groups(round, invited, &named_tally),
        blocks: count.block_results(round),
        competencies: count.competencies(),
        comments: count.comments(round.policy.comment_threshold(), rng),
        previous: None,
        audit: None,
    };
    if let Some(previous) = previous.filter(|previous| same_questions(previous.result, &result)) {
        compare(&mut result, previous);
    }
    Ok(result)
}

/// Says how each competency has moved, where the two rounds may be compared.
fn compare(result: &mut ReviewResult, previous: Previous<'_>) {
    let (before, answered) = (previous.result, (previous.result.responded(), result.responded()));
    let compared = comparable(previous.turnover, answered, result.policy.threshold);
    if compared {
        let values = || result.scale.iter().map(|point| i64::from(point.value));
        let width = values().max().zip(values().min()).map_or(0, |(highest, lowest)| highest - lowest);
        for (now, then) in result.competencies.iter_mut().zip(&before.competencies) {
            let means = then.all.mean().zip(now.all.mean());
            now.change = means.map(|(then, now)| change((then, answered.0), (now, answered.1), width));
        }
    }
    result.previous = Some(PreviousRound { review_id: before.review_id, round_title: before.round_title.clone(), compared });
}

/// Ballots of anonymous raters, and those that are shown by name, in an order that depends on what they hold and not on how they came.
struct Sorted {
    anonymous: Vec<OpenedBallot>,
    named: Vec<NamedRater>,
}

struct NamedRater {
    group: GroupId,
    name: PersonName,
    response: Response,
}

impl Sorted {
    fn from_ballots(ballots: Vec<OpenedBallot>, round: &RoundRecord) -> Result<Self, CountError> {
        let mut anonymous = Vec::new();
        let mut named = Vec::new();
        for ballot in ballots {
            let found = round.groups.as_slice().iter().enumerate().find(|(_, group)| group.id == ballot.group);
            let Some((order, group)) = found else {
                return Err(CountError::UnknownGroup(ballot.group));
            };
            match (group.named, ballot.named.clone()) {
                (false, None) => anonymous.push(ballot),
                (true, Some(name)) => named.push((order, NamedRater { group: ballot.group, name, response: ballot.response })),
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
struct Count<'a> {
    framework: &'a Framework,
    rule: ItemRule,
    distribution: DistributionRule,
    blocks: Vec<Block>,
    /// The groups that each block lists.
    listed: Vec<Vec<GroupId>>,
    tally: Tally<'a>,
    sorted: Sorted,
}

/// The groups of a block as they are listed. The pooled block lists every asked group that does not stand alone, also one of which nobody
/// answered: which of the pooled groups did, is not said.
fn listed_groups(block: &Block, blocks: &[Block], round: &RoundRecord, invited: &[(GroupId, u32)]) -> Vec<GroupId> {
    if block.id() != POOLED {
        return block.groups().to_vec();
    }
    let stands_alone = |id: &GroupId| blocks.iter().any(|block| block.groups().len() == 1 && block.groups().contains(id));
    let asked =
        |id: &GroupId| count_of(invited, id).is_some_and(|count| count > 0) || blocks.iter().any(|block| block.groups().contains(id));
    let groups = round.groups.as_slice().iter().filter(|group| !group.named && asked(&group.id) && !stands_alone(&group.id));
    groups.map(|group| group.id.clone()).collect()
}

fn count_of(counts: &[(GroupId, u32)], id: &GroupId) -> Option<u32> {
    counts.iter().find(|(group, _)| group == id).map(|(_, count)| *count)
}

impl Count<'_> {
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
                    let alone = self.blocks.iter().find(|block| matches!(block.groups(), [only] if *only == group.id));
                    alone.map(Block::responded)
                },
                named: group.named,
            })
            .collect()
    }

    fn block_results(&self, round: &RoundRecord) -> Vec<BlockResult> {
        let blocks = self.blocks.iter().zip(&self.listed);
        blocks
            .map(|(block, listed)| BlockResult {
                id: block.id().to_owned(),
                title: match round.groups.find(block.id()) {
                    Some(group) if block.id() != POOLED => group.title.clone(),
                    _ => "Others".to_owned(),
                },
                groups: listed.clone(),
                responded: block.responded(),
            })
            .collect()
    }

    fn competencies(&self) -> Vec<CompetencyResult> {
        let mut place = 0;
        let mut competencies = Vec::new();
        for competency in self.framework.competencies() {
            let figures: Vec<Vec<Figure>> = (place..place + competency.items.len())
                .map(|place| self.listed.iter().map(|groups| self.item(groups, place)).collect())
                .collect();
            competencies.push(self.competency(competency, place, &figures));
            place += competency.items.len();
        }
        competencies
    }

    /// `listed` are the groups of a block as they are listed: whether an item is asked of a silent group does not depend on its silence.
    fn item(&self, listed: &[GroupId], place: usize) -> Figure {
        self.tally.count(listed, place).map_or_else(ItemRule::not_asked, |count| self.rule.figure(count))
    }

    /// `first` is the place of its first item, and `figures` are those of its items, each by block.
    fn competency(&self, of: &Competency, first: usize, figures: &[Vec<Figure>]) -> CompetencyResult {
        let by_block: Vec<_> = (0..self.blocks.len())
            .map(|block| competency(&figures.iter().filter_map(|item| item.get(block).copied()).collect::<Vec<_>>()))
            .collect();
        let all = self.all(&by_block);
        let named = self.named(|response| mean_of_half(&of.items, response));
        let own = named.iter().find(|named| named.group.as_str() == SELF_GROUP).map(|named| named.mean);
        let both = own.zip(all.printed());
        CompetencyResult {
            id: of.id.clone(),
            title: of.title.clone(),
            cells: self.cells(&by_block),
            all: all.cell(),
            named,
            gap: both.map(|(own, others)| gap(own, others)),
            quadrant: both.and_then(|(own, others)| quadrant(own, others, self.framework.scale())),
            change: None,
            items: of
                .items
                .iter()
                .zip(first..)
                .zip(figures)
                .map(|((item, place), figures)| self.item_result(item, place, figures))
                .collect(),
        }
    }

    fn item_result(&self, item: &Item, place: usize, figures: &[Figure]) -> ItemResult {
        let values: Vec<_> = self.listed.iter().map(|groups| self.tally.values(groups, place).unwrap_or_default()).collect();
        ItemResult {
            id: item.id.clone(),
            text: item.others.clone(),
            cells: self.cells(figures),
            all: self.all(figures).cell(),
            named: self.named(|response| answer(item, response).and_then(|value| Decimal::half_up(value, 1))),
            distribution: self.distribution.distribution(figures.iter().copied().zip(values.iter().map(Vec::as_slice))),
        }
    }

    fn cells(&self, figures: &[Figure]) -> Vec<BlockCell> {
        let pairs = self.blocks.iter().zip(figures);
        pairs.map(|(block, figure)| BlockCell { block: block.id().to_owned(), cell: figure.cell() }).collect()
    }

    fn all(&self, figures: &[Figure]) -> Figure {
        let weighted: Vec<_> = figures.iter().copied().zip(self.blocks.iter().map(Block::responded)).collect();
        all_blocks(&weighted)
    }

    /// The named raters' numbers; none where there is no block, because then the report shows no number at all.
    fn named(&self, mean: impl Fn(&Response) -> Option<Decimal>) -> Vec<NamedMean> {
        if self.blocks.is_empty() {
            return Vec::new();
        }
        let raters = self.sorted.named.iter();
        raters
            .filter_map(|rater| Some(NamedMean { group: rater.group.clone(), name: rater.name.clone(), mean: mean(&rater.response)? }))
            .collect()
    }

    fn comments(&self, threshold: u32, rng: &mut impl CryptoRng) -> Vec<PromptResult> {
        if self.blocks.is_empty() {
            return Vec::new();
        }
        let people: u32 = self.blocks.iter().map(Block::responded).sum();
        let responses: Vec<_> =
            if people >= threshold { self.sorted.anonymous.iter().map(|ballot| &ballot.response).collect() } else { Vec::new() };
        let pooled = pooled_comments(self.framework, &responses, rng);
        let mut prompts = Vec::new();
        for (prompt, comments) in self.framework.prompts().iter().zip(pooled) {
            let mut named = Vec::new();
            for rater in &self.sorted.named {
                if let Some(text) = rater.response.comments().get(&prompt.id) {
                    named.push(NamedComment { group: rater.group.clone(), name: rater.name.clone(), comment: with_id(text, rng) });
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
