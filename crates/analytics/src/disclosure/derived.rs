//! Figures computed from figures that are shown, so that there is nothing to subtract.

use super::{Figure, SuppressionReason};
use crate::Decimal;

/// A competency in one block: the plain mean of its items that are shown there, if they are at least half of its items.
///
/// A mean of each rater's mean would weigh answers differently from the item means beside it, and from the difference one could work out
/// a single answer.
///
/// # Guarantee
/// Depends on nothing but the items' figures.
pub(crate) fn competency(items: &[Figure]) -> Figure {
    let shown: Vec<_> = items.iter().filter_map(|item| Some((item.value?, item.is_approximate()))).collect();
    let asked = items.iter().filter(|item| item.cell.reason() != Some(SuppressionReason::NotAsked)).count();
    if 2 * shown.len() >= items.len() {
        let (sum, count) = (shown.iter().map(|(value, _)| value.tenths()).sum::<i64>(), i64::try_from(shown.len()).unwrap_or(0));
        if let Some(mean) = Decimal::half_up(sum, 10 * count) {
            return Figure::derived(mean, shown.iter().any(|(_, approximate)| *approximate));
        }
    }
    // Where the framework asks fewer than half of the items, no number of answers would have been enough.
    Figure::suppressed(if 2 * asked < items.len() { SuppressionReason::NotAsked } else { SuppressionReason::TooFewAnswers })
}

/// All blocks together: their figures that are shown, weighted by how many people responded in each block.
///
/// # Guarantee
/// Depends on nothing but the blocks' figures and their printed sizes.
pub(crate) fn all_blocks(blocks: &[(Figure, u32)]) -> Figure {
    let shown = || blocks.iter().filter_map(|(figure, people)| Some((figure.value?.tenths(), i64::from(*people))));
    let (sum, people) = shown().fold((0, 0), |(sum, people), (value, weight)| (sum + value * weight, people + weight));
    Decimal::half_up(sum, 10 * people).map_or_else(
        || {
            let nobody_asked =
                !blocks.is_empty() && blocks.iter().all(|(figure, _)| figure.cell.reason() == Some(SuppressionReason::NotAsked));
            Figure::suppressed(if nobody_asked { SuppressionReason::NotAsked } else { SuppressionReason::TooFewAnswers })
        },
        |mean| Figure::derived(mean, blocks.iter().any(|(figure, _)| figure.is_approximate())),
    )
}
