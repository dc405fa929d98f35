//! The server key: 32 bytes outside the database that lock what the database holds.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_PAD_INDIFFERENT, URL_SAFE_NO_PAD_INDIFFERENT};
use rand::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{SealError, derive, envelope};

/// The server key. Without it a copy of the database opens nothing.
///
/// It comes from a file ([`ServerKey::load_or_create`]) or from text such as an environment variable
/// ([`ServerKey::from_text`]). It can be neither shown nor cloned:
///
/// ```compile_fail,E0277
/// # let key = candour_seal::ServerKey::from_text(&"00".repeat(32))?;
/// format!("{key:?}");
/// # Ok::<(), candour_seal::InvalidServerKey>(())
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ServerKey([u8; 32]);

/// What is sealed under the server key. A value sealed for one purpose does not open for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A rater's link, so that a reminder carries the same one.
    Link,
    /// A round's private key.
    RoundKey,
    /// What drafts of a round are sealed with besides the link.
    DraftSalt,
    /// What opens the bundle of a review.
    BundleKey,
    /// A key that signs access tokens.
    SigningKey,
    /// What this service proves itself with to a trust's provider of identities.
    ClientSecret,
    /// A list of raters that has been uploaded and not imported yet.
    Upload,
}

/// Text that is not a server key. The message does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is not 32 bytes written as 64 hexadecimal digits or as base64. Put back the key that the database was made \
     with; a new database may have a new one, from: openssl rand -hex 32"
)]
pub struct InvalidServerKey;

impl ServerKey {
    /// Makes a fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = Self([0; 32]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// Reads a key from 64 hexadecimal digits or from base64, standard or URL-safe, padded or not; blanks around it are
    /// dropped.
    ///
    /// # Errors
    /// [`InvalidServerKey`] for anything that is not 32 bytes.
    ///
    /// ```
    /// use candour_seal::ServerKey;
    /// let hex = ServerKey::from_text("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n")?;
    /// let base64 = ServerKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")?;
    /// assert_eq!(hex.fingerprint(), base64.fingerprint());
    /// assert!(ServerKey::from_text("a passphrase").is_err());
    /// # Ok::<(), candour_seal::InvalidServerKey>(())
    /// ```
    pub fn from_text(text: &str) -> Result<Self, InvalidServerKey> {
        let text = text.trim().as_bytes();
        let mut key = Self([0; 32]);
        if text.len() == 64 {
            for (byte, digits) in key.0.iter_mut().zip(text.chunks_exact(2)) {
                *byte = digits
                    .iter()
                    .try_fold(0, |byte, &digit| Some(byte << 4 | hex_digit(digit)?))
                    .ok_or(InvalidServerKey)?;
            }
            return Ok(key);
        }
        // One byte more than a key, so that longer text does not pass for one.
        let mut bytes = Zeroizing::new([0; 36]);
        let length = STANDARD_PAD_INDIFFERENT
            .decode_slice(text, bytes.as_mut_slice())
            .or_else(|_| URL_SAFE_NO_PAD_INDIFFERENT.decode_slice(text, bytes.as_mut_slice()))
            .ok()
            .ok_or(InvalidServerKey)?;
        match bytes.split_at(length) {
            (decoded, _) if decoded.len() == key.0.len() => key.0.copy_from_slice(decoded),
            _ => return Err(InvalidServerKey),
        }
        Ok(key)
    }

    /// The key as 64 hexadecimal digits and a line end, as it is kept in its file.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(65));
        for byte in self.0 {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        text.push('\n');
        text
    }

