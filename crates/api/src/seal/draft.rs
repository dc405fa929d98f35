//! A rater's unsent answers, readable only with their link.

use candour_domain::response::ResponseInput;
use candour_domain::{InvitationId, Response};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::padding::{self, Answers};
use super::{Link, SealError, derive, envelope};

const LABEL: &str = "candour draft v1";

/// What seals and opens the draft of the holder of a link. It is wiped when dropped and has neither `Debug` nor `Clone`.
pub struct DraftKey(Zeroizing<[u8; 32]>);

impl DraftKey {
    /// Derives the key from the rater's link.
    #[must_use]
    pub fn of(link: &Link) -> Self {
        Self(derive(link.bytes(), LABEL))
    }

    /// Seals a draft, padded to a multiple of 4,096 bytes.
    ///
    /// # Guarantee
    /// Nothing the service keeps opens it: the database holds the link only as a hash and sealed under the server key, and both are wiped
    /// when the link is used or the round closes. Its length says no more than how many steps of 4,096 bytes it takes.
    ///
    /// # Errors
    /// [`SealError::TooLarge`], out of reach for a response that has been parsed.
    pub fn seal(&self, invitation: InvitationId, response: &Response, rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
        let plaintext = padding::write(&Answers(response))?;
        envelope::seal(&self.0, &envelope::place(LABEL, invitation.uuid().as_bytes()), &plaintext, rng)
    }

    /// Opens a draft. The answers are given as they arrive from outside, because they are parsed against the framework again.
    ///
    /// # Errors
    /// [`SealError::Opening`] for another link or invitation or altered bytes; [`SealError::Malformed`] when it holds no answers.
    pub fn open(&self, invitation: InvitationId, sealed: &[u8]) -> Result<ResponseInput, SealError> {
        padding::read(&envelope::open(&self.0, &envelope::place(LABEL, invitation.uuid().as_bytes()), sealed)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seal::sample::{answers, parse, rng};

    const OURS: [u8; 16] = [1; 16];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn guarantee_a_draft_opens_only_with_its_link_and_invitation(
            input in answers(), seed: u64, at: proptest::sample::Index, bit in 0u8..8,
        ) {
            let mut rng = rng(seed);
            let (link, other) = (Link::generate(&mut rng), Link::generate(&mut rng));
            let (ours, theirs) = (InvitationId::from_random(OURS), InvitationId::from_random([2; 16]));
            let response = parse(&input)?;
            let mut sealed = DraftKey::of(&link).seal(ours, &response, &mut rng)?;
            prop_assert_eq!(sealed.len() % padding::STEP, 1 + 24 + 16);
            prop_assert_eq!(parse(&DraftKey::of(&link).open(ours, &sealed)?)?, response);
            prop_assert_eq!(DraftKey::of(&other).open(ours, &sealed).err(), Some(SealError::Opening));
            prop_assert_eq!(DraftKey::of(&link).open(theirs, &sealed).err(), Some(SealError::Opening));
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(DraftKey::of(&link).open(ours, &sealed).is_err());
        }
    }
}
