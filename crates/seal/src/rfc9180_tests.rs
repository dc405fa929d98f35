//! The ballot's cipher suite against the test vectors of RFC 9180, appendix A.2.1 (base mode, first encryption): key
//! generation, sealing with the published randomness, and opening.

use std::convert::Infallible;
use std::error::Error;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, setup_receiver};
use rand::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use super::ballot::{open_with, seal_to};
use super::{PrivateKey, RoundKeyPair, SealError};

type Outcome = Result<(), Box<dyn Error>>;

const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
const IKM_E: &str = "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b";
const ENC: &str = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
const IKM_R: &str = "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df";
const PK_R: &str = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
const SK_R: &str = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
const PLAINTEXT: &str = "4265617574792069732074727574682c20747275746820626561757479";
const AAD: &str = "436f756e742d30";
const CIPHERTEXT: &str = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28";
const AAD_1: &str = "436f756e742d31";
const CIPHERTEXT_1: &str = "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c";
const EXPORTED: [(&str, &str); 3] = [
    ("", "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"),
    ("00", "8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69"),
    ("54657374436f6e74657874", "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53"),
];

/// Gives out the published keying material instead of randomness.
struct Published(Vec<u8>);

impl TryRng for Published {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        rand::rand_core::utils::next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand::rand_core::utils::next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0);
        Ok(())
    }
}

impl TryCryptoRng for Published {}

fn bytes(hex: &str) -> Result<Vec<u8>, std::num::ParseIntError> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16)).collect()
}

#[test]
fn a_key_pair_is_derived_as_published() -> Outcome {
    let pair = RoundKeyPair::generate(&mut Published(bytes(IKM_R)?));
    assert_eq!(pair.public().as_slice(), bytes(PK_R)?);
    // X25519 ignores five bits of a private key; the crate clears them at once, the vectors print them as drawn.
    let mut clamped = bytes(SK_R)?;
    clamped[0] &= 0b1111_1000;
    clamped[31] = clamped[31] & 0b0111_1111 | 0b0100_0000;
    assert_eq!(pair.private().to_bytes().as_slice(), clamped);
    Ok(())
}

#[test]
fn sealing_with_the_published_randomness_gives_the_published_bytes() -> Outcome {
    let mut rng = Published(bytes(IKM_E)?);
    let sealed = seal_to(&bytes(PK_R)?, &bytes(INFO)?, &bytes(AAD)?, Zeroizing::new(bytes(PLAINTEXT)?), &mut rng)?;
    assert_eq!(sealed, [bytes(ENC)?, bytes(CIPHERTEXT)?].concat());
    Ok(())
}

#[test]
fn the_published_bytes_open_and_only_with_the_published_places() -> Outcome {
    let (private, sealed) = (PrivateKey::from_bytes(&bytes(SK_R)?)?, [bytes(ENC)?, bytes(CIPHERTEXT)?].concat());
    assert_eq!(*open_with(&private, &bytes(INFO)?, &bytes(AAD)?, &sealed)?, bytes(PLAINTEXT)?);
    assert_eq!(open_with(&private, &bytes(INFO)?, &bytes(AAD_1)?, &sealed).err(), Some(SealError::Opening));
    assert_eq!(open_with(&private, &bytes(AAD)?, &bytes(AAD)?, &sealed).err(), Some(SealError::Opening));
    Ok(())
}

#[test]
fn later_messages_and_exported_secrets_are_those_published() -> Outcome {
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&bytes(ENC)?)?;
    let private = PrivateKey::from_bytes(&bytes(SK_R)?)?;
    let mut context = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private.0,
        &encapsulated,
        &bytes(INFO)?,
    )?;
    for (aad, ciphertext) in [(AAD, CIPHERTEXT), (AAD_1, CIPHERTEXT_1)] {
        let sealed = bytes(ciphertext)?;
        let (body, tag) = sealed.split_at(sealed.len() - super::ballot::TAG);
        let mut body = body.to_vec();
        context.open_inout_detached(body.as_mut_slice().into(), &bytes(aad)?, &Deserializable::from_bytes(tag)?)?;
        assert_eq!(body, bytes(PLAINTEXT)?);
    }
    for (exporter_context, expected) in EXPORTED {
        let mut exported = [0; 32];
        context.export(&bytes(exporter_context)?, &mut exported)?;
        assert_eq!(exported.as_slice(), bytes(expected)?);
    }
    Ok(())
}
