//! Where it is kept: the only crate that knows SQL.
//!
//! [`Storage`] is the way in. Its `read` and `write` methods run a closure with a [`Tenant`], the rows of one trust, or
//! with a [`System`] for the few questions that are asked across trusts. What can be asked is one module per aggregate:
//! free functions that take the tenant first and give or take types of the domain.
//!
//! ```no_run
//! # async fn example(organisation: candour_domain::OrganisationId, id: candour_domain::RoundId) -> Result<(), candour_storage::StorageError> {
//! use candour_storage::{Storage, StorageError, rounds};
//! let storage = Storage::connect("sqlite:candour.db", 4)?;
//! storage.migrate()?;
//! let round = storage.read(organisation, move |tenant| rounds::find(tenant, id)).await?;
//! # Ok::<(), StorageError>(())
//! # }
//! ```
//!
//! What it never does: tell the time, make an id, open a seal, or let a query for one trust see a row of another.

mod answers;
mod engine;
mod office;
mod people;
mod round;
mod sign_in;
mod storage;
mod tenant;
#[cfg(test)]
mod tests;
mod upkeep;
mod work;

pub use answers::{ballots, bundles, drafts, quality_reports, redactions, results};
pub use engine::error::StorageError;
pub use engine::migrate::Schema;
pub use engine::page::{self, Cursor, Page, PageRequest};
pub use office::{
    account_addresses, accounts, audit_log, clients, clock_looks, key_check, members, organisations, passkeys,
    personal_tokens, set_up_addresses, signing_keys,
};
pub use people::{deliveries, invitations, raters, turnouts, uploads};
pub use round::{advisers, frameworks, progress_snapshots, retention, reviews, rounds};
pub use sign_in::{identities, identity_providers, sessions, sign_in_codes, visits};
pub use storage::Storage;
pub use tenant::{System, Tenant};
pub use upkeep::copies::{CopyError, Restoring, Written};
pub use upkeep::examine::{Check, Copying, Link, Logging, Room, Server};
pub use work::{idempotency, jobs};
