//! Witnesses for items with a distribution that no small exchange finds: every set of answers is looked through, as counts by block and
//! point of the scale.
//!
//! A distribution ties the blocks together, so that what a person's new answer does to it has to be undone by several people of other
//! blocks at once. What is found is put together and printed again like any other witness.

use std::ops::RangeInclusive;

use super::Budget;
use super::interval::range;
use super::linear::{Known, LinearError, System};
use super::release::Release;

/// One person's answer to the item: the block that counts it, and the code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) block: usize,
    pub(super) code: usize,
}

/// Whether there is a set of answers that prints the same, with another answer of the person and the same of the insider.
///
/// False also where the search does not end within the budget.
pub(super) fn is_open(release: &Release<'_>, item: usize, person: Answer, insider: Option<Answer>, budget: &mut Budget) -> bool {
    let Some(problem) = Problem::new(release, item, person, insider) else { return false };
    let Ok(system) = problem.system() else { return false };
    let target: Vec<_> = (0..problem.codes).filter_map(|code| Some((code, i64::try_from(code).ok()?))).collect();
    let Ok(range) = range(&system, &target, &mut || budget.spend().is_ok()) else { return false };
    // At one of the two ends, if they differ, the person's answer is another one.
    [range.lowest_at, range.highest_at].iter().any(|point| {
        let own = point.iter().take(problem.codes).position(|chosen| *chosen == 1);
        own.is_some_and(|own| own != person.code) && problem.values(point).is_some_and(|values| release.prints_same(item, &values))
    })
}

/// The unknowns are, in this order: for each code whether it is the person's; for each block that the distribution counts and each code,
/// how many of the others gave it.
struct Problem<'a> {
    release: &'a Release<'a>,
    item: usize,
    codes: usize,
    blocks: Vec<usize>,
    person: Answer,
    insider: Option<Answer>,
}

impl<'a> Problem<'a> {
    fn new(release: &'a Release<'a>, item: usize, person: Answer, insider: Option<Answer>) -> Option<Self> {
        let blocks = release.distributed(item);
        let codes = release.values(item, person.block).len();
        // An insider of a block that the distribution leaves out knows nothing about it.
        let insider = insider.filter(|insider| blocks.contains(&insider.block));
        blocks.contains(&person.block).then_some(Self { release, item, codes, blocks, person, insider })
    }

    fn unknown(&self, at: usize, code: usize) -> usize {
        self.codes * (at + 1) + code
    }

    fn is_person(&self, block: usize) -> bool {
        self.person.block == block
    }

    fn insider_code(&self, block: usize) -> Option<usize> {
        self.insider.filter(|insider| insider.block == block).map(|insider| insider.code)
    }

    /// How often some codes were given over all blocks, and the number that the insider makes of it.
    fn overall(&self, codes: RangeInclusive<usize>) -> (Vec<(usize, i64)>, i64) {
        let blocks = (0..self.blocks.len()).flat_map(|at| codes.clone().map(move |code| (at, code)));
        let terms = blocks.map(|(at, code)| (self.unknown(at, code), 1)).chain(codes.clone().map(|code| (code, 1))).collect();
        (terms, i64::from(self.insider.is_some_and(|insider| codes.contains(&insider.code))))
    }

    fn system(&self) -> Result<System, LinearError> {
        let mut system = System::default();
        let whole = |number: usize| i64::try_from(number).map_err(|_error| LinearError::Overflow);
        for _ in 0..self.codes {
            system.unknown(0, 1)?;
        }
        system.know(Known::exactly((0..self.codes).map(|code| (code, 1)), 1)?)?;
        for &block in &self.blocks {
            let people: u32 = self.release.values(self.item, block).iter().sum();
            for _ in 0..self.codes {
                system.unknown(0, i64::from(people))?;
            }
        }
        for (at, &block) in self.blocks.iter().enumerate() {
            let people: u32 = self.release.values(self.item, block).iter().sum();
            let insider = self.insider_code(block);
            let others = i64::from(people) - i64::from(self.is_person(block)) - i64::from(insider.is_some());
            system.know(Known::exactly((0..self.codes).map(|code| (self.unknown(at, code), 1)), others)?)?;
            let excess = self.release.excesses(self.item, block);
            let known = whole(insider.unwrap_or(0))?;
            let mut terms = Vec::new();
            for code in 0..self.codes {
                terms.push((self.unknown(at, code), whole(code)?));
                if self.is_person(block) {
                    terms.push((code, whole(code)?));
                }
            }
            system.know(Known::between(terms, excess.start() - known, excess.end() - known)?)?;
        }
        self.know_distribution(&mut system)?;
        Ok(system)
    }

    /// What the bins tell. Where they begin and end is itself a statement about how few answers lie below; the search keeps to those ways
    /// of binning that the true answers have.
    fn know_distribution(&self, system: &mut System) -> Result<(), LinearError> {
        let counts: Vec<u32> = (0..self.codes)
            .map(|code| self.blocks.iter().filter_map(|block| self.release.values(self.item, *block).get(code)).sum())
            .collect();
        let stretches = crate::disclosure::stretches(&counts);
        let complete = stretches.iter().filter(|stretch| stretch.is_complete).count();
        for (at, stretch) in stretches.iter().enumerate() {
            let everybody = i64::from(counts.iter().sum::<u32>());
            let (smallest, largest) = (i64::from(crate::disclosure::SMALLEST_BIN), everybody);
            for last in stretch.codes.clone() {
                let (terms, known) = self.overall(*stretch.codes.start()..=last);
                let is_whole = last == *stretch.codes.end() && stretch.is_complete;
                let bounds = if is_whole { (smallest, largest) } else { (0, smallest - 1) };
                system.know(Known::between(terms, bounds.0 - known, bounds.1 - known)?)?;
            }
            // The last complete stretch is printed together with what is left above it.
            let end = if at + 1 == complete { self.codes.saturating_sub(1) } else { *stretch.codes.end() };
            if stretch.is_complete {
                let codes = *stretch.codes.start()..=end;
                let count: u32 = counts.get(codes.clone()).unwrap_or_default().iter().sum();
                let (terms, known) = self.overall(codes);
                system.know(Known::exactly(terms, i64::from(count) - known)?)?;
            }
        }
        Ok(())
    }

    /// The answers by block and code at a point.
    fn values(&self, point: &[i64]) -> Option<Vec<Vec<u32>>> {
        let blocks = 0..self.release.figures(self.item).len();
        let of_block = |block: usize| {
            let Some(at) = self.blocks.iter().position(|known| *known == block) else {
                return Some(self.release.values(self.item, block).to_vec());
            };
            let of_code = |code: usize| {
                let own = if self.is_person(block) { *point.get(code)? } else { 0 };
                let insider = i64::from(self.insider_code(block) == Some(code));
                u32::try_from(point.get(self.unknown(at, code))? + own + insider).ok()
            };
            (0..self.codes).map(of_code).collect()
        };
        blocks.map(of_block).collect()
    }
}
