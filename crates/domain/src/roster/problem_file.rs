//! The rows that cannot be taken, as a file to correct and send again.

use super::table::TableRow;
use super::{CheckedRow, Examined, RowState};
use crate::text::spreadsheet::{BYTE_ORDER_MARK, row};

const HEADER: [&str; 4] = ["name", "email", "group", "problem"];

impl Examined {
    /// The bad rows as a CSV file (UTF-8 with a byte order mark): name, address and group as they were typed, and a
    /// column `problem`. A text that a spreadsheet would take for a formula or another value gets an apostrophe in
    /// front, which [`super::Table::new`] takes off again.
    #[must_use]
    pub fn problem_file(&self) -> String {
        let mut csv = BYTE_ORDER_MARK.to_string() + &row(&HEADER);
        for bad in self.rows.iter().filter(|row| row.state() == RowState::Bad) {
            csv.push_str(&row(&[&bad.raw.name, &bad.raw.email, &bad.raw.group, &problems(bad)]));
        }
        csv
    }
}

/// Takes the apostrophes off again, where this is such a file.
pub(super) fn read_back(rows: &mut [TableRow]) {
    if rows.first().is_none_or(|first| first.cells != HEADER) {
        return;
    }
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        if cell.starts_with('\'') {
            cell.remove(0);
        }
    }
}

fn problems(row: &CheckedRow) -> String {
    row.problems.iter().map(|found| format!("{}: {}", found.field, found.problem)).collect::<Vec<_>>().join("; ")
}
