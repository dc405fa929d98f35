//! A rater's link: 160 random bits, the rater's only key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_domain::InvitationId;
use rand::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Purpose, SealError, ServerKey};

const BYTES: usize = 20;
const TEXT: usize = 27;

/// A rater's link. Whoever holds it answers as that rater, so it shows itself only through [`Link::expose`], which is easy to search for:
///
/// ```
/// use candour_api::seal::Link;
/// let link = Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
/// assert_eq!(*link.expose(), "AAECAwQFBgcICQoLDA0ODxAREhM");
/// # Ok::<(), &str>(())
/// ```
///
/// It cannot be printed, logged, cloned or put into JSON:
///
/// ```compile_fail,E0277
/// # let link = candour_api::seal::Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
/// format!("{:?}", link);
/// # Ok::<(), &str>(())
/// ```
/// ```compile_fail,E0277
/// # let link = candour_api::seal::Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
/// format!("{link}");
/// # Ok::<(), &str>(())
/// ```
/// ```compile_fail,E0277
/// # let link = candour_api::seal::Link::parse("AAECAwQFBgcICQoLDA0ODxAREhM").ok_or("a link")?;
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

    /// Reads the 27 characters of base64url that follow `/s/`. Each link has one spelling only.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut link = Self([0; BYTES]);
        let length = (text.len() == TEXT).then(|| URL_SAFE_NO_PAD.decode_slice(text, &mut link.0).ok())??;
        (length == BYTES).then_some(link)
    }

    /// The 27 characters, for the rater's email and nothing else.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(TEXT));
        URL_SAFE_NO_PAD.encode_string(self.0, &mut text);
        text
    }

    /// What the database looks an invitation up by. With 160 random bits there is nothing to guess, so a plain SHA-256 is enough.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// What remains of a link that was used, withdrawn or closed, made from its [`Link::hash`]: enough to tell its holder so, tied to nobody.
    #[must_use]
    pub fn spent_hash(link_hash: &[u8; 32]) -> [u8; 32] {
        Sha256::new_with_prefix(b"candour spent link").chain_update(link_hash).finalize().into()
    }

    /// Seals the link under the server key, so that a reminder can carry the same one.
    ///
    /// # Errors
    /// None in practice: [`SealError::TooLarge`] is out of reach.
    pub fn seal(&self, key: &ServerKey, invitation: InvitationId, rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
        key.seal(Purpose::Link, invitation.uuid().as_bytes(), &self.0, rng)
    }

    /// Opens what [`Link::seal`] sealed for the same invitation.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another key or invitation or altered bytes; [`SealError::Malformed`] when it holds no link.
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
    use crate::seal::sample::rng;

    const TEXT: &str = "AAECAwQFBgcICQoLDA0ODxAREhM";

    #[test]
    fn each_link_has_one_spelling() {
        assert!(Link::parse(TEXT).is_some());
        // The last character carries two bits more than a link has; only zeros there are accepted.
        for bad in [
            "",
            "AAECAwQFBgcICQoLDA0ODxAREhN",
            "AAECAwQFBgcICQoLDA0ODxAREhM=",
            "AAECAwQFBgcICQoLDA0ODxAREh",
            " AECAwQFBgcICQoLDA0ODxAREhM",
            "AAECAwQFBgcICQoLDA0ODxARE+/",
            "ÄAECAwQFBgcICQoLDA0ODxARE",
        ] {
            assert!(Link::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn hashes_are_those_the_database_expects() -> Result<(), &'static str> {
        let link = Link::parse(TEXT).ok_or("a link")?;
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
