//! A rater's link: 160 random bits, the rater's only key.
//!
//! It is written with digits and lower-case letters that are not mistaken for one another (Crockford's base 32),
//! because mail programs and people change what they carry: some take `-` or `_` at the end for punctuation, some
//! capitalise, and people read `l` as `1`. Links written before that was so, in base64url, go on working.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_domain::InvitationId;
use data_encoding::{Encoding, Specification};
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Purpose, SealError, ServerKey};

const BYTES: usize = 20;
/// The length of its text.
const TEXT: usize = 32;
/// The length in base64url.
const OLD_TEXT: usize = 27;

static ALPHABET: LazyLock<Encoding> = LazyLock::new(|| {
    let mut alphabet = Specification::new();
    alphabet.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    alphabet.translate.from.push_str("ABCDEFGHJKMNPQRSTVWXYZOoIiLl");
    alphabet.translate.to.push_str("abcdefghjkmnpqrstvwxyz001111");
    #[expect(clippy::expect_used, reason = "the alphabet is a constant that a test reads")]
    alphabet.encoding().expect("32 different symbols")
});

/// A rater's link. Anybody who holds it answers as that rater, so it shows itself only through [`Link::expose`], which
/// is easy to search for:
///
/// ```
/// use candour_seal::Link;
/// let link = Link::parse("000g40r40m30e209185gr38e1w8124gk").ok_or("a link")?;
/// assert_eq!(*link.expose(), "000g40r40m30e209185gr38e1w8124gk");
/// // As an old email has it, and as a mail program may leave it.
/// for text in ["AAECAwQFBgcICQoLDA0ODxAREhM", "000G40R40M30E209185GR38E1W8124GK&amp;utm_source=x", "<OOOG4OR4OM3OE2O9I85GR38EIW8I24GK>)"] {
///     assert_eq!(*Link::parse(text).ok_or("a link")?.expose(), *link.expose());
/// }
/// # Ok::<(), &str>(())
/// ```
///
/// It cannot be printed, logged, cloned or put into JSON:
///
/// ```compile_fail,E0277
/// # let link = candour_seal::Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
/// format!("{:?}", link);
/// # Ok::<(), &str>(())
/// ```
/// ```compile_fail,E0277
/// # let link = candour_seal::Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
/// format!("{link}");
/// # Ok::<(), &str>(())
/// ```
/// ```compile_fail,E0277
/// # let link = candour_seal::Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
/// serde_json::to_string(&link);
/// # Ok::<(), &str>(())
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Link([u8; BYTES]);

