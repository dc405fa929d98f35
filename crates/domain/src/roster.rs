//! Reading a list of raters from JSON, CSV or any table, with every error by row and field.
//!
//! A program's list names its columns ([`Roster::from_csv`]). A person's is a [`Table`]: the columns are proposed
//! ([`ColumnChoice`]) and settled ([`Mapping`]), the words for groups too ([`GroupWords`]), and then it is the same list
//! with the same checks.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::person::InvalidPerson;
use crate::text::{Unseen, trim};
use crate::{Email, GroupId, Person, PersonName, RaterGroups};

mod check;
mod columns;
pub mod delimited;
mod group_words;
mod guess;
mod mapping;
mod problem_file;
mod remembered;
pub mod table;

pub use check::{CheckedRow, Examined, RowProblem, RowState};
pub use delimited::Delimited;
pub use group_words::{GroupWord, GroupWords, KnownBy};
pub use mapping::{ColumnChoice, ColumnProblem, GroupColumn, Mapping, NameColumns, TypedColumns};
pub use remembered::RememberedList;
pub use table::{Table, TableColumn, TableRow};

use columns::Columns;

/// The most rows one list may have.
pub const LONGEST_ROSTER: usize = 10_000;

/// Whether good rows are kept when others are bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// One bad row and nothing is kept.
    #[default]
    All,
    /// Good rows are kept, bad ones reported.
    Partial,
}

/// A row that can become a rater.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// Who.
    pub person: Person,
    /// In which group.
    pub group: GroupId,
}

/// How a list was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterFormat {
    /// As a JSON array.
    Json,
    /// As CSV, or as another table.
    Csv,
}

/// What is wrong with one field of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterError {
    /// What the list was written in.
    pub format: RosterFormat,
    /// The row, from 1. For CSV the header is row 1, as a spreadsheet counts; for JSON the first element is row 1.
    pub row: usize,
    /// The field: `name`, `email`, `group`, or `row` when the whole row is at fault.
    pub field: &'static str,
    /// What is wrong.
    pub problem: RosterProblem,
}

/// Why a field of a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterProblem {
    /// The name or address does not parse.
    #[error("{0}")]
    Person(#[from] InvalidPerson),
    /// No group was given.
    #[error("give a group: {0}")]
    GroupMissing(String),
    /// The round has no such group.
    #[error("the round has no group \"{group}\"; use one of {known}")]
    GroupUnknown {
        /// What was written.
        group: String,
        /// The groups there are.
        known: String,
    },
    /// A group with a character in it that nobody sees.
    #[error("the group is not as it looks: {0}")]
    GroupUnseen(Unseen),
    /// The address appears earlier in the list.
    #[error("this address is already in row {0}; delete one of the two rows")]
    DuplicateRow(usize),
    /// The address is already a rater of this review.
    #[error(
        "this address is already a rater of this review; somebody who was withdrawn is not asked again. Leave the row \
         out"
    )]
    AlreadyRater,
    /// Somebody who is added again after their address was refused, in another group.
    #[error(
        "they were asked in the group \"{0}\" and withdrawn; add them again in that group, since nobody is moved to \
         another one"
    )]
    AnotherGroup(GroupId),
    /// Another address of a mailbox that appears earlier in the list.
    #[error(
        "this is another address of the mailbox in row {0}, and one person is asked once; delete one of the two rows"
    )]
    SameMailboxRow(usize),
    /// Another address of a mailbox that is already a rater of this review.
    #[error(
        "this is another address of a mailbox that is already a rater of this review, and one person is asked once; \
         leave the row out"
    )]
    SameMailbox,
    /// An address of the subject's mailbox in another group than `self`.
    #[error(
        "this address is the subject's; the self-assessment has been added and they can be in no other group. Leave \
         the row out"
    )]
    Subject,
    /// A group of an open round that had nobody in it at launch.
    #[error(
        "nobody of the group \"{0}\" was asked at launch, so nobody can be added to it any more; leave the row out"
    )]
    GroupNotAsked(GroupId),
    /// Somebody else in the `self` group.
    #[error("only the subject is in the group \"self\", and is added with the review; give another group")]
    NotSubject,
    /// A row with too few or too many fields.
    #[error(
        "the row has {found} fields and the first line has {expected}; write a text with a separator in it between \
         double quotes"
    )]
    Fields {
        /// As many as the header has.
        expected: usize,
        /// As many as the row has.
        found: usize,
    },
}

