//! Mean, spread, shares, and how precise they are.

use std::ops::RangeInclusive;

use super::quantile::{normal_quantile, t_two_sided};
use super::{Interval, finite, ratio, real, upper_tail};

/// The arithmetic mean; `None` of no values.
///
/// ```
/// use candour_analytics::statistics::descriptive::mean;
/// assert_eq!(mean(&[4.0, 3.0, 5.0, 4.0, 2.0]), Some(3.6));
/// assert_eq!(mean(&[]), None);
/// ```
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    ratio(values.iter().sum(), real(values.len())?)
}

/// The variance, sum (x - mean)² / (n - 1); `None` of fewer than two values.
///
/// ```
/// use candour_analytics::statistics::descriptive::variance;
/// assert_eq!(variance(&[1.0, 3.0]), Some(2.0));
/// assert_eq!(variance(&[3.0]), None);
/// ```
#[must_use]
pub fn variance(values: &[f64]) -> Option<f64> {
    ratio(sum_of_squares(values)?, real(values.len())? - 1.0)
}

/// The standard deviation, the root of [`variance`].
///
/// ```
/// use candour_analytics::statistics::descriptive::standard_deviation;
/// assert_eq!(standard_deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).map(|sd| format!("{sd:.6}")).as_deref(), Some("2.138090"));
/// ```
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    variance(values).map(f64::sqrt)
}

/// The middle value, or the mean of the two in the middle; `None` of no values.
///
/// ```
/// use candour_analytics::statistics::descriptive::median;
/// assert_eq!(median(&[5.0, 1.0, 4.0]), Some(4.0));
/// assert_eq!(median(&[5.0, 1.0, 4.0, 2.0]), Some(3.0));
/// ```
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied()?;
    if sorted.len() % 2 == 1 {
        return finite(upper);
    }
    finite(f64::midpoint(sorted.get(sorted.len() / 2 - 1).copied()?, upper))
}

/// How often each point of the scale was chosen, lowest first; `None` if an answer is not on the scale or the scale has
/// no point.
///
/// ```
/// use candour_analytics::statistics::descriptive::distribution;
/// assert_eq!(distribution(&[4, 3, 5, 4, 2], 1..=5), Some(vec![0, 1, 1, 2, 1]));
/// assert_eq!(distribution(&[6], 1..=5), None);
/// ```
#[must_use]
pub fn distribution(answers: &[u8], scale: RangeInclusive<u8>) -> Option<Vec<u32>> {
    let lowest = *scale.start();
    let mut counts = vec![0; usize::from(scale.end().checked_sub(lowest)?) + 1];
    for answer in answers {
        *counts.get_mut(usize::from(answer.checked_sub(lowest)?))? += 1;
    }
    Some(counts)
}

/// The share of favourable answers: the top two points of the scale (4 and 5 of 1 to 5).
///
/// `None` of no answers, of an answer off the scale, and of a scale with fewer than four points, where the top two and
/// the bottom two overlap.
///
/// ```
/// use candour_analytics::statistics::descriptive::favourable_share;
/// assert_eq!(favourable_share(&[4, 3, 5, 4, 2], 1..=5), Some(0.6));
/// assert_eq!(favourable_share(&[3], 1..=3), None);
/// ```
#[must_use]
pub fn favourable_share(answers: &[u8], scale: RangeInclusive<u8>) -> Option<f64> {
    let counts = distribution(answers, scale)?;
    share(counts.iter().rev().take(2).sum(), &counts)
}

/// The share of unfavourable answers: the bottom two points of the scale. `None` as for [`favourable_share`].
///
/// ```
/// use candour_analytics::statistics::descriptive::unfavourable_share;
/// assert_eq!(unfavourable_share(&[4, 3, 5, 4, 2], 1..=5), Some(0.2));
/// ```
#[must_use]
pub fn unfavourable_share(answers: &[u8], scale: RangeInclusive<u8>) -> Option<f64> {
    let counts = distribution(answers, scale)?;
    share(counts.iter().take(2).sum(), &counts)
}

/// The t interval for a mean, mean ± t s / √n with n - 1 degrees of freedom, clipped to the scale if one is given.
///
/// `None` of fewer than two values, of a level not between 0 and 1, and where the interval lies wholly off the scale.
/// The raters of one person are no random sample and often everybody there is; for them it describes precision, and
/// below five answers hardly that (for three answers t is 4.30).
///
/// ```
/// use candour_analytics::statistics::descriptive::mean_interval;
/// let interval = mean_interval(&[4.0, 3.0, 5.0, 4.0, 2.0], 0.95, Some(1.0..=5.0));
/// assert_eq!(interval.map(|ends| format!("{:.6} {}", ends.lower, ends.upper)).as_deref(), Some("2.184285 5"));
/// ```
#[must_use]
pub fn mean_interval(values: &[f64], level: f64, scale: Option<RangeInclusive<f64>>) -> Option<Interval> {
    let (centre, n) = (mean(values)?, real(values.len())?);
    let half = student_t(level, n - 1.0)? * (variance(values)? / n).sqrt();
    let (mut lower, mut upper) = (centre - half, centre + half);
    if let Some(scale) = scale {
        lower = lower.max(*scale.start());
        upper = upper.min(*scale.end());
    }
    Interval::new(lower, upper)
}

/// The quantile of Student's t that leaves `level` between its negative and itself; 4.30 for a level of .95 and two
/// degrees of freedom.
///
/// `None` unless the level lies between 0 and 1 and there are more than 0 and at most a million degrees of freedom.
///
/// ```
/// use candour_analytics::statistics::descriptive::student_t;
/// assert_eq!(student_t(0.95, 2.0).map(|t| format!("{t:.2}")).as_deref(), Some("4.30"));
/// ```
#[must_use]
pub fn student_t(level: f64, freedom: f64) -> Option<f64> {
    t_two_sided(level, freedom)
}

/// The score interval for a share of `successes` in `n` (Wilson 1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 +
/// z²/n).
///
/// Always within 0 and 1. `None` of `n` = 0, of more successes than `n`, and of a level not between 0 and 1.
///
/// ```
/// use candour_analytics::statistics::descriptive::wilson_interval;
/// let interval = wilson_interval(3, 5, 0.95);
/// assert_eq!(interval.map(|ends| format!("{:.4} {:.4}", ends.lower, ends.upper)).as_deref(), Some("0.2307 0.8824"));
/// ```
#[must_use]
pub fn wilson_interval(successes: u32, n: u32, level: f64) -> Option<Interval> {
    if successes > n {
        return None;
    }
    let (z, n) = (normal_quantile(upper_tail(level)?)?, f64::from(n));
    let p = ratio(f64::from(successes), n)?;
    let z2 = z * z;
    let (centre, half) = (p + z2 / (2.0 * n), z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt());
    let end = |end: f64| (end / (1.0 + z2 / n)).clamp(0.0, 1.0);
    Interval::new(end(centre - half), end(centre + half))
}

/// Sum (x - mean)².
pub(super) fn sum_of_squares(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    finite(values.iter().map(|value| (value - centre) * (value - centre)).sum())
}

fn share(chosen: u32, counts: &[u32]) -> Option<f64> {
    if counts.len() < 4 {
        return None;
    }
    ratio(f64::from(chosen), f64::from(counts.iter().sum::<u32>()))
}
