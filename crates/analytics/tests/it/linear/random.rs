//! Small random systems, with everything tried out.

use candour_analytics::audit::interval::{Unsolved, range};
use candour_analytics::audit::linear::{Known, LinearError, System, value_at};
use candour_analytics::audit::span::Span;
use num_bigint::BigInt;
use proptest::prelude::*;

use super::{Outcome, ends};

/// Every point of a box.
fn points(bounds: &[(i64, i64)]) -> Vec<Vec<i64>> {
    bounds.iter().fold(vec![Vec::new()], |points, &(lowest, highest)| {
        points
            .iter()
            .flat_map(|point| (lowest..=highest).map(move |value| [point.as_slice(), &[value]].concat()))
            .collect()
    })
}

fn terms(coefficients: &[i64]) -> Vec<(usize, i64)> {
    coefficients.iter().copied().enumerate().collect()
}

fn product(left: &[i64], right: &[i64]) -> i64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// Unknowns, and facts that are true of a point or of none.
fn systems() -> impl Strategy<Value = System> {
    let bounds = prop::collection::vec((-3..=2_i64, 0..=4_i64), 1..=5);
    let facts = prop::collection::vec((prop::collection::vec(-3..=3_i64, 5), -6..=6_i64, 0..=3_i64), 0..=4);
    (bounds, facts).prop_filter_map("bounds that fit", |(bounds, facts)| {
        let mut system = System::default();
        for (lowest, width) in &bounds {
            system.unknown(*lowest, lowest + width).ok()?;
        }
        for (coefficients, at_least, width) in facts {
            let own = coefficients.get(..bounds.len())?;
            system.know(Known::between(terms(own), at_least, at_least + width).ok()?).ok()?;
        }
        Some(system)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// A row is outside the span exactly if some point at which all rows are 0 has another value there. With three
    /// unknowns and coefficients up to 2, points with values up to 8, the largest minor, are enough.
    #[test]
    fn guarantee_the_span_is_what_no_point_contradicts(
        rows in prop::collection::vec(prop::collection::vec(-2..=2_i64, 3), 0..=3),
        target in prop::collection::vec(-2..=2_i64, 3),
    ) {
        let nulls = points(&[(-8, 8); 3]).into_iter().filter(|point| rows.iter().all(|row| product(row, point) == 0));
        let contradicted = nulls.into_iter().any(|point| product(&target, &point) != 0);
        let rows: Vec<_> = rows.iter().map(|row| terms(row)).collect();
        prop_assert_eq!(Span::of(rows.iter().map(Vec::as_slice)).contains(&terms(&target)), !contradicted);
    }

    /// Coefficients of nearly 64 bits, whose products fit into no machine number.
    #[test]
    fn the_span_is_exact_without_limit(
        rows in prop::collection::vec(prop::collection::vec(-(1 << 60)..=1_i64 << 60, 4), 3),
        factors in prop::collection::vec(-2..=2_i64, 3),
        step in -1..=1_i64,
    ) {
        let mut target: Vec<i64> = (0..4).map(|column| rows.iter().zip(&factors).map(|(row, factor)| factor * row[column]).sum()).collect();
        target[3] += step;
        let all: Vec<Vec<BigInt>> = rows.iter().chain([&target]).map(|row| row.iter().map(|number| BigInt::from(*number)).collect()).collect();
        let volume = determinant(&all);
        let rows: Vec<_> = rows.iter().map(|row| terms(row)).collect();
        let span = Span::of(rows.iter().map(Vec::as_slice));
        prop_assume!(span.rank() == 3);
        prop_assert_eq!(span.contains(&terms(&target)), volume == BigInt::from(0));
    }

    #[test]
    fn guarantee_the_range_is_that_of_all_points_tried_out(system in systems(), target in prop::collection::vec(-3..=3_i64, 5)) {
        let target = terms(&target[..system.unknowns().len()]);
        let bounds: Vec<_> = system.unknowns().iter().map(|unknown| (unknown.lowest, unknown.highest)).collect();
        let values: Vec<i128> =
            points(&bounds).iter().filter(|point| system.satisfied_by(point) == Ok(true)).flat_map(|point| value_at(&target, point)).collect();
        if let (Some(lowest), Some(highest)) = (values.iter().min(), values.iter().max()) {
            let (found_lowest, found_highest) = ends(&system, &target)?;
            prop_assert_eq!((i128::from(found_lowest), i128::from(found_highest)), (*lowest, *highest));
        } else {
            prop_assert_eq!(range(&system, &target, &mut || true), Err(Unsolved::Contradiction));
        }
    }
}

fn determinant(rows: &[Vec<BigInt>]) -> BigInt {
    let Some((first, rest)) = rows.split_first() else { return BigInt::from(1) };
    let minor = |column: usize| -> Vec<Vec<BigInt>> {
        rest.iter().map(|row| [&row[..column], &row[column + 1..]].concat()).collect()
    };
    (0..first.len())
        .map(|column| BigInt::from(if column % 2 == 0 { 1 } else { -1 }) * &first[column] * determinant(&minor(column)))
        .sum()
}

#[test]
fn whoever_asks_may_stop_at_any_time() -> Outcome {
    let mut system = System::default();
    let (first, second) = (system.unknown(1, 5)?, system.unknown(1, 5)?);
    system.know(Known::exactly([(first, 1), (second, 1)], 6)?)?;
    assert_eq!(range(&system, &[(first, 1)], &mut || false), Err(Unsolved::Stopped));
    Ok(())
}

#[test]
fn numbers_that_do_not_fit_are_errors() -> Outcome {
    let mut system = System::default();
    let large = system.unknown(i64::MIN, i64::MAX)?;
    for _ in 0..4 {
        system.unknown(i64::MIN, i64::MAX)?;
    }
    let every: Vec<_> = (0..5).map(|unknown| (unknown, i64::MIN)).collect();
    system.know(Known::between(every.clone(), 0, 0)?)?;
    assert_eq!(system.satisfied_by(&[i64::MIN; 5]), Err(LinearError::Overflow));
    assert_eq!(range(&system, &[(large, 1)], &mut || true), Err(Unsolved::Linear(LinearError::Overflow)));
    assert_eq!(Known::mean([(0, 1)], i64::MAX, i64::MAX, 0), Err(LinearError::Overflow));
    assert_eq!(Known::mean([(0, 1)], 4, 1, 40), Err(LinearError::Overflow));
    assert_eq!(Known::mean([(0, 1)], 0, 1, 1), Err(LinearError::NoDenominator));
    assert_eq!(Known::between([(0, i64::MAX), (0, 1)], 0, 0), Err(LinearError::Overflow));
    assert_eq!(system.know(Known::exactly([(5, 1)], 0)?), Err(LinearError::NoSuchUnknown(5)));
    assert_eq!(system.unknown(1, 0), Err(LinearError::NoValue));

    let mut alone = System::default();
    alone.unknown(i64::MIN, i64::MAX)?;
    assert_eq!(ends(&alone, &[(0, 1)])?, (i64::MIN, i64::MAX));
    assert_eq!(ends(&alone, &[(0, 2)]), Err(Unsolved::Linear(LinearError::Overflow)));
    assert_eq!(ends(&alone, &[(1, 1)]), Err(Unsolved::Linear(LinearError::NoSuchUnknown(1))));
    assert_eq!(alone.satisfied_by(&[1, 2]), Ok(false), "a point with a value too many");
    Ok(())
}
