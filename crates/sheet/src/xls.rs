//! Workbooks of Excel 97 to 2003 (MS-XLS, BIFF8).

mod strings;

use std::collections::{BTreeMap, BTreeSet};

use candour_domain::roster::Table;

use crate::compound::{Compound, f64_at, u16_at, u32_at};
use crate::grid::{Grid, Sheets};
use crate::number::{Epoch, Format, general, shown};
use crate::{MOST_SHEETS, Unreadable};
use strings::Strings;

/// The kinds of records that are looked at.
mod kind {
    pub(super) const FORMULA: [u16; 3] = [0x0006, 0x0206, 0x0406];
    pub(super) const END: u16 = 0x000A;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const PASSWORD: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const SEVERAL_RK: u16 = 0x00BD;
    pub(super) const RICH_TEXT: u16 = 0x00D6;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const SHARED_TEXTS: u16 = 0x00FC;
    pub(super) const SHARED_TEXT: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const TRUTH_OR_ERROR: u16 = 0x0205;
    pub(super) const TEXT_OF_FORMULA: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// A record with those that continue it.
struct Record<'a> {
    kind: u16,
    parts: Vec<&'a [u8]>,
}

/// Goes through the records from a place on.
struct Records<'a>(&'a [u8]);

/// What holds for all sheets.
#[derive(Default)]
struct Workbook {
    sheets: Vec<SheetAt>,
    texts: Vec<String>,
    formats: BTreeMap<usize, Format>,
    styles: Vec<usize>,
    epoch: Epoch,
}

struct SheetAt {
    name: String,
    place: usize,
    is_read: bool,
}

pub(crate) fn read(compound: &Compound<'_>) -> Result<Table, Unreadable> {
    let stream = compound.stream("Workbook").ok_or(Unreadable::Damaged)?;
    let workbook = Workbook::read(&stream)?;
    let mut sheets = Sheets::default();
    for (sheet, records) in workbook.records(&stream)? {
        sheets.look(&sheet.name, |grid| workbook.fill(records, grid))?;
    }
    sheets.into_table()
}

impl Workbook {
    fn read(stream: &[u8]) -> Result<Self, Unreadable> {
        let mut workbook = Self::default();
        for record in Records(stream) {
            let data = record.data();
            match record.kind {
                kind::BEGIN if u16_at(data, 0).is_some_and(|version| version < 0x0600) => {
                    return Err(Unreadable::OtherTable("a workbook of an Excel from before 1997"));
                }
                kind::PASSWORD => return Err(Unreadable::Password),
                kind::DATE_MODE if u16_at(data, 0) == Some(1) => workbook.epoch = Epoch::Of1904,
                kind::FORMAT => {
                    if let Some((id, format)) = record.format() {
                        workbook.formats.entry(id).or_insert(format);
                    }
                }
                kind::STYLE => workbook.styles.push(usize::from(u16_at(data, 2).unwrap_or_default())),
                kind::SHEET if workbook.sheets.len() == MOST_SHEETS => return Err(Unreadable::TooMuch),
                kind::SHEET => workbook.sheets.extend(record.sheet()),
                kind::SHARED_TEXTS => workbook.texts = Strings::new(&record.parts).table(),
                kind::END => break,
                _ => {}
            }
        }
        if workbook.sheets.is_empty() { Err(Unreadable::Damaged) } else { Ok(workbook) }
    }

