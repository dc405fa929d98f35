//! Secrets that the service gives out: those of integrations, and the keys of sessions. Each is shown once and kept as a
//! hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::sha256;

/// A fresh secret of 256 random bits, and its hash for the database.
///
/// A plain SHA-256 is enough here, unlike for a password: nobody can try all of 2^256.
pub fn generate(rng: &mut impl CryptoRng) -> (Zeroizing<String>, [u8; 32]) {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(bytes.as_mut());
    let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_ref()));
    let hash = sha256::of(secret.as_bytes());
    (secret, hash)
}

/// Whether this is the secret with that hash; takes the same time for every wrong one.
#[must_use]
pub fn verify(secret: &str, expected: &[u8; 32]) -> bool {
    sha256::of(secret.as_bytes()).ct_eq(expected).into()
}
