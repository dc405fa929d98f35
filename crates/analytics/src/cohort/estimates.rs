//! From whole sums to estimates, and how each is printed.

use super::Hundredths;
use super::report::{AlphaQuality, Estimate, IccQuality, PrecisionQuality};
use super::sums::{Products, ReviewSums, Sums};
use crate::statistics::Interval;
use crate::statistics::change::design_standard_error;
use crate::statistics::descriptive::mean;
use crate::statistics::icc::{GroupSize, OneWay, Quantiles, Summary, spearman_brown};
use crate::statistics::reliability::feldt_interval_between;

/// Covariances of items times the square of the number of raters, and their row sums.
pub(super) struct Scatter {
    pub(super) rows: Vec<Vec<f64>>,
    /// The sum of each row.
    with_total: Vec<i64>,
    /// The entries on the diagonal.
    own: Vec<i64>,
}

impl Scatter {
    pub(super) fn of(products: &Products) -> Self {
        let whole = products.scatter();
        let own = whole.iter().enumerate().filter_map(|(at, row)| row.get(at).copied()).collect();
        let with_total = whole.iter().map(|row| row.iter().sum()).collect();
        Self { rows: whole.iter().map(|row| row.iter().map(|entry| real(*entry)).collect()).collect(), with_total, own }
    }

    pub(super) fn printed_alpha(&self, quantiles: Interval, raters: i64) -> Option<AlphaQuality> {
        let alpha = alpha(self.own.len(), self.own.iter().sum(), self.with_total.iter().sum())?;
        let interval = feldt_interval_between(alpha, quantiles);
        Some(AlphaQuality {
            value: Hundredths::nearest(Some(alpha))?,
            lower: Hundredths::nearest(interval.map(|ends| ends.lower)),
            upper: Hundredths::nearest(interval.map(|ends| ends.upper)),
            raters: u32::try_from(raters).ok()?,
        })
    }

    /// The trace and the sum of all entries without the row and the column of an item.
    fn without(&self, item: usize) -> Option<(i64, i64)> {
        let (own, with_total) = (self.own.get(item)?, self.with_total.get(item)?);
        Some((self.own.iter().sum::<i64>() - own, self.with_total.iter().sum::<i64>() - 2 * with_total + own))
    }

    pub(super) fn alpha_without(&self, item: usize) -> Option<f64> {
        let (trace, total) = self.without(item)?;
        alpha(self.own.len() - 1, trace, total)
    }

    pub(super) fn item_total(&self, item: usize) -> Option<f64> {
        let (_, others) = self.without(item)?;
        let (own, with_total) = (*self.own.get(item)?, *self.with_total.get(item)?);
        (own > 0 && others > 0).then(|| real(with_total - own) / (real(own).sqrt() * real(others).sqrt()))
    }
}

fn alpha(items: usize, trace: i64, total: i64) -> Option<f64> {
    let j = f64::from(count(items));
    (items >= 2 && total > 0).then(|| j / (j - 1.0) * (1.0 - real(trace) / real(total)))
}

/// The one-way analysis of raters' scores by review.
pub(super) fn one_way(sums: &Sums) -> Option<OneWay> {
    let unit = real_wide(sums.unit);
    let scored = sums.reviews.iter().filter(|review| review.scores > 0);
    let summaries: Vec<_> = scored
        .map(|review| {
            let size = real_wide(review.scores);
            // The difference is whole, so that nothing is lost in it.
            let squares = real_wide(review.scores * review.squares - review.sum * review.sum) / size / unit / unit;
            Summary { size, mean: real_wide(review.sum) / size / unit, squares }
        })
        .collect();
    OneWay::of_summaries(&summaries)
}

