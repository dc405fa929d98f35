//! Which column of a table holds what.

use super::columns::raw_row;
use super::guess;
use super::table::{Table, TableRow, letter};
use super::{RawRow, RosterProblem};
use crate::text::trim;
use crate::{GroupId, RaterGroups};

/// Which columns hold names, addresses and groups, once that is settled. Columns are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    header: Option<usize>,
    name: NameColumns,
    email: usize,
    group: GroupColumn,
}

/// Where names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameColumns {
    /// In one column.
    Whole(usize),
    /// In two.
    Parts {
        /// The column of first names.
        first: usize,
        /// The column of last names.
        last: usize,
    },
}

/// Where groups are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupColumn {
    /// In a column.
    Column(usize),
    /// In none: everybody on the list is in this group.
    Everybody(GroupId),
}

/// What has been chosen or is proposed so far. Columns are counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnChoice {
    /// The number of the header's row, as a spreadsheet shows it. It and what is above it is no rater.
    pub header: Option<usize>,
    /// The column of names, or of first names.
    pub name: Option<usize>,
    /// The column of last names, where they have one of their own.
    pub last_name: Option<usize>,
    /// The column of addresses.
    pub email: Option<usize>,
    /// The column of groups.
    pub group: Option<usize>,
    /// The group of everybody on the list, where there is no column of groups.
    pub everybody: Option<GroupId>,
}

/// What a person has typed or chosen in a form. A column is named by its letter or by its heading; nothing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedColumns {
    /// The number of the header's row; empty where there is none.
    pub header: String,
    /// The column of names, or of first names.
    pub name: String,
    /// The column of last names.
    pub last_name: String,
    /// The column of addresses.
    pub email: String,
    /// The column of groups.
    pub group: String,
    /// The id of the group of everybody.
    pub everybody: String,
}

/// What is wrong with the choice of columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnProblem {
    /// No column of names.
    #[error("there is no column with names; choose the one that has them, or add it to the list and read it again")]
    NoName,
    /// No column of addresses.
    #[error(
        "there is no column with email addresses; choose the one that has them, or add it to the list and read it again"
    )]
    NoEmail,
    /// No column of groups and no group for everybody.
    #[error("there is no column with groups; choose the one that has them, or one group for everybody on the list")]
    NoGroup,
    /// The column that should have addresses has none.
    #[error("there is no email address in column {0}; choose the column that has them")]
    NoAddresses(String),
    /// A column that the table does not have.
    #[error("the list has no column \"{typed}\"; choose one that it has")]
    Unknown {
        /// The field it was for.
        field: &'static str,
        /// What was typed.
        typed: String,
    },
    /// One column for two things.
    #[error("column {letter} is chosen for two things; choose another one for one of them")]
    Twice {
        /// The second of the two fields.
        field: &'static str,
        /// The column.
        letter: String,
    },
    /// A header that is no row of the table.
    #[error("the list has no row {0} that could be its header; give the number of a row that it has")]
    Header(String),
    /// A group for everybody that the round does not have.
    #[error("the round has no group \"{0}\"; choose one that it has")]
    Group(String),
    /// Nothing below the header.
    #[error("there is no row below the header; add the raters and read the list again")]
    NoRows,
}

impl ColumnProblem {
    /// The field of a form at which it belongs.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::NoName => "name",
            Self::NoEmail | Self::NoAddresses(_) => "email",
            Self::NoGroup => "group",
            Self::Group(_) => "everybody",
            Self::Unknown { field, .. } | Self::Twice { field, .. } => field,
            Self::Header(_) | Self::NoRows => "header",
        }
    }
}

impl ColumnChoice {
    /// What the columns seem to be: by their titles, in many spellings, and else by what is in them.
    #[must_use]
    pub fn propose(table: &Table, groups: &RaterGroups) -> Self {
        guess::propose(table, groups)
    }

    /// Reads what a person has typed.
    ///
    /// # Errors
    /// Every [`ColumnProblem`] of a column, row or group that is not there.
    pub fn typed(table: &Table, groups: &RaterGroups, typed: &TypedColumns) -> Result<Self, Vec<ColumnProblem>> {
        let mut problems = Vec::new();
        let number = trim(&typed.header);
        let header = number.parse().ok().filter(|number| table.rows.iter().any(|row| row.number == *number));
        if header.is_none() && !number.is_empty() {
            problems.push(ColumnProblem::Header(shortened(number)));
        }
        let mut column = |field, typed: &str| {
            let found = find_column(table, header, typed);
            if found.is_none() && !trim(typed).is_empty() {
                problems.push(ColumnProblem::Unknown { field, typed: shortened(typed) });
            }
            found
        };
        let mut choice = Self {
            header,
            name: column("name", &typed.name),
            last_name: column("last_name", &typed.last_name),
            email: column("email", &typed.email),
            group: column("group", &typed.group),
            everybody: None,
        };
        let everybody = trim(&typed.everybody);
        choice.everybody = groups.find(everybody).map(|group| group.id.clone());
        if choice.everybody.is_none() && !everybody.is_empty() {
            problems.push(ColumnProblem::Group(shortened(everybody)));
        }
        if problems.is_empty() { Ok(choice) } else { Err(problems) }
    }

