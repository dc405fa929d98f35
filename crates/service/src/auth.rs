//! Who somebody is: sessions and sign-in of people, tokens of people and integrations. Raters have no account; their
//! link is their proof.

pub mod attempts;
pub mod clients;
pub mod code_limits;
pub mod credentials;
mod limit;
pub mod other_addresses;
pub mod passkeys;
pub mod personal_tokens;
pub(crate) mod proven;
pub mod providers;
pub mod secret;
pub mod sessions;
pub mod sign_in_code;
pub mod signing_keys;
pub mod standing;
pub mod tokens;
pub mod told;
