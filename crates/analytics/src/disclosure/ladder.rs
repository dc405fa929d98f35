//! The ladder: what is left of a result when finer figures cannot be certified.
//!
//! The rungs are for the whole result. Taking out single cells would tell, by which cells are missing, what could be inferred from them;
//! which rung a result stands on tells at most two bits about all answers together.

use super::{Cell, SuppressionReason};
use crate::document::{AuditLevel, ReviewResult};

/// Every level, from everything to nothing.
pub(crate) const LEVELS: [AuditLevel; 5] =
    [AuditLevel::Items, AuditLevel::ItemsWithoutDistributions, AuditLevel::Competencies, AuditLevel::All, AuditLevel::Nothing];

/// The result with everything finer than the level taken out.
///
/// # Guarantee
/// What is left is the same as before or withheld; nothing new is computed. At the level of nothing there is no block, no number of a
/// named rater and no comment.
pub(crate) fn at_level(mut result: ReviewResult, level: AuditLevel) -> ReviewResult {
    let withheld = Cell::suppressed(SuppressionReason::Withheld);
    if level == AuditLevel::Nothing {
        result.blocks.clear();
        result.comments.clear();
        for group in result.groups.iter_mut().filter(|group| !group.named) {
            group.responded = None;
        }
    }
    for competency in &mut result.competencies {
        for item in &mut competency.items {
            if level >= AuditLevel::ItemsWithoutDistributions {
                item.distribution = None;
            }
            if level >= AuditLevel::Competencies {
                item.cells.iter_mut().for_each(|cell| cell.cell = withheld);
                item.all = withheld;
            }
            if level == AuditLevel::Nothing {
                item.cells.clear();
                item.named.clear();
            }
        }
        if level >= AuditLevel::All {
            competency.cells.iter_mut().for_each(|cell| cell.cell = withheld);
        }
        if level == AuditLevel::Nothing {
            competency.cells.clear();
            competency.named.clear();
            competency.all = withheld;
            (competency.gap, competency.quadrant, competency.change) = (None, None, None);
        }
    }
    if level == AuditLevel::Nothing
        && let Some(previous) = &mut result.previous
    {
        previous.compared = false;
    }
    result
}
