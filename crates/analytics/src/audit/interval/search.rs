//! An exact branch-and-bound: halve the range of one unknown, narrow, and give up a half that cannot hold anything
//! better.

use super::Unsolved;
use super::narrow::{Component, Fact, settle};
use crate::audit::linear::{LinearError, Unknown, value_at};

/// A point of the component at which the objective is least. Exact: there is no point with less, and
/// [`Unsolved::Contradiction`] means that there is no point. [`Unsolved::TooHard`] after so many steps.
pub(super) fn least(
    component: &Component,
    objective: &[(usize, i64)],
    steps: usize,
    keep_going: &mut dyn FnMut() -> bool,
) -> Result<Vec<i64>, Unsolved> {
    // The objective is the last fact: what is still to be found is less than the best so far.
    let best_fact = component.facts.len();
    let mut facts = component.facts.clone();
    facts.push(Fact { terms: objective.to_vec(), at_least: i128::MIN, at_most: i128::MAX });
    let mut facts_of = component.facts_of.clone();
    for (unknown, _) in objective {
        facts_of.get_mut(*unknown).ok_or(LinearError::NoSuchUnknown(*unknown))?.push(best_fact);
    }
    let mut best: Option<Vec<i64>> = None;
    let mut open = vec![(component.bounds.clone(), None)];
    let mut taken = 0;
    while let Some((mut bounds, halved)) = open.pop() {
        taken += 1;
        if taken > steps {
            return Err(Unsolved::TooHard);
        }
        if taken.is_multiple_of(16) && !keep_going() {
            return Err(Unsolved::Stopped);
        }
        let changed = halved.map_or_else(
            || (0..facts.len()).collect(),
            |unknown: usize| {
                let mut changed = facts_of.get(unknown).cloned().unwrap_or_default();
                changed.push(best_fact);
                changed.sort_unstable();
                changed.dedup();
                changed
            },
        );
        if !settle(&facts, &facts_of, &mut bounds, changed, keep_going)? {
            continue;
        }
        if let Some((unknown, bound)) = next(objective, &bounds) {
            let middle = bound.lowest.midpoint(bound.highest).min(bound.highest - 1);
            let half = |half: Unknown| {
                let mut bounds = bounds.clone();
                if let Some(place) = bounds.get_mut(unknown) {
                    *place = half;
                }
                (bounds, Some(unknown))
            };
            let lower = half(Unknown { highest: middle, ..bound });
            let upper = half(Unknown { lowest: middle + 1, ..bound });
            let wants_more = objective.iter().any(|&(own, coefficient)| own == unknown && coefficient < 0);
            open.extend(if wants_more { [lower, upper] } else { [upper, lower] });
        } else {
            let point: Vec<i64> = bounds.iter().map(|bound| bound.lowest).collect();
            if !agrees(&facts, &point)? {
                continue;
            }
            if objective.is_empty() {
                return Ok(point);
            }
            if let Some(fact) = facts.last_mut() {
                fact.at_most = value_at(objective, &point)? - 1;
            }
            best = Some(point);
        }
    }
    best.ok_or(Unsolved::Contradiction)
}

/// The unknown to halve: of those that are open, one that moves the objective most, else the one with the fewest
/// values.
fn next(objective: &[(usize, i64)], bounds: &[Unknown]) -> Option<(usize, Unknown)> {
    let width = |bound: &Unknown| bound.highest.abs_diff(bound.lowest);
    let in_objective = objective
        .iter()
        .filter_map(|&(unknown, coefficient)| Some((unknown, coefficient, *bounds.get(unknown)?)))
        .filter(|(_, _, bound)| width(bound) > 0)
        .max_by_key(|(_, coefficient, bound)| u128::from(coefficient.unsigned_abs()) * u128::from(width(bound)))
        .map(|(unknown, _, bound)| (unknown, bound));
    in_objective.or_else(|| {
        bounds.iter().copied().enumerate().filter(|(_, bound)| width(bound) > 0).min_by_key(|(_, bound)| width(bound))
    })
}

fn agrees(facts: &[Fact], point: &[i64]) -> Result<bool, LinearError> {
    for fact in facts {
        if !(fact.at_least..=fact.at_most).contains(&value_at(&fact.terms, point)?) {
            return Ok(false);
        }
    }
    Ok(true)
}
