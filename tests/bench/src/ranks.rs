//! How well one can tell two groups apart by the time that each takes.

use std::time::Duration;

use crate::numbers::float;

/// Of all pairs of one from each group, the part in which the first took longer; where both took the same, half. It is
/// the statistic of Mann and Whitney over its largest value: 0.5 where the time tells nothing, 0 or 1 where it tells
/// everything. The second are in order.
pub(crate) fn told_apart(first: &[Duration], second: &[Duration]) -> f64 {
    let twice =
        |one: &Duration| second.partition_point(|other| other < one) + second.partition_point(|other| other <= one);
    float(first.iter().map(twice).sum()) / 2.0 / float(first.len()) / float(second.len())
}

/// How far from 0.5 that comes by chance, once in twenty times, between groups of these sizes that are alike.
pub(crate) fn chance(first: usize, second: usize) -> f64 {
    let (first, second) = (float(first), float(second));
    1.96 * ((first + second + 1.0) / (12.0 * first * second)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(first: &[u64], second: &[u64]) -> String {
        let [first, second] =
            [first, second].map(|all| all.iter().copied().map(Duration::from_micros).collect::<Vec<_>>());
        format!("{:.1}", told_apart(&first, &second) * 100.0)
    }

    #[test]
    fn groups_alike_are_not_told_apart_and_others_are() {
        assert_eq!(percent(&[1, 2, 3], &[1, 2, 3]), "50.0");
        assert_eq!(percent(&[4, 5], &[1, 2, 3]), "100.0");
        assert_eq!(percent(&[1], &[2, 3]), "0.0");
        assert_eq!(percent(&[2], &[1, 2, 3, 4]), "37.5");
    }

    #[test]
    fn chance_has_less_room_in_larger_groups() {
        assert!((chance(300, 300) - 0.0463).abs() < 1e-4);
        assert!(chance(1000, 1000) < chance(300, 300));
    }
}
