//! Intraclass correlations: how much of the difference between scores is difference between the people rated.
//!
//! [`OneWay`] is for raters who rate one person each, as in a 360-degree review; [`TwoWay`] for a table in which the
//! same raters rate everybody. Estimates below 0 are kept: they say that no difference between people can be detected.

use super::descriptive::{mean, sum_of_squares};
use super::quantile::f_quantile;
use super::{Interval, finite, ratio, real, upper_tail};

/// Which number of raters per person stands in the formula of ICC(1) when it is not the same for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupSize {
    /// n0 = (N - sum n² / N) / (a - 1), which makes the estimate of the variance between people unbiased.
    Adjusted,
    /// The mean number N / a, as the R package `multilevel` has it.
    Mean,
}

/// The one-way analysis of variance of scores in groups, one group for each person rated.
///
/// ```
/// use candour_analytics::statistics::icc::{GroupSize, OneWay};
/// let groups = [vec![4.0, 3.0, 2.0], vec![3.0, 4.0, 3.0], vec![3.0, 3.0], vec![3.0, 2.0, 1.0]];
/// let analysis = OneWay::of(&groups);
/// let icc1 = |size| analysis.and_then(|analysis| analysis.icc1(size)).map(|icc| format!("{icc:.4}"));
/// assert_eq!((icc1(GroupSize::Adjusted).as_deref(), icc1(GroupSize::Mean).as_deref()), (Some("0.1509"), Some("0.1499")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneWay {
    groups: f64,
    observations: f64,
    between: f64,
    within: f64,
    adjusted_size: f64,
    harmonic_size: f64,
    variance_of_means: f64,
}

/// A group of scores: how many, their mean, and the sum of squares about it.
pub(crate) struct Summary {
    pub(crate) size: f64,
    pub(crate) mean: f64,
    pub(crate) squares: f64,
}

/// The quantiles of F by which a ratio of mean squares is divided and multiplied; they depend on numbers only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quantiles {
    divisor: f64,
    factor: f64,
}

impl OneWay {
    /// Analyses groups of any size. `None` for fewer than two groups, for an empty group, if no group has two members,
    /// and if the sums are too large to hold.
    #[must_use]
    pub fn of(groups: &[impl AsRef<[f64]>]) -> Option<Self> {
        let summary = |group: &[f64]| {
            Some(Summary { size: real(group.len())?, mean: mean(group)?, squares: sum_of_squares(group)? })
        };
        Self::of_summaries(&groups.iter().map(|group| summary(group.as_ref())).collect::<Option<Vec<_>>>()?)
    }

    /// Analyses groups of which only this is known.
    pub(crate) fn of_summaries(groups: &[Summary]) -> Option<Self> {
        let (a, n): (f64, f64) = (real(groups.len())?, groups.iter().map(|group| group.size).sum());
        let grand = ratio(groups.iter().map(|group| group.size * group.mean).sum(), n)?;
        let between: f64 = groups.iter().map(|group| group.size * (group.mean - grand) * (group.mean - grand)).sum();
        let squares: f64 = groups.iter().map(|group| group.size * group.size).sum();
        let means: Vec<_> = groups.iter().map(|group| group.mean).collect();
        Some(Self {
            groups: a,
            observations: n,
            between: ratio(between, a - 1.0)?,
            within: ratio(groups.iter().map(|group| group.squares).sum(), n - a)?,
            adjusted_size: ratio(n - squares / n, a - 1.0)?,
            harmonic_size: ratio(a, groups.iter().map(|group| 1.0 / group.size).sum())?,
            variance_of_means: ratio(sum_of_squares(&means)?, a - 1.0)?,
        })
    }

    /// MSB, the mean square between groups.
    #[must_use]
    pub fn mean_square_between(&self) -> f64 {
        self.between
    }

    /// MSW, the mean square within groups: the square of the pooled standard deviation.
    #[must_use]
    pub fn mean_square_within(&self) -> f64 {
        self.within
    }

    /// The number of raters per person that the formulas use.
    #[must_use]
    pub fn size(&self, size: GroupSize) -> f64 {
        match size {
            GroupSize::Adjusted => self.adjusted_size,
            GroupSize::Mean => self.observations / self.groups,
        }
    }

    /// F = MSB / MSW; `None` if nobody differs within a group.
    #[must_use]
    pub fn f(&self) -> Option<f64> {
        ratio(self.between, self.within)
    }

    /// ICC(1), the reliability of one rater: (MSB - MSW) / (MSB + (n - 1) MSW) (Shrout and Fleiss 1979; Bliese 2000).
    ///
    /// `None` where all scores are the same.
    #[must_use]
    pub fn icc1(&self, size: GroupSize) -> Option<f64> {
        ratio(self.between - self.within, self.between + (self.size(size) - 1.0) * self.within)
    }

    /// ICC(2), also called ICC(1,k), the reliability of the mean of a group of the usual size: (MSB - MSW) / MSB.
    ///
    /// It does not depend on which size is taken. Has no lower end; `None` if all groups have the same mean.
    #[must_use]
    pub fn icc2(&self) -> Option<f64> {
        ratio(self.between - self.within, self.between)
    }

