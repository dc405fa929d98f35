//! Quantiles and tail probabilities of the distributions that intervals and tests need.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::checked_beta_reg;

use super::finite;

/// The largest number of degrees of freedom for which the incomplete beta function is trusted.
const MOST_FREEDOM: f64 = 1e6;

/// The value below which an F variable with these degrees of freedom falls with probability `p`.
///
/// Halves the range of positive floating point numbers until two neighbours are left, about 64 steps: it ends for every
/// input, which the Newton iteration of the library does not promise.
pub(super) fn f_quantile(p: f64, freedom_1: f64, freedom_2: f64) -> Option<f64> {
    let known = |freedom: f64| freedom > 0.0 && freedom <= MOST_FREEDOM;
    if !(p > 0.0 && p < 1.0 && known(freedom_1) && known(freedom_2)) {
        return None;
    }
    // Positive numbers are in the order of their bits.
    let (mut below, mut above) = (0, f64::MAX.to_bits());
    while above - below > 1 {
        let middle = u64::midpoint(below, above);
        if f_below(f64::from_bits(middle), freedom_1, freedom_2)? < p {
            below = middle;
        } else {
            above = middle;
        }
    }
    finite(f64::from_bits(above))
}

/// The probability that an F variable falls below `value`.
fn f_below(value: f64, freedom_1: f64, freedom_2: f64) -> Option<f64> {
    let share = 1.0 / (1.0 + freedom_2 / (freedom_1 * value));
    checked_beta_reg(freedom_1 / 2.0, freedom_2 / 2.0, share).ok()
}

/// The value that a t variable exceeds in size with probability `1 - level`.
pub(super) fn t_two_sided(level: f64, freedom: f64) -> Option<f64> {
    f_quantile(level, 1.0, freedom).map(f64::sqrt)
}

/// The probability that a t variable is at least as far from 0 as `t`.
pub(super) fn t_exceeds(t: f64, freedom: f64) -> Option<f64> {
    if !(freedom > 0.0 && freedom <= MOST_FREEDOM) {
        return None;
    }
    let share = freedom / (freedom + t * t);
    finite(checked_beta_reg(freedom / 2.0, 0.5, share).ok()?)
}

/// The value below which a standard normal variable falls with probability `p`.
pub(super) fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    finite(Normal::standard().inverse_cdf(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_another_program_up_to_many_degrees_of_freedom() {
        // qf(p, a, b) and qnorm(p) of R 4.2.
        for (p, a, b, expected) in [
            (0.025, 5.0, 18.0, 0.157_186_161_366_245),
            (0.975, 98.0, 7283.0, 1.301_581_195_084_261),
            (0.975, 1842.0, 98.0, 1.360_230_878_516_073),
            (0.975, 199.0, 2e5, 1.205_957_030_174_921),
        ] {
            let quantile = f_quantile(p, a, b);
            assert!(
                quantile.is_some_and(|quantile| (quantile - expected).abs() < 1e-9 * expected),
                "{a} {b} {quantile:?}"
            );
        }
        assert!(normal_quantile(0.975).is_some_and(|quantile| (quantile - 1.959_963_984_540_054).abs() < 1e-12));
    }

    #[test]
    fn there_is_no_quantile_outside_of_what_can_be_computed() {
        for (p, a, b) in [
            (0.0, 1.0, 1.0),
            (1.0, 1.0, 1.0),
            (f64::NAN, 1.0, 1.0),
            (0.5, 0.0, 1.0),
            (0.5, 1.0, f64::INFINITY),
            (0.5, -1.0, 1.0),
        ] {
            assert_eq!(f_quantile(p, a, b), None, "{p} {a} {b}");
        }
        assert_eq!((normal_quantile(0.0), normal_quantile(1.0), t_exceeds(1.0, 0.0)), (None, None, None));
        assert_eq!(t_exceeds(f64::MAX, 3.0), Some(0.0));
    }
}
