//! All the cryptography in one room: the server key, links, drafts, round keys, ballots and bundles.
//!
//! | what | sealed with | bound to |
//! | --- | --- | --- |
//! | link, round key, draft salt, bundle key, signing key, client secret | the server key ([`ServerKey::seal`]) | its purpose and the id of its row |
//! | draft | a key derived from the link and the round's [`DraftSalt`] ([`DraftKey`]) | the invitation |
//! | ballot | the round's public key ([`seal_ballot`]) | the review |
//! | what a form was made for, and what a draft said ([`FormState`], [`DraftMarks`]): not sealed, only marked | the server key; the link | link, button and end; the field |
//! | sign-in code ([`SignInCode`]): only marked | the server key | the request for it |
//! | bundle of counted ballots | a key of its own ([`BundleKey`]) | the review |
//!
//! A sealed value opens only with the same key and in the same place: a ballot moved to another review, or a link
//! copied to another invitation, is refused like one that has been altered. Types that hold a secret wipe it when they
//! are dropped and have neither `Debug` nor `Clone` nor `Serialize`. Randomness is always an argument.
//!
//! Nothing here knows the database, HTTP or the clock.

mod ballot;
mod bundle;
mod draft;
mod envelope;
mod form_state;
mod key_file;
mod link;
mod marks;
mod opening;
mod padding;
mod round_key;
mod server_key;
mod set_up_token;
mod sign_in_code;

#[cfg(test)]
mod rfc9180_tests;
#[cfg(test)]
mod sample;

pub use ballot::{Ballot, OpenedBallot, open_ballot, seal_ballot};
pub use bundle::{BundleKey, open_bundle, seal_bundle};
pub use draft::{DraftKey, DraftSalt};
pub use form_state::{FormState, Press};
pub use key_file::KeyFileError;
pub use link::Link;
pub use marks::{DraftMarks, PageMarks};
pub use opening::{OpenedBallots, open_ballots};
pub use round_key::{PrivateKey, RoundKeyPair};
pub use server_key::{InvalidServerKey, Purpose, ServerKey};
pub use set_up_token::SetUpToken;
pub use sign_in_code::SignInCode;

/// Why something could not be sealed or opened. It never says anything about the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another key, another place, or altered bytes: which of them cannot be told.
    #[error("this cannot be opened: it was sealed with another key or for another place, or it has been altered")]
    Opening,
    /// It was opened but does not hold what belongs there, as when it was written by another version.
    #[error("the sealed content does not have the expected form")]
    Malformed,
    /// The public key to seal to is not one.
    #[error("the round's public key is not usable")]
    PublicKey,
    /// More than 4 GiB.
    #[error("the content is too large to be sealed")]
    TooLarge,
}

/// Begins a mark with a key that was derived for it.
fn mac(key: &[u8; 32]) -> hmac::Hmac<sha2::Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    hmac::KeyInit::new_from_slice(key).expect("any length will do")
}

/// Derives a key for one use. Different labels give keys that say nothing about one another.
fn derive(secret: &[u8], label: &str) -> zeroize::Zeroizing<[u8; 32]> {
    derive_salted(secret, &[], label)
}

/// Derives a key for one use from two secrets; anybody who lacks either has nothing.
fn derive_salted(secret: &[u8], salt: &[u8], label: &str) -> zeroize::Zeroizing<[u8; 32]> {
    let mut key = zeroize::Zeroizing::new([0; 32]);
    #[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes and 32 are asked for")]
    hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), secret)
        .expand(label.as_bytes(), key.as_mut_slice())
        .expect("32 bytes are within HKDF's limit");
    key
}
