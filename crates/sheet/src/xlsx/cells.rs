//! The cells of a sheet.

use crate::Unreadable;
use crate::grid::Grid;
use crate::number::{Epoch, shown};
use crate::xlsx::styles::Styles;
use crate::xml::{Element, Node, Xml};

/// What a sheet's cells refer to.
pub(super) struct Cells<'a> {
    pub(super) texts: &'a [String],
    pub(super) styles: &'a Styles,
    pub(super) epoch: Epoch,
}

impl Cells<'_> {
    /// Puts the cells of a sheet into a grid. A cell that does not say where it is follows the one before.
    pub(super) fn fill(&self, text: &str, grid: &mut Grid) -> Result<(), Unreadable> {
        let (mut xml, mut row, mut column) = (Xml::new(text), 0_usize, 0_usize);
        loop {
            match xml.next()? {
                Node::Open(element) if element.is("row") => {
                    row = element.number("r").unwrap_or(row.saturating_add(1));
                    column = 0;
                }
                Node::Open(element) if element.is("c") => {
                    if let Some((own_column, own_row)) = element.attribute("r").as_deref().and_then(place) {
                        (column, row) = (own_column, own_row);
                    }
                    let text = self.cell(&mut xml, &element)?;
                    grid.put(row.saturating_sub(1), column, &text)?;
                    column = column.saturating_add(1);
                }
                // Below the cells there may be others' comments and rules.
                Node::Close(name) if name == "sheetData" => return Ok(()),
                Node::End => return Err(Unreadable::Damaged),
                _ => {}
            }
        }
    }

    fn cell(&self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<String, Unreadable> {
        let (kind, style) = (element.attribute("t").unwrap_or_default(), element.number("s").unwrap_or(0));
        let (mut value, mut own) = (String::new(), String::new());
        loop {
            match xml.next()? {
                Node::Open(part) if part.is("v") => value = text_of(xml, "v")?,
                Node::Open(part) if part.is("is") => own = text_within(xml, "is")?,
                // The formula; the value that was stored with it stands beside it.
                Node::Open(part) => drop(text_of(xml, &part.name())?),
                Node::Close(name) if name == "c" => break,
                Node::End => return Err(Unreadable::Damaged),
                Node::Text(_) | Node::Close(_) => {}
            }
        }
        Ok(match kind.as_str() {
            "s" => value.trim().parse().ok().and_then(|at: usize| self.texts.get(at)).cloned().unwrap_or_default(),
            "inlineStr" => own,
            "str" => unescaped(&value),
            "b" => if value.trim() == "0" { "FALSE" } else { "TRUE" }.to_owned(),
            "e" | "d" => value,
            _ => match value.trim().parse::<f64>() {
                Ok(number) => shown(number, self.styles.format(style), self.epoch),
                Err(_) => value,
            },
        })
    }
}

/// The text in an element whose parts may have forms of their own. How it is pronounced is not part of it.
pub(super) fn text_within(xml: &mut Xml<'_>, name: &str) -> Result<String, Unreadable> {
    let mut text = String::new();
    loop {
        match xml.next()? {
            Node::Open(part) if part.is("t") => text.push_str(&text_of(xml, "t")?),
            Node::Open(part) if part.is("rPh") => drop(text_of(xml, "rPh")?),
            Node::Close(closed) if closed == name => return Ok(unescaped(&text)),
            Node::End => return Err(Unreadable::Damaged),
            _ => {}
        }
    }
}

/// All text up to the end of an element.
fn text_of(xml: &mut Xml<'_>, name: &str) -> Result<String, Unreadable> {
    let mut text = String::new();
    loop {
        match xml.next()? {
            Node::Text(more) => text.push_str(&more),
            Node::Close(closed) if closed == name => return Ok(text),
            Node::End => return Err(Unreadable::Damaged),
            _ => {}
        }
    }
}

/// Column and row of `AB12`, the column counted from 0 and the row from 1.
fn place(reference: &str) -> Option<(usize, usize)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at_checked(digits)?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0_usize;
    for letter in letters.bytes() {
        let letter = letter.to_ascii_uppercase();
        column = column * 26 + usize::from(letter.checked_sub(b'A').filter(|at| *at < 26)?) + 1;
    }
    Some((column - 1, row.parse().ok()?))
}

/// The text with characters in it that XML cannot hold, which Excel writes as `_x000D_`.
fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        let code = code.filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(letter) = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            plain.push(letter);
            rest = from.get(7..).unwrap_or_default();
        } else {
            plain.push_str("_x");
            rest = from.get(2..).unwrap_or_default();
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_says_column_and_row() {
        assert_eq!(place("A1"), Some((0, 1)));
        assert_eq!(place("ab12"), Some((27, 12)));
        assert_eq!(place("XFD1048576"), Some((16_383, 1_048_576)));
        for bad in ["", "1", "A", "AAAA1", "Ä1", "A-1", "A1B", "A99999999999999999999999"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_written_in_digits() {
        assert_eq!(unescaped("a_x000D_\nb"), "a\r\nb");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        assert_eq!(unescaped("_x12_ _xZZZZ_ _x"), "_x12_ _xZZZZ_ _x");
        assert_eq!(unescaped("first_xäöü_"), "first_xäöü_");
    }
}
