//! The gate: for each person, item and insider, another set of answers that the whole release turns into the very same.
//!
//! People of one atom who gave the same answer to an item are interchangeable, so the search runs over classes of
//! people and not over people: a block of ten thousand costs what a block of ten does. The witnesses, in the order in
//! which they are tried:
//!
//! 1. the person alone gives another answer (a band, or a mean that rounds to the same);
//! 2. the person and a partner of the same block exchange answers, or the one gives a point more and the other a point
//!    less.
//!
//! A partner that the insiders know is no witness to them. A person with more partners than there are insiders stays
//! open to any coalition of them; this is how coalitions of more than one are covered without listing
//! them.
//!
//! The search looks at one item and block at a time, because nothing else is made of their answers. It is not believed:
//! every witness it has found is put into a whole set of answers, many at once since they do not touch one another, and
//! the release function is run over that set.

use std::collections::BTreeSet;

use candour_domain::ScaleEnd;

use super::evidence::Evidence;
use super::release::{Move, Release};
use super::{Budget, Exhausted};

/// What could not be certified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Certified {
    /// People times items times readers of whom one could find out the other's answer, against the policy.
    pub(super) uncertified: u64,
    /// People times items of whom an insider could find out the mark at the harmless end, which the policy allows.
    pub(super) top_marks: u64,
    /// Whether a set of answers with witnesses in it is released as something else.
    pub(super) false_witness: bool,
}

/// People of one atom who gave one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Class {
    atom: usize,
    code: usize,
    people: u32,
}

/// A set of answers to one item beside the true ones, by what is other in it, in order: a pair is the same, whichever
/// of the two is looked at.
type Witness = Vec<Move>;

