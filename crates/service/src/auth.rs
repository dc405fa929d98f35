//! Tokens of people and integrations: how they are made, signed and verified. Raters have no account; their link is
//! their proof.

pub mod credentials;
pub mod secret;
pub mod signing_keys;
pub mod standing;
pub mod tokens;
