//! A submitted response, sealed to the round's public key.
//!
//! HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305. The layout is
//! `encapsulated key (32) || ciphertext || tag (16)`; the review id is the associated data.

use candour_domain::response::ResponseInput;
use candour_domain::{GroupId, RaterId, Response, ReviewId};
use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::padding::{self, Answers};
use super::{PrivateKey, SealError};

pub(super) const ENCAPSULATED: usize = 32;
pub(super) const TAG: usize = 16;
const BALLOT: &[u8] = b"candour ballot v1";

/// What goes into a ballot.
#[derive(Clone, Copy)]
pub struct Ballot<'a> {
    /// The group the rater answers in.
    pub group: &'a GroupId,
    /// The rater, for a named group only. It is the caller's part to give `None` for an anonymous one.
    pub rater: Option<RaterId>,
    /// The answers.
    pub response: &'a Response,
}

/// What comes out of a ballot at the count. Like a response it cannot be serialised, and it has no `Debug`:
///
/// ```compile_fail,E0277
/// # fn shown(ballot: candour_seal::OpenedBallot) -> String {
/// format!("{ballot:?}")
/// # }
/// ```
/// ```compile_fail,E0277
/// # fn written(ballot: candour_seal::OpenedBallot) -> Option<String> {
/// serde_json::to_string(&ballot).ok()
/// # }
/// ```
/// ```compile_fail,E0277
/// # fn written(response: candour_domain::Response) -> Option<String> {
/// serde_json::to_string(&response).ok()
/// # }
/// ```
pub struct OpenedBallot {
    /// The group the rater answered in.
    pub group: GroupId,
    /// The rater, for a named group only.
    pub rater: Option<RaterId>,
    /// The answers, to be parsed against the framework again.
    pub input: ResponseInput,
}

/// Seals a response to the round's public key, padded to a multiple of 4,096 bytes.
///
/// # Guarantee
/// Only the round's private key opens it, and only as a ballot of this review. It holds no time, no invitation, no link
/// and, for an anonymous group, no rater. Its length says no more than how many steps of 4,096 bytes it takes.
///
/// # Errors
/// [`SealError::PublicKey`] when `public` is not a key; [`SealError::TooLarge`] is out of reach for a response that has
/// been parsed.
pub fn seal_ballot(
    public: &[u8],
    review: ReviewId,
    ballot: &Ballot<'_>,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let plaintext = padding::write(&WrittenBallot {
        group: ballot.group,
        rater: ballot.rater,
        response: Answers(ballot.response),
    })?;
    seal_to(public, BALLOT, review.uuid().as_bytes(), plaintext, rng)
}

/// Opens a ballot of this review.
///
/// # Errors
/// [`SealError::Opening`] for another round's key, another review or altered bytes; [`SealError::Malformed`] when it
/// holds no ballot.
pub fn open_ballot(private: &PrivateKey, review: ReviewId, sealed: &[u8]) -> Result<OpenedBallot, SealError> {
    padding::read::<ReadBallot>(&open_with(private, BALLOT, review.uuid().as_bytes(), sealed)?).map(OpenedBallot::from)
}

#[derive(Serialize)]
pub(super) struct WrittenBallot<'a, R> {
    pub(super) group: &'a GroupId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rater: Option<RaterId>,
    pub(super) response: R,
}

#[derive(Serialize)]
pub(super) struct WrittenInput<'a> {
    ratings: &'a std::collections::BTreeMap<String, serde_json::Value>,
    comments: &'a std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadBallot {
    group: GroupId,
    #[serde(default)]
    rater: Option<RaterId>,
    response: ResponseInput,
}

impl<'a> From<&'a ResponseInput> for WrittenInput<'a> {
    fn from(input: &'a ResponseInput) -> Self {
        Self { ratings: &input.ratings, comments: &input.comments }
    }
}

impl From<ReadBallot> for OpenedBallot {
    fn from(ReadBallot { group, rater, response }: ReadBallot) -> Self {
        Self { group, rater, input: response }
    }
}

