//! Cells as they are found, within bounds.

use std::collections::BTreeMap;

use candour_domain::roster::table::{MOST_COLUMNS, MOST_ROWS, cut};
use candour_domain::roster::{Table, TableRow};
use candour_domain::text::trim;

use crate::{MOST_SHEETS, MOST_TEXT, Unreadable};

/// The cells of a sheet that have something in them. Rows and columns are counted from 0.
#[derive(Default)]
pub(crate) struct Grid {
    rows: BTreeMap<usize, Vec<String>>,
    /// How many bytes the texts have together.
    texts: usize,
    /// Whether it is enough to know that there is a cell: the first ends it.
    is_glance: bool,
}

/// The sheets of a workbook: the first with something in it, and the names of the others.
#[derive(Default)]
pub(crate) struct Sheets {
    looked_at: usize,
    taken: Option<(String, Grid)>,
    others: Vec<String>,
}

impl Grid {
    pub(crate) fn put(&mut self, row: usize, column: usize, text: &str) -> Result<(), Unreadable> {
        if trim(text).is_empty() {
            return Ok(());
        }
        if self.is_glance {
            return Err(Unreadable::TooMuch);
        }
        if column >= MOST_COLUMNS {
            return Err(Unreadable::TooWide);
        }
        if self.rows.len() >= MOST_ROWS && !self.rows.contains_key(&row) {
            return Err(Unreadable::TooLong);
        }
        let text = cut(text.to_owned());
        self.texts += text.len();
        if self.texts > MOST_TEXT {
            return Err(Unreadable::TooMuch);
        }
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows with their numbers, each as wide as the widest.
    fn into_rows(self) -> Vec<TableRow> {
        let width = self.rows.values().map(Vec::len).max().unwrap_or(0);
        let wide = |mut cells: Vec<String>| {
            cells.resize(width, String::new());
            cells
        };
        self.rows.into_iter().map(|(row, cells)| TableRow { number: row + 1, cells: wide(cells) }).collect()
    }
}

impl Sheets {
    /// Looks at a visible sheet: all of it, if none before had anything in it, and else until there is a cell. What is
    /// wrong with one of the others concerns nobody.
    pub(crate) fn look(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut Grid) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        self.looked_at += 1;
        if self.looked_at > MOST_SHEETS {
            return Err(Unreadable::TooMuch);
        }
        let mut grid = Grid { is_glance: self.taken.is_some(), ..Grid::default() };
        let filled = fill(&mut grid);
        if self.taken.is_none() {
            filled?;
            if !grid.is_empty() {
                self.taken = Some((name.to_owned(), grid));
            }
        } else if filled.is_err() {
            self.others.push(name.to_owned());
        }
        Ok(())
    }

    pub(crate) fn into_table(self) -> Result<Table, Unreadable> {
        let (name, grid) = self.taken.ok_or(Unreadable::NothingVisible)?;
        Ok(Table { sheet: Some(name), other_sheets: self.others, ..Table::new(grid.into_rows()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_other_sheets_only_the_first_cell_is_looked_for() -> Result<(), Unreadable> {
        let (mut sheets, mut put) = (Sheets::default(), 0);
        for name in ["blank", "list", "more", "blank too"] {
            let blank = name.starts_with("blank");
            sheets.look(name, |grid| {
                for row in 0..1_000 {
                    grid.put(row, 0, if blank { " " } else { "x" })?;
                    put += usize::from(!blank);
                }
                Ok(())
            })?;
        }
        assert_eq!(put, 1_000, "those of the list");
        let table = sheets.into_table()?;
        assert_eq!((table.sheet.as_deref(), table.other_sheets), (Some("list"), vec!["more".to_owned()]));
        Ok(())
    }
}
