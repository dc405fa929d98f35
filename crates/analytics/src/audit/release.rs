//! One release as the auditor works on it: what it prints, and the figures that the rule gives for the evidence.

use crate::Cell;
use crate::audit::evidence::Evidence;
use crate::disclosure::{DistributionRule, Figure, ItemRule, all_blocks, competency};
use crate::document::{AuditLevel, CompetencyResult, Distribution, ItemResult, ReviewResult};
use crate::tally::Count;

/// A change of one person's answer: somebody of this atom who gave `from` gives `to` instead. Codes count from 0, the lowest point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) atom: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A release with the evidence laid beside it.
pub(super) struct Release<'a> {
    pub(super) result: &'a ReviewResult,
    pub(super) level: AuditLevel,
    pub(super) rule: ItemRule,
    distribution: DistributionRule,
    lowest: u8,
    /// The block of each atom.
    pub(super) block_of: Vec<Option<usize>>,
    /// The items of each competency.
    competencies: Vec<std::ops::Range<usize>>,
    /// The answers to each item in each block, by code.
    values: Vec<Vec<Vec<u32>>>,
    /// The figure of each item in each block.
    figures: Vec<Vec<Figure>>,
}

impl<'a> Release<'a> {
    /// Lays out the release at this place among those that the evidence tells apart.
    pub(super) fn new(result: &'a ReviewResult, at: usize, evidence: &Evidence) -> Self {
        let (policy, scale) = (&result.policy, &result.scale);
        let points = || scale.iter().map(|point| point.value);
        let (lowest, highest) = (points().min().unwrap_or(0), points().max().unwrap_or(0));
        let rule = ItemRule::from_parts(policy.threshold, policy.colluding_insiders, policy.strict, (lowest, highest));
        let block_of: Vec<_> = evidence
            .atoms()
            .iter()
            .map(|atom| atom.group(at).and_then(|group| result.blocks.iter().position(|block| block.groups.contains(group))))
            .collect();
        let block_values = |item: usize, block: usize| {
            let mut values = vec![0; evidence.codes().len()];
            for (atom, _) in block_of.iter().enumerate().filter(|(_, of)| **of == Some(block)) {
                values.iter_mut().zip(evidence.counts(atom, item)).for_each(|(sum, count)| *sum += count);
            }
            values
        };
        let values: Vec<Vec<_>> =
            (0..evidence.items()).map(|item| (0..result.blocks.len()).map(|block| block_values(item, block)).collect()).collect();
        let figures = values.iter().map(|blocks| blocks.iter().map(|values| rule.figure(Count::of(values, lowest))).collect()).collect();
        let mut next = 0;
        let competencies = result
            .competencies
            .iter()
            .map(|competency| {
                let first = next;
                next += competency.items.len();
                first..next
            })
            .collect();
        Self {
            result,
            level: result.audit.map_or(AuditLevel::Items, |audit| audit.level),
            rule,
            distribution: DistributionRule::from_parts(policy.distribution_threshold, lowest, highest),
            lowest,
            block_of,
            competencies,
            values,
            figures,
        }
    }

    /// Whether items are shown.
    pub(super) fn shows_items(&self) -> bool {
        matches!(self.level, AuditLevel::Items | AuditLevel::ItemsWithoutDistributions)
    }

    /// The answers to an item in a block, by code.
    pub(super) fn values(&self, item: usize, block: usize) -> &[u32] {
        self.values.get(item).and_then(|blocks| blocks.get(block)).map_or(&[], Vec::as_slice)
    }

    /// The figures of an item by block, as the rule gives them.
    pub(super) fn figures(&self, item: usize) -> &[Figure] {
        self.figures.get(item).map_or(&[], Vec::as_slice)
    }

    /// How many people answered in each block, as printed.
    pub(super) fn weights(&self) -> Vec<u32> {
        self.result.blocks.iter().map(|block| block.responded).collect()
    }

    /// The printed competency with this item, and the places of its items.
    pub(super) fn competency_of(&self, item: usize) -> Option<(&'a CompetencyResult, std::ops::Range<usize>)> {
        let at = self.competencies.iter().position(|items| items.contains(&item))?;
        Some((self.result.competencies.get(at)?, self.competencies.get(at)?.clone()))
    }

