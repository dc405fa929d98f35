//! What was answered, as the auditor sees it: counted by itself, apart from the counting that the result was made from.

use std::collections::HashMap;
use std::ops::Range;

use candour_domain::{Framework, GroupId, Response};

/// A ballot of an anonymous rater, and the group under which each audited release counts it.
#[derive(Clone, Debug)]
pub struct AuditedBallot<'a> {
    /// The rater's group by release; `None` where a release does not count the ballot.
    pub groups: Vec<Option<GroupId>>,
    /// What they said.
    pub response: &'a Response,
}

/// The answers of anonymous raters, counted by people whom no release tells apart. Cannot be serialised, and `Debug` shows no answer.
pub struct Evidence {
    atoms: Vec<Atom>,
    items: usize,
    values: usize,
}

/// People who are counted alike in every release: in the same groups, or not at all.
pub(super) struct Atom {
    groups: Vec<Option<GroupId>>,
    people: u32,
    counts: Vec<u32>,
}

impl Evidence {
    /// Counts ballots. An answer to an item that the framework does not have, or off its scale, is left out: the result made of such
    /// ballots will not agree and is refused.
    #[must_use]
    pub fn from_ballots<'a>(framework: &Framework, ballots: impl IntoIterator<Item = AuditedBallot<'a>>) -> Self {
        let items = framework.items().count();
        let (lowest, highest) = (framework.scale().lowest(), framework.scale().highest());
        let values = usize::from(highest.saturating_sub(lowest)) + 1;
        let places: HashMap<_, _> = framework.items().enumerate().map(|(place, item)| (item.id.as_str(), place)).collect();
        let mut atoms: Vec<Atom> = Vec::new();
        for ballot in ballots {
            let at = atoms.iter().position(|atom| atom.groups == ballot.groups).unwrap_or_else(|| {
                atoms.push(Atom { groups: ballot.groups.clone(), people: 0, counts: vec![0; items * values] });
                atoms.len() - 1
            });
            let Some(atom) = atoms.get_mut(at) else { continue };
            atom.people += 1;
            for (item, rating) in ballot.response.ratings() {
                let code = rating.and_then(|rating| rating.value().checked_sub(lowest)).map(usize::from).filter(|code| *code < values);
                let Some((place, code)) = places.get(item.as_str()).zip(code) else { continue };
                if let Some(count) = atom.counts.get_mut(place * values + code) {
                    *count += 1;
                }
            }
        }
        Self { atoms, items, values }
    }

    pub(super) fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// How many items there are.
    pub(super) fn items(&self) -> usize {
        self.items
    }

    /// The answers to count apart: a code of 0 is the lowest point.
    pub(super) fn codes(&self) -> Range<usize> {
        0..self.values
    }

    /// The answers of an atom to an item, by code.
    pub(super) fn counts(&self, atom: usize, item: usize) -> &[u32] {
        let range = item * self.values..(item + 1) * self.values;
        self.atoms.get(atom).and_then(|atom| atom.counts.get(range)).unwrap_or_default()
    }
}

impl Atom {
    /// The group under which a release counts these people.
    pub(super) fn group(&self, release: usize) -> Option<&GroupId> {
        self.groups.get(release)?.as_ref()
    }

    pub(super) fn people(&self) -> u32 {
        self.people
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evidence({} items, ..)", self.items)
    }
}
