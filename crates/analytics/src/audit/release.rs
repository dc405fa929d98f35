//! One release as the auditor works on it: what it prints, and the answers laid beside it.

use std::ops::{Range, RangeInclusive};

use crate::Cell;
use crate::audit::evidence::{Evidence, GroupCounts};
use crate::document::{Distribution, ReviewResult, ScaleEnds};
use crate::ratings::{Column, NotShown, PrintedCompetency, PrintedItem, ReleaseRule, not_shown, ratings, sum};

/// A change of one person's answer: somebody of this atom who gave `from` gives `to` instead. Codes count from 0, the lowest point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Move {
    pub(super) atom: usize,
    pub(super) from: usize,
    pub(super) to: usize,
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
    /// The answers to each item in each block, by code.
    values: Vec<Vec<Vec<u32>>>,
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
            .map(|atom| atom.group(at).and_then(|group| result.blocks.iter().position(|block| block.groups.contains(group))))
            .collect();
        let counts = evidence.by_group(at);
        let in_block = |column: &Column, item| {
            let values = column.values(&counts, item);
            if values.is_empty() { vec![0; evidence.codes().len()] } else { values }
        };
        let values = (0..evidence.items()).map(|item| columns.iter().map(|column| in_block(column, item)).collect()).collect();
        let mut next = 0;
        let competencies = result.competencies.iter().map(|competency| {
            let first = next;
            next += competency.items.len();
            first..next
        });
        let competencies = competencies.collect();
        let (rule, printed) = (ReleaseRule::new(&result.policy, scale), result.competencies.iter().map(read).collect());
        let not_shown = not_shown(&columns, evidence.items(), |group, item| evidence.is_asked(group, item), rule);
        Self { result, columns, scale, rule, not_shown, block_of, competencies, values, printed }
    }

    /// The answers to an item in a block, by code.
    pub(super) fn values(&self, item: usize, block: usize) -> &[u32] {
        self.values.get(item).and_then(|blocks| blocks.get(block)).map_or(&[], Vec::as_slice)
    }

    /// The printed cell of an item in a block.
    pub(super) fn cell(&self, item: usize, block: usize) -> Option<Cell> {
        let at = self.competencies.iter().position(|items| items.contains(&item))?;
        let (competency, items) = (self.result.competencies.get(at)?, self.competencies.get(at)?);
        competency.items.get(item - items.start)?.cells.get(block).map(|cell| cell.cell)
    }

    /// The printed distribution of an item in a block.
    pub(super) fn distribution(&self, item: usize, block: usize) -> Option<&'a Distribution> {
        let at = self.competencies.iter().position(|items| items.contains(&item))?;
        let (competency, items) = (self.result.competencies.get(at)?, self.competencies.get(at)?);
        let block = &self.columns.get(block)?.id;
        competency.items.get(item - items.start)?.distributions.iter().find(|distribution| distribution.block == *block)
    }

    /// Whether the whole release function makes of these answers every figure that is printed about ratings.
    pub(super) fn prints(&self, counts: &GroupCounts) -> bool {
        ratings(counts, &self.columns, &self.not_shown, &self.competencies, self.rule) == self.printed
    }

    /// Whether the release would print the very same of this item if these people had answered it otherwise.
    pub(super) fn is_blind_to(&self, item: usize, moves: &[Move]) -> bool {
        let mut others: Vec<(usize, Vec<u32>)> = Vec::new();
        for change in moves {
            // Of a person whom this release does not count, it shows nothing.
            let Some(block) = self.block_of.get(change.atom).copied().flatten() else { continue };
            if !others.iter().any(|(of, _)| *of == block) {
                others.push((block, self.values(item, block).to_vec()));
            }
            let Some((_, values)) = others.iter_mut().find(|(of, _)| *of == block) else { return false };
            let Some(from) = values.get_mut(change.from).filter(|count| **count > 0) else { return false };
            *from -= 1;
            let Some(to) = values.get_mut(change.to) else { return false };
            *to += 1;
        }
        others.iter().all(|(block, values)| self.prints_same(item, *block, values))
    }

    /// Whether a block would print the very same of an item with these answers, by code.
    fn prints_same(&self, item: usize, block: usize, values: &[u32]) -> bool {
        let (Some(column), Some(printed)) = (self.columns.get(block), self.cell(item, block)) else { return false };
        // What is not shown was decided by counts, and those are the same.
        if printed.reason().is_some() {
            return true;
        }
        let of = column.answered(values);
        let made = self.rule.item.decide(of).map(|shown| shown.cell(sum(values, self.scale.lowest)));
        let distribution = self.rule.distribution.decide(of, printed).map(|shown| shown.of(&column.id, values));
        made == Ok(printed) && distribution.as_ref() == self.distribution(item, block)
    }

    /// By how much the sum of a block's answers to an item may exceed the lowest possible without another cell being printed.
    pub(super) fn excesses(&self, item: usize, block: usize) -> RangeInclusive<i64> {
        let values = self.values(item, block);
        let (Some(column), answers, now) = (self.columns.get(block), values.iter().sum::<u32>(), sum(values, self.scale.lowest)) else {
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
            .map(|item| PrintedItem { cells: cells(&item.cells), all: item.all, distributions: item.distributions.clone() })
            .collect(),
    }
}
