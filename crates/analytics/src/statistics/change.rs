//! Differences between two sets of scores: their size in standard deviations, and how precise they are.

use statrs::function::gamma::ln_gamma;

use super::descriptive::{mean, student_t, sum_of_squares, variance};
use super::{Interval, finite, ratio, real};

/// The most degrees of freedom for which the exact correction is computed; beyond, it is 1 to five digits.
const MOST_FREEDOM: f64 = 1e5;

/// Cohen's d, the difference of means over the pooled standard deviation; positive where `later` is higher (Cohen
/// 1988).
///
/// `None` unless both hold at least two scores (one of them may hold one), and where nobody differs within either.
///
/// ```
/// use candour_analytics::statistics::change::cohen_d;
/// assert_eq!(cohen_d(&[4.0, 5.0, 6.0], &[3.0, 4.0, 5.0]), Some(1.0));
/// assert_eq!(cohen_d(&[4.0, 4.0], &[3.0, 3.0]), None);
/// ```
#[must_use]
pub fn cohen_d(later: &[f64], earlier: &[f64]) -> Option<f64> {
    let freedom = real(later.len())? + real(earlier.len())? - 2.0;
    let pooled = ratio(sum_of_squares(later)? + sum_of_squares(earlier)?, freedom)?;
    ratio(mean(later)? - mean(earlier)?, pooled.sqrt())
}

/// Hedges' correction for small samples, Γ(df / 2) / (√(df / 2) Γ((df - 1) / 2)) (Hedges 1981).
///
/// Between 0 and 1. `None` for one degree of freedom or fewer, and for more than 100,000.
///
/// ```
/// use candour_analytics::statistics::change::hedges_correction;
/// assert_eq!(hedges_correction(18.0).map(|j| format!("{j:.6}")).as_deref(), Some("0.957646"));
/// ```
#[must_use]
pub fn hedges_correction(freedom: f64) -> Option<f64> {
    if !(freedom > 1.0 && freedom <= MOST_FREEDOM) {
        return None;
    }
    finite((ln_gamma(freedom / 2.0) - ln_gamma((freedom - 1.0) / 2.0)).exp() / (freedom / 2.0).sqrt())
}

/// The usual approximation of [`hedges_correction`], 1 - 3 / (4 df - 1). `None` for one degree of freedom or fewer.
///
/// ```
/// use candour_analytics::statistics::change::hedges_correction_approximate;
/// assert_eq!(hedges_correction_approximate(18.0).map(|j| format!("{j:.6}")).as_deref(), Some("0.957746"));
/// ```
#[must_use]
pub fn hedges_correction_approximate(freedom: f64) -> Option<f64> {
    if freedom > 1.0 { finite(1.0 - 3.0 / (4.0 * freedom - 1.0)) } else { None }
}

/// Hedges' g: [`cohen_d`] times [`hedges_correction`] for n1 + n2 - 2 degrees of freedom. `None` where either is.
///
/// ```
/// use candour_analytics::statistics::change::hedges_g;
/// let g = hedges_g(&[3.8, 4.0, 4.4, 3.6, 4.6, 4.2, 4.4, 3.9], &[3.2, 3.8, 4.0, 3.4, 3.6, 4.2]);
/// assert_eq!(g.map(|g| format!("{g:.4}")).as_deref(), Some("1.0817"));
/// ```
#[must_use]
pub fn hedges_g(later: &[f64], earlier: &[f64]) -> Option<f64> {
    let freedom = real(later.len())? + real(earlier.len())? - 2.0;
    finite(cohen_d(later, earlier)? * hedges_correction(freedom)?)
}

/// The variance of d, (n1 + n2) / (n1 n2) + d² / (2 (n1 + n2)) (Hedges and Olkin 1985). `None` if either number is 0.
///
/// ```
/// use candour_analytics::statistics::change::variance_of_d;
/// assert_eq!(variance_of_d(0.0, 10, 10), Some(0.2));
/// ```
#[must_use]
pub fn variance_of_d(d: f64, later: u32, earlier: u32) -> Option<f64> {
    let (n1, n2) = (f64::from(later), f64::from(earlier));
    finite(ratio(n1 + n2, n1 * n2)? + d * d / (2.0 * (n1 + n2)))
}

/// A difference of two means without the assumption that both spread alike (Welch 1947).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// The later mean less the earlier.
    pub difference: f64,
    /// Its standard error, √(s1² / n1 + s2² / n2).
    pub standard_error: f64,
    /// Welch and Satterthwaite's degrees of freedom.
    pub freedom: f64,
}

impl Welch {
    /// Compares two sets of scores of different people. `None` unless both hold at least two scores and at least one of
    /// them varies.
    ///
    /// ```
    /// use candour_analytics::statistics::change::Welch;
    /// let welch = Welch::of(&[3.8, 4.0, 4.4, 3.6, 4.6, 4.2, 4.4, 3.9], &[3.2, 3.8, 4.0, 3.4, 3.6, 4.2]);
    /// let interval = welch.and_then(|welch| welch.interval(0.95));
    /// assert_eq!(interval.map(|ends| format!("{:.4} {:.4}", ends.lower, ends.upper)).as_deref(), Some("-0.0205 0.8455"));
    /// ```
    #[must_use]
    pub fn of(later: &[f64], earlier: &[f64]) -> Option<Self> {
        let (n1, n2) = (real(later.len())?, real(earlier.len())?);
        let (v1, v2) = (variance(later)? / n1, variance(earlier)? / n2);
        // Shares of the variance, so that nothing small is squared.
        let (share1, share2) = (ratio(v1, v1 + v2)?, ratio(v2, v1 + v2)?);
        Some(Self {
            difference: finite(mean(later)? - mean(earlier)?)?,
            standard_error: finite((v1 + v2).sqrt())?,
            freedom: ratio(1.0, share1 * share1 / (n1 - 1.0) + share2 * share2 / (n2 - 1.0))?,
        })
    }

    /// The interval for the difference. `None` for a level not between 0 and 1.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<Interval> {
        let half = student_t(level, self.freedom)? * self.standard_error;
        Interval::new(self.difference - half, self.difference + half)
    }
}

/// The standard error of a mean of `n` answers to be expected from the spread within other people's reviews: σ / √n.
///
/// It says nothing about this person's answers, and is steadier than an estimate from a handful of them. `None` for `n`
/// = 0 and for a deviation below 0.
///
/// ```
/// use candour_analytics::statistics::change::design_standard_error;
/// assert_eq!(design_standard_error(0.8, 4), Some(0.4));
/// ```
#[must_use]
pub fn design_standard_error(pooled_deviation: f64, n: u32) -> Option<f64> {
    if pooled_deviation < 0.0 {
        return None;
    }
    ratio(pooled_deviation, f64::from(n).sqrt())
}

/// The same for the difference of two means of different raters: σ √(1 / n1 + 1 / n2).
///
/// ```
/// use candour_analytics::statistics::change::design_standard_error_of_difference;
/// assert_eq!(design_standard_error_of_difference(0.8, 8, 8), Some(0.4));
/// ```
#[must_use]
pub fn design_standard_error_of_difference(pooled_deviation: f64, later: u32, earlier: u32) -> Option<f64> {
    if pooled_deviation < 0.0 {
        return None;
    }
    finite(pooled_deviation * (ratio(1.0, f64::from(later))? + ratio(1.0, f64::from(earlier))?).sqrt())
}
