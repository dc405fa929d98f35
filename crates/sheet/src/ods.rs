//! Spreadsheets of `OpenDocument`, as `LibreOffice` and others write them.

use std::collections::BTreeSet;

use candour_domain::roster::Table;
use candour_domain::roster::table::{LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, cut};
use candour_domain::text::trim;

use crate::Unreadable;
use crate::archive::Archive;
use crate::grid::{Grid, Sheets};
use crate::xml::{Element, Node, Xml};

pub(crate) fn read(mut archive: Archive<'_>) -> Result<Table, Unreadable> {
    let manifest = archive.text("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(Unreadable::Password);
    }
    let text = archive.text("content.xml")?.ok_or(Unreadable::Damaged)?;
    let (mut xml, mut hidden, mut sheets) = (Xml::new(&text), BTreeSet::new(), Sheets::default());
    let mut style = String::new();
    loop {
        match xml.next()? {
            Node::Open(element) if element.is("style") => style = element.attribute("name").unwrap_or_default(),
            Node::Open(element)
                if element.is("table-properties")
                    && element.attribute("display").is_some_and(|shown| shown == "false") =>
            {
                hidden.insert(style.clone());
            }
            Node::Open(element) if element.is("table") => {
                let is_hidden = element.attribute("style-name").is_some_and(|style| hidden.contains(&style));
                let name = element.attribute("name").unwrap_or_default();
                if is_hidden {
                    fill(&mut xml, None)?;
                } else {
                    look(&mut sheets, &name, &mut xml)?;
                }
            }
            Node::End => return sheets.into_table(),
            _ => {}
        }
    }
}

/// A sheet that is not read may have more in it than is read.
fn look(sheets: &mut Sheets, name: &str, xml: &mut Xml<'_>) -> Result<(), Unreadable> {
    let mut end = Ok(());
    sheets.look(name, |grid| {
        let mut beyond = Ok(());
        end = fill(xml, Some((grid, &mut beyond)));
        beyond
    })?;
    end
}

/// Puts the cells of a sheet into a grid, and goes to the end of the sheet also where there are too many.
fn fill(xml: &mut Xml<'_>, into: Option<(&mut Grid, &mut Result<(), Unreadable>)>) -> Result<(), Unreadable> {
    let (mut into, mut row, mut tables) = (into, 0_usize, 0_usize);
    loop {
        match xml.next()? {
            Node::Open(element) if element.is("table-row") => {
                let times = element.number("number-rows-repeated").unwrap_or(1);
                let cells = read_row(xml)?;
                if let Some((grid, beyond)) = &mut into
                    && beyond.is_ok()
                {
                    **beyond = put_row(grid, row, times, &cells);
                }
                row = row.saturating_add(times);
            }
            // Within a cell of a row, or in a picture beside the rows.
            Node::Open(element) if element.is("table") => tables += 1,
            Node::Close(name) if name == "table" => match tables.checked_sub(1) {
                Some(left) => tables = left,
                None => return Ok(()),
            },
            Node::End => return Err(Unreadable::Damaged),
            _ => {}
        }
    }
}

/// A row's texts with their columns, and how many columns each is in. A blank one is none, however often it is said to
/// be there.
fn read_row(xml: &mut Xml<'_>) -> Result<Vec<(usize, usize, String)>, Unreadable> {
    let (mut cells, mut column) = (Vec::new(), 0_usize);
    loop {
        match xml.next()? {
            Node::Open(element) if element.is("table-cell") || element.is("covered-table-cell") => {
                let times = element.number("number-columns-repeated").unwrap_or(1);
                let text = cell(xml, &element)?;
                if !trim(&text).is_empty() {
                    cells.push((column, times, cut(text)));
                }
                column = column.saturating_add(times);
            }
            Node::Close(name) if name == "table-row" => return Ok(cells),
            Node::End => return Err(Unreadable::Damaged),
            _ => {}
        }
    }
}

/// One more of each repetition than is read is enough to see that there are too many.
fn put_row(grid: &mut Grid, row: usize, times: usize, cells: &[(usize, usize, String)]) -> Result<(), Unreadable> {
    if cells.is_empty() {
        return Ok(());
    }
    for row in (row..row.saturating_add(times)).take(MOST_ROWS + 1) {
        for (column, times, text) in cells {
            for column in (*column..column.saturating_add(*times)).take(MOST_COLUMNS + 1) {
                grid.put(row, column, text)?;
            }
        }
    }
    Ok(())
}

/// The text of a cell as it is shown, which stands beside its value: lines are paragraphs.
fn cell(xml: &mut Xml<'_>, element: &Element<'_>) -> Result<String, Unreadable> {
    let own = element.name();
    let (mut text, mut paragraphs, mut aside, mut within) = (String::new(), 0_usize, 0_usize, false);
    loop {
        match xml.next()? {
            Node::Open(part) if is_aside(&part.name()) => aside += 1,
            Node::Close(name) if is_aside(&name) => aside = aside.saturating_sub(1),
            Node::Close(name) if name == own && aside == 0 => break,
            Node::End => return Err(Unreadable::Damaged),
            _ if aside > 0 => {}
            Node::Open(part) if part.is("p") || part.is("h") => {
                if paragraphs > 0 {
                    text.push('\n');
                }
                paragraphs += 1;
                within = true;
            }
            // What is cut off anyway is not put together: blanks are written as their number.
            _ if text.len() > LONGEST_CELL * 8 => {}
            Node::Open(part) if part.is("s") => {
                let blanks = part.number("c").unwrap_or(1).min(LONGEST_CELL);
                text.extend(std::iter::repeat_n(' ', blanks));
            }
            Node::Open(part) if part.is("tab") => text.push('\t'),
            Node::Open(part) if part.is("line-break") => text.push('\n'),
            Node::Close(name) if name == "p" || name == "h" => within = false,
            Node::Text(more) if within => text.push_str(&more),
            _ => {}
        }
    }
    if text.is_empty() {
        // Some programs leave out what is shown.
        let value = ["string-value", "date-value", "value"].into_iter().find_map(|name| element.attribute(name));
        return Ok(value.unwrap_or_default());
    }
    Ok(text)
}

/// What stands at a cell and is not its text: comments and pictures.
fn is_aside(name: &str) -> bool {
    matches!(name, "annotation" | "frame" | "table-shapes" | "shapes" | "ruby-text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_cells_are_not_repeated_and_long_ones_are_cut_first() -> Result<(), Unreadable> {
        let cell = |text: &str| format!("<table-cell number-columns-repeated='999999'><p>{text}</p></table-cell>");
        let long = " ".repeat(1_000_000) + "x";
        let row = ["", " ", "\u{a0}", "<s c='900'/>", &long].map(cell).concat();
        let row = format!("<table-row>{row}</table-row>");
        let cells = read_row(&mut Xml::new(&row))?;
        let found: Vec<_> = cells.iter().map(|(column, _, text)| (*column, text.chars().count())).collect();
        assert_eq!(found, [(4 * 999_999, LONGEST_CELL + 1)]);
        Ok(())
    }
}
