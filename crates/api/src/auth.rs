//! Who asks: bearer tokens for people and integrations.

pub mod caller;

pub use caller::Caller;