    /// The printed item at this place.
    pub(super) fn printed_item(&self, item: usize) -> Option<&'a ItemResult> {
        let (competency, items) = self.competency_of(item)?;
        competency.items.get(item - items.start)
    }

    /// The distribution that the rule gives for an item.
    pub(super) fn distribution(&self, item: usize) -> Option<Distribution> {
        let values = self.values.get(item).into_iter().flatten().map(Vec::as_slice);
        self.distribution.distribution(self.figures(item).iter().copied().zip(values))
    }

    /// Whether the release would print the very same if these people had answered this item otherwise.
    ///
    /// Answers enter a release only through the figures of item cells and through distributions; where a figure stays the same, so does
    /// everything made from it. Where items are not shown, what is made from them is made again and compared with what is printed.
    pub(super) fn is_blind_to(&self, item: usize, moves: &[Move]) -> bool {
        let mut values: Vec<Vec<u32>> = self.values.get(item).cloned().unwrap_or_default();
        for change in moves {
            // Of a person whom this release does not count, it shows nothing.
            let Some(block) = self.block_of.get(change.atom).copied().flatten() else { continue };
            let Some(block) = values.get_mut(block) else { return false };
            if block.get(change.from).is_none_or(|count| *count == 0) {
                return false;
            }
            if let Some(count) = block.get_mut(change.from) {
                *count -= 1;
            }
            let Some(count) = block.get_mut(change.to) else { return false };
            *count += 1;
        }
        self.prints_same(item, &values)
    }

    /// Whether the release would print the very same with these answers to an item, by block and code.
    pub(super) fn prints_same(&self, item: usize, values: &[Vec<u32>]) -> bool {
        let figures: Vec<_> = values.iter().map(|values| self.rule.figure(Count::of(values, self.lowest))).collect();
        if self.shows_items() {
            return figures.as_slice() == self.figures(item) && self.prints_distribution(item, &figures, values);
        }
        self.prints_competency(item, &figures)
    }

    /// By how much the sum of a block's answers to an item may exceed the lowest possible without another figure being printed.
    pub(super) fn excesses(&self, item: usize, block: usize) -> std::ops::RangeInclusive<i64> {
        let values = self.values(item, block);
        let Count { answers, sum } = Count::of(values, self.lowest);
        let figure = self.rule.figure(Count { answers, sum });
        let same = |sum: &u32| self.rule.figure(Count { answers, sum: *sum }) == figure;
        let floor = answers * u32::from(self.lowest);
        let ceiling = floor + answers * u32::try_from(values.len().saturating_sub(1)).unwrap_or(0);
        let least = (floor..=sum).rev().take_while(same).last().unwrap_or(sum);
        let most = (sum..=ceiling).take_while(same).last().unwrap_or(sum);
        i64::from(least - floor)..=i64::from(most - floor)
    }

    /// The blocks that are counted in the distribution of an item.
    pub(super) fn distributed(&self, item: usize) -> Vec<usize> {
        let figures = self.figures(item).iter().enumerate();
        figures.filter(|(block, figure)| self.distribution.counts(**figure, self.values(item, *block))).map(|(block, _)| block).collect()
    }

    fn prints_distribution(&self, item: usize, figures: &[Figure], values: &[Vec<u32>]) -> bool {
        let Some(printed) = self.printed_item(item).and_then(|item| item.distribution.as_ref()) else { return true };
        let made = self.distribution.distribution(figures.iter().copied().zip(values.iter().map(Vec::as_slice)));
        made.as_ref() == Some(printed)
    }

    /// Whether these figures of an item that is not shown leave its competency as printed.
    fn prints_competency(&self, item: usize, figures: &[Figure]) -> bool {
        let Some((printed, items)) = self.competency_of(item) else { return false };
        let (by_block, all) = self.competency_figures(items, |at| if at == item { figures } else { self.figures(at) });
        let blocks: Vec<Cell> = by_block.into_iter().map(Figure::cell).collect();
        match self.level {
            AuditLevel::Nothing => true,
            AuditLevel::All => all.cell() == printed.all,
            _ => all.cell() == printed.all && blocks.iter().eq(printed.cells.iter().map(|cell| &cell.cell)),
        }
    }

    /// A competency's figures by block and over all blocks, from its items' figures.
    pub(super) fn competency_figures<'f>(
        &self,
        items: std::ops::Range<usize>,
        figures: impl Fn(usize) -> &'f [Figure],
    ) -> (Vec<Figure>, Figure) {
        let weights = self.weights();
        let by_block: Vec<_> = (0..weights.len())
            .map(|block| competency(&items.clone().filter_map(|item| figures(item).get(block).copied()).collect::<Vec<_>>()))
            .collect();
        let all = all_blocks(&by_block.iter().copied().zip(weights).collect::<Vec<_>>());
        (by_block, all)
    }
}
