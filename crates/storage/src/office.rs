//! Trusts, who signs in to them, what was done, and what the service itself needs to remember.

pub mod account_addresses;
pub mod accounts;
pub mod audit_log;
pub mod clients;
pub mod clock_looks;
pub mod key_check;
pub mod members;
pub mod organisations;
pub mod passkeys;
pub mod personal_tokens;
pub mod set_up_addresses;
pub mod signing_keys;