    /// The interval for ICC(1) from the quantiles of F (Shrout and Fleiss 1979). Exact if all groups are of one size.
    ///
    /// `None` where F is, and for a level not between 0 and 1.
    #[must_use]
    pub fn icc1_interval(&self, size: GroupSize, level: f64) -> Option<Interval> {
        self.icc1_interval_between(size, self.quantiles(level)?)
    }

    /// The same from its quantiles.
    pub(crate) fn icc1_interval_between(&self, size: GroupSize, quantiles: Quantiles) -> Option<Interval> {
        let n = self.size(size);
        quantiles.interval(self.f()?)?.map(|f| single(f, n))
    }

    /// The interval for ICC(2), 1 - 1 / F at both ends. `None` as for [`OneWay::icc1_interval`].
    #[must_use]
    pub fn icc2_interval(&self, level: f64) -> Option<Interval> {
        self.quantiles(level)?.interval(self.f()?)?.map(averaged)
    }

    /// The interval for ICC(1) of groups of different size from their unweighted means and their harmonic mean size
    /// (Thomas and Hultquist 1978). Nearer to its level than [`OneWay::icc1_interval`] when sizes differ much. `None`
    /// as there.
    #[must_use]
    pub fn thomas_hultquist_interval(&self, level: f64) -> Option<Interval> {
        let f = ratio(self.harmonic_size * self.variance_of_means, self.within)?;
        self.quantiles(level)?.interval(f)?.map(|f| single(f, self.harmonic_size))
    }

    /// The same for ICC(2): the ends of the Thomas-Hultquist interval stepped up to the harmonic mean size.
    #[must_use]
    pub fn thomas_hultquist_interval_of_mean(&self, level: f64) -> Option<Interval> {
        let f = ratio(self.harmonic_size * self.variance_of_means, self.within)?;
        self.quantiles(level)?.interval(f)?.map(averaged)
    }

    /// The quantiles that its intervals need.
    pub(crate) fn quantiles(&self, level: f64) -> Option<Quantiles> {
        Quantiles::of(self.groups - 1.0, self.observations - self.groups, level)
    }
}

/// The reliability of the mean of `k` raters from that of one: k r / (1 + (k - 1) r) (Spearman 1910, Brown 1910).
///
/// `None` unless the denominator is above 0, which it is for every reliability from 0 to 1.
///
/// ```
/// use candour_analytics::statistics::icc::spearman_brown;
/// assert_eq!(spearman_brown(0.25, 6.0).map(|icc| format!("{icc:.4}")).as_deref(), Some("0.6667"));
/// ```
#[must_use]
pub fn spearman_brown(reliability: f64, k: f64) -> Option<f64> {
    ratio(k * reliability, 1.0 + (k - 1.0) * reliability)
}

/// The two-way analysis of variance of a complete table, a row for each person rated and a column for each rater
/// (Shrout and Fleiss 1979).
///
/// ```
/// use candour_analytics::statistics::icc::TwoWay;
/// let table = [[9.0, 2.0, 5.0, 8.0], [6.0, 1.0, 3.0, 2.0], [8.0, 4.0, 6.0, 8.0], [7.0, 1.0, 2.0, 6.0], [10.0, 5.0, 6.0, 9.0], [6.0, 2.0, 4.0, 7.0]];
/// let icc2 = TwoWay::of(&table).and_then(|analysis| analysis.icc2());
/// assert_eq!(icc2.map(|icc| format!("{icc:.2}")).as_deref(), Some("0.29"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoWay {
    targets: f64,
    raters: f64,
    between_targets: f64,
    between_raters: f64,
    error: f64,
}

impl TwoWay {
    /// Analyses a table. `None` unless it has at least two rows and two columns and all rows are of one length.
    #[must_use]
    pub fn of(rows: &[impl AsRef<[f64]>]) -> Option<Self> {
        let width = rows.first()?.as_ref().len();
        if rows.iter().any(|row| row.as_ref().len() != width) {
            return None;
        }
        let (n, k) = (real(rows.len())?, real(width)?);
        let row_means: Vec<_> = rows.iter().map(|row| mean(row.as_ref())).collect::<Option<_>>()?;
        let column = |at: usize| rows.iter().filter_map(|row| row.as_ref().get(at).copied()).collect::<Vec<_>>();
        let column_means: Vec<_> = (0..width).map(|at| mean(&column(at))).collect::<Option<_>>()?;
        let grand = mean(&row_means)?;
        let mut error = 0.0;
        for (row, row_mean) in rows.iter().zip(&row_means) {
            for (value, column_mean) in row.as_ref().iter().zip(&column_means) {
                let residual = value - row_mean - column_mean + grand;
                error += residual * residual;
            }
        }
        Some(Self {
            targets: n,
            raters: k,
            between_targets: ratio(k * sum_of_squares(&row_means)?, n - 1.0)?,
            between_raters: ratio(n * sum_of_squares(&column_means)?, k - 1.0)?,
            error: ratio(error, (n - 1.0) * (k - 1.0))?,
        })
    }

