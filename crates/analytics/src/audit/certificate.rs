//! The gate: for each person, item and insider, another set of answers that would print the very same.
//!
//! People of one atom who gave the same answer to an item are interchangeable, so the search runs over classes of people and not over
//! people: a block of ten thousand costs what a block of ten does. The witnesses, in the order in which they are tried:
//!
//! 1. the person alone gives another answer (a band, or a mean that rounds to the same);
//! 2. the person and a partner of the same block exchange answers, or the one gives a point more and the other a point less;
//! 3. where a distribution is shown: what (2) does to it is undone by people of other blocks, first tried with one or two of them and then
//!    by looking through every set of answers (`solved`).
//!
//! A partner whom the insiders know is no witness to them. A person with more partners than there are insiders stays open to any
//! coalition of them, whoever it is; this is how coalitions of more than one are covered without listing them.

use super::evidence::Evidence;
use super::release::{Move, Release};
use super::solved::{self, Answer};
use super::{Budget, Exhausted};

/// What could not be certified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Certified {
    /// People times items times readers of whom one could find out the other's answer, against the policy.
    pub(super) uncertified: u64,
    /// People times items of whom an insider could find out the highest mark, which the policy allows.
    pub(super) top_marks: u64,
}

/// People of one atom who gave one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Class {
    atom: usize,
    code: usize,
    people: u32,
}

