//! The hash that is stored beside a document, and under which something is found that is not looked up by itself.

use sha2::{Digest, Sha256};

/// SHA-256 of a document in hexadecimal.
#[must_use]
pub fn sha256_hex(document: &str) -> String {
    use std::fmt::Write;

    Sha256::digest(document.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 as bytes.
#[must_use]
pub fn of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        // FIPS 180-2, B.1.
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