    /// BMS, the mean square between the people rated.
    #[must_use]
    pub fn mean_square_between_targets(&self) -> f64 {
        self.between_targets
    }

    /// JMS, the mean square between raters.
    #[must_use]
    pub fn mean_square_between_raters(&self) -> f64 {
        self.between_raters
    }

    /// EMS, the mean square of what is left.
    #[must_use]
    pub fn mean_square_error(&self) -> f64 {
        self.error
    }

    /// ICC(2,1), raters drawn at random, one rater, absolute agreement: (BMS - EMS) / (BMS + (k - 1) EMS + k (JMS -
    /// EMS) / n).
    #[must_use]
    pub fn icc2(&self) -> Option<f64> {
        let Self { targets: n, raters: k, between_targets: b, between_raters: raters, error: e } = *self;
        ratio(b - e, b + (k - 1.0) * e + k * (raters - e) / n)
    }

    /// ICC(3,1), these raters and no others, one rater, consistency: (BMS - EMS) / (BMS + (k - 1) EMS).
    #[must_use]
    pub fn icc3(&self) -> Option<f64> {
        ratio(self.between_targets - self.error, self.between_targets + (self.raters - 1.0) * self.error)
    }

    /// ICC(2,k), the mean of all raters: (BMS - EMS) / (BMS + (JMS - EMS) / n).
    #[must_use]
    pub fn icc2_k(&self) -> Option<f64> {
        let Self { targets: n, between_targets: b, between_raters: j, error: e, .. } = *self;
        ratio(b - e, b + (j - e) / n)
    }

    /// ICC(3,k), the mean of all raters, consistency: (BMS - EMS) / BMS.
    #[must_use]
    pub fn icc3_k(&self) -> Option<f64> {
        ratio(self.between_targets - self.error, self.between_targets)
    }

    /// The interval for ICC(2,1), with Satterthwaite's degrees of freedom (Shrout and Fleiss 1979). `None` where there
    /// is no residual and for a level not between 0 and 1.
    #[must_use]
    pub fn icc2_interval(&self, level: f64) -> Option<Interval> {
        let Self { targets: n, raters: k, between_targets, between_raters, error } = *self;
        let (icc, upper) = (self.icc2()?, upper_tail(level)?);
        let of_raters = k * icc * ratio(between_raters, error)?;
        let rest = n * (1.0 + (k - 1.0) * icc) - k * icc;
        let squared = (of_raters + rest) * (of_raters + rest);
        let freedom = ratio((k - 1.0) * (n - 1.0) * squared, (n - 1.0) * of_raters * of_raters + rest * rest)?;
        let (f_lower, f_upper) = (f_quantile(upper, n - 1.0, freedom)?, f_quantile(upper, freedom, n - 1.0)?);
        let others = k * between_raters + (k * n - k - n) * error;
        let lower = ratio(n * (between_targets - f_lower * error), f_lower * others + n * between_targets)?;
        Interval::new(lower, ratio(n * (f_upper * between_targets - error), others + n * f_upper * between_targets)?)
    }

    /// The interval for ICC(2,k): the ends of that for ICC(2,1) stepped up.
    #[must_use]
    pub fn icc2_k_interval(&self, level: f64) -> Option<Interval> {
        self.icc2_interval(level)?.map(|icc| spearman_brown(icc, self.raters))
    }

    /// The interval for ICC(3,1). `None` as for [`TwoWay::icc2_interval`].
    #[must_use]
    pub fn icc3_interval(&self, level: f64) -> Option<Interval> {
        self.f_interval(level)?.map(|f| single(f, self.raters))
    }

    /// The interval for ICC(3,k).
    #[must_use]
    pub fn icc3_k_interval(&self, level: f64) -> Option<Interval> {
        self.f_interval(level)?.map(averaged)
    }

    fn f_interval(&self, level: f64) -> Option<Interval> {
        let freedom = self.targets - 1.0;
        Quantiles::of(freedom, freedom * (self.raters - 1.0), level)?.interval(ratio(self.between_targets, self.error)?)
    }
}

impl Quantiles {
    fn of(between: f64, within: f64, level: f64) -> Option<Self> {
        let upper = upper_tail(level)?;
        Some(Self { divisor: f_quantile(upper, between, within)?, factor: f_quantile(upper, within, between)? })
    }

    fn interval(self, f: f64) -> Option<Interval> {
        Interval::new(f / self.divisor, f * self.factor)
    }
}

/// The reliability of one rater of `n` that a ratio of mean squares stands for.
fn single(f: f64, n: f64) -> Option<f64> {
    ratio(f - 1.0, f + n - 1.0)
}

/// The reliability of the mean that a ratio of mean squares stands for.
fn averaged(f: f64) -> Option<f64> {
    finite(1.0 - ratio(1.0, f)?)
}
