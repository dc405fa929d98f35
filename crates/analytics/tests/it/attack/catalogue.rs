//! The attacks one by one. Each is run on the naive rule, where the figures of the example must come out exactly, and
//! on ours, where what is sought must stay open, or not be there to be attacked.
//!
//! Attacks on the service and not on a document are stories in `tests/integration/attacks.rs`; SECURITY.md has the
//! index.

mod comments;
mod decisions;
mod extremes;
mod spread;
mod subtraction;
mod versions;
mod views;

use std::collections::BTreeSet;
use std::error::Error;

use serde_json::Value;

use super::attacker::{Attacker, Column, Row};
use super::naive::{Habit, Naive};
use crate::world::{Ballot, Outcome, World};

/// The attacker in front of our document.
fn ours(world: &World) -> Result<Attacker, Box<dyn Error>> {
    Attacker::reading(&serde_json::to_string(&world.count()?)?)
}

/// The attacker in front of a naive product's document, printed to this many decimals.
fn naive(world: &World, threshold: usize, decimals: u32, habits: &'static [Habit]) -> Result<Attacker, Box<dyn Error>> {
    Attacker::reading(&Naive::new(threshold, decimals).with(habits).publish(world))
}

/// A world of one item: the answers of each group.
fn one_item(groups: &[&[u8]]) -> World {
    let mut world = World::new(&[1], &vec![&[][..]; groups.len()]);
    for (ballots, answers) in world.groups.iter_mut().zip(groups) {
        *ballots = answers.iter().map(|&answer| rater(&[answer])).collect();
    }
    world
}

/// Somebody who gives these answers.
fn rater(answers: &[u8]) -> Ballot {
    Ballot { answers: answers.iter().copied().map(Some).collect(), comments: Vec::new() }
}

/// As many answers with this sum, on a scale of 1 to 5.
fn with_sum(answers: i64, sum: i64) -> Vec<Ballot> {
    let mut left = sum;
    let one = |others: i64| {
        let answer = (left - others).clamp(1, 5);
        left -= answer;
        rater(&[u8::try_from(answer).unwrap_or(0)])
    };
    (0..answers).rev().map(one).collect()
}

fn set(values: impl IntoIterator<Item = i64>) -> BTreeSet<i64> {
    values.into_iter().collect()
}

/// That another world releases the very same numbers: an attacker who sees the one may as well see the other.
fn assert_looks_the_same(world: &World, change: impl FnOnce(&mut World)) -> Outcome {
    let mut other = world.clone();
    change(&mut other);
    assert_eq!(world.numbers()?.to_string(), other.numbers()?.to_string());
    Ok(())
}

/// That neither an outsider nor any rater, who knows their own answers, can fix anybody's answer to any item in our
/// document, but for the highest mark, which a rater may infer. The attacker knows who answered what; the truth is only
/// compared.
fn assert_everybody_is_safe(world: &World) -> Result<Attacker, Box<dyn Error>> {
    let attacker = ours(world)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut blocks = Vec::new();
    for block in list(&attacker.document()["blocks"]) {
        let names = list(&block["groups"]);
        let groups: Vec<usize> =
            names.iter().filter_map(|name| name.as_str()?.strip_prefix('g')?.parse().ok()).collect();
        blocks.push((block["id"].as_str().ok_or("a block has an id")?.to_owned(), groups));
    }
    let mut place = 0;
    for (competency, &size) in world.sizes.iter().enumerate() {
        for item in 0..size {
            let answers =
                |groups: &[usize]| world.answers(groups, place).into_iter().map(i64::from).collect::<Vec<_>>();
            let count = |groups: &[usize]| i64::try_from(answers(groups).len());
            let columns = blocks
                .iter()
                .map(|(id, groups)| Ok(Column { id: id.clone(), answers: count(groups)? }))
                .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
            for (id, groups) in &blocks {
                let truth = answers(groups);
                let knowers = std::iter::once(None).chain((0..truth.len()).map(Some));
                for knower in knowers.filter(|_| truth.len() > 1) {
                    let known: Vec<i64> = knower.map(|at| truth[at]).into_iter().collect();
                    let possible = attacker.person_in(Row::Item(competency, item), &columns, id, &known)?;
                    let others = truth.iter().enumerate().filter(|(at, _)| Some(*at) != knower);
                    assert!(
                        others.into_iter().all(|(_, answer)| possible.contains(answer)),
                        "the attacker is wrong: {possible:?} {truth:?}"
                    );
                    let top = knower.is_some() && possible == set([attacker.highest]);
                    assert!(
                        possible.len() > 1 || top,
                        "{id}, item {place}: {truth:?}, {known:?} is known, {possible:?} is left"
                    );
                }
            }
            place += 1;
        }
    }
    Ok(attacker)
}
