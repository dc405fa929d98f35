//! One item in one block: whether a figure is shown, decided by counts alone, and which.

use candour_domain::ScaleEnd;

use super::{Cell, CellState, Figure, SuppressionReason};
use crate::Decimal;
use crate::document::{ResultPolicy, ScaleEnds};

/// How many people answered an item in a block, *not observed* left out. It holds no answer, so what is decided by it
/// tells none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    /// People of the block who answered the item.
    pub(crate) answers: u32,
    /// People of the block who answered anything, as printed.
    pub(crate) responded: u32,
    /// Those of them who were asked after the launch: thresholds have to be met without them.
    pub(crate) later: u32,
}

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

/// Leave to print the figure of an item in a block. Only [`ItemRule::decide`] gives it, and that has seen no answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownItem {
    rule: ItemRule,
    of: Answered,
}

impl ItemRule {
    /// The rule of a round, as its result prints it.
    ///
    /// Towards the harmful end of the scale raters are protected from colluding colleagues, because a mark there can
    /// harm the one who gave it. Towards the other end they are protected from outsiders, and from colleagues too if
    /// the policy is strict.
    pub(crate) fn new(policy: &ResultPolicy, scale: ScaleEnds) -> Self {
        let (lowest, highest) = (i64::from(scale.lowest), i64::from(scale.highest));
        let band = |protected: bool| {
            let insiders = if protected { i64::from(policy.colluding_insiders) } else { 0 };
            insiders * (highest - lowest) + 1
        };
        let harmless = policy.harmless_end(scale);
        Self {
            threshold: policy.threshold,
            lowest,
            highest,
            low_band: band(harmless != Some(ScaleEnd::Lowest)),
            high_band: band(harmless != Some(ScaleEnd::Highest)),
        }
    }

    /// Whether a figure is shown of so many answers.
    ///
    /// # Errors
    /// The reason why none is.
    ///
    /// # Guarantee
    /// Sees no answer. Fewer answers than the threshold, not counting people who were asked after the launch, are
    /// suppressed, and so are so few that the two bands meet: which of the two is shown would then be a figure too, and
    /// a coalition could use it.
    pub(crate) fn decide(self, of: Answered) -> Result<ShownItem, SuppressionReason> {
        let bands_meet = self.low_band + self.high_band >= i64::from(of.answers) * (self.highest - self.lowest);
        if of.answers < self.threshold.saturating_add(of.later) || bands_meet {
            return Err(SuppressionReason::TooFewAnswers);
        }
        Ok(ShownItem { rule: self, of })
    }

    /// A printed item cell with the number that stands for it in further arithmetic. That of a band is the middle of
    /// the band of a block of this size, in which everybody answered: it depends on what is printed and on nothing
    /// else.
    pub(crate) fn figure(self, cell: Cell, responded: u32) -> Figure {
        let people = i64::from(responded);
        let value = match cell.state() {
            CellState::Published => cell.mean(),
            CellState::Low => Decimal::half_up(2 * people * self.lowest + self.low_band, 2 * people),
            CellState::High => Decimal::half_up(2 * people * self.highest - self.high_band, 2 * people),
            CellState::Suppressed => None,
        };
        Figure { cell, value }
    }
}

/// The cell of an item: the reason why nothing is shown, or the cell of the answers with this sum.
pub(crate) fn item_cell(decided: Result<ShownItem, SuppressionReason>, sum: u32) -> Cell {
    decided.map_or_else(Cell::suppressed, |shown| shown.cell(sum))
}

