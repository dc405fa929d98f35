//! How the answers of one block to an item spread.

use super::{Answered, Cell, CellState};
use crate::document::{Distribution, DistributionBin, ResultPolicy, ScaleEnds};

/// The rule for distributions of a round.
///
/// One block at a time, and never over several: what a distribution over two blocks leaves open, their two means may
/// close.
///
/// Why it leaves every answer open: let a bin hold at least two people more than there are insiders. Where there are
/// two bins or more, each person has somebody in another bin that no coalition knows, and the two might have given each
/// other's mark; then nothing changes that is printed. Where there is one bin, either such a pair exists too, or
/// everybody outside a coalition gave one mark. Is that mark inside the scale, two of them might have given the mark
/// above and the mark below: the sum stays, and neither side of the mark fills a bin, because with the coalition and
/// one more they are fewer than a bin holds. At the harmful end of the scale the cell is a band, and there is no
/// distribution; at the other end it is the mark that a coalition may find out, unless the policy is strict, and then
/// there is a band too. So the decision needs no look at the answers: how many there are, and that the cell prints a
/// mean, is enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DistributionRule {
    /// Fewer answers than this have no distribution.
    fewest: u32,
    /// Fewer answers than this are never counted apart.
    smallest_bin: u32,
    lowest: u8,
    highest: u8,
}

/// Leave to print the distribution of an item in a block. Only [`DistributionRule::decide`] gives it, and that has seen
/// no answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownDistribution(DistributionRule);

impl DistributionRule {
    /// The rule of a round, as its result prints it.
    pub(crate) fn new(policy: &ResultPolicy, scale: ScaleEnds) -> Self {
        let smallest_bin = policy.colluding_insiders.saturating_add(2).max(3);
        // With fewer the marks above and below a common one could fill a bin.
        let fewest =
            policy.distribution_threshold.max(policy.colluding_insiders.saturating_add(1).saturating_add(smallest_bin));
        Self { fewest, smallest_bin, lowest: scale.lowest, highest: scale.highest }
    }

    /// Whether the distribution of an item in a block is shown: where the printed cell is a mean, and enough people
    /// answered without those who were asked after the launch.
    ///
    /// # Guarantee
    /// Sees no answer but what is printed.
    pub(crate) fn decide(self, of: Answered, printed: Cell) -> Option<ShownDistribution> {
        let enough = of.answers >= self.fewest.saturating_add(of.later);
        (printed.state() == CellState::Published && enough).then_some(ShownDistribution(self))
    }
}

impl ShownDistribution {
    /// The distribution of a block's answers counted by scale point, lowest first.
    ///
    /// # Guarantee
    /// No bin has fewer than three answers, or fewer than two more than there are insiders.
    pub(crate) fn of(self, block: &str, counts: &[u32]) -> Distribution {
        let Self(rule) = self;
        let answers: u32 = counts.iter().sum();
        let bins = rule.bins(counts);
        let share = |inside: &dyn Fn(&DistributionBin) -> bool, outside: &dyn Fn(&DistributionBin) -> bool| {
            let all_clear = bins.iter().all(|bin| inside(bin) || outside(bin));
            let count: u32 = bins.iter().filter(|bin| inside(bin)).map(|bin| bin.count).sum();
            (all_clear && rule.highest - rule.lowest >= 4)
                .then(|| (200 * count + answers).checked_div(2 * answers))
                .flatten()
        };
        let (high, low) = (rule.highest.saturating_sub(1), rule.lowest + 1);
        let favourable = share(&|bin| bin.from >= high, &|bin| bin.to < high);
        let unfavourable = share(&|bin| bin.to <= low, &|bin| bin.from > low);
        Distribution { block: block.to_owned(), answers, bins, favourable, unfavourable }
    }
}

