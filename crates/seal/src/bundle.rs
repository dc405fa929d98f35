//! The counted responses of a review as one bundle, and the key that opens it.
//!
//! Nothing in the program opens a bundle yet. [`open_bundle`] is here for a recount, when the analysis has had a
//! defect: the bundle is kept for that until retention ends, and a story opens one to prove that it can be done.

use candour_domain::ReviewId;
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::ballot::{OpenedBallot, ReadBallot, WrittenBallot, WrittenInput};
use super::{Purpose, SealError, ServerKey, envelope, padding};

const LABEL: &str = "candour bundle v2";

/// What seals and opens the bundle of one review: used for nothing else, so that destroying it destroys the bundle
/// wherever a copy of it lingers. It is wiped when dropped and has neither `Debug` nor `Clone`.
pub struct BundleKey(Zeroizing<[u8; 32]>);

impl BundleKey {
    /// Makes a fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut_slice());
        Self(key)
    }

    /// Seals the key under the server key for its review.
    ///
    /// # Errors
    /// None in practice: [`SealError::TooLarge`] is out of reach.
    pub fn seal(&self, key: &ServerKey, review: ReviewId, rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
        key.seal(Purpose::BundleKey, review.uuid().as_bytes(), self.0.as_slice(), rng)
    }

    /// Opens what [`BundleKey::seal`] sealed.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another server key, another review or altered bytes; [`SealError::Malformed`] when it
    /// is not a key.
    pub fn open(key: &ServerKey, review: ReviewId, sealed: &[u8]) -> Result<Self, SealError> {
        let opened = key.open(Purpose::BundleKey, review.uuid().as_bytes(), sealed)?;
        Ok(Self(Zeroizing::new(opened.as_slice().try_into().ok().ok_or(SealError::Malformed)?)))
    }
}

/// Seals all counted responses of a review as one, in the order given, which the caller has shuffled.
///
/// # Guarantee
/// Only this key opens it, and only as the bundle of this review. Within it, each response has the group it came from
/// and, for a named group only, the rater.
///
/// # Errors
/// [`SealError::TooLarge`] beyond 4 GiB.
pub fn seal_bundle(
    key: &BundleKey,
    review: ReviewId,
    ballots: &[OpenedBallot],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let written: Vec<_> = ballots
        .iter()
        .map(|OpenedBallot { group, rater, input }| WrittenBallot {
            group,
            rater: *rater,
            response: WrittenInput::from(input),
        })
        .collect();
    envelope::seal(&key.0, &envelope::place(LABEL, review.uuid().as_bytes()), &padding::write(&written)?, rng)
}

/// Opens a bundle of this review; the ballots come in the order in which they were sealed.
///
/// # Errors
/// [`SealError::Opening`] for another key, another review or altered bytes; [`SealError::Malformed`] when it holds no
/// ballots.
pub fn open_bundle(key: &BundleKey, review: ReviewId, sealed: &[u8]) -> Result<Vec<OpenedBallot>, SealError> {
    let ballots: Vec<ReadBallot> =
        padding::read(&envelope::open(&key.0, &envelope::place(LABEL, review.uuid().as_bytes()), sealed)?)?;
    Ok(ballots.into_iter().map(OpenedBallot::from).collect())
}

#[cfg(test)]
mod tests {
    use candour_domain::RaterId;
    use proptest::prelude::*;

    use super::*;
    use crate::sample::{answers, group, parse, rng};

    fn review(byte: u8) -> ReviewId {
        ReviewId::from_random([byte; 16])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn guarantee_a_bundle_opens_only_with_its_key_and_review(
            inputs in proptest::collection::vec(answers(), 0..5), seed: u64, at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let mut rng = rng(seed);
            let server = ServerKey::generate(&mut rng);
            let (key, other) = (BundleKey::generate(&mut rng), BundleKey::generate(&mut rng));
            let rater = Some(RaterId::from_random([7; 16]));
            let ballots: Vec<_> = inputs.iter().map(|input| Ok(OpenedBallot { group: group()?, rater, input: input.clone() }))
                .collect::<Result<_, TestCaseError>>()?;
            let mut sealed = seal_bundle(&key, review(1), &ballots, &mut rng)?;

            let kept = key.seal(&server, review(1), &mut rng)?;
            let opened = open_bundle(&BundleKey::open(&server, review(1), &kept)?, review(1), &sealed)?;
            prop_assert_eq!(opened.len(), inputs.len());
            for (opened, input) in opened.iter().zip(&inputs) {
                prop_assert_eq!(parse(&opened.input)?, parse(input)?);
                prop_assert_eq!((&opened.group, opened.rater), (&group()?, rater));
            }

            prop_assert_eq!(BundleKey::open(&server, review(2), &kept).err(), Some(SealError::Opening));
            prop_assert_eq!(open_bundle(&other, review(1), &sealed).err(), Some(SealError::Opening));
            prop_assert_eq!(open_bundle(&key, review(2), &sealed).err(), Some(SealError::Opening));
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(open_bundle(&key, review(1), &sealed).is_err());
        }
    }
}
