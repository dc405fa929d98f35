//! How the numbers of a workbook are shown.

use std::collections::BTreeMap;

use crate::Unreadable;
use crate::number::Format;
use crate::xml::{Node, Xml};

/// The most styles that a workbook can have.
const MOST_STYLES: usize = 65_490;

/// The formats of the styles that cells name by number.
#[derive(Default)]
pub(super) struct Styles(Vec<Format>);

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let (mut xml, mut own, mut ids) = (Xml::new(text), BTreeMap::new(), Vec::new());
        let mut of_cells = false;
        loop {
            match xml.next()? {
                Node::Open(element) if element.is("numFmt") => {
                    if let (Some(id), Some(code)) = (element.number("numFmtId"), element.attribute("formatCode")) {
                        own.insert(id, Format::of_code(&code));
                    }
                }
                Node::Open(element) if element.is("cellXfs") => of_cells = true,
                Node::Close(name) if name == "cellXfs" => of_cells = false,
                Node::Open(element) if of_cells && element.is("xf") && ids.len() < MOST_STYLES => {
                    ids.push(element.number("numFmtId").unwrap_or(0));
                }
                Node::End => break,
                _ => {}
            }
        }
        let format = |id: usize| own.get(&id).copied().unwrap_or_else(|| Format::built_in(id));
        Ok(Self(ids.into_iter().map(format).collect()))
    }

    pub(super) fn format(&self, style: usize) -> Format {
        self.0.get(style).copied().unwrap_or_default()
    }
}
