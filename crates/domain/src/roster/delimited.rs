//! A list as text, as spreadsheets save and copy it and people write it.

use super::UnreadableRoster;
use super::columns::known_fields;
use super::table::{MOST_COLUMNS, MOST_ROWS, TableRow, cut};
use crate::Email;

/// Among how many lines the one is looked for that tells the separator.
const LOOKED_AT: usize = 10;

/// How much of a line is looked at for it, in bytes.
const LOOKED_INTO: usize = 4096;

/// The most fields of one row. A program's list names the few columns that it needs, and may have many more.
pub const MOST_FIELDS: usize = 1_000;

/// The most fields of all rows together.
const MOST_CELLS: usize = MOST_ROWS * MOST_COLUMNS;

/// The rows of a text, without blank ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimited {
    /// The rows in order, with their numbers as a spreadsheet shows them.
    pub rows: Vec<TableRow>,
    /// The row in which a double quote opens that never closes.
    pub open_quote: Option<usize>,
}

/// What separates the fields of a row.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What a file is that is no list as text: the kinds that people send by mistake, by how they begin.
pub(super) fn other_file(bytes: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    let holds = |text: &[u8]| bytes.windows(text.len()).take(4096).any(|window| window == text);
    if begins(b"PK\x03\x04") && holds(b"application/vnd.oasis.opendocument.spreadsheet") {
        Some("an OpenDocument spreadsheet (.ods)")
    } else if begins(b"PK\x03\x04") {
        Some("an Excel workbook (.xlsx) or another zip file")
    } else if begins(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        Some("an old Excel workbook (.xls)")
    } else if begins(b"%PDF-") {
        Some("a PDF")
    } else {
        None
    }
}

/// The text of a file: UTF-8 with or without byte order mark.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, UnreadableRoster> {
    if let Some(what) = other_file(bytes) {
        return Err(UnreadableRoster::OtherFile(what));
    }
    if is_utf16(bytes) {
        return Err(UnreadableRoster::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| UnreadableRoster::Encoding {
        line: bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1,
    })
}

impl Delimited {
    /// Reads rows of fields: comma, semicolon, tab or bar as separator, whichever yields columns that are known or a
    /// first line `sep=…` tells; quoted fields, any line end. Blank lines are left out but counted, and a line break
    /// inside quotes starts no row, as in a spreadsheet. Long fields are cut ([`super::table::LONGEST_CELL`]), and
    /// empty ones at the end of a row, of which spreadsheets write thousands, are left out beyond the most columns that
    /// a table has.
    ///
    /// # Errors
    /// [`UnreadableRoster::Empty`] and [`UnreadableRoster::Csv`]; [`UnreadableRoster::TooLong`] for more rows than
    /// [`MOST_ROWS`], and [`UnreadableRoster::TooWide`] for a row of more fields than [`MOST_FIELDS`] or too many fields
    /// in all.
    pub fn read(text: &str) -> Result<Self, UnreadableRoster> {
        let (told, text) = told_separator(text);
        let lines = || text.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
        if lines().next().is_none() {
            return Err(UnreadableRoster::Empty);
        }
        // The one that yields columns; of several the one that divides most, and a comma before others.
        let yields = |&separator: &u8| {
            let best = lines().take(LOOKED_AT).map(|line| yields(line, separator)).max();
            (best.unwrap_or_default(), separator == b',')
        };
        let separator = told.or_else(|| SEPARATORS.into_iter().max_by_key(yields)).unwrap_or(b',');
        let text = &close_up(text, separator);
        let (mut rows, mut number, mut cells) = (Vec::new(), 0, 0);
        for record in reader(text, separator).into_records() {
            let record = record.map_err(|error| UnreadableRoster::Csv(error.to_string()))?;
            number = row_of(text, &record, number);
            let Some(last) = (0_usize..).zip(&record).filter(|(_, field)| !field.is_empty()).last() else { continue };
            let kept = record.len().min(MOST_COLUMNS).max(last.0 + 1);
            cells += kept;
            if kept > MOST_FIELDS || cells > MOST_CELLS {
                return Err(UnreadableRoster::TooWide);
            }
            if rows.len() == MOST_ROWS {
                return Err(UnreadableRoster::TooLong);
            }
            rows.push(TableRow {
                number,
                cells: record.iter().take(kept).map(|field| cut(field.to_owned())).collect(),
            });
        }
        if rows.is_empty() {
            return Err(UnreadableRoster::Empty);
        }
        let open_quote = ends_in_quotes(text, separator).then_some(number);
        Ok(Self { rows, open_quote })
    }
}

