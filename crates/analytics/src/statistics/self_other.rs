//! Self-ratings beside the ratings of others.

use super::descriptive::{mean, standard_deviation};
use super::quantile::t_exceeds;
use super::{finite, ratio, real};
use crate::gap::{clear_gap, quadrant_at};
use crate::{Decimal, Quadrant};

/// A gap in standard deviations of a cohort's gaps: (gap - mean) / SD. `None` for a deviation not above 0.
///
/// ```
/// use candour_analytics::statistics::self_other::standardised_gap;
/// assert_eq!(standardised_gap(0.75, 0.25, 0.5), Some(1.0));
/// assert_eq!(standardised_gap(0.75, 0.25, 0.0), None);
/// ```
#[must_use]
pub fn standardised_gap(gap: f64, cohort_mean: f64, cohort_deviation: f64) -> Option<f64> {
    ratio(gap - cohort_mean, cohort_deviation)
}

/// How a self-rating compares with those of others (Yammarino and Atwater 1993).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Rates themselves higher than others do, by more than half a standard deviation.
    Over,
    /// Rates themselves lower, by more than half a standard deviation.
    Under,
    /// In agreement, and rated by others at or above the cohort's median.
    AgreementGood,
    /// In agreement, and rated below it.
    AgreementPoor,
}

/// What a self-rating is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cohort {
    /// The mean gap.
    pub gap_mean: f64,
    /// The standard deviation of gaps.
    pub gap_deviation: f64,
    /// The median of others' ratings.
    pub others_median: f64,
}

impl Cohort {
    /// The category of somebody with this gap (self less others) and this rating by others. `None` for a deviation not
    /// above 0.
    ///
    /// Half a standard deviation is a convention, and near it the category flips with a hair: show the gap itself
    /// beside it.
    ///
    /// ```
    /// use candour_analytics::statistics::self_other::{Category, Cohort};
    /// let cohort = Cohort { gap_mean: 0.25, gap_deviation: 0.5, others_median: 3.5 };
    /// assert_eq!(cohort.category(0.75, 3.0), Some(Category::Over));
    /// assert_eq!(cohort.category(0.5, 3.0), Some(Category::AgreementPoor));
    /// ```
    #[must_use]
    pub fn category(&self, gap: f64, others: f64) -> Option<Category> {
        let distance = standardised_gap(gap, self.gap_mean, self.gap_deviation)?;
        Some(if distance > 0.5 {
            Category::Over
        } else if distance < -0.5 {
            Category::Under
        } else if others >= self.others_median {
            Category::AgreementGood
        } else {
            Category::AgreementPoor
        })
    }
}

/// The pane of the Johari window from printed numbers, in whole tenths: high is from `cut` upwards. `None` where self
/// and others differ by less than half a point.
///
/// ```
/// use candour_analytics::{Quadrant, statistics::self_other::johari};
/// assert_eq!(johari("4.5".parse()?, "3.4".parse()?, "4.0".parse()?), Some(Quadrant::BlindSpot));
/// assert_eq!(johari("4.2".parse()?, "3.8".parse()?, "4.0".parse()?), None);
/// # Ok::<(), candour_analytics::decimal::InvalidDecimal>(())
/// ```
#[must_use]
pub fn johari(own: Decimal, others: Decimal, cut: Decimal) -> Option<Quadrant> {
    clear_gap(own, others).then(|| quadrant_at(own >= cut, others >= cut))
}

/// Whether the gaps of a cohort lie about 0: the t test of their mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapTest {
    /// The mean gap.
    pub mean: f64,
    /// The standard deviation of gaps.
    pub deviation: f64,
    /// t = mean / (SD / √n).
    pub t: f64,
    /// The two-sided p-value with n - 1 degrees of freedom.
    pub p: f64,
}

impl GapTest {
    /// Tests gaps of different people. `None` for fewer than two and where all are the same.
    ///
    /// ```
    /// use candour_analytics::statistics::self_other::GapTest;
    /// let test = GapTest::of(&[0.5, 1.0, 0.0, 0.5]);
    /// assert_eq!(test.map(|test| format!("{:.3} {:.4}", test.t, test.p)).as_deref(), Some("2.449 0.0917"));
    /// ```
    #[must_use]
    pub fn of(gaps: &[f64]) -> Option<Self> {
        let (mean, deviation, n) = (mean(gaps)?, standard_deviation(gaps)?, real(gaps.len())?);
        let t = finite(ratio(mean, deviation)? * n.sqrt())?;
        Some(Self { mean, deviation, t, p: t_exceeds(t, n - 1.0)? })
    }
}
