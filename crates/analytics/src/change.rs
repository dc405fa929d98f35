//! What has moved since the round before, in words, from printed numbers only.

use serde::{Deserialize, Serialize};

use crate::{Decimal, ReviewResult};

/// How a competency moved between two rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Clearly higher.
    Up,
    /// No clear difference.
    AboutTheSame,
    /// Clearly lower.
    Down,
}

impl Change {
    /// The stable name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::AboutTheSame => "about_the_same",
            Self::Down => "down",
        }
    }
}

/// The released result of the round before, and how many people the two rounds do not share.
#[derive(Clone, Copy, Debug)]
pub struct Previous<'a> {
    /// Its result.
    pub result: &'a ReviewResult,
    /// Who came and who went; `None` where it is no longer known who was asked then.
    pub turnover: Option<Turnover>,
}

/// How many people two rounds do not share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// People of anonymous groups asked now and not then.
    pub joined: u32,
    /// People of anonymous groups asked then and not now.
    pub left: u32,
}

/// The smallest difference, in tenths of a point, that is called a change.
const CLEAR_CHANGE: i64 = 5;

/// The spread of single raters that differences are measured against, in fortieths of the scale's width: 0.9 of a point
/// on a scale from 1 to 5. Fixed, and not estimated from these raters, because a spread of few answers gives the
/// answers away.
const SPREAD_IN_FORTIETHS: i64 = 9;

/// Whether two rounds may be compared, given how many people answered in each, and how many were asked and did not.
///
/// With one or two people coming or going and all others the same, the two reports side by side are a subtraction. The
/// reports themselves cannot be called back, but no words point the reader there. Fewer answers among the very same
/// people are treated alike. Of those who came or went, as many as were silent may be the silent ones: only the others
/// count as a difference.
///
/// # Guarantee
/// Depends only on who was asked and on the printed numbers of people asked and of respondents; shows nothing where
/// fewer people than the threshold, but not nobody, make the difference, whichever of those who were asked were silent.
#[must_use]
pub fn comparable(turnover: Option<Turnover>, answered: (u32, u32), silent: (u32, u32), threshold: u32) -> bool {
    let Some(Turnover { joined, left }) = turnover else { return false };
    if joined.max(left) == 0 {
        let difference = answered.0.abs_diff(answered.1);
        return difference == 0 || difference >= threshold;
    }
    left.saturating_sub(silent.0).max(joined.saturating_sub(silent.1)) >= threshold
}

/// The change from one printed mean to another over this many respondents: up or down where it is at least half a point
/// and more than one standard error of the difference, `s * sqrt(1/n1 + 1/n2)` with the fixed spread `s`. In whole
/// numbers.
///
/// `width` is the highest point of the scale minus the lowest. Nobody answered in one of them: about the same.
pub(crate) fn change(before: (Decimal, u32), now: (Decimal, u32), width: i64) -> Change {
    let difference = now.0.tenths() - before.0.tenths();
    let (then_people, now_people) = (i64::from(before.1), i64::from(now.1));
    // (difference / 10)^2 > (9 / 40 * width)^2 * (n1 + n2) / (n1 * n2)
    let beyond_error = 16 * difference * difference * then_people * now_people
        > (SPREAD_IN_FORTIETHS * width) * (SPREAD_IN_FORTIETHS * width) * (then_people + now_people);
    match difference {
        CLEAR_CHANGE.. if beyond_error => Change::Up,
        ..=-5 if beyond_error => Change::Down,
        _ => Change::AboutTheSame,
    }
}

/// Whether two results ask the same questions on the same scale, so that their numbers may be put side by side.
pub(crate) fn same_questions(one: &ReviewResult, other: &ReviewResult) -> bool {
    let scale = |result: &ReviewResult| result.scale.iter().map(|point| point.value).collect::<Vec<_>>();
    let questions = |result: &ReviewResult| {
        let competencies = result.competencies.iter();
        competencies
            .map(|competency| {
                (competency.id.clone(), competency.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>())
            })
            .collect::<Vec<_>>()
    };
    scale(one) == scale(other) && questions(one) == questions(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_change_is_half_a_point_and_beyond_the_error() -> Result<(), Box<dyn std::error::Error>> {
        for (before, now, people, expected) in [
            ("3.5", "4.0", (20, 20), Change::Up),
            ("4.0", "3.5", (20, 20), Change::Down),
            ("3.5", "3.9", (200, 200), Change::AboutTheSame),
            ("3.5", "4.1", (4, 4), Change::AboutTheSame),
            ("3.5", "4.2", (4, 4), Change::Up),
            ("4.2", "3.5", (4, 4), Change::Down),
            ("1.0", "5.0", (0, 4), Change::AboutTheSame),
        ] {
            assert_eq!(
                change((before.parse()?, people.0), (now.parse()?, people.1), 4),
                expected,
                "{before} {now} {people:?}"
            );
        }
        Ok(())
    }

    #[test]
    fn a_few_people_more_or_less_are_not_compared() {
        let compared = |joined, left, answered| comparable(Some(Turnover { joined, left }), answered, (0, 0), 4);
        assert!(compared(0, 0, (12, 12)), "the same people");
        assert!(!compared(0, 1, (12, 11)), "one left");
        assert!(!compared(3, 3, (12, 12)), "three were replaced");
        assert!(compared(4, 1, (12, 15)));
        assert!(!compared(0, 0, (12, 11)), "one of the same people kept silent");
        assert!(compared(0, 0, (12, 8)));
        assert!(!comparable(None, (12, 12), (0, 0), 4), "nobody knows who was asked");
        let silent = |joined, left, silent| comparable(Some(Turnover { joined, left }), (5, 4), silent, 4);
        assert!(!silent(0, 5, (4, 0)), "four who were asked in vain left with one who had answered");
        assert!(!silent(4, 1, (0, 4)), "one left, and four were asked in vain");
        assert!(silent(0, 8, (4, 0)));
    }

    proptest! {
        #[test]
        fn guarantee_a_difference_of_fewer_than_the_threshold_is_not_shown(joined in 0u32..9, left in 0u32..9, then in 0u32..30, now in 0u32..30, silent in (0u32..6, 0u32..6), threshold in 3u32..7) {
            let shown = comparable(Some(Turnover { joined, left }), (then, now), silent, threshold);
            let people = joined.max(left);
            // At worst everybody who was silent is among those who came or went.
            let answering = left.saturating_sub(silent.0).max(joined.saturating_sub(silent.1));
            prop_assert!(!(shown && people > 0 && answering < threshold));
            prop_assert!(!(shown && (1..threshold).contains(&people)));
            prop_assert!(!(shown && people == 0 && (1..threshold).contains(&then.abs_diff(now))));
        }
    }
}