pub(super) fn printed_icc(analysis: &OneWay, quantiles: Quantiles) -> IccQuality {
    let single = |size| estimate(analysis.icc1(size), analysis.icc1_interval_between(size, quantiles));
    let stepped_up = |k| {
        let step = |icc| spearman_brown(icc, k);
        let interval = analysis.icc1_interval_between(GroupSize::Adjusted, quantiles);
        let interval = interval.and_then(|ends| Some(Interval { lower: step(ends.lower)?, upper: step(ends.upper)? }));
        estimate(analysis.icc1(GroupSize::Adjusted).and_then(step), interval)
    };
    IccQuality {
        adjusted_size: Hundredths::nearest(Some(analysis.size(GroupSize::Adjusted))),
        mean_size: Hundredths::nearest(Some(analysis.size(GroupSize::Mean))),
        icc1: single(GroupSize::Adjusted),
        icc1_mean_size: single(GroupSize::Mean),
        icc1_k: stepped_up(analysis.size(GroupSize::Adjusted)),
        icc1_k_mean_size: stepped_up(analysis.size(GroupSize::Mean)),
    }
}

pub(super) fn printed_precision(analysis: &OneWay) -> PrecisionQuality {
    let deviation = analysis.mean_square_within().sqrt();
    let error = |raters| Hundredths::nearest(design_standard_error(deviation, raters));
    PrecisionQuality {
        deviation: Hundredths::nearest(Some(deviation)),
        standard_error_of_5: error(5),
        standard_error_of_10: error(10),
        standard_error_of_20: error(20),
    }
}

fn estimate(value: Option<f64>, interval: Option<Interval>) -> Estimate {
    Estimate {
        value: Hundredths::nearest(value),
        lower: Hundredths::nearest(interval.map(|ends| ends.lower)),
        upper: Hundredths::nearest(interval.map(|ends| ends.upper)),
    }
}

/// Agreement within one review.
pub(super) struct WithinReview {
    /// How many items count.
    items: f64,
    /// The mean variance of an item.
    pub(super) variance: f64,
    /// The mean average deviation of an item.
    pub(super) deviation: f64,
}

impl WithinReview {
    pub(super) fn of(review: &ReviewSums, lowest: u8) -> Option<Self> {
        let marks = review.marks.iter().map(|counts| (Marks::of(counts, lowest), counts));
        let enough: Vec<_> = marks.filter(|(marks, _)| marks.answers >= 2).collect();
        if 2 * enough.len() < review.marks.len() {
            return None;
        }
        let variances: Option<Vec<_>> = enough.iter().map(|(marks, _)| marks.variance()).collect();
        let deviations: Vec<_> = enough.iter().map(|(marks, counts)| marks.average_deviation(counts, lowest)).collect();
        Some(Self { items: f64::from(count(enough.len())), variance: mean(&variances?)?, deviation: mean(&deviations)? })
    }

    pub(super) fn rwg_j(&self, null_variance: f64) -> Option<f64> {
        let q = self.variance / null_variance;
        let agreed = self.items * (1.0 - q).max(0.0);
        (agreed + q > 0.0).then(|| agreed / (agreed + q))
    }
}

/// How many marks there are, their sum, and the sum of their squares.
pub(super) struct Marks {
    pub(super) answers: i64,
    pub(super) sum: i64,
    squares: i64,
}

impl Marks {
    pub(super) fn of(counts: &[i64], lowest: u8) -> Self {
        let each = || (i64::from(lowest)..).zip(counts);
        Self {
            answers: counts.iter().sum(),
            sum: each().map(|(value, count)| value * count).sum(),
            squares: each().map(|(value, count)| value * value * count).sum(),
        }
    }

    pub(super) fn variance(&self) -> Option<f64> {
        let n = self.answers;
        (n >= 2).then(|| real(n * self.squares - self.sum * self.sum) / real(n * (n - 1)))
    }

    pub(super) fn average_deviation(&self, counts: &[i64], lowest: u8) -> f64 {
        let distance = |(value, count): (i64, &i64)| count * (self.answers * value - self.sum).abs();
        real((i64::from(lowest)..).zip(counts).map(distance).sum()) / real(self.answers * self.answers)
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A whole number as a real one; exact up to 2^53, beyond that to sixteen digits.
#[expect(clippy::cast_precision_loss, reason = "sixteen digits are enough for two decimals")]
pub(super) fn real(number: i64) -> f64 {
    number as f64
}

/// The same for longer numbers.
#[expect(clippy::cast_precision_loss, reason = "sixteen digits are enough for two decimals")]
fn real_wide(number: i128) -> f64 {
    number as f64
}
