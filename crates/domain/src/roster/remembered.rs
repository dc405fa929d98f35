//! What is kept of one list for the next: the titles of its columns and the words for groups. Nothing of a person.

use serde::{Deserialize, Serialize};

use super::{ColumnChoice, GroupColumn, GroupWords, Mapping, NameColumns, Table};
use crate::RaterGroups;

/// The longest title that is kept, in characters.
const LONGEST_TITLE: usize = 64;

/// How a list was read, to be applied to the next one: a small value to keep as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedList {
    /// The title of the column of names, or of first and of last names.
    #[serde(default)]
    name: Vec<String>,
    /// The title of the column of addresses.
    #[serde(default)]
    email: Option<String>,
    /// The title of the column of groups.
    #[serde(default)]
    group: Option<String>,
    /// What the words in it mean.
    #[serde(default)]
    words: GroupWords,
}

impl RememberedList {
    /// What to keep of a list that has been read so. Words are those for its groups, and of earlier lists as many as
    /// there is room for.
    ///
    /// # Guarantee
    /// Nothing in it has an `@`: where what was taken for the header has an address in it, no title is kept.
    #[must_use]
    pub fn of(table: &Table, mapping: &Mapping, words: &GroupWords, groups: &RaterGroups) -> Self {
        let header = mapping.header().and_then(|number| table.rows.iter().find(|row| row.number == number));
        let words = words.to_keep(&words.of_table(table, mapping, groups), groups);
        if header.is_none_or(|row| row.cells.iter().any(|cell| cell.contains('@'))) {
            return Self { words, ..Self::default() };
        }
        let title = |at: usize| {
            let cell = table.header_cell(mapping.header(), at);
            cell.filter(|title| title.chars().count() <= LONGEST_TITLE).map(str::to_owned)
        };
        let name = match mapping.name() {
            NameColumns::Whole(at) => title(at).into_iter().collect(),
            NameColumns::Parts { first, last } => {
                title(first).zip(title(last)).map(|(first, last)| vec![first, last]).unwrap_or_default()
            }
        };
        let group = match mapping.group() {
            GroupColumn::Column(at) => title(*at),
            GroupColumn::Everybody(_) => None,
        };
        Self { name, email: title(mapping.email()), group, words }
    }

    /// The columns of the next table: those that are called as they were then, and the usual proposal for the others.
    #[must_use]
    pub fn choice(&self, table: &Table, groups: &RaterGroups) -> ColumnChoice {
        let mut choice = ColumnChoice::propose(table, groups);
        let width = table.width();
        let find = |title: &str| (0..width).find(|at| table.header_cell(choice.header, *at) == Some(title));
        let (email, group) = (self.email.as_deref().and_then(find), self.group.as_deref().and_then(find));
        let name: Option<Vec<usize>> = self.name.iter().map(|title| find(title)).collect();
        match name.as_deref() {
            Some([name]) => (choice.name, choice.last_name) = (Some(*name), None),
            Some([first, last]) => (choice.name, choice.last_name) = (Some(*first), Some(*last)),
            _ => {}
        }
        choice.email = email.or(choice.email);
        choice.group = group.or(choice.group);
        choice
    }

    /// What its words mean in this round.
    #[must_use]
    pub fn words(&self, groups: &RaterGroups) -> GroupWords {
        self.words.to_keep(&[], groups)
    }
}
