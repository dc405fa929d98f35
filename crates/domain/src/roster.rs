//! Reading a list of raters from JSON or CSV, with every error by row and field.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::person::InvalidPerson;
use crate::rater::SELF_GROUP;
use crate::{Email, GroupId, Mailbox, Person, PersonName, RaterGroups};

/// The most rows one list may have.
pub const LONGEST_ROSTER: usize = 10_000;

/// Whether good rows are kept when others are bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// As CSV.
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
    /// The address appears earlier in the list.
    #[error("this address is already in row {0}")]
    DuplicateRow(usize),
    /// The address is already a rater of this review.
    #[error("this address is already a rater of this review; somebody who was withdrawn is not asked again")]
    AlreadyRater,
    /// Somebody who is added again after their address was refused, in another group.
    #[error("they were asked in the group \"{0}\" and withdrawn; add them again in that group, since nobody is moved to another one")]
    AnotherGroup(GroupId),
    /// Another address of a mailbox that appears earlier in the list.
    #[error("this is another address of the mailbox in row {0}; one person is asked once")]
    SameMailboxRow(usize),
    /// Another address of a mailbox that is already a rater of this review.
    #[error("this is another address of a mailbox that is already a rater of this review; one person is asked once")]
    SameMailbox,
    /// An address of the subject's mailbox in another group than `self`.
    #[error("this address is the subject's; the self-assessment has been added and they can be in no other group")]
    Subject,
    /// A group of an open round that had nobody in it at launch.
    #[error("nobody of the group \"{0}\" was asked at launch; nobody can be added to it any more")]
    GroupNotAsked(GroupId),
    /// Somebody else in the `self` group.
    #[error("only the subject is in the group \"self\", and is added with the review")]
    NotSubject,
    /// A row with too few or too many fields.
    #[error("expected {expected} fields and found {found}; a text with a separator in it goes between double quotes")]
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
    #[error("the list is empty; send a header line name,email,group and a line for each rater")]
    Empty,
    /// Bytes that are not UTF-8.
    #[error("the file is not UTF-8 text (line {line}); in Excel choose \"CSV UTF-8 (comma delimited)\" when saving")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// A required column is missing.
    #[error("the header has no column \"{column}\"; the first line is name,email,group")]
    Header {
        /// The missing column.
        column: &'static str,
    },
    /// A column twice.
    #[error("the header has the column \"{0}\" twice")]
    HeaderTwice(&'static str),
    /// A double quote that opens a field and never closes.
    #[error("a double quote opens in row {row} and never closes; a double quote inside a text is written twice")]
    Quote {
        /// The row, as a spreadsheet counts.
        row: usize,
    },
    /// Anything else the CSV reader stumbles over.
    #[error("the file cannot be read as CSV: {0}")]
    Csv(String),
    /// More rows than [`LONGEST_ROSTER`].
    #[error("a list has at most 10,000 rows; send it in parts")]
    TooLong,
}

/// A list as read, before it is checked against a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    format: RosterFormat,
    rows: Vec<(usize, Result<RawRow, RosterProblem>)>,
}

