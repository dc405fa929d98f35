//! The release rule against numbers worked out by an independent implementation of it in another language.

use std::collections::BTreeMap;

use candour_analytics::Cell;
use candour_domain::GroupId;
use candour_domain::policy::PolicyRequest;
use serde::Deserialize;

use crate::world::{Ballot, Outcome, World};

#[derive(Deserialize)]
struct Vector {
    threshold: u32,
    insiders: u32,
    strict: bool,
    sizes: Vec<usize>,
    answers: BTreeMap<String, Vec<String>>,
    /// The groups of each block.
    blocks: Vec<Vec<String>>,
    /// By item and block: the mean, the band, or nothing.
    items: Vec<Vec<Option<String>>>,
    /// By competency and block.
    competencies: Vec<Vec<Option<String>>>,
    /// By item.
    all: Vec<Option<String>>,
}

fn shown(cell: Cell) -> Option<String> {
    match cell.reason() {
        Some(_) => None,
        None => Some(cell.mean().map_or_else(|| cell.state().as_str().to_owned(), |mean| mean.to_string())),
    }
}

#[test]
fn the_release_rule_agrees_with_an_independent_implementation() -> Outcome {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("release_vectors.json"))?;
    assert_eq!(vectors.len(), 12);
    for (at, vector) in vectors.iter().enumerate() {
        let mut world = World::new(&vector.sizes, &[]);
        world.groups =
            vector.answers.values().map(|ballots| ballots.iter().map(|ballot| Ballot::new(ballot)).collect()).collect();
        world.policy = PolicyRequest {
            threshold: Some(vector.threshold),
            colluding_insiders: Some(vector.insiders),
            strict: Some(vector.strict),
            ..PolicyRequest::default()
        };
        let result = world.count()?;
        // The document also lists silent groups in the pool; the rule, and the vectors with it, know only those who
        // answered.
        let answered = |group: &&GroupId| vector.answers.get(group.as_str()).is_some_and(|ballots| !ballots.is_empty());
        let blocks: Vec<Vec<_>> = result
            .blocks
            .iter()
            .map(|block| block.groups.iter().filter(answered).map(GroupId::to_string).collect())
            .collect();
        assert_eq!(blocks, vector.blocks, "vector {at}");
        let items = || result.competencies.iter().flat_map(|competency| &competency.items);
        let cells: Vec<Vec<_>> = items().map(|item| item.cells.iter().map(|cell| shown(cell.cell)).collect()).collect();
        assert_eq!(cells, vector.items, "vector {at}");
        let cells: Vec<Vec<_>> = result
            .competencies
            .iter()
            .map(|competency| competency.cells.iter().map(|cell| shown(cell.cell)).collect())
            .collect();
        assert_eq!(cells, vector.competencies, "vector {at}");
        assert_eq!(items().map(|item| shown(item.all)).collect::<Vec<_>>(), vector.all, "vector {at}");
    }
    Ok(())
}