/// Seals in place, so that no copy of the plaintext is left behind.
pub(super) fn seal_to(
    public: &[u8],
    info: &[u8],
    place: &[u8],
    mut buffer: Zeroizing<Vec<u8>>,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).ok().ok_or(SealError::PublicKey)?;
    let (encapsulated, tag) = hpke::single_shot_seal_inout_detached_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &public, info, buffer.as_mut_slice().into(), place, rng)
    .map_err(|error| if error == hpke::HpkeError::EncapError { SealError::PublicKey } else { SealError::TooLarge })?;
    Ok([encapsulated.to_bytes().as_slice(), buffer.as_slice(), tag.to_bytes().as_slice()].concat())
}

pub(super) fn open_with(
    private: &PrivateKey,
    info: &[u8],
    place: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (encapsulated, rest) = sealed.split_at_checked(ENCAPSULATED).ok_or(SealError::Opening)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(SealError::Opening)?;
    let encapsulated =
        <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).ok().ok_or(SealError::Opening)?;
    let tag = AeadTag::<ChaCha20Poly1305>::from_bytes(tag).ok().ok_or(SealError::Opening)?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    hpke::single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private.0,
        &encapsulated,
        info,
        buffer.as_mut_slice().into(),
        place,
        &tag,
    )
    .ok()
    .ok_or(SealError::Opening)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use proptest::prelude::*;

    use super::*;
    use crate::RoundKeyPair;
    use crate::sample::{answers, group, parse, rng};

    fn review(byte: u8) -> ReviewId {
        ReviewId::from_random([byte; 16])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn guarantee_a_ballot_opens_only_with_its_key_and_review(
            input in answers(), named: Option<[u8; 16]>, seed: u64, at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let mut rng = rng(seed);
            let (pair, other) = (RoundKeyPair::generate(&mut rng), RoundKeyPair::generate(&mut rng));
            let (group, response, rater) = (group()?, parse(&input)?, named.map(RaterId::from_random));
            let mut sealed = seal_ballot(pair.public(), review(1), &Ballot { group: &group, rater, response: &response }, &mut rng)?;
            prop_assert_eq!(sealed.len() % padding::STEP, ENCAPSULATED + TAG);

            let opened = open_ballot(pair.private(), review(1), &sealed)?;
            prop_assert_eq!((&opened.group, opened.rater), (&group, rater));
            prop_assert_eq!(parse(&opened.input)?, response);

            prop_assert_eq!(open_ballot(pair.private(), review(2), &sealed).err(), Some(SealError::Opening));
            prop_assert_eq!(open_ballot(other.private(), review(1), &sealed).err(), Some(SealError::Opening));
            let at = at.index(sealed.len());
            prop_assert_eq!(open_ballot(pair.private(), review(1), &sealed[..at]).err(), Some(SealError::Opening));
            // The top bit of the encapsulated key is not part of the point, but HPKE binds all of its bytes.
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(open_ballot(pair.private(), review(1), &sealed).err(), Some(SealError::Opening));
        }
    }

    #[test]
    fn length_depends_on_the_padding_step_alone() -> Result<(), Box<dyn Error>> {
        let (pair, group) = (RoundKeyPair::generate(&mut rng(1)), group()?);
        let length = |rater: Option<RaterId>, comment: &str| -> Result<usize, Box<dyn Error>> {
            let input: ResponseInput =
                serde_json::from_value(serde_json::json!({"ratings": {"a.1": 4}, "comments": {"keep": comment}}))?;
            let response = parse(&input)?;
            Ok(seal_ballot(
                pair.public(),
                review(1),
                &Ballot { group: &group, rater, response: &response },
                &mut rng(2),
            )?
            .len())
        };
        let one_step = ENCAPSULATED + padding::STEP + TAG;
        assert_eq!(length(None, "")?, one_step);
        assert_eq!(length(Some(RaterId::from_random([1; 16])), "A few words.")?, one_step);
        assert_eq!(length(None, &"word ".repeat(780))?, one_step);
        assert_eq!(length(None, &"ä".repeat(4000))?, one_step + padding::STEP);
        Ok(())
    }

    #[test]
    fn what_is_not_a_public_key_is_refused() -> Result<(), Box<dyn Error>> {
        let (group, response) = (group()?, Response::empty());
        let ballot = Ballot { group: &group, rater: None, response: &response };
        for bad in [[0; 32].as_slice(), &[1; 31], &[]] {
            assert_eq!(seal_ballot(bad, review(1), &ballot, &mut rng(1)).err(), Some(SealError::PublicKey));
        }
        Ok(())
    }
}
