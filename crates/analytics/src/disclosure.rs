//! What may be shown, rule by rule. Only this module makes a [`Cell`].
//!
//! 1. Blocks come from counts alone (`candour_domain::block`).
//! 2. `item`: whether one item is shown in one block, from counts; and its figure, from the number of answers and their
//!    sum.
//! 3. `distribution`: how the answers of a large block to an item spread, where counts and the printed figure allow it.
//! 4. `derived`: a competency in one block, and all blocks together, from figures that are shown.
//! 5. `comments`: pooled over all blocks and shuffled.
//!
//! Every decision is simulatable (Kenthapadi, Mishra and Nissim, *Simulatable auditing*, 2005): whether something is
//! shown is computed from counts of people and from figures that are printed. What decides gets `Answered` or a
//! [`Cell`], in which there is no answer that is not printed, and hands out leave to print; only that turns answers
//! into figures. So what is left out tells nothing about answers, and no result is ever reduced because of what
//! somebody answered.

mod cell;
pub(crate) mod comments;
mod derived;
mod distribution;
mod item;

pub use cell::{Cell, CellState, SuppressionReason};
pub(crate) use derived::{all_blocks, competency};
pub(crate) use distribution::DistributionRule;
pub(crate) use item::{Answered, ItemRule, item_cell};

use crate::Decimal;

/// A cell with the number that stands for it in further arithmetic: its mean, or the middle of its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    cell: Cell,
    value: Option<Decimal>,
}

impl Figure {
    pub(crate) fn cell(self) -> Cell {
        self.cell
    }

    /// The number that stands for the cell in further arithmetic; `None` if nothing is shown.
    pub(crate) fn value(self) -> Option<Decimal> {
        self.value
    }

    /// Whether a number that stands for a band is in it.
    fn is_approximate(self) -> bool {
        matches!(self.cell.state(), CellState::Low | CellState::High) || self.cell.is_approximate()
    }

    /// A mean of these figures.
    fn derived(mean: Decimal, is_approximate: bool) -> Self {
        let cell = if is_approximate { Cell::approximate(mean) } else { Cell::published(mean) };
        Self { cell, value: Some(mean) }
    }

    fn suppressed(reason: SuppressionReason) -> Self {
        Self { cell: Cell::suppressed(reason), value: None }
    }
}
