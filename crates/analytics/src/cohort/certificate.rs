//! The certificate: for each answer another set of answers that gives the same results and the same report.
//!
//! Most are found by counting. Everything that is published treats two ballots of one block and one group alike, so they can change places,
//! whole as they are: if enough colleagues gave another mark, each could have been the one who gave this. Where nearly all gave the same,
//! `search` looks for a small change that leaves every printed figure as it is.

use std::collections::BTreeMap;

use super::answers::{Answers, Ballot, Mark, ReviewAnswers};
use super::figures::Printer;
use super::search::{Search, Target};

/// Whether every answer could have been another, for everybody who might put what they know together. Gives up, with `false`, after so many
/// other sets of answers have been tried.
///
/// # Guarantee
/// See [`super::quality_report`].
pub(super) fn is_certified(answers: &Answers, printer: &Printer<'_>, work: u64) -> bool {
    let Some(mut search) = Search::new(answers, printer, work) else { return false };
    answers.reviews.iter().enumerate().all(|(at, review)| {
        let places = Places::of(review, printer);
        answers.competencies.iter().enumerate().all(|(competency, items)| {
            items.clone().all(|item| {
                let target = |ballot| Target { review: at, competency, item, ballot };
                is_item_certified(answers, review, &places, item, |ballot, found, needed| search.find(target(ballot), found, needed))
            })
        })
    })
}

/// Whether every answer to an item in a review could have been another. `search` is asked for what counting does not show: it is given a
/// ballot, those with which it can change places, and how many other sets of answers are needed that touch none twice.
fn is_item_certified(
    answers: &Answers,
    review: &ReviewAnswers,
    places: &Places,
    item: usize,
    mut search: impl FnMut(usize, Vec<usize>, usize) -> bool,
) -> bool {
    let insiders = usize::try_from(review.policy.colluding_insiders()).unwrap_or(usize::MAX - 1);
    let given = |at: usize| review.ballots.get(at).and_then(|ballot| ballot.given(item));
    places.alike.iter().all(|alike| {
        let mut counts = BTreeMap::<u8, usize>::new();
        for mark in alike.iter().filter_map(|ballot| given(*ballot)) {
            *counts.entry(mark).or_default() += 1;
        }
        let all: usize = counts.values().sum();
        alike.iter().all(|ballot| {
            let Some(mark) = given(*ballot) else { return true };
            // A coalition of so many cannot be party to all of one more sets of answers, if no ballot is touched by two of them.
            let needed = if mark == answers.highest && !review.policy.strict() { 1 } else { insiders + 1 };
            if all - counts.get(&mark).unwrap_or(&0) >= needed {
                return true;
            }
            let others = alike.iter().copied().filter(|other| given(*other).is_some_and(|other| other != mark)).collect();
            search(*ballot, others, needed)
        })
    })
}

/// Which ballots of a review can change places.
struct Places {
    /// Ballots of one block, of one group where the report says something of the group alone, and asked the same.
    alike: Vec<Vec<usize>>,
}

impl Places {
    fn of(review: &ReviewAnswers, printer: &Printer<'_>) -> Self {
        let mut asked = BTreeMap::<usize, Vec<bool>>::new();
        for Ballot { group, marks, .. } in &review.ballots {
            let asked = asked.entry(*group).or_insert_with(|| vec![false; marks.len()]);
            asked.iter_mut().zip(marks).for_each(|(asked, mark)| *asked |= *mark != Mark::Absent);
        }
        let mut alike = BTreeMap::<_, Vec<usize>>::new();
        for (at, Ballot { block, group, .. }) in review.ballots.iter().enumerate() {
            let alone = printer.shows_group(*group).then_some(*group);
            alike.entry((*block, alone, asked.get(group))).or_default().push(at);
        }
        Self { alike: alike.into_values().collect() }
    }
}
