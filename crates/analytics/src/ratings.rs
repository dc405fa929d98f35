//! The release function over ratings: from counts to every figure that is printed about anonymous raters' marks.
//!
//! It is one function of counts, so that the auditor can ask of any other set of answers what would be printed of it.

use std::ops::Range;

use candour_domain::GroupId;
use candour_domain::audience::printable;

use crate::Cell;
use crate::disclosure::{Answered, DistributionRule, Figure, ItemRule, SuppressionReason, all_blocks, competency, item_cell};
use crate::document::{Distribution, ResultPolicy, ScaleEnds};

/// Answers of anonymous raters, counted.
pub(crate) trait Counted {
    /// How often each point of the scale was given to the item by a group, the lowest point first; `None` of a group of which nobody
    /// answered anything.
    fn values(&self, group: &GroupId, place: usize) -> Option<&[u32]>;
}

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

/// Why a column shows nothing of an item, whatever was answered; `None` where that depends on how many people answered the item.
pub(crate) type NotShown = Option<SuppressionReason>;

/// Of each column and item, whether it is left out whatever was answered. This follows from whom the items are asked of and from how many
/// people answered at all, so one call does for every set of answers.
pub(crate) fn not_shown(
    columns: &[Column],
    items: usize,
    is_asked: impl Fn(&GroupId, usize) -> bool,
    rule: ReleaseRule,
) -> Vec<Vec<NotShown>> {
    columns.iter().map(|column| column.not_shown(items, &is_asked, rule)).collect()
}

/// Every figure about ratings, by competency. `competencies` are the places of the items of each, and `not_shown` is what [`not_shown`]
/// gives of these columns.
///
/// # Guarantee
/// Whether something is shown depends on how many people answered what, on whom it was asked of, and on printed figures. What is shown
/// depends besides on the sums by block and item, and on the counts of answers of a block where its distribution is shown. Everything but
/// the item cells and distributions follows from the item cells and the printed sizes of blocks.
pub(crate) fn ratings(
    counts: &impl Counted,
    columns: &[Column],
    not_shown: &[Vec<NotShown>],
    competencies: &[Range<usize>],
    rule: ReleaseRule,
) -> Vec<PrintedCompetency> {
    let cells = |(column, not_shown): (&Column, &Vec<NotShown>)| {
        not_shown.iter().enumerate().map(|(place, not_shown)| column.item(counts, place, *not_shown, rule)).collect()
    };
    let printed: Vec<Vec<PrintedCell>> = columns.iter().zip(not_shown).map(cells).collect();
    let weigh =
        |figures: Vec<Figure>| all_blocks(&figures.into_iter().zip(columns.iter().map(|column| column.responded)).collect::<Vec<_>>());
    let at = |place: usize| printed.iter().filter_map(move |column| column.get(place));
    let item = |place: usize| PrintedItem {
        cells: at(place).map(|cell| cell.figure.cell()).collect(),
        all: weigh(at(place).map(|cell| cell.figure).collect()).cell(),
        distributions: at(place).filter_map(|cell| cell.distribution.clone()).collect(),
    };
    let of = |places: &Range<usize>| {
        let figures = printed
            .iter()
            .map(|column| competency(&places.clone().filter_map(|place| Some(column.get(place)?.figure)).collect::<Vec<_>>()));
        let figures: Vec<_> = figures.collect();
        PrintedCompetency {
            cells: figures.iter().map(|figure| figure.cell()).collect(),
            all: weigh(figures).cell(),
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

impl Column {
    fn not_shown(&self, items: usize, is_asked: impl Fn(&GroupId, usize) -> bool, rule: ReleaseRule) -> Vec<NotShown> {
        let asked: Vec<Vec<bool>> = (0..items).map(|place| self.groups.iter().map(|(group, _)| is_asked(group, place)).collect()).collect();
        let people: Vec<u32> = self.groups.iter().map(|(_, people)| *people).collect();
        let shown = printable(&asked, &people, rule.threshold, rule.insiders);
        let reason = |asked: &[bool], is_printable: bool| {
            let reason = if asked.contains(&true) { SuppressionReason::AskedOfSome } else { SuppressionReason::NotAsked };
            (!is_printable).then_some(reason)
        };
        asked.iter().zip(shown).map(|(asked, shown)| reason(asked, shown)).collect()
    }

    fn item(&self, counts: &impl Counted, place: usize, not_shown: NotShown, rule: ReleaseRule) -> PrintedCell {
        let values = self.values(counts, place);
        let of = self.answered(&values);
        let decided = not_shown.map_or_else(|| rule.item.decide(of), Err);
        let cell = item_cell(decided, sum(&values, rule.lowest));
        let distribution = rule.distribution.decide(of, cell).map(|shown| shown.of(&self.id, &values));
        PrintedCell { figure: rule.item.figure(cell, self.responded), distribution }
    }

    /// How often each point was given to an item in the column; empty where nobody answered.
    pub(crate) fn values(&self, counts: &impl Counted, place: usize) -> Vec<u32> {
        let mut all = Vec::new();
        for values in self.groups.iter().filter_map(|(group, _)| counts.values(group, place)) {
            if all.is_empty() {
                all = values.to_vec();
            } else {
                all.iter_mut().zip(values).for_each(|(sum, count)| *sum += count);
            }
        }
        all
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