/// Looks for a witness for every person, item and reader.
///
/// # Errors
/// [`Exhausted`] when the budget is spent first.
///
/// # Guarantee
/// What is not counted in the answer has a witness: a set of answers in which this person gave another answer, every
/// insider the same, and which every release turns into what it prints.
pub(super) fn certify(
    releases: &[Release<'_>],
    evidence: &Evidence,
    budget: &mut Budget,
) -> Result<Certified, Exhausted> {
    let mut found = Certified::default();
    let mut witnesses = Vec::new();
    for item in 0..evidence.items() {
        let mut search = Search::new(releases, evidence, item);
        for person in search.classes.clone() {
            search.certify(person, budget, &mut found)?;
        }
        witnesses.push(search.witnesses);
    }
    found.false_witness = !are_released_alike(releases, &witnesses, budget)?;
    Ok(found)
}

/// Whether the whole release function makes of the answers, and of every set with witnesses in it, what each release
/// prints.
fn are_released_alike(
    releases: &[Release<'_>],
    witnesses: &[BTreeSet<Witness>],
    budget: &mut Budget,
) -> Result<bool, Exhausted> {
    for release in releases {
        if !release.prints(release.given()) {
            return Ok(false);
        }
        // Each set takes from every item the next witness of every block: what is other in one block touches no other
        // block.
        let mut waiting: Vec<Vec<&Witness>> = witnesses.iter().map(|witnesses| witnesses.iter().collect()).collect();
        while waiting.iter().any(|witnesses| !witnesses.is_empty()) {
            budget.spend()?;
            let mut other = release.given().clone();
            for (item, waiting) in waiting.iter_mut().enumerate() {
                let mut touched = Vec::new();
                let mut later = Vec::new();
                for witness in waiting.drain(..) {
                    let blocks: Vec<_> = witness
                        .iter()
                        .filter_map(|change| release.block_of.get(change.atom).copied().flatten())
                        .collect();
                    if blocks.iter().any(|block| touched.contains(block)) {
                        later.push(witness);
                        continue;
                    }
                    touched.extend(blocks);
                    if !release.apply(&mut other, item, witness) {
                        return Ok(false);
                    }
                }
                *waiting = later;
            }
            if !release.prints(&other) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

impl Class {
    /// How many of these people are neither the person nor the insider.
    fn others(self, person: Class, insider: Option<Class>) -> u32 {
        self.people - u32::from(self == person) - u32::from(insider == Some(self))
    }
}

/// The search for witnesses on one item.
struct Search<'a> {
    releases: &'a [Release<'a>],
    item: usize,
    codes: usize,
    classes: Vec<Class>,
    insiders: u32,
    /// The mark that an insider may find out.
    harmless: Option<usize>,
    witnesses: BTreeSet<Witness>,
}

impl<'a> Search<'a> {
    fn new(releases: &'a [Release<'a>], evidence: &Evidence, item: usize) -> Self {
        let mut classes = Vec::new();
        for atom in 0..evidence.atoms().len() {
            // Of people who are in no block of any release nothing is printed.
            if releases.iter().any(|release| release.block_of.get(atom).is_some_and(Option::is_some)) {
                let counts = evidence.counts(atom, item).iter().enumerate();
                classes.extend(counts.filter(|(_, people)| **people > 0).map(|(code, people)| Class {
                    atom,
                    code,
                    people: *people,
                }));
            }
        }
        let codes = evidence.codes().len();
        let mut harmless = releases.iter().map(|release| match release.result.policy.harmless_end(release.scale) {
            Some(ScaleEnd::Lowest) => Some(0),
            Some(ScaleEnd::Highest) => codes.checked_sub(1),
            None => None,
        });
        let first = harmless.next().flatten();
        Self {
            releases,
            item,
            codes,
            classes,
            insiders: releases.iter().map(|release| release.result.policy.colluding_insiders).max().unwrap_or(1),
            harmless: first.filter(|first| harmless.all(|other| other == Some(*first))),
            witnesses: BTreeSet::new(),
        }
    }

    fn certify(&mut self, person: Class, budget: &mut Budget, found: &mut Certified) -> Result<(), Exhausted> {
        for to in (0..self.codes).filter(|to| *to != person.code) {
            let alone = [Move { atom: person.atom, from: person.code, to }];
            if self.is_blind_to(&alone, budget)? {
                self.witnesses.insert(alone.to_vec());
                return Ok(());
            }
        }
        let mut partners = Vec::new();
        let mut available = 0;
        for at in 0..self.classes.len() {
            let Some(other) = self.classes.get(at).copied() else { break };
            if other.others(person, None) > 0
                && self.same_blocks(person.atom, other.atom)
                && let Some(witness) = self.partner(person, other, budget)?
            {
                self.witnesses.insert(witness.to_vec());
                partners.push(other);
                available += other.others(person, None);
            }
            if available > self.insiders {
                return Ok(());
            }
        }
        if available == 0 {
            found.uncertified += u64::from(person.people);
        }
        let mut harmless = false;
        for insider in &self.classes {
            let readers = insider.others(person, None);
            let left = available - u32::from(partners.contains(insider));
            // The insider may bring the worst of the others.
            if readers == 0 || left >= self.insiders {
                continue;
            }
            if self.harmless == Some(person.code) {
                harmless = true;
            } else {
                found.uncertified += u64::from(person.people) * u64::from(readers);
            }
        }
        found.top_marks += if harmless { u64::from(person.people) } else { 0 };
        Ok(())
    }

    /// Whether every release puts these atoms into one block.
    fn same_blocks(&self, one: usize, other: usize) -> bool {
        self.releases.iter().all(|release| release.block_of.get(one) == release.block_of.get(other))
    }

    /// How the person and one of these could have answered otherwise together.
    fn partner(&self, person: Class, other: Class, budget: &mut Budget) -> Result<Option<[Move; 2]>, Exhausted> {
        let exchange = (other.code != person.code).then_some((other.code, person.code));
        for (person_to, other_to) in exchange.into_iter().chain(opposite_steps(person.code, other.code, self.codes)) {
            let mut moves = [
                Move { atom: person.atom, from: person.code, to: person_to },
                Move { atom: other.atom, from: other.code, to: other_to },
            ];
            moves.sort_unstable();
            if self.is_blind_to(&moves, budget)? {
                return Ok(Some(moves));
            }
        }
        Ok(None)
    }

    fn is_blind_to(&self, moves: &[Move], budget: &mut Budget) -> Result<bool, Exhausted> {
        budget.spend()?;
        Ok(self.releases.iter().all(|release| release.is_blind_to(self.item, moves)))
    }
}

/// One answer a point up and the other a point down, as far as the scale goes.
pub(super) fn opposite_steps(one: usize, other: usize, codes: usize) -> impl Iterator<Item = (usize, usize)> {
    let up = (one + 1 < codes && other > 0).then(|| (one + 1, other - 1));
    let down = (one > 0 && other + 1 < codes).then(|| (one - 1, other + 1));
    up.into_iter().chain(down)
}
