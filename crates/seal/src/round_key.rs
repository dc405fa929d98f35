//! A round's key pair. The public half seals ballots; the private half is kept under the server key until the count.

use candour_domain::RoundId;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::{Purpose, SealError, ServerKey};

/// Both halves, as made at launch.
pub struct RoundKeyPair {
    public: [u8; 32],
    private: PrivateKey,
}

/// What opens the ballots of a round. It is wiped when dropped and can be neither shown nor cloned:
///
/// ```compile_fail,E0277
/// # fn shown(key: candour_seal::PrivateKey) -> String {
/// format!("{key:?}")
/// # }
/// ```
pub struct PrivateKey(pub(super) <X25519HkdfSha256 as Kem>::PrivateKey);

impl RoundKeyPair {
    /// Makes a fresh pair.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let (private, public) = X25519HkdfSha256::gen_keypair_with_rng(rng);
        let mut bytes = [0; 32];
        public.write_exact(&mut bytes);
        Self { public: bytes, private: PrivateKey(private) }
    }

    /// The public half, which is no secret.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The private half.
    #[must_use]
    pub fn private(&self) -> &PrivateKey {
        &self.private
    }
}

impl PrivateKey {
    /// The 32 bytes of the key.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.0.write_exact(bytes.as_mut_slice());
        bytes
    }

    /// Reads [`PrivateKey::to_bytes`] back.
    ///
    /// # Errors
    /// [`SealError::Malformed`] when there are not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Deserializable::from_bytes(bytes).map(Self).ok().ok_or(SealError::Malformed)
    }

    /// Seals the key under the server key for its round.
    ///
    /// # Errors
    /// None in practice: [`SealError::TooLarge`] is out of reach.
    pub fn seal(&self, key: &ServerKey, round: RoundId, rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
        key.seal(Purpose::RoundKey, round.uuid().as_bytes(), self.to_bytes().as_slice(), rng)
    }

    /// Opens what [`PrivateKey::seal`] sealed for the same round.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another server key or round or altered bytes; [`SealError::Malformed`] when it holds
    /// no key.
    pub fn open(key: &ServerKey, round: RoundId, sealed: &[u8]) -> Result<Self, SealError> {
        Self::from_bytes(&key.open(Purpose::RoundKey, round.uuid().as_bytes(), sealed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::rng;

    #[test]
    fn a_sealed_key_opens_for_its_own_round_only() -> Result<(), SealError> {
        let mut rng = rng(1);
        let (server, pair) = (ServerKey::generate(&mut rng), RoundKeyPair::generate(&mut rng));
        let (ours, theirs) = (RoundId::from_random([1; 16]), RoundId::from_random([2; 16]));
        let sealed = pair.private().seal(&server, ours, &mut rng)?;
        assert_eq!(PrivateKey::open(&server, ours, &sealed)?.to_bytes(), pair.private().to_bytes());
        assert_eq!(PrivateKey::open(&server, theirs, &sealed).err(), Some(SealError::Opening));
        assert_eq!(PrivateKey::from_bytes(&[0; 31]).err(), Some(SealError::Malformed));
        Ok(())
    }
}
