//! A list as spreadsheets save it and people write it.

use super::{NumberedRow, RawRow, RosterProblem, UnreadableRoster};
use crate::text::{as_seen, trim};

/// What separates the fields of a row.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What people call the columns. The first of each is its own name.
const NAME: &[&str] = &["name", "full name", "rater", "rater name", "display name"];
const FIRST: &[&str] = &["first name", "firstname", "forename", "given name"];
const LAST: &[&str] = &["last name", "lastname", "surname", "family name"];
const EMAIL: &[&str] = &[
    "email",
    "e mail",
    "mail",
    "email address",
    "e mail address",
    "mail address",
    "emailaddress",
    "work email",
    "work e mail",
    "work mail",
    "work email address",
];
const GROUP: &[&str] = &["group", "rater group", "group id", "group name"];

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

/// The rows with their numbers, as a spreadsheet counts.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<NumberedRow>, UnreadableRoster> {
    if let Some(what) = other_file(bytes) {
        return Err(UnreadableRoster::OtherFile(what));
    }
    if is_utf16(bytes) {
        return Err(UnreadableRoster::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| UnreadableRoster::Encoding {
        line: bytes.iter().take(error.valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1,
    })?;
    let (told, text) = told_separator(text);
    let header = text.split(['\n', '\r']).find(|line| !line.trim().is_empty()).ok_or(UnreadableRoster::Empty)?;
    // The one that yields the columns; of several the one that divides most, and a comma before others.
    let yields = |&separator: &u8| {
        let fields = fields(header, separator);
        let known = [NAME, FIRST, LAST, EMAIL, GROUP]
            .iter()
            .filter(|names| fields.iter().any(|field| names.contains(&field.as_str())));
        (known.count(), fields.len(), separator == b',')
    };
    let separator = told.or_else(|| SEPARATORS.into_iter().max_by_key(yields)).unwrap_or(b',');
    let text = &close_up(text, separator);
    let mut records = reader(text, separator).into_records();
    let broken = |error: csv::Error| UnreadableRoster::Csv(error.to_string());
    let header = records.next().ok_or(UnreadableRoster::Empty)?.map_err(broken)?;
    let columns = Columns::of(&header)?;
    let mut row = row_of(text, &header, 0);
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(broken)?;
        row = row_of(text, &record, row);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let fits = record.len() >= columns.needed() && record.iter().skip(header.len()).all(str::is_empty);
        let fields = RosterProblem::Fields { expected: header.len(), found: record.len() };
        rows.push((row, if fits { Ok(columns.row(&record)) } else { Err(fields) }));
    }
    if ends_in_quotes(text, separator) {
        return Err(UnreadableRoster::Quote { row });
    }
    Ok(rows)
}

/// Where the columns are.
struct Columns {
    name: Vec<usize>,
    email: usize,
    group: usize,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, UnreadableRoster> {
        let titles: Vec<String> = header.iter().map(title).collect();
        let find = |names: &[&'static str]| {
            let own = names.first().copied().unwrap_or_default();
            let called = |names: &[&str]| {
                (0..).zip(&titles).filter(|(_, title)| names.contains(&title.as_str())).map(|(at, _)| at).collect()
            };
            let exact: Vec<usize> = called(&[own]);
            match (if exact.is_empty() { called(names) } else { exact }).as_slice() {
                [] => Ok(None),
                [at] => Ok(Some(*at)),
                _ => Err(UnreadableRoster::HeaderTwice(own)),
            }
        };
        let needed = |found: Option<usize>, column| found.ok_or(UnreadableRoster::Header { column });
        let name = match (find(NAME)?, find(FIRST)?, find(LAST)?) {
            (Some(name), ..) => vec![name],
            (None, Some(first), Some(last)) => vec![first, last],
            _ => return Err(UnreadableRoster::Header { column: "name" }),
        };
        Ok(Self { name, email: needed(find(EMAIL)?, "email")?, group: needed(find(GROUP)?, "group")? })
    }

    fn needed(&self) -> usize {
        self.name.iter().copied().chain([self.email, self.group]).max().unwrap_or(0) + 1
    }

    fn row(&self, record: &csv::StringRecord) -> RawRow {
        let field = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let name: Vec<_> = self.name.iter().map(|at| field(*at)).filter(|part| !trim(part).is_empty()).collect();
        RawRow { name: name.join(" "), email: field(self.email), group: field(self.group) }
    }
}

/// A title of a column, or a group as people write it, for comparing: without what nobody sees, in lower case, in
/// words.
pub(super) fn title(text: &str) -> String {
    let text = as_seen(text).to_lowercase().replace(['_', '-', '.'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut options = csv::ReaderBuilder::new();
    options.delimiter(separator).has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes())
}

fn fields(line: &str, separator: u8) -> Vec<String> {
    let record = reader(&close_up(line, separator), separator).into_records().next();
    record.and_then(Result::ok).map(|record| record.iter().map(title).collect()).unwrap_or_default()
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

/// Whether every other byte of the beginning is zero, as in UTF-16 of European text, or a mark says so.
fn is_utf16(bytes: &[u8]) -> bool {
    let start: Vec<_> = bytes.chunks_exact(2).take(16).collect();
    let zeroes = |at: usize| start.iter().filter(|pair| pair.get(at) == Some(&0)).count() * 4 > start.len() * 3;
    bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || (!start.is_empty() && (zeroes(0) || zeroes(1)))
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
