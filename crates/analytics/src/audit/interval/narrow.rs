//! Exact narrowing: what each fact alone says about each of its unknowns, over and over; and what is still open, taken
//! apart.

use std::collections::VecDeque;

use num_integer::Integer;

use super::Unsolved;
use crate::audit::linear::{Known, LinearError, System, Terms, Unknown};

/// A fact with coefficients that have no common divisor.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) terms: Terms,
    pub(super) at_least: i128,
    pub(super) at_most: i128,
}

/// Unknowns that facts tie together, numbered from 0, and those facts with all other unknowns put in.
#[derive(Clone, Debug)]
pub(super) struct Component {
    /// The number of each unknown in the system.
    unknowns: Vec<usize>,
    pub(super) bounds: Vec<Unknown>,
    pub(super) facts: Vec<Fact>,
    pub(super) facts_of: Vec<Vec<usize>>,
}

impl Component {
    /// The terms of a target that are about unknowns of this component, in its numbers.
    pub(super) fn own(&self, target: &[(usize, i64)]) -> Terms {
        target
            .iter()
            .filter_map(|&(unknown, coefficient)| {
                self.unknowns.binary_search(&unknown).ok().map(|own| (own, coefficient))
            })
            .collect()
    }

    /// Writes a point of this component into a point of the system.
    pub(super) fn place(&self, own: &[i64], point: &mut [i64]) {
        for (unknown, value) in self.unknowns.iter().zip(own) {
            if let Some(place) = point.get_mut(*unknown) {
                *place = *value;
            }
        }
    }
}

impl Fact {
    fn of(known: &Known) -> Self {
        Self { terms: known.terms().to_vec(), at_least: known.at_least().into(), at_most: known.at_most().into() }
            .reduced()
    }

    /// Divided by what its coefficients have in common; the ends become whole inwards.
    pub(super) fn reduced(mut self) -> Self {
        let common = self.terms.iter().fold(0_i128, |common, &(_, coefficient)| common.gcd(&i128::from(coefficient)));
        if common > 1 {
            self.at_least = Integer::div_ceil(&self.at_least, &common);
            self.at_most = Integer::div_floor(&self.at_most, &common);
            for (_, coefficient) in &mut self.terms {
                // A divisor of a number of 64 bits: 2^63 divides only -2^63.
                *coefficient = i64::try_from(i128::from(*coefficient) / common).unwrap_or(*coefficient);
            }
        }
        self
    }

    /// The least and the largest value of the terms within bounds.
    pub(super) fn reach(&self, bounds: &[Unknown]) -> Result<(i128, i128), LinearError> {
        reach(&self.terms, bounds)
    }

    /// Narrows the bounds of each unknown to what this fact and the bounds of the others leave, and notes those that
    /// moved. False if nothing is left.
    fn narrow(&self, bounds: &mut [Unknown], moved: &mut Vec<usize>) -> Result<bool, LinearError> {
        let (least, most) = self.reach(bounds)?;
        if least > self.at_most || most < self.at_least {
            return Ok(false);
        }
        if least >= self.at_least && most <= self.at_most {
            return Ok(true);
        }
        // How far the combination may still move up from its least value, and down from its largest. Saturation narrows
        // nothing: the largest number divided by a coefficient of 64 bits is more than any range of 64 bits.
        let (up, down) = (self.at_most.saturating_sub(least), most.saturating_sub(self.at_least));
        for &(unknown, coefficient) in &self.terms {
            let Some(bound) = bounds.get_mut(unknown) else { return Err(LinearError::NoSuchUnknown(unknown)) };
            let (low, high) = (i128::from(bound.lowest), i128::from(bound.highest));
            let step = i128::from(coefficient).abs();
            let (from_low, from_high) = if coefficient > 0 { (up, down) } else { (down, up) };
            let new = (low.max(high.saturating_sub(from_high / step)), high.min(low.saturating_add(from_low / step)));
            if new.0 > new.1 {
                return Ok(false);
            }
            if new != (low, high) {
                // Within bounds of 64 bits.
                let fit = |number| i64::try_from(number).map_err(|_error| LinearError::Overflow);
                *bound = Unknown { lowest: fit(new.0)?, highest: fit(new.1)? };
                moved.push(unknown);
            }
        }
        Ok(true)
    }
}

/// The least and the largest value of a combination within bounds.
pub(super) fn reach(terms: &[(usize, i64)], bounds: &[Unknown]) -> Result<(i128, i128), LinearError> {
    terms.iter().try_fold((0_i128, 0_i128), |(least, most), &(unknown, coefficient)| {
        let bound = bounds.get(unknown).ok_or(LinearError::NoSuchUnknown(unknown))?;
        let ends =
            (i128::from(coefficient) * i128::from(bound.lowest), i128::from(coefficient) * i128::from(bound.highest));
        let sum = |sum: i128, end| sum.checked_add(end).ok_or(LinearError::Overflow);
        Ok((sum(least, ends.0.min(ends.1))?, sum(most, ends.0.max(ends.1))?))
    })
}

