//! Where it is kept: the only crate that knows SQL.
//!
//! [`Storage`] is the way in. Its `read` and `write` methods run a closure with a [`Tenant`], the rows of one trust, or with a [`System`]
//! for the few questions that are asked across trusts. What can be asked is one module per aggregate: free functions that take the tenant
//! first and give or take types of the domain.
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

mod ballot_box;
mod column;
mod connection;
mod copies;
mod dialect;
mod error;
mod examine;
mod migrate;
mod pool;
mod storage;
mod tenant;
#[cfg(test)]
mod tests;
mod writer;

pub mod accounts;
pub mod audit_log;
pub mod ballots;
pub mod bundles;
pub mod clients;
pub mod clock_looks;
pub mod drafts;
pub mod frameworks;
pub mod idempotency;
pub mod invitations;
pub mod jobs;
pub mod key_check;
pub mod organisations;
pub mod page;
pub mod progress_snapshots;
pub mod quality_reports;
pub mod raters;
pub mod redactions;
pub mod results;
pub mod retention;
pub mod reviews;
pub mod rounds;
pub mod signing_keys;
pub mod turnouts;

pub use copies::{CopyError, Restoring, Written};
pub use error::StorageError;
pub use examine::{Check, Copying, Link, Logging, Room, Server};
pub use migrate::Schema;
pub use page::{Cursor, Page, PageRequest};
pub use storage::Storage;
pub use tenant::{System, Tenant};
