//! One release as the auditor works on it: what it prints, and the answers laid beside it.

use std::ops::{Range, RangeInclusive};

use crate::Cell;
use crate::audit::evidence::Evidence;
use crate::document::{Distribution, ReviewResult, ScaleEnds};
use crate::ratings::{
    Column, ColumnCounts, NotShown, PrintedCompetency, PrintedItem, ReleaseRule, not_shown, ratings, sum,
};

/// A change of one person's answer: somebody of this atom who gave `from` gives `to` instead. Codes count from 0, the
/// lowest point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Move {
    pub(super) atom: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Move {
    /// Changes counts by code in this way; false where nobody gave the answer that is to change.
    fn apply(self, values: &mut [u32]) -> bool {
        let Some(from) = values.get_mut(self.from).filter(|count| **count > 0) else { return false };
        *from -= 1;
        values.get_mut(self.to).map(|to| *to += 1).is_some()
    }
}

/// A release with the evidence laid beside it.
pub(super) struct Release<'a> {
    pub(super) result: &'a ReviewResult,
    pub(super) columns: Vec<Column>,
    pub(super) scale: ScaleEnds,
    rule: ReleaseRule,
    /// By block and item, what is left out whatever was answered.
    not_shown: Vec<Vec<NotShown>>,
    /// The block of each atom.
    pub(super) block_of: Vec<Option<usize>>,
    /// The items of each competency.
    competencies: Vec<Range<usize>>,
    /// The competency of each item, and the item's place in it.
    place_of: Vec<(usize, usize)>,
    /// The answers that were given, by block.
    given: ColumnCounts,
    /// Every figure about ratings that it prints.
    printed: Vec<PrintedCompetency>,
}

impl<'a> Release<'a> {
    /// Lays out the release at this place among those that the evidence tells apart.
    pub(super) fn new(result: &'a ReviewResult, at: usize, evidence: &Evidence) -> Self {
        let scale = result.scale_ends();
        let columns = result.blocks.iter().map(|block| {
            let launched = |group| evidence.people(at, group) - evidence.later(at, group);
            Column {
                id: block.id.clone(),
                groups: block.groups.iter().map(|group| (group.clone(), launched(group))).collect(),
                responded: block.responded,
                later: block.groups.iter().map(|group| evidence.later(at, group)).sum(),
            }
        });
        let columns: Vec<_> = columns.collect();
        let block_of: Vec<_> = evidence
            .atoms()
            .iter()
            .map(|atom| {
                atom.group(at).and_then(|group| result.blocks.iter().position(|block| block.groups.contains(group)))
            })
            .collect();
        let mut given = ColumnCounts::none(columns.len(), evidence.items(), evidence.codes().len());
        for (atom, block) in block_of.iter().enumerate().filter_map(|(atom, block)| Some((atom, (*block)?))) {
            (0..evidence.items()).for_each(|item| given.add(block, item, evidence.counts(atom, item)));
        }
        let mut next = 0;
        let competencies = result.competencies.iter().map(|competency| {
            let first = next;
            next += competency.items.len();
            first..next
        });
        let competencies = competencies.collect();
        let place_of = result.competencies.iter().enumerate();
        let place_of =
            place_of.flat_map(|(at, competency)| (0..competency.items.len()).map(move |place| (at, place))).collect();
        let (rule, printed) = (ReleaseRule::new(&result.policy, scale), result.competencies.iter().map(read).collect());
        let not_shown = not_shown(&columns, evidence.items(), |group, item| evidence.is_asked(group, item), rule);
        Self { result, columns, scale, rule, not_shown, block_of, competencies, place_of, given, printed }
    }

    /// The answers to an item in a block, by code.
    pub(super) fn values(&self, item: usize, block: usize) -> &[u32] {
        self.given.values(block, item)
    }

    /// The printed cell of an item in a block.
    pub(super) fn cell(&self, item: usize, block: usize) -> Option<Cell> {
        self.printed_item(item)?.cells.get(block).copied()
    }

    /// The printed distribution of an item in a block.
    pub(super) fn distribution(&self, item: usize, block: usize) -> Option<&Distribution> {
        let block = &self.columns.get(block)?.id;
        self.printed_item(item)?.distributions.iter().find(|distribution| distribution.block == *block)
    }

