//! A file of text with separators, in whatever encoding spreadsheets write.

use candour_domain::roster::Table;
use candour_domain::roster::delimited::is_utf16;
use candour_domain::roster::table::MOST_COLUMNS;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::Unreadable;

/// How a text begins that is a table in another form, or none.
const MARKUP: [&str; 9] = ["<!doctype html", "<html", "<table", "<head", "<meta", "<style", "<body", "<div", "<script"];

pub(crate) fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    let (text, guessed_letters) = decoded(bytes)?;
    if let Some(other) = markup(&text) {
        return Err(other);
    }
    let mut table = Table::from_text(&text)?;
    for row in &mut table.rows {
        // Spreadsheets write a separator for each column that was ever used.
        if row.cells.iter().skip(MOST_COLUMNS).any(|cell| !cell.is_empty()) {
            return Err(Unreadable::TooWide);
        }
        row.cells.truncate(MOST_COLUMNS);
    }
    Ok(Table { guessed_letters, ..table })
}

/// The text, and whether its letters were guessed: bytes that are not Unicode are read as Windows in Western Europe
/// writes them.
fn decoded(bytes: &[u8]) -> Result<(String, bool), Unreadable> {
    let wide = match bytes {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        [0, ..] if is_utf16(bytes) => Some(UTF_16BE),
        _ => is_utf16(bytes).then_some(UTF_16LE),
    };
    let is_utf8 = || std::str::from_utf8(bytes).is_ok();
    let encoding = wide.unwrap_or_else(|| if is_utf8() { UTF_8 } else { WINDOWS_1252 });
    let text = encoding.decode_with_bom_removal(bytes).0.into_owned();
    let odd = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    // A stray mark of the end of a file does no harm.
    if text.contains('\0') || odd > 2 + text.len() / 200 {
        return Err(Unreadable::NotText);
    }
    Ok((text, encoding == WINDOWS_1252))
}

fn markup(text: &str) -> Option<Unreadable> {
    let start: String = text.trim_start().chars().take(2048).collect::<String>().to_ascii_lowercase();
    if start.starts_with("<?xml") && start.contains("schemas-microsoft-com:office:spreadsheet") {
        Some(Unreadable::OtherTable("a spreadsheet in XML, as Excel 2003 saved it"))
    } else if MARKUP.iter().any(|begin| start.starts_with(begin))
        || (start.starts_with("<?xml") && start.contains("<html"))
    {
        Some(Unreadable::OtherTable("a web page, whatever it is called"))
    } else if start.starts_with("<?xml") {
        Some(Unreadable::OtherFile("an XML file"))
    } else {
        None
    }
}
