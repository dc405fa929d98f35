//! The search for another set of answers where nearly everybody gave the same mark.
//!
//! Every candidate keeps the mark of everybody but a few people of one review, and is confirmed by what it would print: the cells of the
//! blocks that it touches under the release rule, and the competency's part of the report.

use super::answers::{Answers, Ballot, Mark, ReviewAnswers};
use super::figures::{Printer, Relations, Spread};
use super::sums::Sums;
use crate::tally::Count;

/// Whose answer to which item is to be another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// The review, by its place.
    pub(super) review: usize,
    /// The competency, by its place.
    pub(super) competency: usize,
    /// The item, by its place in the framework.
    pub(super) item: usize,
    /// The ballot, by its place in the review.
    pub(super) ballot: usize,
}

/// The search, with what it compares against.
pub(super) struct Search<'a> {
    answers: &'a Answers,
    printer: &'a Printer<'a>,
    /// The sums of each competency; changed by each candidate and put back.
    sums: Vec<Sums>,
    /// What is printed of each competency.
    figures: Vec<(Spread, Relations)>,
    work: u64,
}

/// A ballot of a review with another mark for the target's item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    review: usize,
    ballot: usize,
    from: u8,
    to: u8,
}

impl<'a> Search<'a> {
    /// A search among these answers that tries so many candidates at most.
    pub(super) fn new(answers: &'a Answers, printer: &'a Printer<'a>, work: u64) -> Option<Self> {
        let sums = printer.sums.clone();
        let figures = |(at, sums)| Some((printer.spread(at, sums)?, printer.relations(at, sums)?));
        let figures = sums.iter().enumerate().map(figures).collect::<Option<_>>()?;
        Some(Self { answers, printer, sums, figures, work })
    }

    /// Whether there are `needed` other sets of answers in which the target's mark is another one and of which no two touch the same ballot
    /// of anybody else. `used` are the ballots that change places with the target's in sets that are already known.
    ///
    /// One set that touches nobody else is enough for any number.
    pub(super) fn find(&mut self, target: Target, mut used: Vec<usize>, needed: usize) -> bool {
        let mut found = used.len();
        while found < needed {
            match self.another(target, &used, needed == 1) {
                None => return false,
                Some(touched) if touched.is_empty() => return true,
                Some(touched) => used.extend(touched),
            }
            found += 1;
        }
        true
    }

    /// One more set of answers: the other ballots of the target's review that it touches, none of them in `used`.
    fn another(&mut self, target: Target, used: &[usize], outsider: bool) -> Option<Vec<usize>> {
        let answers = self.answers;
        let review = answers.reviews.get(target.review)?;
        let own = review.ballots.get(target.ballot)?;
        let mark = own.given(target.item)?;
        let free: Vec<_> = (0..review.ballots.len()).filter(|ballot| *ballot != target.ballot && !used.contains(ballot)).collect();
        let change = |ballot, from, to| Change { review: target.review, ballot, from, to };
        let holders = |value: u8| free.iter().copied().filter(move |ballot| given(review, *ballot, target.item) == Some(value));
        for to in self.neighbours(mark) {
            let first = change(target.ballot, mark, to);
            if self.confirms(target, &[first])? {
                return Some(Vec::new());
            }
            // Somebody else in the review moves the other way.
            for other in holders(to) {
                if self.confirms(target, &[first, change(other, to, mark)])? {
                    return Some(vec![other]);
                }
            }
            // Nobody who gave an answer is to be kept out of it: somebody in any review does.
            if outsider {
                for (at, review) in answers.reviews.iter().enumerate().filter(|(at, _)| *at != target.review) {
                    for ballot in (0..review.ballots.len()).filter(|ballot| given(review, *ballot, target.item) == Some(to)) {
                        if self.confirms(target, &[first, Change { review: at, ballot, from: to, to: mark }])? {
                            return Some(Vec::new());
                        }
                    }
                }
            }
            // Somebody in the block moves the other way, and two others in one block make up for it.
            let block = |ballot: usize| review.ballots.get(ballot).map(|ballot| ballot.block);
            for second in free.iter().copied().filter(|ballot| block(*ballot) == Some(own.block)) {
                let Some(from) = given(review, second, target.item) else { continue };
                let Some(second_to) = self.opposite(mark, to, from) else { continue };
                let pair = [first, change(second, from, second_to)];
                if self.confirms(target, &pair)? {
                    return Some(vec![second]);
                }
                for third in holders(to).filter(|third| *third != second) {
                    let fits = |fourth: &usize| ![second, third].contains(fourth) && block(*fourth) == block(third);
                    for fourth in holders(second_to).filter(fits) {
                        let [first, second_change] = pair;
                        let moves = [first, second_change, change(third, to, mark), change(fourth, second_to, from)];
                        if self.confirms(target, &moves)? {
                            return Some(vec![second, third, fourth]);
                        }
                    }
                }
            }
        }
        None
    }

    /// The marks next to this one.
    fn neighbours(&self, mark: u8) -> impl Iterator<Item = u8> + use<> {
        let scale = self.answers.lowest..=self.answers.highest;
        [mark.checked_add(1), mark.checked_sub(1)].into_iter().flatten().filter(move |mark| scale.contains(mark))
    }