/// A list that cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRoster {
    /// Nothing in it.
    #[error(
        "the list is empty; send at least one rater with name, email and group, and in CSV a first line \
         name,email,group"
    )]
    Empty,
    /// Bytes that are not UTF-8.
    #[error("the file is not UTF-8 text (line {line}); save it as \"CSV UTF-8 (comma delimited)\", as Excel calls it")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// A text in UTF-16.
    #[error(
        "the file is UTF-16 text (\"Unicode text\"); save it as \"CSV UTF-8 (comma delimited)\", as Excel calls it"
    )]
    Utf16,
    /// A workbook or a document.
    #[error(
        "this is {0}, and not a list as text; open it in a spreadsheet program, save the sheet as \"CSV UTF-8 (comma \
         delimited)\" and send that file"
    )]
    OtherFile(&'static str),
    /// A required column is missing.
    #[error("the header has no column \"{column}\"; write name,email,group as the first line")]
    Header {
        /// The missing column.
        column: &'static str,
    },
    /// A column twice.
    #[error("the header has the column \"{0}\" twice; delete or rename one of the two")]
    HeaderTwice(&'static str),
    /// A double quote that opens a field and never closes.
    #[error(
        "a double quote opens in row {row} and never closes; close it, and write a double quote inside a text twice"
    )]
    Quote {
        /// The row, as a spreadsheet counts.
        row: usize,
    },
    /// Anything else the CSV reader stumbles over.
    #[error("the file cannot be read as CSV ({0}); save it again as \"CSV UTF-8 (comma delimited)\"")]
    Csv(String),
    /// More rows than [`LONGEST_ROSTER`].
    #[error("the list has more than 10,000 rows; send it in parts")]
    TooLong,
    /// More columns than are read ([`delimited::MOST_FIELDS`]), or too many for so many rows.
    #[error("the list has too many columns; delete those that are not needed and send it again")]
    TooWide,
}

/// A list as read, before it is checked against a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    format: RosterFormat,
    lines: Vec<RosterLine>,
    /// What somebody has said that words for groups mean.
    words: GroupWords,
}

/// A row as it was typed, with its number as a spreadsheet counts, and why its fields cannot be told apart. Its name and
/// address are parsed with it, so that nothing of a long list is left to be parsed where it is checked: that is within a
/// transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RosterLine {
    number: usize,
    raw: RawRow,
    broken: Option<RosterProblem>,
    name: Result<PersonName, InvalidPerson>,
    email: Result<Email, InvalidPerson>,
}

/// One element of a JSON list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RawRow {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The address.
    #[serde(default)]
    pub email: String,
    /// The group's id.
    #[serde(default)]
    pub group: String,
}

/// What a list is checked against.
#[derive(Clone, Copy, Debug)]
pub struct RosterContext<'a> {
    /// The round's groups.
    pub groups: &'a RaterGroups,
    /// The subject's address.
    pub subject: &'a Email,
    /// The addresses of everybody on the review's list, the subject's own among them.
    pub present: &'a BTreeSet<Email>,
    /// The groups of which somebody was asked at launch; `None` before launch, when every group takes people.
    pub asked: Option<&'a BTreeSet<GroupId>>,
    /// Those who were withdrawn after the mail server had refused their address, with the group that they were asked
    /// in: they may be added again, and nobody is moved to another group.
    pub kept: &'a BTreeMap<Email, GroupId>,
}

impl ImportMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::All, Self::Partial];

    /// The stable name in a request.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Partial => "partial",
        }
    }

    /// Reads [`ImportMode::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

impl RosterError {
    /// A JSON pointer to the field, where there is JSON to point into: a CSV file has rows and columns.
    #[must_use]
    pub fn pointer(&self) -> Option<String> {
        (self.format == RosterFormat::Json).then(|| format!("/{}/{}", self.row.saturating_sub(1), self.field))
    }
}

