//! The one place that takes randomness, always from the operating system.

use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;

/// The operating system's generator.
///
/// # Panics
/// Its methods panic when the operating system has no randomness to give. Nothing here can be done safely without.
#[must_use]
pub fn system() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Makes a fresh random id: `fresh(RoundId::from_random)`.
pub fn fresh<Id>(from_random: impl FnOnce([u8; 16]) -> Id) -> Id {
    let mut bytes = [0; 16];
    rand::Rng::fill_bytes(&mut system(), &mut bytes);
    from_random(bytes)
}
