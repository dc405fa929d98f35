//! Texts in the records of an old workbook. One may go on in the next record, which says again how wide its letters
//! are.

use candour_domain::roster::table::{MOST_COLUMNS, MOST_ROWS, cut};

/// Reads through the parts of a record.
pub(super) struct Strings<'a> {
    parts: &'a [&'a [u8]],
    part: &'a [u8],
}

impl<'a> Strings<'a> {
    pub(super) fn new(parts: &'a [&'a [u8]]) -> Self {
        Self::after(parts, 0)
    }

    /// Begins so many bytes into the record.
    pub(super) fn after(parts: &'a [&'a [u8]], skipped: usize) -> Self {
        let (first, rest) = parts.split_first().map_or((&[][..], &[][..]), |(first, rest)| (*first, rest));
        Self { parts: rest, part: first.get(skipped..).unwrap_or_default() }
    }

    /// The texts that cells share, each within the longest length, up to the first that is broken. How many there are,
    /// the end of the record says.
    pub(super) fn table(mut self) -> Vec<String> {
        self.skip(8);
        std::iter::from_fn(|| self.long()).map(cut).take(MOST_ROWS * MOST_COLUMNS).collect()
    }

    /// A text with its length in one byte.
    pub(super) fn short(mut self) -> Option<String> {
        let length = usize::from(self.byte()?);
        let wide = self.byte()? & 1 == 1;
        self.letters(length, wide)
    }

    /// A text with its length in two bytes.
    pub(super) fn long(&mut self) -> Option<String> {
        let length = usize::from(self.two()?);
        let flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.two()?) * 4 };
        let more = if flags & 4 == 0 {
            0
        } else {
            let (low, high) = (self.two()?, self.two()?);
            usize::from(low) | (usize::from(high) << 16)
        };
        let text = self.letters(length, flags & 1 == 1)?;
        self.skip(runs + more);
        Some(text)
    }

    fn letters(&mut self, length: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            if self.part.is_empty() {
                self.turn()?;
                wide = self.byte()? & 1 == 1;
            }
            let unit = if wide { self.two() } else { self.byte().map(u16::from) };
            units.push(unit?);
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// Goes on in the next part.
    fn turn(&mut self) -> Option<()> {
        let (first, rest) = self.parts.split_first()?;
        (self.part, self.parts) = (first, rest);
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.part.is_empty() {
            self.turn()?;
        }
        let (first, rest) = self.part.split_first()?;
        self.part = rest;
        Some(*first)
    }

    fn two(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut bytes: usize) {
        while bytes > self.part.len() {
            bytes -= self.part.len();
            self.part = &[];
            if self.turn().is_none() {
                return;
            }
        }
        self.part = self.part.get(bytes..).unwrap_or_default();
    }
}