impl Roster {
    /// Takes a list from JSON.
    ///
    /// # Errors
    /// [`UnreadableRoster::Empty`] and [`UnreadableRoster::TooLong`].
    pub fn from_json(rows: Vec<RawRow>) -> Result<Self, UnreadableRoster> {
        Self::sized(
            RosterFormat::Json,
            (1..).zip(rows).map(|(number, raw)| RosterLine::of(number, raw, None)).collect(),
        )
    }

    /// Reads a list from CSV: UTF-8 with or without byte order mark; comma, semicolon, tab or bar as separator,
    /// whichever yields the columns or a first line `sep=…` tells; quoted fields, any line end. The header names the
    /// columns in any order and case, also as people call them: `name` (or `First name` and `Last name`), `email`
    /// (`Work email`, `Email Address`, `Mail`) and `group`; other columns are left out. Blank lines are skipped but
    /// counted, and a line break inside quotes starts no row, as in a spreadsheet.
    ///
    /// # Errors
    /// [`UnreadableRoster`] when the file as a whole cannot be read. What is wrong with one row is reported by
    /// [`Roster::check`].
    pub fn from_csv(bytes: &[u8]) -> Result<Self, UnreadableRoster> {
        let read = Delimited::read(delimited::utf8(bytes)?)?;
        let (header, rows) = read.rows.split_first().ok_or(UnreadableRoster::Empty)?;
        let columns = Columns::of(&header.cells)?;
        if let Some(row) = read.open_quote {
            return Err(UnreadableRoster::Quote { row });
        }
        let line = |row: &TableRow| {
            let (raw, broken) = columns.row(&row.cells);
            RosterLine::of(row.number, raw, broken)
        };
        Self::sized(RosterFormat::Csv, rows.iter().map(line).collect())
    }

    /// Takes the rows of a table whose columns are settled.
    ///
    /// # Errors
    /// [`UnreadableRoster::Empty`] and [`UnreadableRoster::TooLong`].
    pub fn from_table(table: &Table, mapping: &Mapping, words: GroupWords) -> Result<Self, UnreadableRoster> {
        let width = mapping.width(table);
        let line = |row: &TableRow| {
            let (raw, broken) = mapping.row(row, width);
            RosterLine::of(row.number, raw, broken)
        };
        let lines = table.below(mapping.header()).map(line).collect();
        Ok(Self { words, ..Self::sized(RosterFormat::Csv, lines)? })
    }

    /// The list with some rows as somebody has corrected them, by their numbers, and without those that are to be left
    /// out or have nothing in them any more.
    #[must_use]
    pub fn corrected(mut self, rows: &BTreeMap<usize, RawRow>, left_out: &BTreeSet<usize>) -> Self {
        self.lines
            .retain(|line| !left_out.contains(&line.number) && !rows.get(&line.number).is_some_and(RawRow::is_blank));
        for line in &mut self.lines {
            if let Some(raw) = rows.get(&line.number) {
                *line = RosterLine::of(line.number, raw.clone(), None);
            }
        }
        self
    }

    /// Takes people who have been on a list before: as many as there are, which may be nobody.
    pub(crate) fn of_known(rows: Vec<RawRow>) -> Self {
        let lines = (1..).zip(rows).map(|(number, raw)| RosterLine::of(number, raw, None)).collect();
        Self { format: RosterFormat::Json, lines, words: GroupWords::default() }
    }

    /// What a file is that holds no text, such as a workbook: what to tell somebody who has sent one as a list.
    #[must_use]
    pub fn other_file(bytes: &[u8]) -> Option<UnreadableRoster> {
        delimited::other_file(bytes).map(UnreadableRoster::OtherFile)
    }

    fn sized(format: RosterFormat, lines: Vec<RosterLine>) -> Result<Self, UnreadableRoster> {
        match lines.len() {
            0 => Err(UnreadableRoster::Empty),
            1..=LONGEST_ROSTER => Ok(Self { format, lines, words: GroupWords::default() }),
            _ => Err(UnreadableRoster::TooLong),
        }
    }
}

impl RosterLine {
    fn of(number: usize, raw: RawRow, broken: Option<RosterProblem>) -> Self {
        let (name, email) = (PersonName::parse(&raw.name), Email::parse(&raw.email));
        Self { number, raw, broken, name, email }
    }
}

impl RawRow {
    /// Whether nothing is written in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        [&self.name, &self.email, &self.group].iter().all(|text| trim(text).is_empty())
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod table_tests;