    /// The sheets that are read, with their records: from where one begins to where the next does, so that no record is
    /// read for two.
    fn records<'a>(&self, stream: &'a [u8]) -> Result<Vec<(&SheetAt, Records<'a>)>, Unreadable> {
        let begins: BTreeSet<usize> = self.sheets.iter().map(|sheet| sheet.place).collect();
        let mut taken = BTreeSet::new();
        let mut of = |sheet: &SheetAt| {
            let next = begins.range(sheet.place.saturating_add(1)..).next().copied().unwrap_or(stream.len());
            let of_sheet = stream.get(sheet.place..next.min(stream.len())).filter(|_| taken.insert(sheet.place));
            of_sheet.map(Records).ok_or(Unreadable::Damaged)
        };
        self.sheets.iter().filter(|sheet| sheet.is_read).map(|sheet| Ok((sheet, of(sheet)?))).collect()
    }

    /// Puts the cells of a sheet into a grid. What is within the sheet, such as a chart, has cells of its own.
    fn fill(&self, records: Records<'_>, grid: &mut Grid) -> Result<(), Unreadable> {
        let (mut depth, mut formula) = (0_usize, None);
        for record in records {
            let data = record.data();
            match record.kind {
                kind::BEGIN => depth += 1,
                kind::END if depth <= 1 => return Ok(()),
                kind::END => depth -= 1,
                _ if depth != 1 => {}
                kind::TEXT_OF_FORMULA => {
                    if let (Some((row, column)), Some(text)) = (formula.take(), Strings::new(&record.parts).long()) {
                        grid.put(row, column, &text)?;
                    }
                }
                kind::SEVERAL_RK => self.several(data, grid)?,
                other => {
                    let Some(at) = place(data) else { continue };
                    if kind::FORMULA.contains(&other) {
                        formula = Some(at);
                    }
                    if let Some(text) = self.cell(&record) {
                        grid.put(at.0, at.1, &text)?;
                    }
                }
            }
        }
        // A stream that ends before its sheet does.
        Err(Unreadable::Damaged)
    }

    /// The text of a record that is one cell.
    fn cell(&self, record: &Record<'_>) -> Option<String> {
        let data = record.data();
        let number = |value| self.number(data, 4, value);
        match record.kind {
            kind::SHARED_TEXT => self.texts.get(usize::try_from(u32_at(data, 6)?).ok()?).cloned(),
            kind::TEXT | kind::RICH_TEXT => Strings::after(&record.parts, 6).long(),
            kind::NUMBER => number(f64_at(data, 6)?),
            kind::RK => number(rk(u32_at(data, 6)?)),
            kind::TRUTH_OR_ERROR => Some(truth_or_error(*data.get(6)?, *data.get(7)? != 0)),
            other if kind::FORMULA.contains(&other) => match (data.get(6..14)?, u16_at(data, 12)?) {
                ([1, _, value, ..], 0xFFFF) => Some(truth_or_error(*value, false)),
                ([2, _, value, ..], 0xFFFF) => Some(truth_or_error(*value, true)),
                // The text comes in a record of its own, or there is none.
                (_, 0xFFFF) => None,
                _ => number(f64_at(data, 6)?),
            },
            _ => None,
        }
    }

    /// A row of numbers in one record: place, then style and number of each, then the last column.
    fn several(&self, data: &[u8], grid: &mut Grid) -> Result<(), Unreadable> {
        let Some((row, first)) = place(data) else { return Ok(()) };
        let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6);
        for (column, cell) in (first..).zip(cells) {
            if let Some(text) = u32_at(cell, 2).and_then(|number| self.number(cell, 0, rk(number))) {
                grid.put(row, column, &text)?;
            }
        }
        Ok(())
    }

    /// A number in the format of the style whose number stands at this place.
    fn number(&self, data: &[u8], at: usize, value: f64) -> Option<String> {
        let style = self.styles.get(usize::from(u16_at(data, at)?));
        let format =
            style.map_or(Format::General, |id| self.formats.get(id).copied().unwrap_or_else(|| Format::built_in(*id)));
        Some(shown(value, format, self.epoch))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, data) = self.one()?;
        let mut parts = vec![data];
        while u16_at(self.0, 0) == Some(kind::CONTINUE) {
            parts.push(self.one()?.1);
        }
        Some(Record { kind, parts })
    }
}

impl<'a> Records<'a> {
    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (u16_at(self.0, 0)?, usize::from(u16_at(self.0, 2)?));
        let data = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length..)?;
        Some((kind, data))
    }
}

impl Record<'_> {
    fn data(&self) -> &[u8] {
        self.parts.first().copied().unwrap_or_default()
    }

    fn format(&self) -> Option<(usize, Format)> {
        let code = Strings::after(&self.parts, 2).long()?;
        Some((usize::from(u16_at(self.data(), 0)?), Format::of_code(&code)))
    }

    fn sheet(&self) -> Option<SheetAt> {
        let data = self.data();
        let place = usize::try_from(u32_at(data, 0)?).ok()?;
        let is_read = data.get(4)? % 4 == 0 && *data.get(5)? == 0;
        Some(SheetAt { name: Strings::after(&self.parts, 6).short()?, place, is_read })
    }
}

fn place(data: &[u8]) -> Option<(usize, usize)> {
    Some((usize::from(u16_at(data, 0)?), usize::from(u16_at(data, 2)?)))
}

/// A number in 30 bits: the upper part of a float or a whole one, and whether it is to be divided by a hundred.
fn rk(number: u32) -> f64 {
    let value = if number & 2 == 0 {
        f64::from_bits(u64::from(number & !3) << 32)
    } else {
        f64::from(number.cast_signed() >> 2)
    };
    if number & 1 == 0 { value } else { value / 100.0 }
}

fn truth_or_error(value: u8, is_error: bool) -> String {
    let text = match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, 0x2A) => "#N/A",
        (true, _) => return general(f64::NAN),
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(place: usize) -> SheetAt {
        SheetAt { name: "S".to_owned(), place, is_read: true }
    }

    #[test]
    fn no_record_is_read_for_two_sheets() -> Result<(), Unreadable> {
        let stream = vec![0; 10_000];
        let workbook = Workbook { sheets: (0..255).map(|at| sheet(at * 4)).collect(), ..Workbook::default() };
        let read: usize = workbook.records(&stream)?.iter().map(|(_, records)| records.0.len()).sum();
        assert_eq!(read, stream.len());
        let same = Workbook { sheets: vec![sheet(8), sheet(8)], ..Workbook::default() };
        assert!(same.records(&stream).is_err());
        let beyond = Workbook { sheets: vec![sheet(usize::MAX)], ..Workbook::default() };
        assert!(beyond.records(&stream).is_err());
        Ok(())
    }
}
