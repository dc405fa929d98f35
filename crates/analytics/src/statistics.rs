//! The statistics of 360-degree feedback as pure functions on slices.
//!
//! | Module | Holds |
//! | --- | --- |
//! | [`descriptive`] | mean, spread, shares, and intervals for a mean and a share |
//! | [`agreement`] | how far the raters of one person agree: rwg, r*wg, `a_wg`, average deviation |
//! | [`reliability`] | how well items measure together: alpha, omega, item-total correlations |
//! | [`icc`] | how far raters tell people apart: intraclass correlations |
//! | [`change`] | effect sizes, and how precise a difference is |
//! | [`multiplicity`] | p-values of many looks at once |
//! | [`self_other`] | self-ratings beside those of others |
//!
//! This is a library on purpose. The quality report uses a part of it. The rest is called by tests alone, which hold it
//! to published values, so that a figure which a later report needs is there and known to be right.
//!
//! Every function is defined for all finite input. Where a figure has no value (too few answers, no spread, a number
//! too large to hold) it is `None`; no function returns NaN or an infinity, and none panics. Answers are numbers on the
//! scale, an answer of *not observed* is left out by the caller, and variances divide by n - 1 unless the text says
//! otherwise.
//!
//! Nothing here decides what may be shown. Of one person's small group none of these may leave the crate: from the
//! number of answers, their mean and their standard deviation the full list of answers can mostly be worked out.

pub mod agreement;
pub mod change;
pub mod descriptive;
pub mod icc;
pub mod multiplicity;
mod quantile;
pub mod reliability;
pub mod self_other;

/// Two ends between which a figure is said to lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end, not below the lower.
    pub upper: f64,
}

impl Interval {
    /// `None` unless both ends are finite and in order.
    fn new(lower: f64, upper: f64) -> Option<Self> {
        (lower.is_finite() && upper.is_finite() && lower <= upper).then_some(Self { lower, upper })
    }

    /// Both ends passed through a function that does not fall.
    fn map(self, rising: impl Fn(f64) -> Option<f64>) -> Option<Self> {
        Self::new(rising(self.lower)?, rising(self.upper)?)
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// `numerator / denominator`, `None` unless the denominator is above 0 and the outcome finite.
fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    if denominator > 0.0 { finite(numerator / denominator) } else { None }
}

/// A number of things as a real number.
fn real(count: usize) -> Option<f64> {
    u32::try_from(count).ok().map(f64::from)
}

/// The probability in each direction outside an interval of this level; `None` unless the level lies between 0 and 1.
fn upper_tail(level: f64) -> Option<f64> {
    (level > 0.0 && level < 1.0).then_some(f64::midpoint(1.0, level))
}
