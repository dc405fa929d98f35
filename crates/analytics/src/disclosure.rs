//! What may be shown, rule by rule. Only this module makes a [`Cell`].
//!
//! 1. Blocks come from counts alone (`candour_domain::block`); `tally` applies them.
//! 2. `item`: one item in one block, from the number of answers and their sum.
//! 3. `derived`: a competency in one block, and all blocks together, from figures that are shown.
//! 4. `comments`: pooled over all blocks and shuffled.

mod cell;
pub(crate) mod comments;
mod derived;
mod item;

pub use cell::{Cell, CellState, SuppressionReason};
pub(crate) use derived::{all_blocks, competency};
pub(crate) use item::ItemRule;

use crate::Decimal;

/// A cell with the number that stands for it in further arithmetic: its mean, or the middle of its band.
#[derive(Clone, Copy, Debug)]
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

    fn published(mean: Decimal) -> Self {
        Self { cell: Cell::published(mean), value: Some(mean) }
    }

    fn suppressed(reason: SuppressionReason) -> Self {
        Self { cell: Cell::suppressed(reason), value: None }
    }
}
