//! The symmetric envelope: `version (1) || nonce (24) || XChaCha20-Poly1305 ciphertext and tag`.
//!
//! The nonce is random; with 192 bits two never meet.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::SealError;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// What an envelope is for and the place it belongs to. The label holds no NUL, so that no two pairs give the same
/// bytes.
pub(super) fn place(label: &str, context: &[u8]) -> Vec<u8> {
    [label.as_bytes(), b"\0", context].concat()
}

pub(super) fn seal(
    key: &[u8; 32],
    place: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let ciphertext =
        cipher.encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: place }).ok().ok_or(SealError::TooLarge)?;
    Ok([&[VERSION], nonce.as_slice(), &ciphertext].concat())
}

pub(super) fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (&version, rest) = sealed.split_first().ok_or(SealError::Opening)?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Opening)?;
    if version != VERSION {
        return Err(SealError::Malformed);
    }
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: place })
        .map(Zeroizing::new)
        .ok()
        .ok_or(SealError::Opening)
}
