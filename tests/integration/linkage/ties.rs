//! What an attack makes of its evidence: which person belongs to which ballot or answer sheet, and how often that is
//! right.

use std::collections::{BTreeMap, BTreeSet};

/// Invitations and ballots that came at the same moment, or with the same transaction.
#[derive(Clone, Debug, Default)]
pub(super) struct Together {
    pub(super) invitations: BTreeSet<String>,
    pub(super) ballots: BTreeSet<String>,
}

/// What an attack has to go by. People are addresses; what they are tied to has some name.
pub(super) enum Evidence {
    /// Nothing at all.
    None,
    /// Both in the order in which they are thought to have come.
    Ordered { people: Vec<String>, sheets: Vec<String> },
    /// Who and what belong together, without knowing which to which if there are several.
    Sets(Vec<(Vec<String>, Vec<String>)>),
}

/// What the attacker knows besides, and what is true.
pub(super) struct Truth<'a> {
    /// The group of each person.
    pub(super) people: &'a BTreeMap<String, String>,
    /// The group that each sheet names, once it has been opened.
    pub(super) sheets: Option<&'a BTreeMap<String, String>>,
    /// Which sheet is whose, of those people who are promised that nobody finds out.
    pub(super) right: &'a BTreeMap<String, String>,
}

impl Evidence {
    /// What people have left and what sheets are, each by how long it is.
    pub(super) fn by_length(people: &BTreeMap<String, usize>, sheets: &BTreeMap<String, usize>) -> Self {
        let lengths: BTreeSet<usize> = people.values().copied().collect();
        let of = |all: &BTreeMap<String, usize>, length: usize| {
            all.iter().filter(|one| *one.1 == length).map(|one| one.0.clone()).collect()
        };
        Self::Sets(lengths.into_iter().map(|length| (of(people, length), of(sheets, length))).collect())
    }

    /// The share of the people whom the attacker ties to what is theirs. Among several that it could be, they guess.
    pub(super) fn share(&self, truth: &Truth<'_>) -> f64 {
        let right: f64 = match self {
            Self::None => 0.0,
            Self::Ordered { people, sheets } => truth
                .split(people, sheets)
                .iter()
                .flat_map(|(people, sheets)| people.iter().zip(sheets))
                .filter(|(person, sheet)| truth.right.get(**person) == Some(**sheet))
                .fold(0.0, |sum, _| sum + 1.0),
            Self::Sets(sets) => sets
                .iter()
                .flat_map(|(people, sheets)| truth.split(people, sheets))
                .map(|(p, s)| truth.guesses(&p, &s))
                .sum(),
        };
        right / number(truth.right.len())
    }

    /// The people it is about, in the order in which it has them.
    pub(super) fn people(&self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::Ordered { people, .. } => people.clone(),
            Self::Sets(sets) => sets.iter().flat_map(|(people, _)| people.clone()).collect(),
        }
    }

    /// The same evidence read from the other end.
    pub(super) fn reversed(&self) -> Self {
        match self {
            Self::Ordered { people, sheets } => {
                Self::Ordered { people: people.clone(), sheets: sheets.iter().rev().cloned().collect() }
            }
            Self::None => Self::None,
            Self::Sets(sets) => Self::Sets(sets.clone()),
        }
    }
}

type Split<'s> = Vec<(Vec<&'s String>, Vec<&'s String>)>;

impl Truth<'_> {
    /// Takes people and sheets apart by group, where the sheets' groups are known.
    fn split<'s>(&self, people: &'s [String], sheets: &'s [String]) -> Split<'s> {
        let Some(groups) = self.sheets else { return vec![(people.iter().collect(), sheets.iter().collect())] };
        let names: BTreeSet<&String> = self.people.values().collect();
        let of = |name: &String, all: &'s [String], of: &BTreeMap<String, String>| -> Vec<&'s String> {
            all.iter().filter(|one| of.get(*one) == Some(name)).collect()
        };
        names.into_iter().map(|name| (of(name, people, self.people), of(name, sheets, groups))).collect()
    }

    fn guesses(&self, people: &[&String], sheets: &[&String]) -> f64 {
        let is_right = |person: &&&String| self.right.get(**person).is_some_and(|sheet| sheets.contains(&sheet));
        people.iter().filter(is_right).fold(0.0, |sum, _| sum + 1.0 / number(sheets.len()))
    }
}

/// The most that guessing gives, but for one run in so many when this many orders are tried, as a share of `people`.
///
/// How many of a shuffled group stand in their own place is one on average, whatever the size; of `groups` groups,
/// `groups`. Of so many fixed places as a whole, any `k` chosen ones have a chance of at most `groups^k / k!` to be
/// there together.
pub(super) fn more_than_chance(groups: usize, orders: usize, people: usize, one_run_in: f64) -> f64 {
    let (mut k, mut chance) = (0_usize, number(orders));
    while chance * one_run_in > 1.0 || k < groups {
        k += 1;
        chance *= number(groups) / number(k);
    }
    number(k) / number(people)
}

/// A count as a figure to divide by.
pub(super) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