/// Looks for a witness for every person, item and reader.
///
/// # Errors
/// [`Exhausted`] when the budget is spent first.
///
/// # Guarantee
/// What is not counted in the answer has a witness: a set of answers in which this person gave another answer, every insider the same,
/// and every release prints the same.
pub(super) fn certify(releases: &[Release<'_>], evidence: &Evidence, budget: &mut Budget) -> Result<Certified, Exhausted> {
    let mut found = Certified::default();
    for item in 0..evidence.items() {
        let search = Search::new(releases, evidence, item);
        for person in &search.classes {
            search.certify(*person, budget, &mut found)?;
        }
    }
    Ok(found)
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
    allows_top_marks: bool,
    distributed: bool,
}

impl<'a> Search<'a> {
    fn new(releases: &'a [Release<'a>], evidence: &Evidence, item: usize) -> Self {
        let mut classes = Vec::new();
        for atom in 0..evidence.atoms().len() {
            // Of people who are in no block of any release nothing is printed.
            if releases.iter().any(|release| release.block_of.get(atom).is_some_and(Option::is_some)) {
                let counts = evidence.counts(atom, item).iter().enumerate();
                classes.extend(counts.filter(|(_, people)| **people > 0).map(|(code, people)| Class { atom, code, people: *people }));
            }
        }
        Self {
            releases,
            item,
            codes: evidence.codes().len(),
            classes,
            insiders: releases.iter().map(|release| release.result.policy.colluding_insiders).max().unwrap_or(1),
            allows_top_marks: releases.iter().all(|release| !release.result.policy.strict && release.shows_items()),
            distributed: releases.iter().any(|release| release.printed_item(item).is_some_and(|item| item.distribution.is_some())),
        }
    }

    fn certify(&self, person: Class, budget: &mut Budget, found: &mut Certified) -> Result<(), Exhausted> {
        for to in (0..self.codes).filter(|to| *to != person.code) {
            if self.is_blind_to(&[Move { atom: person.atom, from: person.code, to }], budget)? {
                return Ok(());
            }
        }
        let mut partners = Vec::new();
        for other in &self.classes {
            if other.others(person, None) > 0 && self.same_blocks(person.atom, other.atom) && self.partner(person, *other, budget)? {
                partners.push(*other);
            }
        }
        let available: u32 = partners.iter().map(|class| class.others(person, None)).sum();
        if available > self.insiders {
            return Ok(());
        }
        if available == 0 && !self.compensated(person, None, budget)? {
            found.uncertified += u64::from(person.people);
        }
        let mut top_mark = false;
        for insider in &self.classes {
            let readers = insider.others(person, None);
            let left = available - u32::from(partners.contains(insider));
            // The insider may bring the worst of the others.
            if readers == 0 || left >= self.insiders || self.compensated(person, Some(*insider), budget)? {
                continue;
            }
            if self.allows_top_marks && person.code + 1 == self.codes {
                top_mark = true;
            } else {
                found.uncertified += u64::from(person.people) * u64::from(readers);
            }
        }
        found.top_marks += if top_mark { u64::from(person.people) } else { 0 };
        Ok(())
    }

    /// Whether every release puts these atoms into one block.
    fn same_blocks(&self, one: usize, other: usize) -> bool {
        self.releases.iter().all(|release| release.block_of.get(one) == release.block_of.get(other))
    }

    /// Whether the person and one of these could have answered otherwise together.
    fn partner(&self, person: Class, other: Class, budget: &mut Budget) -> Result<bool, Exhausted> {
        let exchange = (other.code != person.code).then_some((other.code, person.code));
        for (person_to, other_to) in exchange.into_iter().chain(self.opposite_steps(person.code, other.code)) {
            let moves =
                [Move { atom: person.atom, from: person.code, to: person_to }, Move { atom: other.atom, from: other.code, to: other_to }];
            if self.is_blind_to(&moves, budget)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One answer a point up and the other a point down, as far as the scale goes.
    fn opposite_steps(&self, one: usize, other: usize) -> impl Iterator<Item = (usize, usize)> {
        let up = (one + 1 < self.codes && other > 0).then(|| (one + 1, other - 1));
        let down = (one > 0 && other + 1 < self.codes).then(|| (one - 1, other + 1));
        up.into_iter().chain(down)
    }

    /// Whether a change of the person's answer can be hidden in a distribution by people of other blocks, none of them the insider.
    fn compensated(&self, person: Class, insider: Option<Class>, budget: &mut Budget) -> Result<bool, Exhausted> {
        if !self.distributed {
            return Ok(false);
        }
        // With more than one insider the others may be anybody, so that many people of each class do not count.
        let known = if insider.is_some() { self.insiders - 1 } else { 0 };
        let free = |class: Class, wanted: u32| class.others(person, insider) >= known + wanted;
        for other in self.classes.iter().filter(|class| !self.same_blocks(person.atom, class.atom) && free(**class, 1)) {
            if other.code != person.code {
                let moves = [
                    Move { atom: person.atom, from: person.code, to: other.code },
                    Move { atom: other.atom, from: other.code, to: person.code },
                ];
                if self.is_blind_to(&moves, budget)? {
                    return Ok(true);
                }
            }
        }
        for partner in self.classes.iter().filter(|class| self.same_blocks(person.atom, class.atom) && free(**class, 1)) {
            for (person_to, partner_to) in self.opposite_steps(person.code, partner.code) {
                let elsewhere =
                    |code: usize| self.classes.iter().filter(move |class| class.code == code && !self.same_blocks(person.atom, class.atom));
                for one in elsewhere(person_to) {
                    for two in elsewhere(partner_to).filter(|two| self.same_blocks(one.atom, two.atom)) {
                        if !free(*one, 1) || !free(*two, if one == two { 2 } else { 1 }) {
                            continue;
                        }
                        let moves = [
                            Move { atom: person.atom, from: person.code, to: person_to },
                            Move { atom: partner.atom, from: partner.code, to: partner_to },
                            Move { atom: one.atom, from: person_to, to: person.code },
                            Move { atom: two.atom, from: partner_to, to: partner.code },
                        ];
                        if self.is_blind_to(&moves, budget)? {
                            return Ok(true);
                        }
                    }
                }
            }
        }
        Ok(self.solved(person, insider, budget))
    }

    /// The last resort, for one release and one insider. With more insiders, or with earlier releases, what the small exchanges do not show
    /// counts as found out.
    fn solved(&self, person: Class, insider: Option<Class>, budget: &mut Budget) -> bool {
        let [release] = self.releases else { return false };
        if insider.is_some() && self.insiders > 1 {
            return false;
        }
        let answer = |class: Class| Some(Answer { block: release.block_of.get(class.atom).copied().flatten()?, code: class.code });
        let Some(person) = answer(person) else { return false };
        solved::is_open(release, self.item, person, insider.and_then(answer), budget)
    }

    fn is_blind_to(&self, moves: &[Move], budget: &mut Budget) -> Result<bool, Exhausted> {
        budget.spend()?;
        Ok(self.releases.iter().all(|release| release.is_blind_to(self.item, moves)))
    }
}
