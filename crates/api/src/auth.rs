//! Who asks: bearer tokens for people and integrations. Raters have no account; their link is their proof (see [`candour_seal`]).

pub mod attempts;
pub mod caller;
pub mod secret;
pub mod signing_keys;
pub mod tokens;

pub use caller::Caller;
