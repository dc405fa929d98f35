//! What lets somebody in: sessions of browsers, codes by email, and a trust's provider of identities.

pub mod identities;
pub mod identity_providers;
pub mod sessions;
pub mod sign_in_codes;
pub mod visits;
