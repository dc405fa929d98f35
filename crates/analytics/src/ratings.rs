//! The release function over ratings: from counts to every figure that is printed about anonymous raters' marks.
//!
//! It is one function of counts, so that the auditor can ask of any other set of answers what would be printed of it.

use std::ops::Range;

use candour_domain::GroupId;
use candour_domain::audience::printable;

use crate::Cell;
use crate::disclosure::{
    Answered, DistributionRule, Figure, ItemRule, SuppressionReason, all_blocks, competency, item_cell,
};
use crate::document::{Distribution, ResultPolicy, ScaleEnds};

/// A block as a column of the report, with how many people answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// The block's id.
    pub(crate) id: String,
    /// The groups in it, as they are listed, each with how many of its people answered who were asked at the launch.
    pub(crate) groups: Vec<(GroupId, u32)>,
    /// How many people answered, as printed.
    pub(crate) responded: u32,
    /// Those of them who were asked after the launch.
    pub(crate) later: u32,
}

/// Answers of anonymous raters by column, item and point of the scale: those that were given, or others that might have
/// been. It is all that the release function sees of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnCounts {
    items: usize,
    points: usize,
    /// A run of points for each item of each column.
    counts: Vec<u32>,
}

/// The rules of a round, from what its result prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReleaseRule {
    threshold: u32,
    insiders: u32,
    lowest: u8,
    pub(crate) item: ItemRule,
    pub(crate) distribution: DistributionRule,
}

/// What is printed of a competency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PrintedCompetency {
    pub(crate) cells: Vec<Cell>,
    pub(crate) all: Cell,
    pub(crate) items: Vec<PrintedItem>,
}

/// What is printed of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PrintedItem {
    pub(crate) cells: Vec<Cell>,
    pub(crate) all: Cell,
    pub(crate) distributions: Vec<Distribution>,
}

impl ReleaseRule {
    pub(crate) fn new(policy: &ResultPolicy, scale: ScaleEnds) -> Self {
        Self {
            threshold: policy.threshold,
            insiders: policy.colluding_insiders,
            lowest: scale.lowest,
            item: ItemRule::new(policy, scale),
            distribution: DistributionRule::new(policy, scale),
        }
    }
}

/// Why a column shows nothing of an item, whatever was answered; `None` where that depends on how many people answered
/// the item.
pub(crate) type NotShown = Option<SuppressionReason>;

/// Of each column and item, whether it is left out whatever was answered. This follows from whom the items are asked of
/// and from how many people answered at all, so one call does for every set of answers.
pub(crate) fn not_shown(
    columns: &[Column],
    items: usize,
    is_asked: impl Fn(&GroupId, usize) -> bool,
    rule: ReleaseRule,
) -> Vec<Vec<NotShown>> {
    columns.iter().map(|column| column.not_shown(items, &is_asked, rule)).collect()
}

/// Every figure about ratings, by competency. `competencies` are the places of the items of each, and `not_shown` is
/// what [`not_shown`] gives of these columns.
///
/// # Guarantee
/// Whether something is shown depends on how many people answered what, on who it was asked of, and on printed
/// figures. What is shown depends besides on the sums by block and item, and on the counts of answers of a block where
/// its distribution is shown. Everything but the item cells and distributions follows from the item cells and the
/// printed sizes of blocks.
pub(crate) fn ratings(
    counts: &ColumnCounts,
    columns: &[Column],
    not_shown: &[Vec<NotShown>],
    competencies: &[Range<usize>],
    rule: ReleaseRule,
) -> Vec<PrintedCompetency> {
    let cells = |(at, (column, not_shown)): (usize, (&Column, &Vec<NotShown>))| {
        not_shown
            .iter()
            .enumerate()
            .map(|(place, not_shown)| column.item(counts.values(at, place), *not_shown, rule))
            .collect()
    };
    let printed: Vec<Vec<PrintedCell>> = columns.iter().zip(not_shown).enumerate().map(cells).collect();
    let responded = || columns.iter().map(|column| column.responded);
    let at = |place: usize| printed.iter().filter_map(move |column| column.get(place));
    let item = |place: usize| PrintedItem {
        cells: at(place).map(|cell| cell.figure.cell()).collect(),
        all: all_blocks(at(place).map(|cell| cell.figure).zip(responded())).cell(),
        distributions: at(place).filter_map(|cell| cell.distribution.clone()).collect(),
    };
    let of = |places: &Range<usize>| {
        let figures = printed
            .iter()
            .map(|column| competency(column.get(places.clone()).into_iter().flatten().map(|cell| cell.figure)));
        let figures: Vec<_> = figures.collect();
        PrintedCompetency {
            cells: figures.iter().map(|figure| figure.cell()).collect(),
            all: all_blocks(figures.into_iter().zip(responded())).cell(),
            items: places.clone().map(item).collect(),
        }
    };
    competencies.iter().map(of).collect()
}

