//! A packed workbook, of which parts are unpacked within one limit.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use encoding_rs::Encoding;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{LARGEST_UNPACKED, MOST_ENTRIES, Unreadable};

pub(crate) struct Archive<'a> {
    packed: ZipArchive<Cursor<&'a [u8]>>,
    /// Where each part is, by its name in small letters: what writes workbooks does not always keep to one spelling.
    places: BTreeMap<String, usize>,
    /// How many bytes may still be unpacked.
    left: usize,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Unreadable> {
        if claims_too_many(bytes) {
            return Err(Unreadable::TooMuch);
        }
        let packed = ZipArchive::new(Cursor::new(bytes)).map_err(|error| because(&error))?;
        if packed.len() > MOST_ENTRIES {
            return Err(Unreadable::TooMuch);
        }
        let names = (0..).zip(packed.file_names_raw());
        let places = names.map(|(at, name)| (spelt(&String::from_utf8_lossy(name)), at)).collect();
        Ok(Self { packed, places, left: LARGEST_UNPACKED })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&spelt(name))
    }

    /// The text of a part, if there is one of this name. What it unpacks to is counted while it is unpacked; what the
    /// archive says of its size is not looked at. Once the limit is passed, no other part is unpacked.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        let Some(place) = self.places.get(&spelt(name)) else { return Ok(None) };
        if self.left == 0 {
            return Err(Unreadable::TooMuch);
        }
        let part = self.packed.by_index(*place).map_err(|error| because(&error))?;
        let limit = u64::try_from(self.left).unwrap_or(u64::MAX).saturating_add(1);
        let mut unpacked = Vec::new();
        // A checksum that does not fit, or data that break off.
        let read = part.take(limit).read_to_end(&mut unpacked);
        let within = unpacked.len() <= self.left;
        self.left = self.left.saturating_sub(unpacked.len());
        read.map_err(|_broken| Unreadable::Damaged)?;
        if !within {
            return Err(Unreadable::TooMuch);
        }
        let (encoding, _) = Encoding::for_bom(&unpacked).unwrap_or((encoding_rs::UTF_8, 0));
        Ok(Some(encoding.decode(&unpacked).0.into_owned()))
    }
}

/// Whether the list of parts claims to be longer than any that is read: room for it would be reserved before it is read.
/// Only the large form of its end can claim so many.
fn claims_too_many(bytes: &[u8]) -> bool {
    let ends = bytes.windows(4).enumerate().filter(|(_, begin)| begin == b"PK\x06\x06");
    let claimed = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let too_many =
        |at| claimed(at).is_some_and(|entries| usize::try_from(entries).is_ok_and(|entries| entries > MOST_ENTRIES));
    ends.into_iter().any(|(at, _)| too_many(at + 24) || too_many(at + 32))
}

/// A name as it is compared.
fn spelt(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

fn because(error: &ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Password,
        _ => Unreadable::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::CompressionMethod;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    /// A packed file with parts of these sizes, called `0`, `1`, and so on.
    fn packed(sizes: &[usize]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (at, size) in sizes.iter().enumerate() {
            zip.start_file(at.to_string(), SimpleFileOptions::default().compression_method(CompressionMethod::Stored))?;
            zip.write_all(&vec![b' '; *size])?;
        }
        Ok(zip.finish()?.into_inner())
    }

    #[test]
    fn nothing_is_unpacked_once_the_limit_is_passed() -> Result<(), Box<dyn std::error::Error>> {
        let file = packed(&[LARGEST_UNPACKED - 1, 2, 1])?;
        let mut archive = Archive::open(&file)?;
        assert!(archive.text("0")?.is_some());
        assert_eq!(archive.left, 1);
        assert_eq!(archive.text("1"), Err(Unreadable::TooMuch));
        assert_eq!(archive.left, 0);
        assert_eq!(archive.text("2"), Err(Unreadable::TooMuch), "it would have fitted before");
        assert_eq!(archive.text("none"), Ok(None));
        Ok(())
    }

    #[test]
    fn a_part_that_is_asked_for_again_counts_again() -> Result<(), Box<dyn std::error::Error>> {
        let file = packed(&[LARGEST_UNPACKED / 3])?;
        let mut archive = Archive::open(&file)?;
        let read = (0..1_000).filter(|_| archive.text("0").is_ok()).count();
        assert_eq!(read, 3);
        Ok(())
    }
}
