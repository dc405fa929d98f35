//! The search for another set of answers where nearly everybody gave the same mark.
//!
//! Every candidate keeps the marks of everybody but a few people, of the review and of one other, and is confirmed by what it would print:
//! the cells and the distribution of the item under the release rule, and the competency's part of the report.

use std::collections::BTreeMap;

use super::answers::{Answers, Ballot, Mark, ReviewAnswers};
use super::figures::{Printer, Relations, Spread};
use super::sums::Sums;
use crate::audit::Exhausted;
use crate::disclosure::Figure;
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

/// How many ways to make up for a change are tried in each review.
const WAYS: usize = 200;
/// How many exchanges are tried with each of them.
const EXCHANGES: usize = 3;

/// A ballot of a review with another mark for the target's item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    review: usize,
    ballot: usize,
    item: usize,
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
        let outsider = needed == 1;
        let mut found = used.len();
        while found < needed {
            match self.another(target, &used, outsider) {
                Err(Exhausted) | Ok(None) => return false,
                Ok(Some(touched)) if touched.is_empty() => return true,
                Ok(Some(touched)) => used.extend(touched),
            }
            found += 1;
        }
        true
    }

    /// One more set of answers: the other ballots of the target's review that it touches, none of them in `used`.
    fn another(&mut self, target: Target, used: &[usize], outsider: bool) -> Result<Option<Vec<usize>>, Exhausted> {
        let Some(review) = self.answers.reviews.get(target.review) else { return Ok(None) };
        let Some(own) = review.ballots.get(target.ballot) else { return Ok(None) };
        let Some(mark) = own.given(target.item) else { return Ok(None) };
        let insiders = usize::try_from(review.policy.colluding_insiders()).unwrap_or(usize::MAX - 1);
        // Whoever colludes has at most one ballot in each review. One more set than there may be of them, all in one other review and
        // without a ballot in common, and they are not party to all of them.
        let elsewhere = if outsider { 1 } else { insiders + 1 };
        let free: Vec<_> = (0..review.ballots.len()).filter(|ballot| *ballot != target.ballot && !used.contains(ballot)).collect();
        for to in self.neighbours(mark) {
            let first = Change { review: target.review, ballot: target.ballot, item: target.item, from: mark, to };
            if let Some(touched) = self.made_up_for(target, &[first], &free, elsewhere)? {
                return Ok(Some(touched));
            }
        }
        // Somebody in the block moves the other way.
        for second in free.iter().copied().filter(|ballot| review.ballots.get(*ballot).is_some_and(|other| other.block == own.block)) {
            let Some(from) = given(review, second, target.item) else { continue };
            for to in self.neighbours(mark) {
                let Some(back) = self.opposite(mark, to, from) else { continue };
                let change = |ballot, from, to| Change { review: target.review, ballot, item: target.item, from, to };
                let pair = [change(target.ballot, mark, to), change(second, from, back)];
                let others: Vec<_> = free.iter().copied().filter(|other| *other != second).collect();
                for changes in self.balanced(target, pair) {
                    if let Some(mut touched) = self.made_up_for(target, &changes, &others, elsewhere)? {
                        touched.push(second);
                        return Ok(Some(touched));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether changes in the target's review are allowed by its result and by the report, alone or when others make up for them: the
    /// ballots of the review, out of `free`, that do. `None` where nobody can.
    fn made_up_for(
        &mut self,
        target: Target,
        changes: &[Change],
        free: &[usize],
        elsewhere: usize,
    ) -> Result<Option<Vec<usize>>, Exhausted> {
        if self.confirms(target, changes)? {
            return Ok(Some(Vec::new()));
        }
        if is_rearrangement(changes) {
            return Ok(None);
        }
        if let [set] = self.sets(target, changes, target.review, free, 1)?.as_slice() {
            return Ok(Some(set.clone()));
        }
        let review = self.answers.reviews.get(target.review);
        let of_item: Vec<_> = changes.iter().copied().filter(|change| change.item == target.item).collect();
        if !review.is_some_and(|review| is_released_alike(self.answers, review, target.item, &of_item)) {
            return Ok(None);
        }
        let reviews = self.answers.reviews.len();
        for review in (target.review + 1..reviews).chain(0..target.review) {
            let everybody: Vec<_> = (0..self.answers.reviews.get(review).map_or(0, |review| review.ballots.len())).collect();
            if self.sets(target, changes, review, &everybody, elsewhere)?.len() == elsewhere {
                return Ok(Some(Vec::new()));
            }
        }
        Ok(None)
    }

    /// Up to `needed` sets of ballots of a review, all free and none in two sets, that can make up for the changes.
    fn sets(
        &mut self,
        target: Target,
        changes: &[Change],
        review: usize,
        free: &[usize],
        needed: usize,
    ) -> Result<Vec<Vec<usize>>, Exhausted> {
        let mut sets = Vec::<Vec<usize>>::new();
        let mut ways = self.opposites(target, changes, review, free);
        ways.sort_by_cached_key(|others| self.imbalance(target, &[changes, others].concat()));
        for others in ways.into_iter().take(WAYS) {
            let touched: Vec<_> = others.iter().map(|change| change.ballot).collect();
            let is_used = |ballot: &usize| sets.iter().flatten().any(|used| used == ballot);
            if touched.iter().any(is_used) {
                continue;
            }
            let all = [changes, &others].concat();
            if self.confirms(target, &all)? {
                sets.push(touched);
            } else {
                let free: Vec<_> = free.iter().copied().filter(|ballot| !touched.contains(ballot) && !is_used(ballot)).collect();
                for exchange in self.exchanges(target.competency, review, &free) {
                    if self.confirms(target, &[all.as_slice(), &exchange].concat())? {
                        sets.push(touched.into_iter().chain(exchange.map(|change| change.ballot)).collect());
                        break;
                    }
                }
            }
            if sets.len() == needed {
                break;
            }
        }
        Ok(sets)
    }

    /// How far changes shift the products of items with raters' sums, on which most figures of how items go together depend: nothing is
    /// shifted by marks that only move between people of the same sum.
    fn imbalance(&self, target: Target, changes: &[Change]) -> i64 {
        let mut shifts = BTreeMap::<usize, i64>::new();
        let items = self.answers.competencies.get(target.competency).cloned().unwrap_or_default();
        for change in changes {
            let review = self.answers.reviews.get(change.review);
            let ballot = review.and_then(|review| review.ballots.get(change.ballot));
            let sum: Option<i64> = items.clone().map(|item| ballot?.given(item).map(i64::from)).sum();
            *shifts.entry(change.item).or_default() += (i64::from(change.to) - i64::from(change.from)) * sum.unwrap_or(0);
        }
        shifts.into_values().map(i64::abs).sum()
    }

    /// Exchanges of the marks of two people of one block for one item of a competency. They change no result, because nothing in a result
    /// depends on who of a block gave which mark, and no figure but those of how items and raters go together.
    fn exchanges(&self, competency: usize, review: usize, free: &[usize]) -> Vec<[Change; 2]> {
        let Some((answers, items)) = self.answers.reviews.get(review).zip(self.answers.competencies.get(competency)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let pairs = free.iter().enumerate().flat_map(|(at, left)| free.iter().skip(at + 1).map(move |right| (*left, *right)));
        for (left, right) in pairs {
            let block = |ballot: usize| answers.ballots.get(ballot).map(|ballot| ballot.block);
            if block(left) != block(right) {
                continue;
            }
            for item in items.clone() {
                if let (Some(one), Some(other)) = (given(answers, left, item), given(answers, right, item))
                    && one != other
                {
                    let change = |ballot, from, to| Change { review, ballot, item, from, to };
                    found.push([change(left, one, other), change(right, other, one)]);
                }
            }
        }
        // Evenly from all of them, so that they pull in different directions.
        let step = found.len().div_ceil(EXCHANGES).max(1);
        found.into_iter().step_by(step).collect()
    }

    /// The ways in which people of one block of a review, all of them free, make the changes the other way round, so that every mark is
    /// given as often as before.
    fn opposites(&self, target: Target, changes: &[Change], review: usize, free: &[usize]) -> Vec<Vec<Change>> {
        let Some(answers) = self.answers.reviews.get(review) else { return Vec::new() };
        let mut ways = vec![Vec::<Change>::new()];
        for change in changes.iter().filter(|change| change.item == target.item) {
            let mut longer = Vec::new();
            for way in &ways {
                for ballot in free.iter().copied().filter(|ballot| given(answers, *ballot, target.item) == Some(change.to)) {
                    let block = |ballot: usize| answers.ballots.get(ballot).map(|ballot| ballot.block);
                    if way.iter().all(|other| other.ballot != ballot && block(other.ballot) == block(ballot)) {
                        let mut way = way.clone();
                        way.push(Change { review, ballot, item: target.item, from: change.to, to: change.from });
                        longer.push(way);
                    }
                }
            }
            ways = longer;
        }
        let balanced = ways.into_iter().flat_map(|way| match way.as_slice() {
            [one, other] => self.balanced(target, [*one, *other]),
            _ => vec![way],
        });
        balanced.collect()
    }

    /// Two changes by people of one block in opposite directions, made so that neither's sum over the competency changes: they exchange
    /// their marks for an item in which they differ by as much. As they are, last.
    fn balanced(&self, target: Target, pair: [Change; 2]) -> Vec<Vec<Change>> {
        let [one, other] = pair;
        let review = self.answers.reviews.get(one.review);
        let items = self.answers.competencies.get(target.competency).cloned().unwrap_or_default();
        let mut ways = Vec::new();
        for item in items.filter(|item| *item != target.item) {
            let mark = |change: Change| review.and_then(|review| given(review, change.ballot, item));
            if let (Some(left), Some(right)) = (mark(one), mark(other))
                && i16::from(right) - i16::from(left) == i16::from(one.from) - i16::from(one.to)
            {
                let change = |of: Change, from, to| Change { item, from, to, ..of };
                ways.push(vec![one, other, change(one, left, right), change(other, right, left)]);
            }
        }
        ways.push(pair.to_vec());
        ways
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

    /// Whether results and report are the same with these changes.
    fn confirms(&mut self, target: Target, changes: &[Change]) -> Result<bool, Exhausted> {
        let reviews = || {
            let mut reviews: Vec<_> = changes.iter().map(|change| change.review).collect();
            reviews.sort_unstable();
            reviews.dedup();
            reviews
        };
        let mut spread_is_kept = true;
        for review in reviews() {
            let in_review: Vec<_> = changes.iter().copied().filter(|change| change.review == review).collect();
            let of_item: Vec<_> = in_review.iter().copied().filter(|change| change.item == target.item).collect();
            let Some(review) = self.answers.reviews.get(review) else { return Ok(false) };
            if !is_released_alike(self.answers, review, target.item, &of_item) {
                return Ok(false);
            }
            spread_is_kept &= is_rearrangement(&in_review);
        }
        self.work = self.work.checked_sub(1).ok_or(Exhausted)?;
        self.apply(target, changes, false);
        let same = self.prints_alike(target.competency, spread_is_kept);
        self.apply(target, changes, true);
        Ok(same.unwrap_or(false))
    }

    /// The judgement on any changes: review, ballot, item, mark before and mark after.
    #[cfg(test)]
    pub(super) fn would_confirm(&mut self, target: Target, changes: &[(usize, usize, usize, u8, u8)]) -> Result<bool, Exhausted> {
        let changes = changes.iter().map(|&(review, ballot, item, from, to)| Change { review, ballot, item, from, to });
        self.confirms(target, &changes.collect::<Vec<_>>())
    }

    fn prints_alike(&self, competency: usize, spread_is_kept: bool) -> Option<bool> {
        let (sums, (spread, relations)) = (self.sums.get(competency)?, self.figures.get(competency)?);
        let alike = spread_is_kept || self.printer.spread(competency, sums)? == *spread;
        Some(alike && self.printer.has_relations(competency, sums, relations))
    }

    /// Makes the changes in the sums, or takes them back.
    fn apply(&mut self, target: Target, changes: &[Change], back: bool) {
        let Some(sums) = self.sums.get_mut(target.competency) else { return };
        let mut people: Vec<_> = changes.iter().map(|change| (change.review, change.ballot)).collect();
        people.sort_unstable();
        people.dedup();
        for (review, at) in people {
            let Some(ballot) = self.answers.reviews.get(review).and_then(|review| review.ballots.get(at)) else { continue };
            let mut moved: Ballot = ballot.clone();
            for change in changes.iter().filter(|change| (change.review, change.ballot) == (review, at)) {
                if let Some(mark) = moved.marks.get_mut(change.item) {
                    *mark = Mark::Given(change.to);
                }
            }
            let (out, into) = if back { (&moved, ballot) } else { (ballot, &moved) };
            sums.add(review, out, -1);
            sums.add(review, into, 1);
        }
    }
}

fn given(review: &ReviewAnswers, ballot: usize, item: usize) -> Option<u8> {
    review.ballots.get(ballot).and_then(|ballot| ballot.given(item))
}

/// Whether the marks are the same taken together, only given by others.
fn is_rearrangement(changes: &[Change]) -> bool {
    let sorted = |mark: fn(&Change) -> u8| {
        let mut marks: Vec<_> = changes.iter().map(|change| (change.item, mark(change))).collect();
        marks.sort_unstable();
        marks
    };
    sorted(|change| change.from) == sorted(|change| change.to)
}

/// Whether the review's result is the same with these changes to one item.
///
/// The release rule is asked for the cells of every block and for the distribution, before and after; everything else in a result is
/// computed from these and from numbers of people.
fn is_released_alike(answers: &Answers, review: &ReviewAnswers, item: usize, changes: &[Change]) -> bool {
    let mut before = Vec::<Vec<u32>>::new();
    let points = usize::from(answers.highest - answers.lowest) + 1;
    let code = |mark: u8| usize::from(mark.saturating_sub(answers.lowest));
    for ballot in &review.ballots {
        if before.len() <= ballot.block {
            before.resize_with(ballot.block + 1, || vec![0; points]);
        }
        let count = ballot.given(item).and_then(|mark| before.get_mut(ballot.block)?.get_mut(code(mark)));
        if let Some(count) = count {
            *count += 1;
        }
    }
    let mut after = before.clone();
    for change in changes {
        let block = review.ballots.get(change.ballot).and_then(|ballot| after.get_mut(ballot.block));
        let Some(block) = block else { return false };
        let Some(from) = block.get_mut(code(change.from)).filter(|count| **count > 0) else { return false };
        *from -= 1;
        let Some(to) = block.get_mut(code(change.to)) else { return false };
        *to += 1;
    }
    let figures =
        |values: &[Vec<u32>]| values.iter().map(|values| review.rule.figure(Count::of(values, answers.lowest))).collect::<Vec<_>>();
    let (figures_before, figures_after) = (figures(&before), figures(&after));
    let distribution = |figures: &[Figure], values: &[Vec<u32>]| {
        review.distribution.distribution(figures.iter().copied().zip(values.iter().map(Vec::as_slice)))
    };
    figures_before == figures_after
        && (review.distributed.get(item) == Some(&false) || distribution(&figures_before, &before) == distribution(&figures_after, &after))
}
