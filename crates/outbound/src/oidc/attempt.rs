//! What belongs between the two halves of a sign-in: going to the provider, and coming back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The secrets of one sign-in. They are kept on the server, in the session of the browser that began it, and are good
/// for one return.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Attempt {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// What the browser brings back from the provider.
#[derive(Deserialize, Default)]
pub struct Returned {
    /// Whose return this is.
    pub state: Option<String>,
    /// What is exchanged for a token.
    pub code: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Which provider answers, where it says so (RFC 9207).
    pub iss: Option<String>,
}

impl Attempt {
    /// Draws the secrets, of 32 bytes each.
    pub(super) fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut secret = || {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            let text = URL_SAFE_NO_PAD.encode(bytes);
            bytes.zeroize();
            text
        };
        Self { state: secret(), nonce: secret(), verifier: secret() }
    }

    /// Whether this is the return of the browser that began it.
    #[must_use]
    pub fn is_answered_by(&self, returned: &Returned) -> bool {
        let state = returned.state.as_deref().unwrap_or_default();
        state.as_bytes().ct_eq(self.state.as_bytes()).into()
    }
}
