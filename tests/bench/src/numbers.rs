//! Medians, percentiles, and how figures are written.

use std::time::Duration;

/// A count as a float; counts here are far below where that loses anything.
pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The one in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match (values.get(values.len() / 2), values.get(values.len().saturating_sub(1) / 2)) {
        (Some(upper), Some(lower)) => f64::midpoint(*upper, *lower),
        _ => f64::NAN,
    }
}

/// The time within which this many in a hundred were done, of times in order, in milliseconds.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// A rate or another figure with about three digits that mean something.
pub(crate) fn figure(value: f64) -> String {
    match value {
        _ if !value.is_finite() => "–".to_owned(),
        _ if value >= 100.0 => thousands(value),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Milliseconds.
pub(crate) fn milliseconds(value: f64) -> String {
    if value.is_finite() { format!("{} ms", figure(value)) } else { "–".to_owned() }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        assert_eq!(figure(median([4.0, 1.0, 3.0, 2.0])), "2.50");
        assert_eq!(figure(median([5.0, 1.0, 3.0])), "3.00");
        assert_eq!(figure(median([])), "–");
    }

    #[test]
    fn figures_have_the_digits_that_mean_something() {
        assert_eq!(
            [0.123, 12.34, 123.4, 12345.6, 1_234_567.0].map(figure),
            ["0.12", "12.3", "123", "12,346", "1,234,567"]
        );
    }

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(figure(percentile(&times, 99)), "199");
        assert_eq!(figure(percentile(&times[..1], 99)), "1.00");
        assert_eq!(figure(percentile(&[], 50)), "–");
    }
}
