//! Figures computed from figures that are shown, so that there is nothing to subtract.

use super::{Figure, SuppressionReason};
use crate::Decimal;

/// A competency in one block: the plain mean of its items that are shown there, if they are at least half of its items.
///
/// A mean of each rater's mean would weigh answers differently from the item means beside it, and from the difference
/// one could work out a single answer.
///
/// # Guarantee
/// Depends on nothing but the items' figures.
pub(crate) fn competency(items: impl IntoIterator<Item = Figure>) -> Figure {
    let (mut sum, mut shown, mut asked, mut all, mut is_approximate) = (0, 0, 0, 0, false);
    for item in items {
        all += 1;
        asked += i64::from(item.cell.reason() != Some(SuppressionReason::NotAsked));
        if let Some(value) = item.value {
            sum += value.tenths();
            shown += 1;
            is_approximate |= item.is_approximate();
        }
    }
    if 2 * shown >= all
        && let Some(mean) = Decimal::half_up(sum, 10 * shown)
    {
        return Figure::derived(mean, is_approximate);
    }
    // Where the framework asks fewer than half of the items, no number of answers would have been enough.
    Figure::suppressed(if 2 * asked < all { SuppressionReason::NotAsked } else { SuppressionReason::TooFewAnswers })
}

/// All blocks together: their figures that are shown, weighted by how many people responded in each block.
///
/// # Guarantee
/// Depends on nothing but the blocks' figures and their printed sizes.
pub(crate) fn all_blocks(blocks: impl IntoIterator<Item = (Figure, u32)>) -> Figure {
    let (mut sum, mut people, mut is_approximate) = (0, 0, false);
    // Of no blocks at all nothing is known.
    let mut asked = None;
    for (figure, responded) in blocks {
        asked = Some(asked == Some(true) || figure.cell.reason() != Some(SuppressionReason::NotAsked));
        is_approximate |= figure.is_approximate();
        if let Some(value) = figure.value {
            sum += value.tenths() * i64::from(responded);
            people += i64::from(responded);
        }
    }
    let reason = if asked == Some(false) { SuppressionReason::NotAsked } else { SuppressionReason::TooFewAnswers };
    Decimal::half_up(sum, 10 * people).map_or(Figure::suppressed(reason), |mean| Figure::derived(mean, is_approximate))
}
