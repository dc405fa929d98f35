//! What may be shown, rule by rule. Only this module makes a [`Cell`].
//!
//! 1. Blocks come from counts alone (`candour_domain::block`); `tally` applies them.
//! 2. `item`: one item in one block, from the number of answers and their sum.
//! 3. `distribution`: how the answers to an item spread, where enough people answered.
//! 4. `derived`: a competency in one block, and all blocks together, from figures that are shown.
//! 5. `comments`: pooled over all blocks and shuffled.
//! 6. `ladder`: what is left of a result that the auditor does not certify.

mod cell;
pub(crate) mod comments;
mod derived;
mod distribution;
mod item;
mod ladder;

pub use cell::{Cell, CellState, SuppressionReason};
pub(crate) use derived::{all_blocks, competency};
pub(crate) use distribution::{DistributionRule, SMALLEST_BIN, stretches};
pub(crate) use item::ItemRule;
pub(crate) use ladder::{LEVELS, at_level};

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

    /// The printed mean; `None` for a band and a suppressed cell.
    pub(crate) fn printed(self) -> Option<Decimal> {
        self.cell.mean()
    }

    /// The number that stands for the cell in further arithmetic; `None` if nothing is shown.
    pub(crate) fn value(self) -> Option<Decimal> {
        self.value
    }

    fn published(mean: Decimal) -> Self {
        Self { cell: Cell::published(mean), value: Some(mean) }
    }

    fn suppressed(reason: SuppressionReason) -> Self {
        Self { cell: Cell::suppressed(reason), value: None }
    }
}
