//! Every call to another system over HTTP, and the guard before it.
//!
//! Only this crate may call another system: identity providers at sign-in, receivers of webhooks. Addresses for those
//! come from people, so each passes the [`guard`] first.

pub mod guard;
pub mod http;
pub mod oidc;