    fn printed_item(&self, item: usize) -> Option<&PrintedItem> {
        let (competency, place) = self.place_of.get(item)?;
        self.printed.get(*competency)?.items.get(*place)
    }

    /// The answers that were given, by block.
    pub(super) fn given(&self) -> &ColumnCounts {
        &self.given
    }

    /// Changes answers to an item as these people would have given it otherwise; false where nobody gave the answer
    /// that is to change. Of a person that this release does not count, it shows nothing.
    pub(super) fn apply(&self, counts: &mut ColumnCounts, item: usize, moves: &[Move]) -> bool {
        moves.iter().all(|change| {
            let Some(block) = self.block_of.get(change.atom).copied().flatten() else { return true };
            change.apply(counts.values_mut(block, item))
        })
    }

    /// Whether the whole release function makes of these answers every figure that is printed about ratings.
    pub(super) fn prints(&self, counts: &ColumnCounts) -> bool {
        ratings(counts, &self.columns, &self.not_shown, &self.competencies, self.rule) == self.printed
    }

    /// Whether the release would print the very same of this item if these people had answered it otherwise.
    pub(super) fn is_blind_to(&self, item: usize, moves: &[Move]) -> bool {
        let block_of = |change: &Move| self.block_of.get(change.atom).copied().flatten();
        moves.iter().enumerate().all(|(at, change)| {
            // Of a person that this release does not count, it shows nothing.
            let Some(block) = block_of(change) else { return true };
            if moves.iter().take(at).any(|earlier| block_of(earlier) == Some(block)) {
                return true;
            }
            let mut values = self.values(item, block).to_vec();
            let mut here = moves.iter().filter(|change| block_of(change) == Some(block));
            here.all(|change| change.apply(&mut values)) && self.prints_same(item, block, &values)
        })
    }

    /// Whether a block would print the very same of an item with these answers, by code.
    fn prints_same(&self, item: usize, block: usize, values: &[u32]) -> bool {
        let not_shown = self.not_shown.get(block).and_then(|items| items.get(item));
        let (Some(column), Some(not_shown)) = (self.columns.get(block), not_shown) else { return false };
        let cell = column.cell(values, *not_shown, self.rule);
        self.cell(item, block) == Some(cell)
            && column.distribution(values, cell, self.rule).as_ref() == self.distribution(item, block)
    }

    /// By how much the sum of a block's answers to an item may exceed the lowest possible without another cell being
    /// printed.
    pub(super) fn excesses(&self, item: usize, block: usize) -> RangeInclusive<i64> {
        let values = self.values(item, block);
        let (Some(column), answers, now) =
            (self.columns.get(block), values.iter().sum::<u32>(), sum(values, self.scale.lowest))
        else {
            return 0..=0;
        };
        let of = column.answered(values);
        let cell = |sum: u32| self.rule.item.decide(of).map(|shown| shown.cell(sum));
        let same = |sum: &u32| cell(*sum) == cell(now);
        let floor = answers * u32::from(self.scale.lowest);
        let ceiling = floor + answers * u32::try_from(values.len().saturating_sub(1)).unwrap_or(0);
        let least = (floor..=now).rev().take_while(same).last().unwrap_or(now);
        let most = (now..=ceiling).take_while(same).last().unwrap_or(now);
        i64::from(least - floor)..=i64::from(most - floor)
    }

    /// What stands for a printed item cell in further arithmetic, in tenths.
    pub(super) fn stand_in(&self, item: usize, block: usize) -> Option<i64> {
        let (cell, column) = (self.cell(item, block)?, self.columns.get(block)?);
        self.rule.item.figure(cell, column.responded).value().map(crate::Decimal::tenths)
    }
}

/// What is printed of a competency's ratings, as the release function gives it.
fn read(printed: &crate::document::CompetencyResult) -> PrintedCompetency {
    let cells = |cells: &[crate::document::BlockCell]| cells.iter().map(|cell| cell.cell).collect();
    PrintedCompetency {
        cells: cells(&printed.cells),
        all: printed.all,
        items: printed
            .items
            .iter()
            .map(|item| PrintedItem {
                cells: cells(&item.cells),
                all: item.all,
                distributions: item.distributions.clone(),
            })
            .collect(),
    }
}
