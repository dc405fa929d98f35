//! Whether the sum of a group that is not shown alone is left open by everything that is printed.
//!
//! Two questions that do not lean on the certificate. In exact algebra: is the sum of the group's answers to an item a
//! combination of sums that are printed? That depends on who answered what and not on the answers. In whole numbers:
//! between which values can it lie, given what is printed? Both ends are confirmed by an example, and where they are
//! one, the sum is known.
//!
//! How wide the interval is, is not judged. Near an end of the scale it is narrow whatever one does, and the people in
//! the group are protected one by one by the certificate.

use std::collections::BTreeSet;

use super::Budget;
use super::certificate::opposite_steps;
use super::evidence::{Atom, Evidence};
use super::interval::Intervals;
use super::linear::{Known, LinearError, System};
use super::release::{Move, Release};
use super::span::Span;

/// Whether the sum of every hidden group, and of everybody else in its block, is left open for every item.
///
/// False also where that is not shown within the budget.
pub(super) fn groups_stay_open(releases: &[Release<'_>], evidence: &Evidence, budget: &mut Budget) -> bool {
    let hidden = hidden_groups(releases, evidence);
    hidden.is_empty()
        || (0..evidence.items())
            .all(|item| Question { releases, evidence, item }.leaves_open(&hidden, budget).unwrap_or(false))
}

/// People, by atom, of whom no sum is printed: each group within a block of several, and the rest of that block.
fn hidden_groups(releases: &[Release<'_>], evidence: &Evidence) -> BTreeSet<Vec<usize>> {
    let atoms = || 0..evidence.atoms().len();
    let blocks: Vec<Vec<Vec<usize>>> = releases
        .iter()
        .map(|release| {
            let of_block = |block| atoms().filter(|atom| release.block_of.get(*atom) == Some(&Some(block))).collect();
            (0..release.result.blocks.len()).map(of_block).collect()
        })
        .collect();
    let mut hidden = BTreeSet::new();
    for (at, (release, blocks)) in releases.iter().zip(&blocks).enumerate() {
        for (block, people) in release.result.blocks.iter().zip(blocks) {
            for group in &block.groups {
                let (inside, outside) = people.iter().partition::<Vec<usize>, _>(|atom| {
                    evidence.atoms().get(**atom).and_then(|atom: &Atom| atom.group(at)) == Some(group)
                });
                hidden
                    .extend([inside, outside].into_iter().filter(|part| !part.is_empty() && part.len() < people.len()));
            }
        }
    }
    hidden.retain(|part| !blocks.iter().flatten().any(|block| block == part));
    hidden
}

/// One item over all releases.
struct Question<'a> {
    releases: &'a [Release<'a>],
    evidence: &'a Evidence,
    item: usize,
}

impl Question<'_> {
    fn answers(&self, atom: usize) -> i64 {
        i64::from(self.evidence.counts(atom, self.item).iter().sum::<u32>())
    }

    fn leaves_open(&self, hidden: &BTreeSet<Vec<usize>>, budget: &mut Budget) -> Result<bool, LinearError> {
        let asked = |part: &&Vec<usize>| part.iter().any(|atom| self.answers(*atom) > 0);
        let hidden: Vec<_> = hidden.iter().filter(asked).collect();
        let blocks = self.printed_blocks();
        let rows: Vec<_> = blocks.iter().map(|(_, _, atoms)| self.terms(atoms)).collect();
        let span = Span::of(rows.iter().map(Vec::as_slice));
        let system = self.system(&blocks)?;
        let mut intervals = None;
        for part in hidden {
            let target = self.terms(part);
            // Answers that are all of a printed block's, because nobody else there answered, are that block's and not
            // hidden.
            if rows.contains(&target) {
                continue;
            }
            if span.contains(&target) {
                return Ok(false);
            }
            if self.exchange_leaves_open(part) {
                continue;
            }
            let mut keep_going = || budget.spend().is_ok();
            if intervals.is_none() {
                intervals = Intervals::of(&system, &mut keep_going).ok();
            }
            let range = intervals.as_ref().and_then(|intervals| intervals.range(&target, &mut keep_going).ok());
            if self.is_distributed(part) || range.is_none_or(|range| range.lowest >= range.highest) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Two people, one inside and one outside, of one block everywhere, who might have given each other's answer, or
    /// the one a point more and the other a point less: the shortest proof, and the one that holds where a distribution
    /// is shown.
    fn exchange_leaves_open(&self, part: &[usize]) -> bool {
        let outside = (0..self.evidence.atoms().len()).filter(|atom| !part.contains(atom));
        outside.flat_map(|other| part.iter().map(move |atom| (*atom, other))).any(|(one, other)| {
            let given = |atom| {
                self.evidence
                    .counts(atom, self.item)
                    .iter()
                    .enumerate()
                    .filter(|(_, count)| **count > 0)
                    .map(|(code, _)| code)
            };
            given(one).flat_map(|first| given(other).map(move |second| (first, second))).any(|(first, second)| {
                let exchange = (first != second).then_some((second, first));
                let steps = exchange.into_iter().chain(opposite_steps(first, second, self.evidence.codes().len()));
                steps.into_iter().any(|(first_to, second_to)| {
                    let moves = [
                        Move { atom: one, from: first, to: first_to },
                        Move { atom: other, from: second, to: second_to },
                    ];
                    self.releases.iter().all(|release| release.is_blind_to(self.item, &moves))
                })
            })
        })
    }

    /// Whether a printed distribution counts any of these people: their sums are then not all that is known of them.
    fn is_distributed(&self, part: &[usize]) -> bool {
        self.releases.iter().any(|release| {
            let block_of = |atom: &usize| release.block_of.get(*atom).copied().flatten();
            part.iter().filter_map(block_of).any(|block| release.distribution(self.item, block).is_some())
        })
    }

    /// The atoms whose answers there are, once each.
    fn terms(&self, atoms: &[usize]) -> Vec<(usize, i64)> {
        atoms.iter().filter(|atom| self.answers(**atom) > 0).map(|atom| (*atom, 1)).collect()
    }

    /// The blocks of which a figure of this item is printed: the release, the block and its atoms.
    fn printed_blocks(&self) -> Vec<(usize, usize, Vec<usize>)> {
        let mut printed = Vec::new();
        for (at, release) in self.releases.iter().enumerate() {
            for block in 0..release.columns.len() {
                if release.cell(self.item, block).is_some_and(|cell| cell.reason().is_none()) {
                    let atoms = (0..self.evidence.atoms().len())
                        .filter(|atom| release.block_of.get(*atom) == Some(&Some(block)));
                    printed.push((at, block, atoms.collect()));
                }
            }
        }
        printed
    }

    /// What is printed, as facts about the sum of each atom above the lowest marks.
    fn system(&self, blocks: &[(usize, usize, Vec<usize>)]) -> Result<System, LinearError> {
        let mut system = System::default();
        let width =
            i64::try_from(self.evidence.codes().len().saturating_sub(1)).map_err(|_error| LinearError::Overflow)?;
        for atom in 0..self.evidence.atoms().len() {
            system.unknown(0, self.answers(atom) * width)?;
        }
        for (at, block, atoms) in blocks {
            let Some(release) = self.releases.get(*at) else { continue };
            let excesses = release.excesses(self.item, *block);
            system.know(Known::between(self.terms(atoms), *excesses.start(), *excesses.end())?)?;
        }
        Ok(system)
    }
}
