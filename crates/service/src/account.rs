//! Trusts, the accounts of their people, and integrations.

pub mod accounts;
pub mod create_organisation;
pub mod home;
pub mod my_review;
pub mod people;
pub mod removal;
pub mod set_up;
