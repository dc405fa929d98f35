//! Checking the rows of a list against a round and a review.

use std::collections::{BTreeMap, BTreeSet};

use super::{RawRow, Roster, RosterContext, RosterError, RosterFormat, RosterLine, RosterProblem, RosterRow};
use crate::text::{first_unseen, trim};
use crate::{Email, GroupId, Mailbox, Person, RaterGroup};

/// Every row of a list with what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// The rows in order.
    pub rows: Vec<CheckedRow>,
    format: RosterFormat,
}

/// A row, as it was typed and as it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRow {
    /// Its number, as a spreadsheet shows it.
    pub row: usize,
    /// What was typed.
    pub raw: RawRow,
    /// Who it is, if nothing is wrong.
    pub rater: Option<RosterRow>,
    /// What is wrong, by field.
    pub problems: Vec<RowProblem>,
}

/// What is wrong with one field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// The field: `name`, `email`, `group`, or `row` when the whole row is at fault.
    pub field: &'static str,
    /// What is wrong.
    pub problem: RosterProblem,
    /// Whether it is only that this person is on the list already: the row is left out, and nothing has to be put right.
    pub only_repeats: bool,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// It becomes a rater.
    Good,
    /// It is left out: this person is on the list already. A warning that names the other row.
    LeftOut,
    /// Something has to be put right.
    Bad,
}

impl CheckedRow {
    /// What becomes of it.
    #[must_use]
    pub fn state(&self) -> RowState {
        match self.problems.as_slice() {
            [] => RowState::Good,
            problems if problems.iter().all(|found| found.only_repeats) => RowState::LeftOut,
            _ => RowState::Bad,
        }
    }
}

impl Examined {
    /// How many rows there are of a state.
    #[must_use]
    pub fn count(&self, state: RowState) -> usize {
        self.rows.iter().filter(|row| row.state() == state).count()
    }

    /// The good rows as a list to import; `None` where there is none. Each keeps its number, and its group is the
    /// round's id.
    #[must_use]
    pub fn good(&self) -> Option<Roster> {
        let good = self.rows.iter().filter_map(|row| Some((row, row.rater.as_ref()?)));
        let lines = good.map(|(row, rater)| {
            RosterLine::of(row.row, RawRow { group: rater.group.as_str().to_owned(), ..row.raw.clone() }, None)
        });
        Roster::sized(self.format, lines.collect()).ok()
    }
}

impl Roster {
    /// Checks each row against the round and the review: names, addresses, groups, repeats, and the subject among other
    /// raters.
    ///
    /// Returns the good rows and every error. Whether good rows are kept beside bad ones is the caller's choice
    /// ([`super::ImportMode`]).
    #[must_use]
    pub fn check(&self, context: RosterContext<'_>) -> (Vec<RosterRow>, Vec<RosterError>) {
        let (mut good, mut errors) = (Vec::new(), Vec::new());
        for CheckedRow { row, rater, problems, .. } in self.examine(context).rows {
            let format = self.format;
            errors.extend(problems.into_iter().map(|RowProblem { field, problem, .. }| RosterError {
                format,
                row,
                field,
                problem,
            }));
            good.extend(rater);
        }
        (good, errors)
    }

    /// The same as [`Roster::check`], row by row, for a page that shows them all.
    #[must_use]
    pub fn examine(&self, context: RosterContext<'_>) -> Examined {
        let mut checker = Checker::new(self, context);
        Examined { rows: self.lines.iter().map(|line| checker.row(line)).collect(), format: self.format }
    }
}

/// Goes through a list and knows the rows that it has seen.
struct Checker<'a> {
    roster: &'a Roster,
    context: RosterContext<'a>,
    known: String,
    subject: Mailbox,
    present: BTreeSet<Mailbox>,
    seen: BTreeMap<Mailbox, (usize, Email, Option<GroupId>)>,
}