/// Whether every other byte of the beginning is zero, as in UTF-16 of European text, or a mark says so.
#[must_use]
pub fn is_utf16(bytes: &[u8]) -> bool {
    let start: Vec<_> = bytes.chunks_exact(2).take(16).collect();
    let zeroes = |at: usize| start.iter().filter(|pair| pair.get(at) == Some(&0)).count() * 4 > start.len() * 3;
    bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || (!start.is_empty() && (zeroes(0) || zeroes(1)))
}

/// How many columns of a line are known with this separator, by their titles or as addresses, and how many there are.
fn yields(line: &str, separator: u8) -> (usize, usize) {
    let start = line.get(..line.floor_char_boundary(LOOKED_INTO)).unwrap_or(line);
    let record = reader(&close_up(start, separator), separator).into_records().next();
    let fields: Vec<String> =
        record.and_then(Result::ok).map(|record| record.iter().map(str::to_owned).collect()).unwrap_or_default();
    let addresses = fields.iter().filter(|field| field.contains('@') && Email::parse(field).is_ok());
    (known_fields(&fields).max(addresses.count()), fields.len())
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut options = csv::ReaderBuilder::new();
    options.delimiter(separator).has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes())
}

/// The separator that the first line tells (`sep=;`), as Excel writes and hides it, and the text after that line.
fn told_separator(text: &str) -> (Option<u8>, &str) {
    let start = text.trim_start_matches(['\r', '\n', '\u{feff}']);
    let (line, rest) = start.split_once('\n').unwrap_or_else(|| start.split_once('\r').unwrap_or((start, "")));
    let told = line.trim_end_matches('\r').trim_matches(['"', ' ']).to_ascii_lowercase();
    match told.strip_prefix("sep=").map(str::as_bytes) {
        Some(&[separator]) if SEPARATORS.contains(&separator) => (Some(separator), rest),
        _ => (None, text),
    }
}

/// The text without blanks between a separator and the double quote that opens a field.
fn close_up(text: &str, separator: u8) -> String {
    let separator = char::from(separator);
    let (mut closed, mut quoted, mut field_starts) = (String::with_capacity(text.len()), false, true);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ' ' && field_starts && !quoted {
            let ahead: String = std::iter::once(c).chain(std::iter::from_fn(|| rest.next_if_eq(&' '))).collect();
            if rest.peek() != Some(&'"') {
                closed.push_str(&ahead);
                field_starts = false;
            }
            continue;
        }
        closed.push(c);
        match c {
            '"' if quoted => match rest.next_if_eq(&'"') {
                Some(second) => closed.push(second),
                None => quoted = false,
            },
            '"' => quoted = field_starts,
            _ => {}
        }
        field_starts = !quoted && (c == separator || matches!(c, '\n' | '\r'));
    }
    closed
}

/// The text from where the reader began to look for this record: blank lines first, if there are any, then the record.
fn source<'a>(text: &'a str, record: &csv::StringRecord) -> &'a str {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(usize::MAX);
    text.get(start..).unwrap_or_default()
}

/// The row of a record as a spreadsheet counts: blank lines count, line breaks inside quotes do not. The reader's own
/// line numbers do neither, so they would send people to the wrong row.
fn row_of(text: &str, record: &csv::StringRecord, previous: usize) -> usize {
    let raw = source(text, record);
    let blanks = &raw[..raw.len() - raw.trim_start_matches(['\r', '\n']).len()];
    let line_ends = blanks.matches('\n').count() + blanks.matches('\r').count() - blanks.matches("\r\n").count();
    // The reader stops after the "\r" of "\r\n"; the "\n" that is left ends the previous record and is no blank line.
    let left_over = usize::from(
        raw.starts_with('\n') && text.get(..text.len() - raw.len()).is_some_and(|before| before.ends_with('\r')),
    );
    previous + line_ends - left_over + 1
}

/// Whether the text ends while a quoted field is still open.
fn ends_in_quotes(text: &str, separator: u8) -> bool {
    let mut bytes = text.bytes().peekable();
    let (mut quoted, mut field_starts) = (false, true);
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted => quoted = bytes.next_if_eq(&b'"').is_some(),
            b'"' => quoted = field_starts,
            _ => {}
        }
        field_starts = !quoted && (byte == separator || matches!(byte, b'\n' | b'\r'));
    }
    quoted
}