/// One element of a JSON list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
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
    /// Those who were withdrawn after the mail server had refused their address, with the group that they were asked in: they may be added
    /// again, and nobody is moved to another group.
    pub kept: &'a BTreeMap<Email, GroupId>,
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
        Self::sized(RosterFormat::Json, rows.into_iter().enumerate().map(|(at, row)| (at + 1, Ok(row))).collect())
    }

    /// Reads a list from CSV: UTF-8 with or without byte order mark, comma or semicolon or tab as separator, quoted fields, any line
    /// end. The header names the columns `name`, `email` and `group` in any order and case; other columns are left out. Blank lines
    /// are skipped but counted, and a line break inside quotes starts no row, as in a spreadsheet.
    ///
    /// # Errors
    /// [`UnreadableRoster`] when the file as a whole cannot be read. What is wrong with one row is reported by [`Roster::check`].
    pub fn from_csv(bytes: &[u8]) -> Result<Self, UnreadableRoster> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| UnreadableRoster::Encoding {
            line: bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1,
        })?;
        let header = text.split(['\n', '\r']).find(|line| !line.trim().is_empty()).ok_or(UnreadableRoster::Empty)?;
        let separator =
            [b',', b';', b'\t'].into_iter().max_by_key(|&s| (header.bytes().filter(|&b| b == s).count(), s == b',')).unwrap_or(b',');
        let mut records = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes())
            .into_records();
        let broken = |error: csv::Error| UnreadableRoster::Csv(error.to_string());
        let header = records.next().ok_or(UnreadableRoster::Empty)?.map_err(broken)?;
        let column = |name: &'static str| {
            let mut found = header.iter().enumerate().filter(|(_, title)| title.trim().eq_ignore_ascii_case(name));
            match (found.next(), found.next()) {
                (Some((at, _)), None) => Ok(at),
                (None, _) => Err(UnreadableRoster::Header { column: name }),
                (Some(_), Some(_)) => Err(UnreadableRoster::HeaderTwice(name)),
            }
        };
        let (name, email, group) = (column("name")?, column("email")?, column("group")?);
        let needed = name.max(email).max(group) + 1;
        let mut row = row_of(text, &header, 0);
        let mut rows = Vec::new();
        for record in records {
            let record = record.map_err(broken)?;
            row = row_of(text, &record, row);
            if record.iter().all(str::is_empty) {
                continue;
            }
            let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
            let fits = record.len() >= needed && record.iter().skip(header.len()).all(str::is_empty);
            rows.push((
                row,
                if fits {
                    Ok(RawRow { name: field(name), email: field(email), group: field(group) })
                } else {
                    Err(RosterProblem::Fields { expected: header.len(), found: record.len() })
                },
            ));
        }
        if ends_in_quotes(text, separator) {
            return Err(UnreadableRoster::Quote { row });
        }
        Self::sized(RosterFormat::Csv, rows)
    }

    /// Checks each row against the round and the review: names, addresses, groups, repeats, and the subject among other raters.
    ///
    /// Returns the good rows and every error. Whether good rows are kept beside bad ones is the caller's choice ([`ImportMode`]).
    #[must_use]
    pub fn check(&self, context: RosterContext<'_>) -> (Vec<RosterRow>, Vec<RosterError>) {
        let known =
            context.groups.as_slice().iter().filter(|group| !group.is_self()).map(|group| group.id.as_str()).collect::<Vec<_>>().join(", ");
        let subject = context.subject.mailbox();
        let present: BTreeSet<Mailbox> = context.present.iter().map(Email::mailbox).collect();
        let mut good = Vec::new();
        let mut errors = Vec::new();
        let mut seen: BTreeMap<Mailbox, (usize, Email)> = BTreeMap::new();
        for (row, raw) in &self.rows {
            let row = *row;
            let before = errors.len();
            let mut fail = |field, problem| errors.push(RosterError { format: self.format, row, field, problem });
            let raw = match raw {
                Ok(raw) => raw,
                Err(problem) => {
                    fail("row", problem.clone());
                    continue;
                }
            };
            let name = PersonName::parse(&raw.name).map_err(|error| fail("name", error.into())).ok();
            let email = Email::parse(&raw.email).map_err(|error| fail("email", error.into())).ok();
            let wanted = raw.group.trim().to_lowercase();
            let group = context.groups.find(&wanted);
            let mailbox = email.as_ref().map(Email::mailbox);
            let is_subject = mailbox.as_ref() == Some(&subject);
            match group {
                None if wanted.is_empty() => fail("group", RosterProblem::GroupMissing(known.clone())),
                None => fail("group", RosterProblem::GroupUnknown { group: raw.group.chars().take(64).collect(), known: known.clone() }),
                Some(group) if group.is_self() && !is_subject => fail("group", RosterProblem::NotSubject),
                Some(group) if !group.is_self() && is_subject => fail("email", RosterProblem::Subject),
                Some(group) if context.asked.is_some_and(|asked| !asked.contains(&group.id)) => {
                    fail("group", RosterProblem::GroupNotAsked(group.id.clone()));
                }
                Some(_) => {}
            }
            if let (Some(group), Some(kept)) = (group, email.as_ref().and_then(|email| context.kept.get(email)))
                && group.id != *kept
            {
                fail("group", RosterProblem::AnotherGroup(kept.clone()));
            }
            if let (Some(email), Some(mailbox)) = (&email, mailbox) {
                if let Some((earlier, known)) = seen.get(&mailbox) {
                    let same = known == email;
                    let row = *earlier;
                    fail("email", if same { RosterProblem::DuplicateRow(row) } else { RosterProblem::SameMailboxRow(row) });
                } else {
                    if present.contains(&mailbox) && (!is_subject || wanted == SELF_GROUP) {
                        let same = context.present.contains(email);
                        fail("email", if same { RosterProblem::AlreadyRater } else { RosterProblem::SameMailbox });
                    }
                    seen.insert(mailbox, (row, email.clone()));
                }
            }
            if let (Some(name), Some(email), Some(group), true) = (name, email, group, before == errors.len()) {
                good.push(RosterRow { person: Person { name, email }, group: group.id.clone() });
            }
        }
        (good, errors)
    }

    fn sized(format: RosterFormat, rows: Vec<(usize, Result<RawRow, RosterProblem>)>) -> Result<Self, UnreadableRoster> {
        match rows.len() {
            0 => Err(UnreadableRoster::Empty),
            1..=LONGEST_ROSTER => Ok(Self { format, rows }),
            _ => Err(UnreadableRoster::TooLong),
        }
    }
}

/// The text from where the reader began to look for this record: blank lines first, if there are any, then the record.
fn source<'a>(text: &'a str, record: &csv::StringRecord) -> &'a str {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(usize::MAX);
    text.get(start..).unwrap_or_default()
}

/// The row of a record as a spreadsheet counts: blank lines count, line breaks inside quotes do not. The reader's own line numbers do
/// neither, so they would send people to the wrong row.
fn row_of(text: &str, record: &csv::StringRecord, previous: usize) -> usize {
    let raw = source(text, record);
    let blanks = &raw[..raw.len() - raw.trim_start_matches(['\r', '\n']).len()];
    let line_ends = blanks.matches('\n').count() + blanks.matches('\r').count() - blanks.matches("\r\n").count();
    // The reader stops after the "\r" of "\r\n"; the "\n" that is left ends the previous record and is no blank line.
    let left_over = usize::from(raw.starts_with('\n') && text.get(..text.len() - raw.len()).is_some_and(|before| before.ends_with('\r')));
    previous + line_ends - left_over + 1
}

/// Whether the text ends while a quoted field is still open.
fn ends_in_quotes(text: &str, separator: u8) -> bool {
    let mut bytes = text.bytes().peekable();
    let (mut quoted, mut field_starts) = (false, true);
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted => quoted = bytes.next_if_eq(&b'"').is_some(),
            b'"' => quoted = field_starts,
            _ => {}
        }
        field_starts = !quoted && (byte == separator || matches!(byte, b'\n' | b'\r'));
    }
    quoted
}

#[cfg(test)]
mod tests;
