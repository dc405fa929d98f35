//! Why fractions prove nothing: a range of fractions may be wide where whole numbers leave little or nothing open.

use candour_analytics::audit::linear::{Known, System};
use microlp::{ComparisonOp, OptimizationDirection, Problem};

use super::{Outcome, ends};

/// The range of a target if unknowns could be fractions.
fn relaxed(system: &System, target: usize) -> Result<(f64, f64), Box<dyn std::error::Error>> {
    let end = |direction| {
        let mut problem = Problem::new(direction);
        let mut variables = Vec::new();
        for (index, unknown) in system.unknowns().iter().enumerate() {
            let bounds = (f64::from(i32::try_from(unknown.lowest)?), f64::from(i32::try_from(unknown.highest)?));
            variables.push(problem.add_var(f64::from(u8::from(index == target)), bounds));
        }
        for known in system.known() {
            let mut terms = Vec::new();
            for &(unknown, factor) in known.terms() {
                terms.push((variables[unknown], f64::from(i32::try_from(factor)?)));
            }
            problem.add_constraint(&terms, ComparisonOp::Ge, f64::from(i32::try_from(known.at_least())?));
            problem.add_constraint(&terms, ComparisonOp::Le, f64::from(i32::try_from(known.at_most())?));
        }
        let solution = problem.solve()?.into_solution().map_err(|_interrupted| "interrupted")?;
        Ok::<_, Box<dyn std::error::Error>>(solution.objective())
    };
    Ok((end(OptimizationDirection::Minimize)?, end(OptimizationDirection::Maximize)?))
}

fn about(range: (f64, f64), lowest: f64, highest: f64) -> bool {
    (range.0 - lowest).abs() < 0.005 && (range.1 - highest).abs() < 0.005
}

#[test]
fn a_range_of_fractions_from_2_5_to_4_7_holds_3_and_4_only() -> Outcome {
    let mut system = System::default();
    let (answer, other) = (system.unknown(1, 5)?, system.unknown(1, 5)?);
    system.know(Known::between([(answer, 2), (other, 1)], 6, 30)?)?;
    system.know(Known::between([(answer, 10), (other, 1)], 10, 48)?)?;
    system.know(Known::exactly([(other, 1)], 1)?)?;
    assert!(about(relaxed(&system, answer)?, 2.5, 4.7));
    assert_eq!(ends(&system, &[(answer, 1)])?, (3, 4));
    Ok(())
}

#[test]
fn a_range_of_fractions_from_2_89_to_3_11_holds_3_only() -> Outcome {
    let mut system = System::default();
    let (answer, other) = (system.unknown(1, 5)?, system.unknown(4, 20)?);
    // 9 answer + other is 38 give or take 1, and other is 11.
    system.know(Known::between([(answer, 9), (other, 1)], 37, 39)?)?;
    system.know(Known::mean([(other, 1)], 4, 275, 2)?)?;
    assert!(about(relaxed(&system, answer)?, 2.89, 3.11));
    assert_eq!(ends(&system, &[(answer, 1)])?, (3, 3));
    Ok(())
}

/// No single fact shows it, and neither do fractions: both sums are even or both are odd.
#[test]
fn whole_numbers_may_leave_one_value_of_a_whole_range() -> Outcome {
    let mut system = System::default();
    let (answer, first, second) = (system.unknown(1, 5)?, system.unknown(0, 9)?, system.unknown(0, 9)?);
    // answer = 3 (first - second) + 2, so among 1..5 it is 2 or 5; and not 5, as the two add up to an even number.
    system.know(Known::exactly([(answer, 1), (first, -3), (second, 3)], 2)?)?;
    system.know(Known::exactly([(first, 1), (second, 1)], 8)?)?;
    assert!(about(relaxed(&system, answer)?, 1.0, 5.0));
    assert_eq!(ends(&system, &[(answer, 1)])?, (2, 2));
    Ok(())
}