    /// The mark as far from `other` as `to` is from `mark`, the other way.
    fn opposite(&self, mark: u8, to: u8, other: u8) -> Option<u8> {
        let moved = if to > mark { other.checked_sub(to - mark) } else { other.checked_add(mark - to) };
        moved.filter(|moved| (self.answers.lowest..=self.answers.highest).contains(moved))
    }

    /// Whether results and report are the same with these changes. `None` when the work is used up.
    fn confirms(&mut self, target: Target, changes: &[Change]) -> Option<bool> {
        let reviews = || {
            let mut reviews: Vec<_> = changes.iter().map(|change| change.review).collect();
            reviews.sort_unstable();
            reviews.dedup();
            reviews
        };
        let mut spread_is_kept = true;
        for review in reviews() {
            let in_review: Vec<_> = changes.iter().copied().filter(|change| change.review == review).collect();
            let review = self.answers.reviews.get(review)?;
            if !is_released_alike(self.answers, review, target.item, &in_review) {
                return Some(false);
            }
            spread_is_kept &= is_rearrangement(&in_review);
        }
        self.work = self.work.checked_sub(1)?;
        self.apply(target, changes, false);
        let same = self.prints_alike(target.competency, spread_is_kept);
        self.apply(target, changes, true);
        Some(same.unwrap_or(false))
    }

    fn prints_alike(&self, competency: usize, spread_is_kept: bool) -> Option<bool> {
        let (sums, (spread, relations)) = (self.sums.get(competency)?, self.figures.get(competency)?);
        let alike = spread_is_kept || self.printer.spread(competency, sums)? == *spread;
        Some(alike && self.printer.has_relations(competency, sums, relations))
    }

    /// Makes the changes in the sums, or takes them back.
    fn apply(&mut self, target: Target, changes: &[Change], back: bool) {
        let Some(sums) = self.sums.get_mut(target.competency) else { return };
        for change in changes {
            let review = self.answers.reviews.get(change.review);
            let Some(ballot) = review.and_then(|review| review.ballots.get(change.ballot)) else { continue };
            let mut moved: Ballot = ballot.clone();
            if let Some(mark) = moved.marks.get_mut(target.item) {
                *mark = Mark::Given(change.to);
            }
            let (out, into) = if back { (&moved, ballot) } else { (ballot, &moved) };
            sums.add(change.review, out, -1);
            sums.add(change.review, into, 1);
        }
    }
}

fn given(review: &ReviewAnswers, ballot: usize, item: usize) -> Option<u8> {
    review.ballots.get(ballot).and_then(|ballot| ballot.given(item))
}

/// Whether the marks are the same taken together, only given by others.
fn is_rearrangement(changes: &[Change]) -> bool {
    let sorted = |mark: fn(&Change) -> u8| {
        let mut marks: Vec<_> = changes.iter().map(mark).collect();
        marks.sort_unstable();
        marks
    };
    sorted(|change| change.from) == sorted(|change| change.to)
}

/// Whether the review's result is the same with these changes to one item, for all that the result may hold.
///
/// Cells: those of the blocks that are touched are asked of the release rule itself; everything else is computed from cells. Distributions:
/// may be shown from so many answers of a block, or of all blocks together, as the policy says; where there could be one it must be the
/// same. Inferences about highest marks: there are none in a cell in which more people than may collude gave another mark.
fn is_released_alike(answers: &Answers, review: &ReviewAnswers, item: usize, changes: &[Change]) -> bool {
    let from = review.policy.distribution_threshold();
    let shows = |people: usize| u32::try_from(people).is_ok_and(|people| people >= from);
    if shows(review.ballots.len()) && !is_rearrangement(changes) {
        return false;
    }
    let block_of = |change: &Change| review.ballots.get(change.ballot).map(|ballot| ballot.block);
    let mut blocks: Vec<_> = changes.iter().filter_map(block_of).collect();
    blocks.sort_unstable();
    blocks.dedup();
    blocks.into_iter().all(|block| {
        let in_block = || review.ballots.iter().filter(move |ballot| ballot.block == block);
        let touched: Vec<_> = changes.iter().copied().filter(|change| block_of(change) == Some(block)).collect();
        if is_rearrangement(&touched) {
            return true;
        }
        if shows(in_block().count()) {
            return false;
        }
        let marks: Vec<_> = in_block().filter_map(|ballot| ballot.given(item)).collect();
        let (sum, others) = (total(marks.iter().copied()), marks.iter().filter(|mark| **mark != answers.highest).count());
        let (less, more) = (total(touched.iter().map(|change| change.from)), total(touched.iter().map(|change| change.to)));
        let below_top = |mark: fn(&Change) -> u8| touched.iter().filter(|change| mark(change) != answers.highest).count();
        let others_then = others + below_top(|change| change.to) - below_top(|change| change.from);
        let Ok(count) = u32::try_from(marks.len()) else { return false };
        let cell = |sum| review.rule.figure(Count { answers: count, sum }).cell();
        let insiders = usize::try_from(review.policy.colluding_insiders()).unwrap_or(usize::MAX);
        cell(sum) == cell(sum + more - less) && (others == others_then || others.min(others_then) > insiders)
    })
}

fn total(marks: impl Iterator<Item = u8>) -> u32 {
    marks.map(u32::from).sum()
}
