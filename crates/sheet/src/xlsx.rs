//! Workbooks of Excel since 2007 (Office Open XML).

mod cells;
mod styles;

use std::collections::BTreeMap;

use candour_domain::roster::Table;
use candour_domain::roster::table::{MOST_COLUMNS, MOST_ROWS, cut};

use crate::archive::Archive;
use crate::grid::Sheets;
use crate::number::Epoch;
use crate::xml::{Node, Xml};
use crate::{MOST_SHEETS, Unreadable};
use cells::Cells;
use styles::Styles;

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    is_visible: bool,
}

/// What another part is to this one.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

pub(crate) fn read(mut archive: Archive<'_>) -> Result<Table, Unreadable> {
    let root = relations(&mut archive, "")?;
    let workbook = root.into_iter().find(|relation| relation.is("officeDocument"));
    let workbook = workbook.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
    let text = archive.text(&workbook)?.ok_or(Unreadable::OtherFile("a packed file (.zip)"))?;
    let (listed, epoch) = sheets(&text)?;
    let relations = relations(&mut archive, &workbook)?;
    let mut part = |kind: &str| {
        let found = relations.iter().find(|relation| relation.is(kind));
        found.map_or(Ok(None), |relation| archive.text(&relation.target))
    };
    let styles = part("styles")?.map_or_else(|| Ok(Styles::default()), |text| Styles::read(&text))?;
    let texts = part("sharedStrings")?.map_or_else(|| Ok(Vec::new()), |text| shared_texts(&text))?;
    // Sheets of charts have no cells.
    let of_sheets = relations.iter().filter(|relation| relation.is("worksheet"));
    let of_sheets: BTreeMap<&str, &str> =
        of_sheets.map(|relation| (relation.id.as_str(), relation.target.as_str())).collect();
    let mut sheets = Sheets::default();
    for sheet in listed.iter().filter(|sheet| sheet.is_visible) {
        let Some(target) = of_sheets.get(sheet.relation.as_str()) else { continue };
        sheets.look(&sheet.name, |grid| {
            let text = archive.text(target)?.ok_or(Unreadable::Damaged)?;
            Cells { texts: &texts, styles: &styles, epoch }.fill(&text, grid)
        })?;
    }
    sheets.into_table()
}

/// The sheets of a workbook in order, and how it counts days.
fn sheets(text: &str) -> Result<(Vec<Listed>, Epoch), Unreadable> {
    let (mut xml, mut sheets, mut epoch) = (Xml::new(text), Vec::new(), Epoch::default());
    loop {
        match xml.next()? {
            Node::Open(element) if element.is("sheet") && sheets.len() == MOST_SHEETS => {
                return Err(Unreadable::TooMuch);
            }
            Node::Open(element) if element.is("sheet") => sheets.push(Listed {
                name: element.attribute("name").unwrap_or_default(),
                relation: element.attribute("id").unwrap_or_default(),
                is_visible: element.attribute("state").is_none_or(|state| state == "visible"),
            }),
            Node::Open(element)
                if element.is("workbookPr")
                    && element.attribute("date1904").is_some_and(|is| is == "1" || is == "true") =>
            {
                epoch = Epoch::Of1904;
            }
            Node::End => break,
            _ => {}
        }
    }
    Ok((sheets, epoch))
}

/// The parts that a part names, with where they are in the archive.
fn relations(archive: &mut Archive<'_>, part: &str) -> Result<Vec<Relation>, Unreadable> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let Some(text) = archive.text(&format!("{folder}/_rels/{file}.rels"))? else { return Ok(Vec::new()) };
    let (mut xml, mut relations) = (Xml::new(&text), Vec::new());
    loop {
        match xml.next()? {
            Node::Open(element) if element.is("Relationship") => relations.push(Relation {
                id: element.attribute("Id").unwrap_or_default(),
                kind: element.attribute("Type").unwrap_or_default(),
                target: resolved(folder, &element.attribute("Target").unwrap_or_default()),
            }),
            Node::End => return Ok(relations),
            _ => {}
        }
    }
}

/// Where a target is that is named from a folder.
fn resolved(folder: &str, target: &str) -> String {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The texts that cells share, each within the longest length, since any number of cells may have it. How many there
/// are, only their end says.
fn shared_texts(text: &str) -> Result<Vec<String>, Unreadable> {
    let (mut xml, mut texts) = (Xml::new(text), Vec::new());
    loop {
        match xml.next()? {
            Node::Open(element) if element.is("si") => {
                if texts.len() == MOST_ROWS * MOST_COLUMNS {
                    return Err(Unreadable::TooMuch);
                }
                texts.push(cut(cells::text_within(&mut xml, "si")?));
            }
            Node::End => return Ok(texts),
            _ => {}
        }
    }
}

impl Relation {
    /// The last part of its kind is the same in both forms of the standard.
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::roster::table::LONGEST_CELL;

    use super::*;

    #[test]
    fn a_text_that_cells_share_is_cut_before_any_cell_has_it() -> Result<(), Unreadable> {
        let item = |text: &str| format!("<si><t>{text}</t></si>");
        let texts = item(&"x".repeat(1_000_000)) + &item(&" ".repeat(1_000_000)) + &item("Ann");
        let texts = shared_texts(&format!("<sst>{texts}</sst>"))?;
        assert_eq!(texts.iter().map(|text| text.chars().count()).collect::<Vec<_>>(), [LONGEST_CELL + 1, 0, 3]);
        Ok(())
    }
}
