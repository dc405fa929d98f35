//! What is wrong with a list or a row of it, as the pages say it.

use candour_domain::RaterGroups;
use candour_domain::roster::{ColumnProblem, RosterProblem};

use crate::console::form::Wrong;
use crate::frame::{Said, Say};

/// What is wrong with a field of a row.
pub(super) fn problem(say: Say, groups: &RaterGroups, problem: &RosterProblem) -> Said {
    let title = |group: &candour_domain::GroupId| {
        groups.find(group.as_str()).map_or_else(String::new, |group| group.title.clone())
    };
    match problem {
        RosterProblem::Person(error) => Wrong::of("", error).text,
        RosterProblem::GroupMissing(_) => Said::of(say.row_group_missing()),
        RosterProblem::GroupUnknown { group, .. } => Said::of(say.row_group_unknown().group(group.as_str())),
        RosterProblem::GroupUnseen(_) => Said::of(say.row_group_unseen()),
        RosterProblem::DuplicateRow(other) => Said::of(say.row_duplicate().row(*other)),
        RosterProblem::AlreadyRater => Said::of(say.row_already()),
        RosterProblem::AnotherGroup(group) => Said::of(say.row_another_group().group(title(group).as_str())),
        RosterProblem::SameMailboxRow(other) => Said::of(say.row_same_mailbox_row().row(*other)),
        RosterProblem::SameMailbox => Said::of(say.row_same_mailbox()),
        RosterProblem::Subject => Said::of(say.row_subject()),
        RosterProblem::GroupNotAsked(group) => Said::of(say.row_group_not_asked().group(title(group).as_str())),
        RosterProblem::NotSubject => Said::of(say.row_not_subject()),
        RosterProblem::Fields { expected, found } => Said::of(say.row_fields().found(*found).expected(*expected)),
    }
}

/// What is wrong with the choice of columns, at its field of the form.
pub(super) fn column_problem(say: Say, problem: &ColumnProblem) -> Wrong {
    let text = match problem {
        ColumnProblem::NoName => Said::of(say.list_no_name()),
        ColumnProblem::NoEmail => Said::of(say.list_no_email()),
        ColumnProblem::NoGroup => Said::of(say.list_no_group()),
        ColumnProblem::NoAddresses(column) => Said::of(say.list_no_addresses().column(column.as_str())),
        ColumnProblem::Unknown { .. } => Said::of(say.list_column_unknown()),
        ColumnProblem::Twice { letter, .. } => Said::of(say.list_column_twice().column(letter.as_str())),
        ColumnProblem::Header(_) => Said::of(say.list_header_unknown()),
        ColumnProblem::Group(_) => Said::of(say.list_group_unknown()),
        ColumnProblem::NoRows => Said::of(say.list_no_rows()),
    };
    Wrong::at(problem.field(), text)
}