impl ShownItem {
    /// The cell of the answers with this sum.
    ///
    /// # Guarantee
    /// Depends on the number of answers and their sum only, and no coalition of as many insiders as the policy names
    /// can tell from it, and from their own answers, the answer of anybody else, but for the mark at the harmless end.
    pub(crate) fn cell(self, sum: u32) -> Cell {
        let Self { rule, of } = self;
        let (answers, sum) = (i64::from(of.answers), i64::from(sum));
        if sum - answers * rule.lowest <= rule.low_band {
            return Cell::low();
        }
        if answers * rule.highest - sum <= rule.high_band {
            return Cell::high();
        }
        Decimal::half_up(sum, answers).map_or(Cell::suppressed(SuppressionReason::TooFewAnswers), Cell::published)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// A rule on a scale of 1 to 5 with these bands.
    fn rule(low_band: i64, high_band: i64) -> ItemRule {
        ItemRule { threshold: 3, lowest: 1, highest: 5, low_band, high_band }
    }

    /// Every way in which `people` can answer on a scale of 1 to 5.
    fn answers(people: u32) -> impl Iterator<Item = Vec<u32>> {
        (0..5u32.pow(people)).map(move |number| (0..people).map(|place| number / 5u32.pow(place) % 5 + 1).collect())
    }

    /// The cell of a block of so many people who all answered.
    fn cell(rule: ItemRule, people: u32, sum: u32) -> Cell {
        item_cell(rule.decide(Answered { answers: people, responded: people, later: 0 }), sum)
    }

    /// What a coalition of the first `insiders` people, who see the figure and know their own answers, can find out for
    /// certain about the last person: the answers that they can fix.
    fn fixed(rule: ItemRule, people: u32, insiders: usize) -> Result<BTreeSet<u32>, Box<dyn std::error::Error>> {
        let mut possible: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
        for answers in answers(people) {
            let cell = cell(rule, people, answers.iter().sum());
            let known = (serde_json::to_string(&cell)?, answers.iter().take(insiders).copied().collect::<Vec<_>>());
            possible.entry(known).or_default().extend(answers.last());
        }
        Ok(possible.into_values().filter(|answers| answers.len() == 1).flatten().collect())
    }

    #[test]
    fn guarantee_no_coalition_can_fix_another_persons_answer() -> Result<(), Box<dyn std::error::Error>> {
        for people in 3..=6 {
            for (insiders, band) in [(0, 1), (1, 5)] {
                assert_eq!(
                    fixed(rule(band, band), people, insiders)?,
                    BTreeSet::new(),
                    "{people} people, {insiders} insiders"
                );
                assert_ne!(
                    fixed(rule(band - 1, band), people, insiders)?,
                    BTreeSet::new(),
                    "a narrower low band would not do"
                );
                assert_ne!(
                    fixed(rule(band, band - 1), people, insiders)?,
                    BTreeSet::new(),
                    "a narrower high band would not do"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn guarantee_by_default_an_insider_can_fix_the_highest_mark_and_no_other() -> Result<(), Box<dyn std::error::Error>>
    {
        for people in 3..=6 {
            assert_eq!(fixed(rule(5, 1), people, 0)?, BTreeSet::new(), "an outsider can fix nothing");
            assert!(fixed(rule(5, 1), people, 1)?.is_subset(&BTreeSet::from([5])));
        }
        Ok(())
    }

    #[test]
    fn the_bands_follow_from_the_policy_and_the_harmful_end() {
        let bands = |insiders, strict, harmful_end| {
            let policy = ResultPolicy {
                threshold: 5,
                comment_threshold: 5,
                distribution_threshold: 10,
                colluding_insiders: insiders,
                strict,
            };
            let rule = ItemRule::new(&policy, ScaleEnds { lowest: 1, highest: 5, harmful_end });
            (rule.low_band, rule.high_band)
        };
        let (lowest, highest) = (Some(ScaleEnd::Lowest), Some(ScaleEnd::Highest));
        assert_eq!(bands(1, false, lowest), (5, 1));
        assert_eq!(bands(1, true, lowest), (5, 5));
        assert_eq!(bands(2, false, lowest), (9, 1));
        assert_eq!(bands(2, true, lowest), (9, 9));
        assert_eq!(bands(1, false, highest), (1, 5));
        assert_eq!(bands(1, true, highest), (5, 5));
        assert_eq!(bands(1, false, None), (5, 5), "where nobody says which end harms, both are protected");
    }

    #[test]
    fn people_asked_after_the_launch_do_not_fill_a_cell() {
        let decided = |answers, later| rule(5, 1).decide(Answered { answers, responded: 6, later }).is_ok();
        assert_eq!(
            [decided(3, 0), decided(3, 1), decided(4, 1), decided(5, 3), decided(6, 3)],
            [true, false, true, false, true]
        );
    }

    #[test]
    fn what_stands_for_a_band_does_not_tell_how_many_answered() {
        let stand_in = |cell| rule(5, 1).figure(cell, 6).value().map(|value| value.to_string());
        assert_eq!(stand_in(Cell::high()).as_deref(), Some("4.9"));
        assert_eq!(stand_in(Cell::low()).as_deref(), Some("1.4"));
        let six = rule(5, 1).decide(Answered { answers: 6, responded: 6, later: 0 }).map(|shown| shown.cell(30));
        let five = rule(5, 1).decide(Answered { answers: 5, responded: 6, later: 0 }).map(|shown| shown.cell(25));
        assert_eq!(six, five, "six fives, or five and one who was not able to say");
    }
}
