//! Whether every printed figure is one that the rule allows, worked out a second time from the outside.
//!
//! An item cell must be what the rule gives for the evidence, which `certificate` looks at. Everything else must follow
//! from the item cells, from printed sizes and from what is public: then it tells a reader nothing more, and there is
//! nothing to subtract. The arithmetic here is the auditor's own, so that a total which takes in a hidden group, or a
//! mean of raters' means, is found even if the release computes it so.

use super::evidence::Evidence;
use super::published::{PublishedStat, stats};
use super::release::Release;
use crate::change::{Previous, comparable, same_questions};
use crate::document::{AuditLevel, BlockResult, PreviousRound};
use crate::{Cell, CellState, Change, Decimal, Quadrant, ReviewResult, SuppressionReason};
use candour_domain::block::POOLED;
use candour_domain::{GroupId, ScaleEnd};

/// The printed figures that cannot be explained, named by kind.
pub(super) fn unexplained(
    release: &Release<'_>,
    at: usize,
    evidence: &Evidence,
    before: Option<&Previous<'_>>,
    is_last: bool,
) -> Vec<&'static str> {
    let explanation = Explanation { release, at, evidence, before, is_last };
    let shape = if explanation.has_shape() { None } else { Some("the shape of the document") };
    shape.into_iter().chain(stats(release.result).into_iter().filter_map(|stat| explanation.fault(stat))).collect()
}

struct Explanation<'a> {
    release: &'a Release<'a>,
    at: usize,
    evidence: &'a Evidence,
    before: Option<&'a Previous<'a>>,
    /// Whether it is the release to be stored. What earlier ones say about the round before was checked when they were
    /// stored.
    is_last: bool,
}

