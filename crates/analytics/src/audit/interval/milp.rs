//! The solver for what is too large to search: `microlp`, in floating point and not trusted.
//!
//! It may stop for long, lose precision or panic, and says so itself. So it runs in slices between which the caller may
//! stop it, a panic is an answer like any other failure, and its values are rounded to whole numbers that the caller
//! checks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, ResumeOptions, SolutionStatus, SolveOptions, SolveOutcome,
    Variable,
};
use num_traits::ToPrimitive;

use super::Unsolved;
use super::narrow::{Component, Fact};
use crate::audit::linear::{LinearError, value_at};

/// Nodes of the solver's tree, and the longest time, between two questions whether to go on. The time only ends a
/// slice: a result never depends on it, except that there is none.
const NODES: u64 = 256;
const SLICE: Duration = Duration::from_millis(100);
/// Slices after which the solver is not getting anywhere.
const SLICES: usize = 100;

/// Numbers up to this are exact in floating point.
const EXACT: i128 = 1 << 52;

/// A point of the component at which the objective is least according to the solver.
pub(super) fn least(
    component: &Component,
    objective: &[(usize, i64)],
    keep_going: &mut dyn FnMut() -> bool,
) -> Result<Vec<i64>, Unsolved> {
    let (problem, variables) = problem(component, objective)?;
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES);
    options.time_limit = Some(SLICE);
    let mut slice = ResumeOptions::default();
    slice.node_limit = Some(NODES);
    slice.time_limit = Some(SLICE);
    let mut outcome = guarded(|| problem.solve_with(options))?;
    for _ in 0..SLICES {
        match outcome.solution() {
            Some(solution) if solution.status() == SolutionStatus::Optimal => {
                let values = variables.iter().zip(&component.bounds).map(|(variable, bound)| {
                    let above = solution.var_value(*variable).round().to_i64()?;
                    bound.lowest.checked_add(above)
                });
                let point: Vec<i64> = values.collect::<Option<_>>().ok_or(Unsolved::NoWitness)?;
                return if holds(component, &point)? { Ok(point) } else { Err(Unsolved::NoWitness) };
            }
            _ if !keep_going() => return Err(Unsolved::Stopped),
            _ => outcome = guarded(|| outcome.resume_with(slice.clone()))?,
        }
    }
    Err(Unsolved::TooHard)
}

/// The component for the solver: each unknown as what it is above its least value.
fn problem(component: &Component, objective: &[(usize, i64)]) -> Result<(Problem, Vec<Variable>), Unsolved> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut costs = vec![0; component.bounds.len()];
    for &(unknown, coefficient) in objective {
        *costs.get_mut(unknown).ok_or(LinearError::NoSuchUnknown(unknown))? = coefficient;
    }
    let mut variables = Vec::with_capacity(costs.len());
    for (bound, cost) in component.bounds.iter().zip(costs) {
        let width = i32::try_from(i128::from(bound.highest) - i128::from(bound.lowest))
            .map_err(|_error| LinearError::Overflow)?;
        variables.push(problem.add_integer_var(exact(cost.into())?, (0, width)));
    }
    let lowest: Vec<i64> = component.bounds.iter().map(|bound| bound.lowest).collect();
    for fact in &component.facts {
        let at_lowest = value_at(&fact.terms, &lowest)?;
        let above = |end: i128| exact(end.checked_sub(at_lowest).ok_or(LinearError::Overflow)?);
        let terms: Vec<_> =
            fact.terms.iter().filter_map(|(unknown, factor)| Some((*variables.get(*unknown)?, *factor))).collect();
        let terms = terms.into_iter().map(|(variable, factor)| Ok((variable, exact(factor.into())?)));
        let terms: Vec<_> = terms.collect::<Result<_, LinearError>>()?;
        let (least, most) = fact.reach(&component.bounds)?;
        if fact.at_least == fact.at_most {
            problem.add_constraint(&terms, ComparisonOp::Eq, above(fact.at_least)?);
            continue;
        }
        if least < fact.at_least {
            problem.add_constraint(&terms, ComparisonOp::Ge, above(fact.at_least)?);
        }
        if most > fact.at_most {
            problem.add_constraint(&terms, ComparisonOp::Le, above(fact.at_most)?);
        }
    }
    Ok((problem, variables))
}

fn guarded(solve: impl FnOnce() -> Result<SolveOutcome, Error>) -> Result<SolveOutcome, Unsolved> {
    match catch_unwind(AssertUnwindSafe(solve)) {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(Error::Infeasible)) => Err(Unsolved::Contradiction),
        Ok(Err(_)) | Err(_) => Err(Unsolved::SolverFailed),
    }
}

fn holds(component: &Component, point: &[i64]) -> Result<bool, LinearError> {
    let mut within =
        point.iter().zip(&component.bounds).map(|(value, bound)| (bound.lowest..=bound.highest).contains(value));
    let fits = |fact: &Fact| Ok((fact.at_least..=fact.at_most).contains(&value_at(&fact.terms, point)?));
    let facts: Vec<bool> = component.facts.iter().map(fits).collect::<Result<_, LinearError>>()?;
    Ok(within.all(|fits| fits) && facts.into_iter().all(|fits| fits))
}

fn exact(number: i128) -> Result<f64, LinearError> {
    if number.abs() > EXACT {
        return Err(LinearError::Overflow);
    }
    number.to_f64().ok_or(LinearError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_solver_is_an_answer_like_any_other_failure() {
        assert_eq!(guarded(|| panic!("as a solver may")).err(), Some(Unsolved::SolverFailed));
        assert_eq!(guarded(|| Err(Error::Unbounded)).err(), Some(Unsolved::SolverFailed));
        assert_eq!(guarded(|| Err(Error::Infeasible)).err(), Some(Unsolved::Contradiction));
    }

    #[test]
    fn numbers_that_floating_point_would_change_are_refused() {
        assert_eq!(exact(1 << 52), Ok(4_503_599_627_370_496.0));
        assert_eq!(exact((1 << 53) + 1), Err(LinearError::Overflow));
    }
}
