//! Names and passwords that nobody else has: two tests may run at the same time, and other people may be on the
//! machine.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;

use crate::Outcome;

/// So many random letters and digits, two for each byte.
pub(crate) fn letters(bytes: usize) -> Outcome<String> {
    let mut letters = String::new();
    for byte in draw(bytes)? {
        write!(letters, "{byte:02x}")?;
    }
    Ok(letters)
}

/// A random number below this one.
pub(crate) fn below(limit: u16) -> Outcome<u16> {
    let drawn = draw(4)?.iter().fold(0_u32, |number, &byte| (number << 8) | u32::from(byte));
    Ok(u16::try_from(drawn % u32::from(limit))?)
}

fn draw(bytes: usize) -> Outcome<Vec<u8>> {
    let mut drawn = vec![0; bytes];
    File::open("/dev/urandom")?.read_exact(&mut drawn)?;
    Ok(drawn)
}