impl Link {
    /// Makes a fresh link.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut link = Self([0; BYTES]);
        rng.fill_bytes(&mut link.0);
        link
    }

    /// Reads what follows `/s/`, as it was sent or in base64url, also when a mail program has put something in front of
    /// it or behind it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let of_a_link = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let start = text.trim_start_matches(|c| !of_a_link(c));
        // A letter or a digit more, and it is something else.
        let first = |length: usize| {
            let (link, rest) = start.split_at_checked(length)?;
            (!rest.starts_with(|c: char| c.is_alphanumeric())).then_some(link)
        };
        let mut link = Self([0; BYTES]);
        if let Some(text) = first(TEXT) {
            let length = ALPHABET.decode_mut(text.as_bytes(), &mut link.0).ok();
            if length == Some(BYTES) {
                return Some(link);
            }
        }
        (URL_SAFE_NO_PAD.decode_slice(first(OLD_TEXT)?, &mut link.0) == Ok(BYTES)).then_some(link)
    }

    /// The 32 characters, for the rater's email and nothing else.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(TEXT));
        ALPHABET.encode_append(&self.0, &mut text);
        text
    }

    /// What the database looks an invitation up by. With 160 random bits there is nothing to guess, so a plain SHA-256
    /// is enough.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// What remains of a link that was used, withdrawn or closed, made from its [`Link::hash`]: enough to tell its
    /// holder so, tied to nobody.
    #[must_use]
    pub fn spent_hash(link_hash: &[u8; 32]) -> [u8; 32] {
        Sha256::new_with_prefix(b"candour spent link").chain_update(link_hash).finalize().into()
    }

    /// Seals the link under the server key, so that a reminder can carry the same one.
    ///
    /// # Errors
    /// None in practice: [`SealError::TooLarge`] is out of reach.
    pub fn seal(
        &self,
        key: &ServerKey,
        invitation: InvitationId,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SealError> {
        key.seal(Purpose::Link, invitation.uuid().as_bytes(), &self.0, rng)
    }

    /// Opens what [`Link::seal`] sealed for the same invitation.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another key or invitation or altered bytes; [`SealError::Malformed`] when it holds no
    /// link.
    pub fn open(key: &ServerKey, invitation: InvitationId, sealed: &[u8]) -> Result<Self, SealError> {
        let bytes = key.open(Purpose::Link, invitation.uuid().as_bytes(), sealed)?;
        Ok(Self(<[u8; BYTES]>::try_from(bytes.as_slice()).ok().ok_or(SealError::Malformed)?))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::rng;

    const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhM";

    #[test]
    fn a_link_is_read_as_it_was_sent_and_nothing_else_is() {
        for bad in [
            "",
            "AAECAwQFBgcICQoLDA0ODxAREhN",
            "AAECAwQFBgcICQoLDA0ODxAREh",
            "AAECAwQFBgcICQoLDA0ODxAREhMA",
            "AAECAwQFBgcICQoLDA0ODxAREhMä",
            "AAECAwQFBgcICQoLDA0ODxARE+/",
            "ÄAECAwQFBgcICQoLDA0ODxARE",
            "000g40r40m30e209185gr38e1w8124g",
            "000g40r40m30e209185gr38e1w8124gkk",
            "000g40r40m30e209185gr38e1w8124gu",
            "000g40r40m30e209185-r38e1w8124gk",
        ] {
            assert!(Link::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_link_that_a_mail_program_has_damaged_is_found() -> Result<(), &'static str> {
        // Those in base64url that end in a character at which mail programs cut or add.
        let old = [[0xff; BYTES], [0; BYTES], std::array::from_fn(|at| u8::try_from(at).unwrap_or_default())].map(Link);
        for link in old {
            let (new, old) = (link.expose(), URL_SAFE_NO_PAD.encode(link.0));
            let damages = [
                "",
                "_",
                "-",
                "__",
                ">",
                ")",
                ".",
                "\u{a0}",
                "\u{200b}",
                "&utm_source=x",
                "&amp;utm_source=x",
                "?utm_source=x",
                "?utm_source=x&y=z",
                "=",
                "_-)>.",
                "%3Futm_source=x",
                "\r\n",
                "”",
            ];
            for text in [&*new, &new.to_uppercase(), &new.replace('0', "O").replace('1', "l"), &old] {
                for damage in damages {
                    for start in ["", "<", "("] {
                        let found = Link::parse(&format!("{start}{text}{damage}")).ok_or("not found")?;
                        assert_eq!(found.0, link.0, "{start}{text}{damage}");
                    }
                }
            }
            assert!(
                new.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
                    && !new.contains(['i', 'l', 'o', 'u'])
            );
        }
        Ok(())
    }

    #[test]
    fn hashes_are_those_the_database_expects() -> Result<(), &'static str> {
        let link = Link::parse(OLD).ok_or("a link")?;
        let bytes: Vec<u8> = (0..20).collect();
        assert_eq!(link.hash(), <[u8; 32]>::from(Sha256::digest(&bytes)));
        let expected = Sha256::digest([b"candour spent link".as_slice(), &link.hash()].concat());
        assert_eq!(Link::spent_hash(&link.hash()), <[u8; 32]>::from(expected));
        Ok(())
    }

    #[test]
    fn a_sealed_link_opens_for_its_own_invitation_only() -> Result<(), SealError> {
        let mut rng = rng(1);
        let (key, link) = (ServerKey::generate(&mut rng), Link::generate(&mut rng));
        let (ours, theirs) = (InvitationId::from_random([1; 16]), InvitationId::from_random([2; 16]));
        let sealed = link.seal(&key, ours, &mut rng)?;
        assert_eq!(Link::open(&key, ours, &sealed)?.0, link.0);
        assert_eq!(Link::open(&key, theirs, &sealed).err(), Some(SealError::Opening));
        assert_eq!(Link::open(&ServerKey::generate(&mut rng), ours, &sealed).err(), Some(SealError::Opening));
        assert_ne!(link.0, Link::generate(&mut rng).0);
        Ok(())
    }
}