impl Explanation<'_> {
    /// Whether there is one cell for each block everywhere, and one item for each that was counted.
    fn has_shape(&self) -> bool {
        let blocks: Vec<_> = self.release.result.blocks.iter().map(|block| block.id.as_str()).collect();
        let competencies = &self.release.result.competencies;
        let rows = competencies.iter().map(|competency| &competency.cells);
        let rows =
            rows.chain(competencies.iter().flat_map(|competency| competency.items.iter().map(|item| &item.cells)));
        let items: usize = competencies.iter().map(|competency| competency.items.len()).sum();
        items == self.evidence.items()
            && rows.into_iter().all(|row| row.iter().map(|cell| cell.block.as_str()).eq(blocks.iter().copied()))
    }

    /// What is wrong with a printed figure.
    fn fault(&self, stat: PublishedStat<'_>) -> Option<&'static str> {
        let result = self.release.result;
        let has_blocks = !result.blocks.is_empty();
        let (right, what) = match stat {
            PublishedStat::Group(group) => {
                let alone =
                    result.blocks.iter().find(|block| block.groups.as_slice() == std::slice::from_ref(&group.id));
                let pooled = result.blocks.iter().any(|block| block.id == POOLED && Some(block) == alone);
                let expected = alone.filter(|_| !pooled).map(|block| block.responded);
                (group.named || group.responded == expected, "how many of a group answered")
            }
            PublishedStat::Block(block) => (self.block(block), "a block"),
            PublishedStat::ItemCell { item, block, cell } => {
                (self.item_cell(item, block, cell.cell), "an item in a block")
            }
            PublishedStat::ItemAll { item, cell } => (self.item_all(item, cell), "an item over all blocks"),
            PublishedStat::Distributions { item, distributions } => {
                (distributions.iter().all(|printed| self.distribution(item, printed)), "a distribution")
            }
            PublishedStat::CompetencyCell { competency, block, cell } => {
                (self.competency_cell(competency, block, cell.cell), "a competency in a block")
            }
            PublishedStat::CompetencyAll { competency, cell } => {
                (self.competency_all(competency, cell), "a competency over all blocks")
            }
            PublishedStat::Gap { competency, gap } => (gap == self.gap(competency), "a gap"),
            PublishedStat::Quadrant { competency, quadrant } => (self.quadrant(competency, quadrant), "a quadrant"),
            PublishedStat::Change { competency, change } => {
                (!self.is_last || self.change(competency, change), "a change")
            }
            PublishedStat::Named { any } => (has_blocks || !any, "a named rater's numbers or comments"),
            PublishedStat::Comments { anonymous } => (anonymous == 0 || result.shows_comments, "comments"),
            PublishedStat::ShowsComments(shown) => (
                shown == (has_blocks && self.launched(|_| true) >= result.policy.comment_threshold),
                "whether comments are shown",
            ),
            PublishedStat::Previous(previous) => (!self.is_last || self.previous(previous), "the round before"),
            PublishedStat::Audit(audit) => {
                let right = audit
                    .is_none_or(|audit| audit.uncertified == 0 && (audit.level == AuditLevel::Items) == has_blocks);
                (right, "what the audit is said to have found")
            }
        };
        (!right).then_some(what)
    }

    /// How many people answered of some groups.
    fn people(&self, counts: impl Fn(&GroupId) -> bool) -> u32 {
        self.anonymous().filter(|group| counts(group)).map(|group| self.evidence.people(self.at, group)).sum()
    }

    /// How many of them were asked at the launch.
    fn launched(&self, counts: impl Fn(&GroupId) -> bool) -> u32 {
        let launched = |group| self.evidence.people(self.at, group) - self.evidence.later(self.at, group);
        self.anonymous().filter(|group| counts(group)).map(launched).sum()
    }

    fn anonymous(&self) -> impl Iterator<Item = &GroupId> {
        self.release.result.groups.iter().filter(|group| !group.named).map(|group| &group.id)
    }

    fn block(&self, block: &BlockResult) -> bool {
        let result = self.release.result;
        let policy = &result.policy;
        let inside = |group: &GroupId| block.groups.contains(group);
        let apart = result.blocks.iter().all(|other| other.id == block.id || !other.groups.iter().any(inside));
        let named = result.groups.iter().any(|group| group.named && inside(&group.id));
        let launched = self.launched(inside);
        // With a block, everybody who was asked at the launch and answered is in one: no remainder is left to subtract.
        let complete = self.launched(|group| result.blocks.iter().any(|block| block.groups.contains(group)))
            == self.launched(|_| true);
        // Nobody has the sum of a group that could not be shown alone by subtracting their own.
        let surrounded = block.groups.iter().any(|group| {
            let own = self.launched(|id| id == group);
            block.id == POOLED && own > 0 && own < policy.threshold && launched - own <= policy.colluding_insiders
        });
        let counted = self.people(inside) == block.responded;
        counted
            && launched >= policy.threshold
            && apart
            && !named
            && complete
            && !surrounded
            && self.tells_no_small_part_apart(block)
    }

    /// Whether the printed items of a block, by who they are asked of, tell apart no part of it that is smaller than
    /// the threshold.
    fn tells_no_small_part_apart(&self, block: &BlockResult) -> bool {
        let Some(at) = self.release.result.blocks.iter().position(|other| other.id == block.id) else { return false };
        let printed = (0..self.evidence.items())
            .filter(|item| self.release.cell(*item, at).is_some_and(|cell| cell.reason().is_none()));
        let printed: Vec<_> = printed.collect();
        let alike = |one: &GroupId, other: &GroupId| {
            printed.iter().all(|item| self.evidence.is_asked(one, *item) == self.evidence.is_asked(other, *item))
        };
        let is_printed = |group: &&GroupId| printed.iter().any(|item| self.evidence.is_asked(group, *item));
        block.groups.iter().filter(is_printed).all(|group| {
            let part = self.launched(|other| block.groups.contains(other) && alike(group, other));
            let (own, policy) = (self.launched(|other| other == group), &self.release.result.policy);
            part >= policy.threshold && (own == 0 || own >= policy.threshold || part - own > policy.colluding_insiders)
        })
    }

    fn item_cell(&self, item: usize, block: usize, printed: Cell) -> bool {
        let answers: u32 = self.release.values(item, block).iter().sum();
        let Some(column) = self.release.columns.get(block) else { return false };
        let asked = || column.groups.iter().map(|(group, _)| self.evidence.is_asked(group, item));
        match printed.reason() {
            Some(SuppressionReason::NotAsked) => answers == 0 && !asked().any(|asked| asked),
            Some(SuppressionReason::AskedOfSome) => asked().any(|asked| asked),
            // That no figure is held back which the rule would show is asked when the release is run again.
            Some(SuppressionReason::TooFewAnswers) => true,
            None => answers >= self.release.result.policy.threshold + column.later,
        }
    }

    /// Whether what is printed of a spread holds what the rule promises. That it is the spread is asked when the
    /// release is run again.
    fn distribution(&self, item: usize, printed: &crate::document::Distribution) -> bool {
        let policy = &self.release.result.policy;
        let Some(block) = self.release.columns.iter().position(|column| column.id == printed.block) else {
            return false;
        };
        let smallest = policy.colluding_insiders.saturating_add(2).max(3);
        let published = self.release.cell(item, block).is_some_and(|cell| cell.state() == CellState::Published);
        published
            && printed.answers >= policy.distribution_threshold
            && printed.bins.iter().all(|bin| bin.count >= smallest)
    }

    /// What stands for an item cell in further arithmetic, in tenths: what is printed, or the middle of the band.
    fn stand_in(&self, item: usize, block: usize) -> Option<i64> {
        self.release.stand_in(item, block)
    }

    fn competency_stand_in(&self, competency: usize, block: usize) -> Option<i64> {
        let first: usize =
            self.release.result.competencies.iter().take(competency).map(|competency| competency.items.len()).sum();
        let count = self.release.result.competencies.get(competency)?.items.len();
        let shown: Vec<_> = (first..first + count).filter_map(|item| self.stand_in(item, block)).collect();
        if 2 * shown.len() < count { None } else { mean(shown.iter().map(|tenths| (*tenths, 1))) }
    }

    /// The mean over blocks, weighted by their printed sizes.
    fn over_blocks(&self, stand_in: impl Fn(usize) -> Option<i64>) -> Option<i64> {
        let blocks = self.release.result.blocks.iter().enumerate();
        mean(blocks.filter_map(|(at, block)| Some((stand_in(at)?, i64::from(block.responded)))))
    }

    fn item_all(&self, item: usize, printed: Cell) -> bool {
        prints(printed, self.over_blocks(|block| self.stand_in(item, block)))
    }

    fn competency_cell(&self, competency: usize, block: usize, printed: Cell) -> bool {
        prints(printed, self.competency_stand_in(competency, block))
    }

    fn competency_all(&self, competency: usize, printed: Cell) -> bool {
        prints(printed, self.over_blocks(|block| self.competency_stand_in(competency, block)))
    }

    /// The subject's own mean and that of all blocks, as printed.
    fn own_and_others(&self, competency: usize) -> Option<(i64, i64)> {
        let competency = self.release.result.competencies.get(competency)?;
        let own = competency.named.iter().find(|named| named.group.as_str() == candour_domain::rater::SELF_GROUP)?;
        Some((own.mean.tenths(), competency.all.mean()?.tenths()))
    }

    fn gap(&self, competency: usize) -> Option<Decimal> {
        self.own_and_others(competency).map(|(own, others)| Decimal::from_tenths(own - others))
    }

    fn quadrant(&self, competency: usize, printed: Option<Quadrant>) -> bool {
        let mirrored = self.release.result.harmful_end == Some(ScaleEnd::Highest);
        let both =
            self.own_and_others(competency).map(|(own, others)| if mirrored { (others, own) } else { (own, others) });
        match (printed, both) {
            (None, None) => true,
            (Some(Quadrant::HiddenStrength), Some((own, others))) => others - own >= 5,
            (Some(Quadrant::BlindSpot), Some((own, others))) => own - others >= 5,
            (Some(_), Some((own, others))) => own.abs_diff(others) >= 5,
            (None, Some((own, others))) => own.abs_diff(others) < 5,
            (Some(_), None) => false,
        }
    }

    fn previous(&self, printed: Option<&PreviousRound>) -> bool {
        let now = self.release.result;
        let expected = self.before.filter(|before| same_questions(before.result, now)).map(|before| {
            let answered = (before.result.responded(), now.responded());
            (
                before.result.review_id,
                comparable(before.turnover, answered, (before.result.silent(), now.silent()), now.policy.threshold),
            )
        });
        printed.map(|printed| (printed.review_id, printed.compared)) == expected
    }

    fn change(&self, competency: usize, printed: Option<Change>) -> bool {
        let Some(printed) = printed else { return true };
        if !self.release.result.previous.as_ref().is_some_and(|previous| previous.compared) {
            return false;
        }
        let mean = |of: &ReviewResult| of.competencies.get(competency).and_then(|competency| competency.all.mean());
        let Some((then, now)) = self.before.and_then(|before| mean(before.result).zip(mean(self.release.result)))
        else {
            return false;
        };
        match (printed, now.tenths() - then.tenths()) {
            (Change::Up, difference) => difference >= 5,
            (Change::Down, difference) => difference <= -5,
            (Change::AboutTheSame, _) => true,
        }
    }
}

/// A weighted mean half-up; `None` of nothing.
fn mean(weighted: impl Iterator<Item = (i64, i64)>) -> Option<i64> {
    let (sum, weight) =
        weighted.fold((0, 0), |(sum, weights), (value, weight)| (sum + value * weight, weights + weight));
    (2 * sum + weight).checked_div(2 * weight)
}

/// Whether a derived cell prints just this number, or nothing where there is none.
fn prints(cell: Cell, expected: Option<i64>) -> bool {
    match cell.state() {
        CellState::Published => cell.mean().map(Decimal::tenths) == expected,
        CellState::Suppressed => expected.is_none(),
        CellState::Low | CellState::High => false,
    }
}
