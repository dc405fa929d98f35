//! A rater's unsent answers, readable only with their link, and only until the round has been counted.

use candour_domain::response::ResponseInput;
use candour_domain::{InvitationId, Response, RoundId};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::padding::{self, Answers};
use super::{Link, Purpose, SealError, ServerKey, derive_salted, envelope};

const LABEL: &str = "candour draft v1";

/// What drafts of a round are sealed with besides their links: 32 random bytes that are destroyed at the count. Links
/// are kept sealed with the server key, and a database may keep what was deleted for a while; this is what makes a
/// draft unreadable then.
pub struct DraftSalt(Zeroizing<Vec<u8>>);

impl DraftSalt {
    /// Makes a fresh one.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut salt = Zeroizing::new(vec![0; 32]);
        rng.fill_bytes(salt.as_mut_slice());
        Self(salt)
    }

    /// That of a round launched before there was one: its drafts depend on the link alone.
    #[must_use]
    pub fn none() -> Self {
        Self(Zeroizing::new(Vec::new()))
    }

    /// Seals it under the server key for its round.
    ///
    /// # Errors
    /// None in practice: [`SealError::TooLarge`] is out of reach.
    pub fn seal(&self, key: &ServerKey, round: RoundId, rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
        key.seal(Purpose::DraftSalt, round.uuid().as_bytes(), &self.0, rng)
    }

    /// Opens what [`DraftSalt::seal`] sealed.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another server key, another round or altered bytes.
    pub fn open(key: &ServerKey, round: RoundId, sealed: &[u8]) -> Result<Self, SealError> {
        key.open(Purpose::DraftSalt, round.uuid().as_bytes(), sealed).map(Self)
    }
}

/// What seals and opens the draft of the holder of a link. It is wiped when dropped and has neither `Debug` nor
/// `Clone`.
pub struct DraftKey(Zeroizing<[u8; 32]>);

impl DraftKey {
    /// Derives the key from the rater's link and the round's salt.
    #[must_use]
    pub fn of(link: &Link, salt: &DraftSalt) -> Self {
        Self(derive_salted(link.bytes(), &salt.0, LABEL))
    }

    /// Seals a draft, padded to a multiple of 4,096 bytes.
    ///
    /// # Guarantee
    /// Somebody who lacks the link or the round's salt cannot open it. The database holds the link only as a hash and
    /// sealed under the server key, and both are wiped when the link is used or the round closes; the salt is destroyed
    /// at the count. Its length says no more than how many steps of 4,096 bytes it takes.
    ///
    /// # Errors
    /// [`SealError::TooLarge`], out of reach for a response that has been parsed.
    pub fn seal(
        &self,
        invitation: InvitationId,
        response: &Response,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SealError> {
        let plaintext = padding::write(&Answers(response))?;
        envelope::seal(&self.0, &envelope::place(LABEL, invitation.uuid().as_bytes()), &plaintext, rng)
    }

    /// Opens a draft. The answers are given as they arrive from outside, because they are parsed against the framework
    /// again.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another link or invitation or altered bytes; [`SealError::Malformed`] when it holds
    /// no answers.
    pub fn open(&self, invitation: InvitationId, sealed: &[u8]) -> Result<ResponseInput, SealError> {
        padding::read(&envelope::open(&self.0, &envelope::place(LABEL, invitation.uuid().as_bytes()), sealed)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::{answers, parse, rng};

    const OURS: [u8; 16] = [1; 16];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn guarantee_a_draft_opens_only_with_its_link_salt_and_invitation(
            input in answers(), seed: u64, at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let mut rng = rng(seed);
            let (link, other) = (Link::generate(&mut rng), Link::generate(&mut rng));
            let salt = DraftSalt::generate(&mut rng);
            let (ours, theirs) = (InvitationId::from_random(OURS), InvitationId::from_random([2; 16]));
            let response = parse(&input)?;
            let mut sealed = DraftKey::of(&link, &salt).seal(ours, &response, &mut rng)?;
            prop_assert_eq!(sealed.len() % padding::STEP, 1 + 24 + 16);
            prop_assert_eq!(parse(&DraftKey::of(&link, &salt).open(ours, &sealed)?)?, response);
            for other in [DraftSalt::generate(&mut rng), DraftSalt::none()] {
                prop_assert_eq!(DraftKey::of(&link, &other).open(ours, &sealed).err(), Some(SealError::Opening));
            }
            let (server, round) = (ServerKey::generate(&mut rng), RoundId::from_random([3; 16]));
            let kept = salt.seal(&server, round, &mut rng)?;
            prop_assert!(DraftKey::of(&link, &DraftSalt::open(&server, round, &kept)?).open(ours, &sealed).is_ok());
            prop_assert_eq!(DraftSalt::open(&server, RoundId::from_random([4; 16]), &kept).err(), Some(SealError::Opening));
            prop_assert_eq!(DraftKey::of(&other, &salt).open(ours, &sealed).err(), Some(SealError::Opening));
            prop_assert_eq!(DraftKey::of(&link, &salt).open(theirs, &sealed).err(), Some(SealError::Opening));
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(DraftKey::of(&link, &salt).open(ours, &sealed).is_err());
        }
    }
}
