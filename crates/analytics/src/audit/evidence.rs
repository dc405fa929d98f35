//! What was answered, as the auditor sees it: counted by itself, apart from the counting that the result was made from.

use std::collections::HashMap;
use std::ops::Range;

use candour_domain::{Framework, GroupId, RaterGroups, Response};

/// A ballot of an anonymous rater, and the group under which each audited release counts it.
#[derive(Clone, Debug)]
pub struct AuditedBallot<'a> {
    /// The rater's group by release; `None` where a release does not count the ballot.
    pub groups: Vec<Option<GroupId>>,
    /// What they said.
    pub response: &'a Response,
}

/// The answers of anonymous raters, counted by people that no release tells apart. Cannot be serialised, and `Debug`
/// shows no answer.
pub struct Evidence {
    atoms: Vec<Atom>,
    items: usize,
    values: usize,
    /// The groups of the round, and of which items each is asked.
    asked: Vec<(GroupId, Vec<bool>)>,
    /// How many of the ballots of a group are of people who were asked after the launch.
    later: Vec<(GroupId, u32)>,
}

/// People who are counted alike in every release: in the same groups, or not at all.
pub(super) struct Atom {
    groups: Vec<Option<GroupId>>,
    people: u32,
    counts: Vec<u32>,
}

impl Evidence {
    /// Counts ballots. An answer to an item that the framework does not have, or off its scale, is left out: the result
    /// made of such ballots will not agree and is refused.
    #[must_use]
    pub fn from_ballots<'a>(
        framework: &Framework,
        groups: &RaterGroups,
        ballots: impl IntoIterator<Item = AuditedBallot<'a>>,
    ) -> Self {
        let items = framework.items().count();
        let (lowest, highest) = (framework.scale().lowest(), framework.scale().highest());
        let values = usize::from(highest.saturating_sub(lowest)) + 1;
        let places: HashMap<_, _> =
            framework.items().enumerate().map(|(place, item)| (item.id.as_str(), place)).collect();
        let mut atoms: Vec<Atom> = Vec::new();
        for ballot in ballots {
            let at = atoms.iter().position(|atom| atom.groups == ballot.groups).unwrap_or_else(|| {
                atoms.push(Atom { groups: ballot.groups.clone(), people: 0, counts: vec![0; items * values] });
                atoms.len() - 1
            });
            let Some(atom) = atoms.get_mut(at) else { continue };
            atom.people += 1;
            for (item, rating) in ballot.response.ratings() {
                let code = rating
                    .and_then(|rating| rating.value().checked_sub(lowest))
                    .map(usize::from)
                    .filter(|code| *code < values);
                let Some((place, code)) = places.get(item.as_str()).zip(code) else { continue };
                if let Some(count) = atom.counts.get_mut(place * values + code) {
                    *count += 1;
                }
            }
        }
        let asked = |group| framework.items().map(|item| framework.asks(item, group)).collect();
        let asked = groups.as_slice().iter().map(|group| (group.id.clone(), asked(group))).collect();
        Self { atoms, items, values, asked, later: Vec::new() }
    }

    /// The same, with how many of the ballots of a group are of people who were asked after the launch.
    #[must_use]
    pub fn with_later(self, later: &[(GroupId, u32)]) -> Self {
        Self { later: later.to_vec(), ..self }
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

    /// How many people a release counts under a group.
    pub(super) fn people(&self, release: usize, group: &GroupId) -> u32 {
        self.atoms.iter().filter(|atom| atom.group(release) == Some(group)).map(|atom| atom.people).sum()
    }

    /// How many of them were asked after the launch.
    pub(super) fn later(&self, release: usize, group: &GroupId) -> u32 {
        let later = self.later.iter().find(|(id, _)| id == group).map_or(0, |(_, count)| *count);
        later.min(self.people(release, group))
    }

    /// Whether an item is asked of a group.
    pub(super) fn is_asked(&self, group: &GroupId, item: usize) -> bool {
        self.asked.iter().find(|(id, _)| id == group).is_some_and(|(_, items)| items.get(item) == Some(&true))
    }
}

impl Atom {
    /// The group under which a release counts these people.
    pub(super) fn group(&self, release: usize) -> Option<&GroupId> {
        self.groups.get(release)?.as_ref()
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Evidence({} items, ..)", self.items)
    }
}