/// What is printed of an item in a column.
struct PrintedCell {
    figure: Figure,
    distribution: Option<Distribution>,
}

impl ColumnCounts {
    /// None at all.
    pub(crate) fn none(columns: usize, items: usize, points: usize) -> Self {
        Self { items, points, counts: vec![0; columns * items * points] }
    }

    /// How often each point was given to an item in a column, the lowest point first.
    pub(crate) fn values(&self, column: usize, place: usize) -> &[u32] {
        self.run(column, place).and_then(|run| self.counts.get(run)).unwrap_or_default()
    }

    /// The same, to be changed; empty for an item or a column that there is not.
    pub(crate) fn values_mut(&mut self, column: usize, place: usize) -> &mut [u32] {
        self.run(column, place).and_then(|run| self.counts.get_mut(run)).unwrap_or_default()
    }

    /// Counts these answers to an item in a column besides those that are there.
    pub(crate) fn add(&mut self, column: usize, place: usize, values: &[u32]) {
        self.values_mut(column, place).iter_mut().zip(values).for_each(|(sum, count)| *sum += count);
    }

    fn run(&self, column: usize, place: usize) -> Option<Range<usize>> {
        let first = (column * self.items + place) * self.points;
        (place < self.items).then(|| first..first + self.points)
    }
}

impl Column {
    fn not_shown(&self, items: usize, is_asked: impl Fn(&GroupId, usize) -> bool, rule: ReleaseRule) -> Vec<NotShown> {
        let asked: Vec<Vec<bool>> =
            (0..items).map(|place| self.groups.iter().map(|(group, _)| is_asked(group, place)).collect()).collect();
        let people: Vec<u32> = self.groups.iter().map(|(_, people)| *people).collect();
        let shown = printable(&asked, &people, rule.threshold, rule.insiders);
        let reason = |asked: &[bool], is_printable: bool| {
            let reason =
                if asked.contains(&true) { SuppressionReason::AskedOfSome } else { SuppressionReason::NotAsked };
            (!is_printable).then_some(reason)
        };
        asked.iter().zip(shown).map(|(asked, shown)| reason(asked, shown)).collect()
    }

    fn item(&self, values: &[u32], not_shown: NotShown, rule: ReleaseRule) -> PrintedCell {
        let cell = self.cell(values, not_shown, rule);
        PrintedCell {
            figure: rule.item.figure(cell, self.responded),
            distribution: self.distribution(values, cell, rule),
        }
    }

    /// The cell of an item that was answered so, by point of the scale.
    pub(crate) fn cell(&self, values: &[u32], not_shown: NotShown, rule: ReleaseRule) -> Cell {
        let decided = not_shown.map_or_else(|| rule.item.decide(self.answered(values)), Err);
        item_cell(decided, sum(values, rule.lowest))
    }

    /// The distribution beside that cell, where there is one.
    pub(crate) fn distribution(&self, values: &[u32], cell: Cell, rule: ReleaseRule) -> Option<Distribution> {
        rule.distribution.decide(self.answered(values), cell).map(|shown| shown.of(&self.id, values))
    }

    /// How many people answered an item with these values.
    pub(crate) fn answered(&self, values: &[u32]) -> Answered {
        Answered { answers: values.iter().sum(), responded: self.responded, later: self.later }
    }
}

/// The sum of marks counted by point of the scale.
pub(crate) fn sum(values: &[u32], lowest: u8) -> u32 {
    (u32::from(lowest)..).zip(values).map(|(value, count)| value * count).sum()
}