    /// A value the database keeps so that a wrong key is recognised before anything is touched. It says nothing about
    /// the key.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        *derive(&self.0, "candour server key fingerprint v1")
    }

    /// What the cookies of browsers are sealed with. Every node has the same.
    #[must_use]
    pub fn for_cookies(&self) -> Zeroizing<[u8; 64]> {
        let mut key = Zeroizing::new([0; 64]);
        let halves = ["candour cookies v1 a", "candour cookies v1 b"].map(|label| self.derived(label));
        for (to, from) in key.iter_mut().zip(halves.iter().flat_map(|half| half.iter())) {
            *to = *from;
        }
        key
    }

    /// A key for one use that is not sealing.
    pub(super) fn derived(&self, label: &str) -> Zeroizing<[u8; 32]> {
        derive(&self.0, label)
    }

    /// Whether this is a key that somebody typed and not one that was drawn: few different bytes, or each a step from
    /// the one before. One that was drawn is as good as never like that.
    #[must_use]
    pub fn is_guessable(&self) -> bool {
        let different = self.0.iter().collect::<std::collections::BTreeSet<_>>().len();
        let steps = self
            .0
            .windows(2)
            .map(|pair| pair.last().copied().unwrap_or(0).wrapping_sub(pair.first().copied().unwrap_or(0)));
        different < 12 || steps.collect::<std::collections::BTreeSet<_>>().len() == 1
    }

    /// Seals `plaintext` for one purpose and one place; `context` is the id of the row it belongs to.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] beyond 256 GiB.
    pub fn seal(
        &self,
        purpose: Purpose,
        context: &[u8],
        plaintext: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SealError> {
        let key = derive(&self.0, purpose.label());
        envelope::seal(&key, &envelope::place(purpose.label(), context), plaintext, rng)
    }

    /// Opens what [`ServerKey::seal`] sealed for the same purpose and context.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another key, purpose or context or an altered byte; [`SealError::Malformed`] for an
    /// unknown version.
    pub fn open(&self, purpose: Purpose, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key = derive(&self.0, purpose.label());
        envelope::open(&key, &envelope::place(purpose.label(), context), sealed)
    }
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::Link => "candour link v1",
            Self::RoundKey => "candour round key v1",
            Self::DraftSalt => "candour draft salt v1",
            Self::BundleKey => "candour bundle key v1",
            Self::SigningKey => "candour signing key v1",
            Self::ClientSecret => "candour client secret v1",
            Self::Upload => "candour upload v1",
        }
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::rng;

    #[test]
    fn text_that_is_not_a_key_is_refused() {
        for bad in [
            "",
            "\n",
            "zz",
            &"0".repeat(63),
            &"g".repeat(64),
            &"00".repeat(33),
            &"A".repeat(42),
            &"A".repeat(44),
            &"A".repeat(200),
        ] {
            assert_eq!(ServerKey::from_text(bad).err(), Some(InvalidServerKey), "{bad}");
        }
    }

    #[test]
    fn a_key_reads_back_from_its_text() -> Result<(), InvalidServerKey> {
        let key = ServerKey::generate(&mut rng(1));
        assert_eq!(key.to_text().len(), 65);
        assert_eq!(ServerKey::from_text(&key.to_text())?.0, key.0);
        assert_ne!(key.fingerprint(), key.0);
        assert_ne!(key.fingerprint(), ServerKey::generate(&mut rng(2)).fingerprint());
        Ok(())
    }

    #[test]
    fn a_key_that_was_typed_is_told_from_one_that_was_drawn() -> Result<(), InvalidServerKey> {
        let sequence = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".to_owned();
        for typed in [
            "00".repeat(32),
            "ff".repeat(32),
            "11".repeat(32),
            "0123456789abcdef".repeat(4),
            "deadbeef".repeat(8),
            sequence,
        ] {
            assert!(ServerKey::from_text(&typed)?.is_guessable(), "{typed}");
        }
        for seed in 0..200 {
            assert!(!ServerKey::generate(&mut rng(seed)).is_guessable(), "{seed}");
        }
        Ok(())
    }

    #[test]
    fn sealing_twice_gives_different_bytes() -> Result<(), SealError> {
        let (key, mut rng) = (ServerKey::generate(&mut rng(1)), rng(2));
        let once = key.seal(Purpose::Link, b"place", b"text", &mut rng)?;
        assert_ne!(once, key.seal(Purpose::Link, b"place", b"text", &mut rng)?);
        assert_eq!(once.len(), 1 + 24 + 4 + 16);
        Ok(())
    }

    proptest! {
        #[test]
        fn guarantee_only_the_same_key_purpose_and_context_open(
            plaintext in proptest::collection::vec(any::<u8>(), 0..200), context in proptest::collection::vec(any::<u8>(), 0..20), seed: u64,
            at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let mut rng = rng(seed);
            let (key, other) = (ServerKey::generate(&mut rng), ServerKey::generate(&mut rng));
            let mut sealed = key.seal(Purpose::RoundKey, &context, &plaintext, &mut rng)?;
            prop_assert_eq!(&*key.open(Purpose::RoundKey, &context, &sealed)?, &plaintext);
            prop_assert_eq!(other.open(Purpose::RoundKey, &context, &sealed), Err(SealError::Opening));
            prop_assert_eq!(key.open(Purpose::Link, &context, &sealed), Err(SealError::Opening));
            prop_assert_eq!(key.open(Purpose::SigningKey, &context, &sealed), Err(SealError::Opening));
            prop_assert_eq!(key.open(Purpose::RoundKey, &[&context[..], b"x"].concat(), &sealed), Err(SealError::Opening));
            let cut = at.index(sealed.len());
            prop_assert!(key.open(Purpose::RoundKey, &context, &sealed[..cut]).is_err());
            sealed[cut] ^= 1 << bit;
            prop_assert!(key.open(Purpose::RoundKey, &context, &sealed).is_err());
        }
    }
}
