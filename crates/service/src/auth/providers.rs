//! Sign-in at a trust's own provider of identities, by OpenID Connect.
//!
//! Whose account a person at a provider opens is decided once, by that person: they sign in by a code, and link what
//! they have there to the very account they are in. An address that the provider tells is never looked at.

mod linked;
mod registered;
mod settings;
mod sign_in;

pub use candour_outbound::guard::{AllowedHosts, InvalidHost};
pub use candour_outbound::oidc::{Kind, Oidc, OidcError, Returned};

pub use linked::{Linked, OwnSignIn, own, rely_on_passkeys, unlink};
pub use settings::{Provider, TypedProvider, admin_consent, find, remove, return_address, set};
pub use sign_in::{Offer, Pending, Purpose, Refusal, begin, finish, offered};
