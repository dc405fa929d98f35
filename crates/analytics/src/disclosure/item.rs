//! One item in one block.

use candour_domain::{AnonymityPolicy, Scale};

use super::{Cell, Figure, SuppressionReason};
use crate::Decimal;
use crate::tally::Count;

/// The rule for item cells of a round: its threshold, and how close to the ends of the scale a sum may come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemRule {
    threshold: u32,
    lowest: i64,
    highest: i64,
    /// A sum this far above all-lowest, or nearer, is shown as `low`.
    low_band: i64,
    /// A sum this far below all-highest, or nearer, is shown as `high`.
    high_band: i64,
}

impl ItemRule {
    /// The rule of a round.
    ///
    /// Towards the lowest mark raters are protected from colluding colleagues, because a low mark is what can harm the one who gave it.
    /// Towards the highest mark they are protected from outsiders, and from colleagues too if the policy is strict.
    pub(crate) fn new(policy: &AnonymityPolicy, scale: &Scale) -> Self {
        let (lowest, highest) = (i64::from(scale.lowest()), i64::from(scale.highest()));
        let insiders = i64::from(policy.colluding_insiders());
        let band = |insiders: i64| insiders * (highest - lowest) + 1;
        let high_band = band(if policy.strict() { insiders } else { 0 });
        Self { threshold: policy.threshold(), lowest, highest, low_band: band(insiders), high_band }
    }

    /// The figure of an item in a block from the number of answers and their sum.
    ///
    /// # Guarantee
    /// Fewer answers than the threshold are suppressed. What is shown depends on the count and the sum only, and no coalition of as many
    /// insiders as the policy names can tell from it, and from their own answers, the answer of anybody else.
    pub(crate) fn figure(self, count: Count) -> Figure {
        let (answers, sum) = (i64::from(count.answers), i64::from(count.sum));
        if count.answers < self.threshold {
            return Figure::suppressed(SuppressionReason::TooFewAnswers);
        }
        // In further arithmetic a band counts as its middle, which depends on the number of answers only.
        if sum - answers * self.lowest <= self.low_band {
            let middle = Decimal::half_up(2 * answers * self.lowest + self.low_band, 2 * answers);
            return Figure { cell: Cell::low(), value: middle };
        }
        if answers * self.highest - sum <= self.high_band {
            let middle = Decimal::half_up(2 * answers * self.highest - self.high_band, 2 * answers);
            return Figure { cell: Cell::high(), value: middle };
        }
        Decimal::half_up(sum, answers).map_or(Figure::suppressed(SuppressionReason::TooFewAnswers), Figure::published)
    }

    /// The figure of an item that the framework asks of nobody in the block.
    pub(crate) fn not_asked() -> Figure {
        Figure::suppressed(SuppressionReason::NotAsked)
    }
}
