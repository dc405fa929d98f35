//! What lets somebody in: sessions of browsers, and codes by email.

pub mod sessions;
pub mod sign_in_codes;
pub mod visits;
