//! Answers as padded JSON: `length (4, big-endian) || JSON || zeros`, up to a multiple of [`STEP`], so that the length
//! of what is sealed says little about what was written.

use std::io::{self, Write};

use candour_domain::Response;
use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};
use zeroize::Zeroizing;

use super::SealError;

/// The step in bytes.
pub(super) const STEP: usize = 4096;
const PREFIX: usize = 4;

/// A response on its way into a seal. The domain's `Response` has no `Serialize`, so that it cannot be written anywhere
/// by accident; this is private to this room.
pub(super) struct Answers<'a>(pub(super) &'a Response);

impl Serialize for Answers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("ratings", &Ratings(self.0))?;
        map.serialize_entry("comments", &Comments(self.0))?;
        map.end()
    }
}

struct Ratings<'a>(&'a Response);

impl Serialize for Ratings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0.ratings().iter().map(|(item, rating)| (item.as_str(), rating.map(candour_domain::Rating::value))),
        )
    }
}

struct Comments<'a>(&'a Response);

impl Serialize for Comments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.comments().iter().map(|(prompt, text)| (prompt.as_str(), text)))
    }
}

/// Writes `value` as padded JSON.
///
/// The length is measured first, so that the one buffer never grows and leaves a copy behind.
pub(super) fn write(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut length = Measure(0);
    serde_json::to_writer(&mut length, value).ok().ok_or(SealError::Malformed)?;
    let prefix = u32::try_from(length.0).ok().ok_or(SealError::TooLarge)?.to_be_bytes();
    let mut buffer = Zeroizing::new(vec![0; (PREFIX + length.0).next_multiple_of(STEP)]);
    let (head, body) = buffer.split_at_mut(PREFIX);
    head.copy_from_slice(&prefix);
    serde_json::to_writer(body, value).ok().ok_or(SealError::Malformed)?;
    Ok(buffer)
}

/// Reads what [`write()`] wrote.
///
/// The parser's own message is dropped: it may quote what it read.
pub(super) fn read<T: DeserializeOwned>(padded: &[u8]) -> Result<T, SealError> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX>().ok_or(SealError::Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*prefix)).ok().ok_or(SealError::Malformed)?;
    let (json, zeros) = rest.split_at_checked(length).ok_or(SealError::Malformed)?;
    if zeros.len() >= STEP || zeros.iter().any(|&byte| byte != 0) {
        return Err(SealError::Malformed);
    }
    serde_json::from_slice(json).ok().ok_or(SealError::Malformed)
}

struct Measure(usize);

impl Write for Measure {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn padded_text_reads_back_and_is_a_whole_number_of_steps(text in ".{0,9000}") {
            let padded = write(&text)?;
            prop_assert_eq!(padded.len() % STEP, 0);
            prop_assert_eq!(read::<String>(&padded)?, text);
        }
    }

    #[test]
    fn text_that_just_fits_takes_one_step_and_one_more_byte_takes_two() -> Result<(), SealError> {
        let of_length = |length: usize| "a".repeat(length - 2);
        assert_eq!(write(&of_length(STEP - PREFIX))?.len(), STEP);
        assert_eq!(write(&of_length(STEP - PREFIX + 1))?.len(), 2 * STEP);
        Ok(())
    }

    #[test]
    fn anything_but_zeros_and_a_true_length_is_refused() -> Result<(), SealError> {
        let padded = write(&"text")?;
        let mut dirty = padded.to_vec();
        if let Some(last) = dirty.last_mut() {
            *last = 1;
        }
        assert_eq!(read::<String>(&dirty), Err(SealError::Malformed));
        assert_eq!(read::<String>(&[padded.as_slice(), &[0; STEP]].concat()), Err(SealError::Malformed));
        assert_eq!(read::<String>(&[0xff, 0xff, 0xff, 0xff, 0]), Err(SealError::Malformed));
        assert_eq!(read::<String>(&[0, 0]), Err(SealError::Malformed));
        assert_eq!(read::<u8>(&padded), Err(SealError::Malformed), "not what belongs there");
        Ok(())
    }
}