    /// Settles the choice, if everything is there and no column stands for two things. A column of groups goes before a
    /// group for everybody.
    ///
    /// # Errors
    /// Every [`ColumnProblem`]. They come before anything is said of a row.
    pub fn settle(self, table: &Table) -> Result<Mapping, Vec<ColumnProblem>> {
        let mut problems = Vec::new();
        let width = table.width();
        let mut used: Vec<usize> = Vec::new();
        let fields = [("name", self.name), ("last_name", self.last_name), ("email", self.email), ("group", self.group)];
        for (field, at) in fields.into_iter().filter_map(|(field, at)| Some((field, at?))) {
            if at >= width {
                problems.push(ColumnProblem::Unknown { field, typed: letter(at) });
            } else if used.contains(&at) {
                problems.push(ColumnProblem::Twice { field, letter: letter(at) });
            }
            used.push(at);
        }
        if table.below(self.header).next().is_none() {
            problems.push(ColumnProblem::NoRows);
        }
        let name = match (self.name, self.last_name) {
            (Some(first), Some(last)) => Some(NameColumns::Parts { first, last }),
            (one, other) => one.or(other).map(NameColumns::Whole),
        };
        let group = self.group.map(GroupColumn::Column).or(self.everybody.map(GroupColumn::Everybody));
        if name.is_none() {
            problems.push(ColumnProblem::NoName);
        }
        match self.email {
            None => problems.push(ColumnProblem::NoEmail),
            Some(at) if problems.is_empty() && !table.below(self.header).any(|row| row.has_address(at)) => {
                problems.push(ColumnProblem::NoAddresses(letter(at)));
            }
            Some(_) => {}
        }
        if group.is_none() {
            problems.push(ColumnProblem::NoGroup);
        }
        match (name, self.email, group) {
            (Some(name), Some(email), Some(group)) if problems.is_empty() => {
                Ok(Mapping { header: self.header, name, email, group })
            }
            _ => Err(problems),
        }
    }
}

impl Mapping {
    /// The number of the header's row.
    #[must_use]
    pub fn header(&self) -> Option<usize> {
        self.header
    }

    /// Where names are.
    #[must_use]
    pub fn name(&self) -> NameColumns {
        self.name
    }

    /// The column of addresses.
    #[must_use]
    pub fn email(&self) -> usize {
        self.email
    }

    /// Where groups are.
    #[must_use]
    pub fn group(&self) -> &GroupColumn {
        &self.group
    }

    /// How many columns the header of a table has, which is looked up once for all its rows.
    pub(super) fn width(&self, table: &Table) -> Option<usize> {
        let header = self.header.and_then(|number| table.rows.iter().find(|row| row.number == number));
        header.map(|row| row.cells.len())
    }

    /// A row as it was typed. What a short row lacks is empty; where a row has more than the header, its fields cannot
    /// be told apart.
    pub(super) fn row(&self, row: &TableRow, width: Option<usize>) -> (RawRow, Option<RosterProblem>) {
        let name = match self.name {
            NameColumns::Whole(at) => vec![at],
            NameColumns::Parts { first, last } => vec![first, last],
        };
        let (group, everybody) = match &self.group {
            GroupColumn::Column(at) => (Some(*at), None),
            GroupColumn::Everybody(group) => (None, Some(group)),
        };
        let mut raw = raw_row(&row.cells, &name, self.email, group);
        if let Some(everybody) = everybody {
            everybody.as_str().clone_into(&mut raw.group);
        }
        let width = width.unwrap_or(usize::MAX);
        let more = row.cells.iter().skip(width).any(|cell| !trim(cell).is_empty());
        (raw, more.then_some(RosterProblem::Fields { expected: width, found: row.cells.len() }))
    }
}

impl TableRow {
    fn has_address(&self, at: usize) -> bool {
        self.filled(at).is_some_and(|cell| cell.contains('@'))
    }
}

/// The column of this letter or heading.
fn find_column(table: &Table, header: Option<usize>, typed: &str) -> Option<usize> {
    let typed = trim(typed);
    let columns = table.columns(header);
    let same = |text: &str| !text.is_empty() && text.to_lowercase() == typed.to_lowercase();
    columns
        .iter()
        .position(|column| same(&column.letter))
        .or_else(|| columns.iter().position(|column| same(&column.heading)))
}

fn shortened(text: &str) -> String {
    trim(text).chars().take(64).collect()
}