impl DistributionRule {
    /// Cuts the scale from its lowest point upwards into the shortest stretches of enough answers.
    fn bins(self, counts: &[u32]) -> Vec<DistributionBin> {
        let mut bins: Vec<DistributionBin> = Vec::with_capacity(counts.len());
        for (point, count) in (self.lowest..=self.highest).zip(counts) {
            match bins.last_mut().filter(|last| last.count < self.smallest_bin) {
                Some(open) => *open = DistributionBin { to: point, count: open.count + count, ..*open },
                None => bins.push(DistributionBin { from: point, to: point, count: *count }),
            }
        }
        // What is left at the top is too few to stand alone and joins the bin below.
        if let [.., below, last] = bins.as_mut_slice()
            && last.count < self.smallest_bin
        {
            *below = DistributionBin { to: last.to, count: below.count + last.count, ..*below };
            bins.pop();
        }
        bins
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::disclosure::SuppressionReason;

    fn rule(insiders: u32) -> DistributionRule {
        let policy = ResultPolicy {
            threshold: 4,
            comment_threshold: 5,
            distribution_threshold: 10,
            colluding_insiders: insiders,
            strict: false,
        };
        DistributionRule::new(&policy, ScaleEnds { lowest: 1, highest: 5, harmful_end: None })
    }

    fn of(counts: &[u32]) -> Distribution {
        ShownDistribution(rule(1)).of("g", counts)
    }

    fn bins(counts: &[u32]) -> Vec<(u8, u8, u32)> {
        of(counts).bins.iter().map(|bin| (bin.from, bin.to, bin.count)).collect()
    }

    #[test]
    fn fewer_than_three_answers_are_never_counted_apart() {
        assert_eq!(bins(&[0, 1, 2, 4, 3]), [(1, 3, 3), (4, 4, 4), (5, 5, 3)]);
        assert_eq!(bins(&[1, 0, 5, 4, 2]), [(1, 3, 6), (4, 5, 6)]);
        assert_eq!(bins(&[0, 0, 0, 0, 12]), [(1, 5, 12)]);
        assert_eq!(bins(&[12, 0, 0, 0, 0]), [(1, 5, 12)]);
    }

    #[test]
    fn counts_and_the_printed_cell_decide() {
        let shown = |answers, later, cell| rule(1).decide(Answered { answers, responded: 20, later }, cell).is_some();
        let mean = Cell::published(crate::Decimal::from_tenths(37));
        assert_eq!(
            [shown(10, 0, mean), shown(9, 0, mean), shown(12, 3, mean), shown(13, 3, mean)],
            [true, false, false, true]
        );
        for other in [Cell::low(), Cell::high(), Cell::suppressed(SuppressionReason::TooFewAnswers)] {
            assert!(!shown(20, 0, other));
        }
    }

    #[test]
    fn more_insiders_need_larger_bins() {
        assert_eq!((rule(1).smallest_bin, rule(1).fewest), (3, 10));
        assert_eq!((rule(3).smallest_bin, rule(3).fewest), (5, 10));
        assert_eq!((rule(8).smallest_bin, rule(8).fewest), (10, 19));
    }

    #[test]
    fn a_share_is_given_where_the_bins_allow_it() {
        let shares = |counts: &[u32]| (of(counts).favourable, of(counts).unfavourable);
        assert_eq!(shares(&[3, 0, 3, 3, 3]), (Some(50), None), "the bin from 2 to 3 straddles the line");
        assert_eq!(shares(&[0, 3, 3, 3, 3]), (Some(50), Some(25)));
        assert_eq!(shares(&[0, 2, 2, 4, 8]), (Some(75), None));
        assert_eq!(shares(&[0, 0, 0, 12, 0]), (None, None));
    }

    proptest! {
        #[test]
        fn guarantee_no_bin_holds_fewer_than_three_or_than_two_more_than_the_insiders(
            counts in proptest::collection::vec(0u32..9, 5), insiders in 1u32..5,
        ) {
            let answers: u32 = counts.iter().sum();
            prop_assume!(answers >= rule(insiders).fewest);
            let found = ShownDistribution(rule(insiders)).of("g", &counts);
            prop_assert!(found.bins.iter().all(|bin| bin.count >= 3.max(insiders + 2)));
            prop_assert_eq!(found.bins.iter().map(|bin| bin.count).sum::<u32>(), answers);
            prop_assert_eq!(found.bins.first().map(|bin| bin.from), Some(1));
            prop_assert_eq!(found.bins.last().map(|bin| bin.to), Some(5));
            prop_assert!(found.bins.windows(2).all(|pair| pair[0].to + 1 == pair[1].from));
        }
    }
}
