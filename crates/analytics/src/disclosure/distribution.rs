//! How the answers to an item spread, over the larger blocks whose cell shows a mean.

use std::ops::RangeInclusive;

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
pub(crate) const SMALLEST_BIN: u32 = 3;

/// Neighbouring points of the scale, by code, with the number of their answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) codes: RangeInclusive<usize>,
    pub(crate) count: u32,
    /// Whether there are enough of them to be counted apart. Only the last stretch may have too few.
    pub(crate) is_complete: bool,
}

/// Cuts the scale from its lowest point upwards into the shortest stretches of enough answers.
pub(crate) fn stretches(counts: &[u32]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (code, count) in counts.iter().enumerate() {
        match stretches.last_mut().filter(|last| !last.is_complete) {
            Some(open) => {
                open.codes = *open.codes.start()..=code;
                open.count += count;
            }
            None => stretches.push(Stretch { codes: code..=code, count: *count, is_complete: false }),
        }
        if let Some(last) = stretches.last_mut() {
            last.is_complete = last.count >= SMALLEST_BIN;
        }
    }
    stretches
}

impl DistributionRule {
    /// The rule of a round.
    pub(crate) fn new(policy: &AnonymityPolicy, scale: &Scale) -> Self {
        Self::from_parts(policy.distribution_threshold(), scale.lowest(), scale.highest())
    }

    pub(crate) fn from_parts(threshold: u32, lowest: u8, highest: u8) -> Self {
        Self { threshold, lowest, highest }
    }

    /// The distribution of an item from its figures by block, each with its answers counted by scale point; `None` where no block counts.
    ///
    /// # Guarantee
    /// Counts no block but those of [`Self::counts`], no fewer answers than the threshold together, and no fewer than three apart.
    pub(crate) fn distribution<'a>(self, blocks: impl IntoIterator<Item = (Figure, &'a [u32])>) -> Option<Distribution> {
        let mut counts = vec![0; usize::from(self.highest - self.lowest) + 1];
        for (_, values) in blocks.into_iter().filter(|(figure, values)| self.counts(*figure, values)) {
            counts.iter_mut().zip(values).for_each(|(count, value)| *count += value);
        }
        self.of_counts(&counts)
    }

    /// Whether a block is counted in the distribution of an item: only where its cell shows a mean, and it alone has as many answers as the
    /// threshold.
    ///
    /// A block that is hidden, or shown as a band, would otherwise come out by subtraction: the distribution fixes the sum of all its
    /// answers, and the means fix those of the other blocks. A small block whose people agree would come out by its mean: where the
    /// distribution has nobody at an end of the scale, few ways are left to make up the sum of few answers.
    pub(crate) fn counts(self, figure: Figure, values: &[u32]) -> bool {
        figure.printed().is_some() && values.iter().sum::<u32>() >= self.threshold
    }

    /// The distribution of answers counted by scale point, lowest first.
    pub(crate) fn of_counts(self, counts: &[u32]) -> Option<Distribution> {
        let answers: u32 = counts.iter().sum();
        if answers < self.threshold {
            return None;
        }
        let mut bins: Vec<DistributionBin> = Vec::new();
        for stretch in stretches(counts) {
            let point = |code: usize| u8::try_from(code).map_or(self.highest, |code| self.lowest.saturating_add(code));
            let (from, to) = (point(*stretch.codes.start()), point(*stretch.codes.end()));
            match bins.last_mut() {
                // What is left at the top is too few to stand alone and joins the bin below.
                Some(last) if !stretch.is_complete => *last = DistributionBin { to, count: last.count + stretch.count, ..*last },
                _ => bins.push(DistributionBin { from, to, count: stretch.count }),
            }
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
