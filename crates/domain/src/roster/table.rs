//! A table as somebody has it: what a file or a paste is before anybody has said what its columns are.

use super::delimited::Delimited;
use super::{UnreadableRoster, problem_file};
use crate::text::trim;

/// The most rows of a table that are read.
pub const MOST_ROWS: usize = 20_000;

/// The most columns of a table that are read.
pub const MOST_COLUMNS: usize = 50;

/// The longest text of a cell that is kept, in characters; what follows is cut off, and `…` stands for it.
pub const LONGEST_CELL: usize = 1_000;

/// Rows of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The rows that have something in them, in order.
    pub rows: Vec<TableRow>,
    /// The sheet of the workbook that they are from.
    pub sheet: Option<String>,
    /// The other sheets with something in them, which were not read. Hidden ones are not named.
    pub other_sheets: Vec<String>,
    /// Whether the letters outside English had to be guessed, so that somebody should look at a name such as Zoë.
    pub guessed_letters: bool,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: usize,
    /// Its cells from the first column on. There may be fewer or more than in another row.
    pub cells: Vec<String>,
}

/// A column, to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its letter in a spreadsheet: `A`, `B`, … `Z`, `AA`.
    pub letter: String,
    /// What the header calls it; empty where there is none.
    pub heading: String,
    /// The first texts in it below the header, three at most.
    pub samples: Vec<String>,
}

impl Table {
    /// A table of these rows, of which blank ones are left out. Where it is the file of rows with problems
    /// ([`super::Examined::problem_file`]) it is as it was before that was written.
    #[must_use]
    pub fn new(mut rows: Vec<TableRow>) -> Self {
        rows.retain(|row| row.cells.iter().any(|cell| !trim(cell).is_empty()));
        problem_file::read_back(&mut rows);
        Self { rows, sheet: None, other_sheets: Vec::new(), guessed_letters: false }
    }

    /// Reads a text: what somebody pasted, or a file with separators ([`Delimited::read`]).
    ///
    /// # Errors
    /// Those of [`Delimited::read`], and [`UnreadableRoster::Quote`].
    pub fn from_text(text: &str) -> Result<Self, UnreadableRoster> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Delimited { rows, open_quote } = Delimited::read(text)?;
        match open_quote {
            Some(row) => Err(UnreadableRoster::Quote { row }),
            None => Ok(Self::new(rows)),
        }
    }

    /// How many columns the widest row has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
    }

    /// The columns, with what the row of this number calls them.
    #[must_use]
    pub fn columns(&self, header: Option<usize>) -> Vec<TableColumn> {
        let heading = |at| self.header_cell(header, at).unwrap_or_default().to_owned();
        let samples = |at| self.below(header).filter_map(move |row| row.filled(at)).take(3).map(str::to_owned);
        (0..self.width())
            .map(|at| TableColumn { letter: letter(at), heading: heading(at), samples: samples(at).collect() })
            .collect()
    }

    /// The rows below the header; every row where there is none.
    pub(super) fn below(&self, header: Option<usize>) -> impl Iterator<Item = &TableRow> {
        self.rows.iter().filter(move |row| header.is_none_or(|header| row.number > header))
    }

    /// The header's text for a column.
    pub(super) fn header_cell(&self, header: Option<usize>, at: usize) -> Option<&str> {
        let row = header.and_then(|number| self.rows.iter().find(|row| row.number == number))?;
        row.filled(at)
    }
}

impl TableRow {
    /// The text in a column without blanks around it, where there is one.
    pub(super) fn filled(&self, at: usize) -> Option<&str> {
        self.cells.get(at).map(|cell| trim(cell)).filter(|cell| !cell.is_empty())
    }
}

/// The letter of a column in a spreadsheet, counted from 0.
#[must_use]
pub fn letter(at: usize) -> String {
    let (mut letters, mut rest) = (String::new(), at + 1);
    while rest > 0 {
        rest -= 1;
        let digit = u8::try_from(rest % 26).unwrap_or_default();
        letters.insert(0, char::from(b'A' + digit));
        rest /= 26;
    }
    letters
}

/// The text within [`LONGEST_CELL`]. Blanks alone are nothing.
#[must_use]
pub fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_CELL) {
        if trim(&text).is_empty() {
            return String::new();
        }
        text.truncate(end);
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters_as_in_a_spreadsheet() {
        assert_eq!([0, 1, 25, 26, 51, 52, 701, 702].map(letter), ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_long_cell_is_cut_and_a_blank_one_is_nothing() {
        let long = "é".repeat(LONGEST_CELL);
        assert_eq!(cut(long.clone()), long);
        assert_eq!(cut(long.clone() + "é"), long + "…");
        assert_eq!(cut(" ".repeat(LONGEST_CELL + 1)), "");
    }

    #[test]
    fn a_paste_from_a_spreadsheet_is_a_table() -> Result<(), UnreadableRoster> {
        let table = Table::from_text("Who\tWhere\r\nLee, Ann\tann@trust.uk\r\n\t\r\n\"Two\nlines\"\t\r\n")?;
        assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 4]);
        let columns = table.columns(Some(1));
        assert_eq!(columns[0].heading, "Who");
        assert_eq!(columns[0].samples, ["Lee, Ann", "Two\nlines"]);
        assert_eq!((columns[1].letter.as_str(), columns[1].samples.len(), columns.len()), ("B", 1, 2));
        Ok(())
    }

    #[test]
    fn the_separator_is_the_one_that_yields_addresses() -> Result<(), UnreadableRoster> {
        for text in [
            "Raters of Jo, spring\nLee, Ann, Dr\tann@trust.uk\tstaff\n",
            "Lee, Ann, Dr;ann@trust.uk;staff\n",
            "\u{feff}Lee, Ann, Dr|ann@trust.uk|staff\n",
        ] {
            let table = Table::from_text(text)?;
            let last = table.rows.last().map(|row| row.cells.clone()).unwrap_or_default();
            assert_eq!(last, ["Lee, Ann, Dr", "ann@trust.uk", "staff"], "{text:?}");
        }
        Ok(())
    }
}
