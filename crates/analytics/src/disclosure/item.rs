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
        Self::from_parts(policy.threshold(), policy.colluding_insiders(), policy.strict(), (scale.lowest(), scale.highest()))
    }

    /// The rule from its parts, as a stored result names them. `scale` is its lowest and its highest point.
    pub(crate) fn from_parts(threshold: u32, insiders: u32, strict: bool, scale: (u8, u8)) -> Self {
        let (lowest, highest) = (i64::from(scale.0), i64::from(scale.1));
        let insiders = i64::from(insiders);
        let band = |insiders: i64| insiders * (highest - lowest) + 1;
        let high_band = band(if strict { insiders } else { 0 });
        Self { threshold, lowest, highest, low_band: band(insiders), high_band }
    }

    /// The figure of an item in a block from the number of answers and their sum.
    ///
    /// # Guarantee
    /// Fewer answers than the threshold are suppressed, and so are so few that the two bands meet: which of the two is shown would then
    /// be a figure too, and a coalition could use it. Both depend on the number of answers only. What is shown depends on the count and the sum only, and no coalition of as many
    /// insiders as the policy names can tell from it, and from their own answers, the answer of anybody else.
    pub(crate) fn figure(self, count: Count) -> Figure {
        let (answers, sum) = (i64::from(count.answers), i64::from(count.sum));
        let bands_meet = self.low_band + self.high_band >= answers * (self.highest - self.lowest);
        if count.answers < self.threshold || bands_meet {
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

    /// What a coalition of the first `insiders` people, who see the figure and know their own answers, can find out for certain about
    /// the last person: the answers that they can fix.
    fn fixed(rule: ItemRule, people: u32, insiders: usize) -> Result<BTreeSet<u32>, Box<dyn std::error::Error>> {
        let mut possible: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
        for answers in answers(people) {
            let figure = rule.figure(Count { answers: people, sum: answers.iter().sum() });
            let known = (serde_json::to_string(&figure.cell())?, answers.iter().take(insiders).copied().collect::<Vec<_>>());
            possible.entry(known).or_default().extend(answers.last());
        }
        Ok(possible.into_values().filter(|answers| answers.len() == 1).flatten().collect())
    }

    #[test]
    fn guarantee_no_coalition_can_fix_another_persons_answer() -> Result<(), Box<dyn std::error::Error>> {
        for people in 3..=6 {
            for (insiders, band) in [(0, 1), (1, 5)] {
                assert_eq!(fixed(rule(band, band), people, insiders)?, BTreeSet::new(), "{people} people, {insiders} insiders");
                assert_ne!(fixed(rule(band - 1, band), people, insiders)?, BTreeSet::new(), "a narrower low band would not do");
                assert_ne!(fixed(rule(band, band - 1), people, insiders)?, BTreeSet::new(), "a narrower high band would not do");
            }
        }
        Ok(())
    }

    #[test]
    fn guarantee_by_default_an_insider_can_fix_the_highest_mark_and_no_other() -> Result<(), Box<dyn std::error::Error>> {
        for people in 3..=6 {
            assert_eq!(fixed(rule(5, 1), people, 0)?, BTreeSet::new(), "an outsider can fix nothing");
            assert!(fixed(rule(5, 1), people, 1)?.is_subset(&BTreeSet::from([5])));
        }
        Ok(())
    }

    #[test]
    fn the_bands_follow_from_the_policy() -> Result<(), Box<dyn std::error::Error>> {
        use candour_domain::framework::FrameworkContent;
        use candour_domain::policy::PolicyRequest;
        let scale = FrameworkContent::school_trust_executive()?.document().scale.clone();
        let bands = |insiders, strict| {
            let request =
                PolicyRequest { threshold: Some(5), colluding_insiders: Some(insiders), strict: Some(strict), ..PolicyRequest::default() };
            AnonymityPolicy::parse(request).map(|policy| ItemRule::new(&policy, &scale)).map(|rule| (rule.low_band, rule.high_band))
        };
        assert_eq!(bands(1, false), Ok((5, 1)));
        assert_eq!(bands(1, true), Ok((5, 5)));
        assert_eq!(bands(2, false), Ok((9, 1)));
        assert_eq!(bands(2, true), Ok((9, 9)));
        Ok(())
    }
}
