//! The whole numbers behind the figures of a competency.
//!
//! A rater is put in or taken out in a few additions, so that another set of answers is tried without going over all of them, and the sums
//! are the same whatever the order.

use std::ops::Range;

use super::answers::{Answers, Ballot, Mark};

/// Everything that the figures of one competency are computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    /// Where its items are in a ballot.
    items: Range<usize>,
    lowest: u8,
    /// Products of the marks of raters who answered everything.
    pub(super) complete: Products,
    /// The same by rater group.
    pub(super) by_group: Vec<Products>,
    /// How often each mark was given, by review and item.
    pub(super) reviews: Vec<ReviewSums>,
    /// How many did not observe an item, by item.
    pub(super) not_observed: Vec<i64>,
    /// Raters' scores are whole in units of one over this: the least common multiple of all numbers up to the number of items.
    pub(super) unit: i128,
}

/// What is kept of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReviewSums {
    /// How often each point of the scale was given, by item and lowest first.
    pub(super) marks: Vec<Vec<i64>>,
    /// How many raters have a score.
    pub(super) scores: i128,
    /// The sum of their scores.
    pub(super) sum: i128,
    /// The sum of their squares.
    pub(super) squares: i128,
}

/// Sums and products of marks over raters who answered all items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Products {
    /// How many raters.
    pub(super) raters: i64,
    /// The sum of each item's marks.
    sums: Vec<i64>,
    /// The sum of the products of each two items' marks, row by row.
    crossed: Vec<i64>,
}

impl Sums {
    /// The sums of a competency over all ballots.
    pub(super) fn of(answers: &Answers, items: &Range<usize>) -> Self {
        let size = items.len();
        let points = usize::from(answers.highest - answers.lowest) + 1;
        let review = ReviewSums { marks: vec![vec![0; points]; size], ..ReviewSums::default() };
        let mut sums = Self {
            items: items.clone(),
            lowest: answers.lowest,
            complete: Products::none(size),
            by_group: vec![Products::none(size); answers.groups.len()],
            reviews: vec![review; answers.reviews.len()],
            not_observed: vec![0; size],
            unit: (1..=i128::try_from(size).unwrap_or(1)).fold(1, least_common_multiple),
        };
        for (at, review) in answers.reviews.iter().enumerate() {
            for ballot in &review.ballots {
                sums.add(at, ballot, 1);
            }
        }
        sums
    }

    /// Puts a ballot of a review in (`times` = 1) or takes it out (-1).
    pub(super) fn add(&mut self, review: usize, ballot: &Ballot, times: i64) {
        let marks = ballot.marks.get(self.items.clone()).unwrap_or_default();
        let mut given = Vec::with_capacity(marks.len());
        if let Some(review) = self.reviews.get_mut(review) {
            for ((mark, counts), not_observed) in marks.iter().zip(&mut review.marks).zip(&mut self.not_observed) {
                match mark {
                    Mark::Absent => {}
                    Mark::NotObserved => *not_observed += times,
                    Mark::Given(value) => {
                        given.push(i64::from(*value));
                        if let Some(count) = counts.get_mut(usize::from(value.saturating_sub(self.lowest))) {
                            *count += times;
                        }
                    }
                }
            }
            if !given.is_empty() && 2 * given.len() >= marks.len() {
                let answered = i128::try_from(given.len()).unwrap_or(1);
                let score = i128::from(given.iter().sum::<i64>()) * (self.unit / answered);
                review.scores += i128::from(times);
                review.sum += i128::from(times) * score;
                review.squares += i128::from(times) * score * score;
            }
        }
        if given.len() == marks.len() {
            self.complete.add(&given, times);
            if let Some(group) = self.by_group.get_mut(ballot.group) {
                group.add(&given, times);
            }
        }
    }
}

impl Products {
    fn none(size: usize) -> Self {
        Self { raters: 0, sums: vec![0; size], crossed: vec![0; size * size] }
    }

    fn add(&mut self, marks: &[i64], times: i64) {
        self.raters += times;
        for (sum, mark) in self.sums.iter_mut().zip(marks) {
            *sum += times * mark;
        }
        for (row, left) in self.crossed.chunks_exact_mut(marks.len().max(1)).zip(marks) {
            for (product, right) in row.iter_mut().zip(marks) {
                *product += times * left * right;
            }
        }
    }

    /// n² times the covariances with a denominator of n: n sum xy - sum x sum y, row by row.
    pub(super) fn scatter(&self) -> Vec<Vec<i64>> {
        let rows = self.crossed.chunks_exact(self.sums.len().max(1)).zip(&self.sums);
        rows.map(|(row, left)| row.iter().zip(&self.sums).map(|(product, right)| self.raters * product - left * right).collect()).collect()
    }
}

fn least_common_multiple(left: i128, right: i128) -> i128 {
    let (mut a, mut b) = (left, right);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    left / a * right
}
