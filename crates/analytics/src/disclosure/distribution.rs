//! How the answers to an item spread, over the blocks whose cell shows a mean.

use candour_domain::{AnonymityPolicy, Scale};

use super::Figure;
use crate::document::{Distribution, DistributionBin};

/// The rule for distributions of a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DistributionRule {
    threshold: u32,
    lowest: u8,
    highest: u8,
}

/// Fewer answers than this are never counted apart.
const SMALLEST_BIN: u32 = 3;

impl DistributionRule {
    /// The rule of a round.
    pub(crate) fn new(policy: &AnonymityPolicy, scale: &Scale) -> Self {
        Self::from_parts(policy.distribution_threshold(), scale.lowest(), scale.highest())
    }

    pub(crate) fn from_parts(threshold: u32, lowest: u8, highest: u8) -> Self {
        Self { threshold, lowest, highest }
    }

    /// The distribution of an item from its figures by block, each with its answers counted by scale point; `None` below the threshold.
    ///
    /// Only blocks whose figure is a printed mean are counted. A block that is hidden, or shown as a band, would otherwise come out by
    /// subtraction: the distribution fixes the sum of all its answers, and the means fix those of the other blocks.
    ///
    /// # Guarantee
    /// Counts no block but those that show a mean, no fewer answers than the threshold together, and no fewer than three apart.
    pub(crate) fn distribution<'a>(self, blocks: impl IntoIterator<Item = (Figure, &'a [u32])>) -> Option<Distribution> {
        let mut counts = vec![0; usize::from(self.highest - self.lowest) + 1];
        for (figure, values) in blocks {
            if figure.printed().is_some() {
                counts.iter_mut().zip(values).for_each(|(count, value)| *count += value);
            }
        }
        self.of_counts(&counts)
    }

    /// The distribution of answers counted by scale point, lowest first.
    pub(crate) fn of_counts(self, counts: &[u32]) -> Option<Distribution> {
        let answers: u32 = counts.iter().sum();
        if answers < self.threshold {
            return None;
        }
        let mut bins: Vec<DistributionBin> = Vec::new();
        let mut open: Option<DistributionBin> = None;
        for (value, count) in (self.lowest..=self.highest).zip(counts) {
            let bin = open.map_or(DistributionBin { from: value, to: value, count: *count }, |bin| DistributionBin {
                to: value,
                count: bin.count + count,
                ..bin
            });
            open = if bin.count >= SMALLEST_BIN {
                bins.push(bin);
                None
            } else {
                Some(bin)
            };
        }
        // What is left at the top is too few to stand alone and joins the bin below.
        if let (Some(rest), Some(last)) = (open, bins.last_mut()) {
            *last = DistributionBin { to: rest.to, count: last.count + rest.count, ..*last };
        }
        let share = |inside: &dyn Fn(&DistributionBin) -> bool, outside: &dyn Fn(&DistributionBin) -> bool| {
            let all_clear = bins.iter().all(|bin| inside(bin) || outside(bin));
            let count: u32 = bins.iter().filter(|bin| inside(bin)).map(|bin| bin.count).sum();
            (all_clear && self.highest - self.lowest >= 4).then(|| (200 * count + answers) / (2 * answers))
        };
        let (high, low) = (self.highest.saturating_sub(1), self.lowest + 1);
        let favourable = share(&|bin| bin.from >= high, &|bin| bin.to < high);
        let unfavourable = share(&|bin| bin.to <= low, &|bin| bin.from > low);
        Some(Distribution { answers, bins, favourable, unfavourable })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bins(counts: &[u32]) -> Option<Vec<(u8, u8, u32)>> {
        let rule = DistributionRule::from_parts(10, 1, 5);
        rule.of_counts(counts).map(|found| found.bins.iter().map(|bin| (bin.from, bin.to, bin.count)).collect())
    }

    #[test]
    fn fewer_than_three_answers_are_never_counted_apart() {
        assert_eq!(bins(&[0, 1, 2, 4, 3]), Some(vec![(1, 3, 3), (4, 4, 4), (5, 5, 3)]));
        assert_eq!(bins(&[1, 0, 5, 4, 2]), Some(vec![(1, 3, 6), (4, 5, 6)]));
        assert_eq!(bins(&[0, 0, 0, 0, 12]), Some(vec![(1, 5, 12)]));
        assert_eq!(bins(&[12, 0, 0, 0, 0]), Some(vec![(1, 5, 12)]));
        assert_eq!(bins(&[2, 2, 2, 2, 1]), None, "nine answers");
    }

    #[test]
    fn a_share_is_given_where_the_bins_allow_it() {
        let rule = DistributionRule::from_parts(10, 1, 5);
        let shares = |counts: &[u32]| rule.of_counts(counts).map(|found| (found.favourable, found.unfavourable));
        assert_eq!(shares(&[3, 0, 3, 3, 3]), Some((Some(50), None)), "the bin from 2 to 3 straddles the line");
        assert_eq!(shares(&[0, 3, 3, 3, 3]), Some((Some(50), Some(25))));
        assert_eq!(shares(&[0, 2, 2, 4, 8]), Some((Some(75), None)));
        assert_eq!(shares(&[0, 0, 0, 12, 0]), Some((None, None)));
    }

    proptest! {
        #[test]
        fn guarantee_no_bin_below_three_and_no_distribution_below_the_threshold(counts in proptest::collection::vec(0u32..9, 5)) {
            let answers: u32 = counts.iter().sum();
            let found = DistributionRule::from_parts(10, 1, 5).of_counts(&counts);
            prop_assert_eq!(found.is_some(), answers >= 10);
            if let Some(found) = found {
                prop_assert!(found.bins.iter().all(|bin| bin.count >= 3));
                prop_assert_eq!(found.bins.iter().map(|bin| bin.count).sum::<u32>(), answers);
                prop_assert_eq!(found.bins.first().map(|bin| bin.from), Some(1));
                prop_assert_eq!(found.bins.last().map(|bin| bin.to), Some(5));
                prop_assert!(found.bins.windows(2).all(|pair| pair[0].to + 1 == pair[1].from));
            }
        }
    }
}