impl<'a> Checker<'a> {
    fn new(roster: &'a Roster, context: RosterContext<'a>) -> Self {
        let others = context.groups.as_slice().iter().filter(|group| !group.is_self());
        Self {
            roster,
            context,
            known: others.map(|group| group.id.as_str()).collect::<Vec<_>>().join(", "),
            subject: context.subject.mailbox(),
            present: context.present.iter().map(Email::mailbox).collect(),
            seen: BTreeMap::new(),
        }
    }

    fn row(&mut self, line: &RosterLine) -> CheckedRow {
        let mut problems = Vec::new();
        let (row, raw) = (line.number, line.raw.clone());
        if let Some(problem) = line.broken.clone() {
            problems.push(RowProblem { field: "row", problem, only_repeats: false });
            return CheckedRow { row, raw, rater: None, problems };
        }
        let mut fail =
            |field, problem: RosterProblem| problems.push(RowProblem { field, problem, only_repeats: false });
        let name = line.name.clone().map_err(|error| fail("name", error.into())).ok();
        let email = line.email.clone().map_err(|error| fail("email", error.into())).ok();
        let wanted = trim(&raw.group);
        let group = self.roster.words.find(wanted, self.context.groups);
        let is_subject = email.as_ref().is_some_and(|email| email.mailbox() == self.subject);
        if let Some((field, problem)) = self.of_group(&raw.group, group, is_subject) {
            fail(field, problem);
        }
        if let (Some(group), Some(kept)) = (group, email.as_ref().and_then(|email| self.context.kept.get(email)))
            && group.id != *kept
        {
            fail("group", RosterProblem::AnotherGroup(kept.clone()));
        }
        problems.extend(email.as_ref().and_then(|email| self.repeats(row, email, group)));
        let rater = match (name, email, group) {
            (Some(name), Some(email), Some(group)) if problems.is_empty() => {
                Some(RosterRow { person: Person { name, email }, group: group.id.clone() })
            }
            _ => None,
        };
        CheckedRow { row, raw, rater, problems }
    }

    /// What is wrong with the group, or with this person in it.
    fn of_group(
        &self,
        written: &str,
        group: Option<&RaterGroup>,
        is_subject: bool,
    ) -> Option<(&'static str, RosterProblem)> {
        let wanted = trim(written);
        let known = || self.known.clone();
        let Some(group) = group else {
            let problem = match first_unseen(wanted) {
                Some(unseen) => RosterProblem::GroupUnseen(unseen),
                None if wanted.is_empty() => RosterProblem::GroupMissing(known()),
                None => RosterProblem::GroupUnknown { group: written.chars().take(64).collect(), known: known() },
            };
            return Some(("group", problem));
        };
        match group {
            group if group.is_self() && !is_subject => Some(("group", RosterProblem::NotSubject)),
            group if !group.is_self() && is_subject => Some(("email", RosterProblem::Subject)),
            group if self.context.asked.is_some_and(|asked| !asked.contains(&group.id)) => {
                Some(("group", RosterProblem::GroupNotAsked(group.id.clone())))
            }
            _ => None,
        }
    }

    /// Whether this person is on the list already, above or in the review.
    fn repeats(&mut self, row: usize, email: &Email, group: Option<&RaterGroup>) -> Option<RowProblem> {
        let mailbox = email.mailbox();
        if let Some((earlier, known, earlier_group)) = self.seen.get(&mailbox) {
            let problem =
                if known == email { RosterProblem::DuplicateRow } else { RosterProblem::SameMailboxRow }(*earlier);
            // In which of two groups they are meant to be asked, only a person can say.
            let only_repeats = group.is_some_and(|group| earlier_group.as_ref() == Some(&group.id));
            return Some(RowProblem { field: "email", problem, only_repeats });
        }
        let is_subject = mailbox == self.subject;
        let found = self.present.contains(&mailbox) && (!is_subject || group.is_some_and(RaterGroup::is_self));
        let here = self.context.present.contains(email);
        self.seen.insert(mailbox, (row, email.clone(), group.map(|group| group.id.clone())));
        let problem = if here { RosterProblem::AlreadyRater } else { RosterProblem::SameMailbox };
        found.then_some(RowProblem { field: "email", problem, only_repeats: true })
    }
}