/// Narrows bounds by facts, starting with those queued, until nothing moves or for so many visits to a fact that it is
/// not worth more. False if nothing is left; every point that agrees with the facts stays.
pub(super) fn settle(
    facts: &[Fact],
    facts_of: &[Vec<usize>],
    bounds: &mut [Unknown],
    queue: impl IntoIterator<Item = usize>,
    keep_going: &mut dyn FnMut() -> bool,
) -> Result<bool, Unsolved> {
    let mut queue: VecDeque<usize> = queue.into_iter().collect();
    let mut queued = vec![false; facts.len()];
    for fact in &queue {
        if let Some(flag) = queued.get_mut(*fact) {
            *flag = true;
        }
    }
    let mut moved = Vec::new();
    let mut visits = 20 * facts.len() + 200;
    while let Some(index) = queue.pop_front() {
        if visits == 0 {
            break;
        }
        visits -= 1;
        if visits.is_multiple_of(1024) && !keep_going() {
            return Err(Unsolved::Stopped);
        }
        if let Some(flag) = queued.get_mut(index) {
            *flag = false;
        }
        moved.clear();
        if let Some(fact) = facts.get(index)
            && !fact.narrow(bounds, &mut moved)?
        {
            return Ok(false);
        }
        for &other in moved.iter().filter_map(|unknown| facts_of.get(*unknown)).flatten() {
            if let Some(flag @ false) = queued.get_mut(other) {
                *flag = true;
                queue.push_back(other);
            }
        }
    }
    Ok(true)
}

/// The facts of each unknown.
fn by_unknown(facts: &[Fact], unknowns: usize) -> Vec<Vec<usize>> {
    let mut facts_of = vec![Vec::new(); unknowns];
    for (index, fact) in facts.iter().enumerate() {
        for (unknown, _) in &fact.terms {
            if let Some(own) = facts_of.get_mut(*unknown) {
                own.push(index);
            }
        }
    }
    facts_of
}

/// The bounds that narrowing leaves to the unknowns of a system.
pub(super) fn narrowed(system: &System, keep_going: &mut dyn FnMut() -> bool) -> Result<Vec<Unknown>, Unsolved> {
    let mut facts: Vec<Fact> = system.known().iter().map(Fact::of).collect();
    // Short facts first: they settle most.
    facts.sort_by_key(|fact| fact.terms.len());
    let mut bounds = system.unknowns().to_vec();
    let facts_of = by_unknown(&facts, bounds.len());
    if !keep_going() {
        return Err(Unsolved::Stopped);
    }
    if settle(&facts, &facts_of, &mut bounds, 0..facts.len(), keep_going)? {
        Ok(bounds)
    } else {
        Err(Unsolved::Contradiction)
    }
}

/// What is still open within bounds, taken apart; and the component of each unknown, none for one that is settled.
pub(super) fn components(
    system: &System,
    bounds: &[Unknown],
) -> Result<(Vec<Component>, Vec<Option<usize>>), LinearError> {
    let is_open = |unknown: usize| bounds.get(unknown).is_some_and(|bound| bound.lowest < bound.highest);
    let mut facts = Vec::new();
    for fact in system.known().iter().map(Fact::of) {
        let (least, most) = fact.reach(bounds)?;
        // A fact that holds wherever the bounds hold ties nothing together.
        if least < fact.at_least || most > fact.at_most {
            facts.push(without_settled(&fact, bounds)?);
        }
    }
    let mut parent: Vec<usize> = (0..bounds.len()).collect();
    for fact in &facts {
        if let Some(&(first, _)) = fact.terms.first() {
            for &(other, _) in &fact.terms {
                let (root, other_root) = (root(&mut parent, first), root(&mut parent, other));
                if let Some(place) = parent.get_mut(other_root) {
                    *place = root;
                }
            }
        }
    }
    let mut components: Vec<Component> = Vec::new();
    let mut number_of_root = vec![None; bounds.len()];
    let mut component_of = vec![None; bounds.len()];
    let mut own = vec![0; bounds.len()];
    for (unknown, bound) in bounds.iter().enumerate().filter(|(unknown, _)| is_open(*unknown)) {
        let root = root(&mut parent, unknown);
        let Some(number) = number_of_root.get_mut(root) else { continue };
        let number = *number.get_or_insert_with(|| {
            components.push(Component {
                unknowns: Vec::new(),
                bounds: Vec::new(),
                facts: Vec::new(),
                facts_of: Vec::new(),
            });
            components.len() - 1
        });
        if let (Some(component), Some(place), Some(own)) =
            (components.get_mut(number), component_of.get_mut(unknown), own.get_mut(unknown))
        {
            *place = Some(number);
            *own = component.unknowns.len();
            component.unknowns.push(unknown);
            component.bounds.push(*bound);
        }
    }
    for mut fact in facts {
        let number = fact.terms.first().and_then(|(unknown, _)| component_of.get(*unknown).copied().flatten());
        for (unknown, _) in &mut fact.terms {
            *unknown = own.get(*unknown).copied().ok_or(LinearError::NoSuchUnknown(*unknown))?;
        }
        if let Some(component) = number.and_then(|number| components.get_mut(number)) {
            component.facts.push(fact);
        }
    }
    for component in &mut components {
        component.facts_of = by_unknown(&component.facts, component.unknowns.len());
    }
    Ok((components, component_of))
}

/// A fact with the unknowns that have one value only put in.
fn without_settled(fact: &Fact, bounds: &[Unknown]) -> Result<Fact, LinearError> {
    let mut open = Fact { terms: Vec::new(), at_least: fact.at_least, at_most: fact.at_most };
    for &(unknown, coefficient) in &fact.terms {
        match bounds.get(unknown) {
            Some(bound) if bound.lowest == bound.highest => {
                let value = i128::from(coefficient) * i128::from(bound.lowest);
                open.at_least = open.at_least.checked_sub(value).ok_or(LinearError::Overflow)?;
                open.at_most = open.at_most.checked_sub(value).ok_or(LinearError::Overflow)?;
            }
            _ => open.terms.push((unknown, coefficient)),
        }
    }
    Ok(open.reduced())
}

fn root(parent: &mut [usize], unknown: usize) -> usize {
    let mut root = unknown;
    while let Some(&next) = parent.get(root)
        && next != root
    {
        root = next;
    }
    let mut at = unknown;
    while let Some(place) = parent.get_mut(at)
        && *place != root
    {
        at = std::mem::replace(place, root);
    }
    root
}
