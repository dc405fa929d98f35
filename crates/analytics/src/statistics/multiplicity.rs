//! Many looks at once: p-values adjusted for how many there are.

use super::finite;

/// How many of so many looks at nothing are expected to look like something: looks × error rate.
///
/// `None` unless the rate lies from 0 to 1.
///
/// ```
/// use candour_analytics::statistics::multiplicity::expected_false_alarms;
/// // Eight competencies in six groups at 5 %.
/// assert_eq!(expected_false_alarms(48, 0.05).map(|number| format!("{number:.1}")).as_deref(), Some("2.4"));
/// ```
#[must_use]
pub fn expected_false_alarms(looks: u32, error_rate: f64) -> Option<f64> {
    if (0.0..=1.0).contains(&error_rate) { finite(f64::from(looks) * error_rate) } else { None }
}

/// Adjusted p-values that bound the share of false findings among all findings (Benjamini and Hochberg 1995): flag what
/// is at most q.
///
/// In the order given: for the i-th smallest of m, the least of m p / j over all j ≥ i. `None` if a value does not lie
/// from 0 to 1.
///
/// ```
/// use candour_analytics::statistics::multiplicity::benjamini_hochberg;
/// assert_eq!(benjamini_hochberg(&[0.01, 0.04, 0.03]), Some(vec![0.03, 0.04, 0.04]));
/// assert_eq!(benjamini_hochberg(&[1.5]), None);
/// ```
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Option<Vec<f64>> {
    let sorted = ranked(p_values)?;
    let m = f64::from(u32::try_from(p_values.len()).ok()?);
    let mut least: f64 = 1.0;
    let mut adjusted = vec![0.0; p_values.len()];
    for (rank, (at, p)) in (1..).zip(&sorted).collect::<Vec<(u32, _)>>().into_iter().rev() {
        least = least.min(p * m / f64::from(rank));
        *adjusted.get_mut(*at)? = least;
    }
    Some(adjusted)
}

/// Adjusted p-values that bound the chance of any false finding (Holm 1979).
///
/// In the order given: for the i-th smallest of m, the greatest of (m - j + 1) p over all j ≤ i, at most 1. `None` if a
/// value does not lie from 0 to 1.
///
/// ```
/// use candour_analytics::statistics::multiplicity::holm;
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), Some(vec![0.03, 0.06, 0.06]));
/// ```
#[must_use]
pub fn holm(p_values: &[f64]) -> Option<Vec<f64>> {
    let sorted = ranked(p_values)?;
    let mut left = f64::from(u32::try_from(p_values.len()).ok()?);
    let mut greatest: f64 = 0.0;
    let mut adjusted = vec![0.0; p_values.len()];
    for (at, p) in sorted {
        greatest = greatest.max((p * left).min(1.0));
        *adjusted.get_mut(at)? = greatest;
        left -= 1.0;
    }
    Some(adjusted)
}

/// The values with their places, smallest first.
fn ranked(p_values: &[f64]) -> Option<Vec<(usize, f64)>> {
    if !p_values.iter().all(|p| (0.0..=1.0).contains(p)) {
        return None;
    }
    let mut sorted: Vec<_> = p_values.iter().copied().enumerate().collect();
    sorted.sort_by(|(_, left), (_, right)| left.total_cmp(right));
    Some(sorted)
}
