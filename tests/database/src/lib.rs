//! Where a test keeps its rows, on either engine, so that the same test can be run on both: a [`Database`] of its own
//! that is gone when the test is, a [`Look`] into it that does not go through the service, and the PostgreSQL
//! [`Server`] all of it is on.
//!
//! The server is the one that `CANDOUR_POSTGRES` names; `cargo xtask test` starts one. A test that needs it and finds
//! none fails.
#![expect(
    clippy::missing_errors_doc,
    reason = "a test that has no database cannot go on; the error says what fixes it"
)]

#[cfg(feature = "databases")]
mod client;
#[cfg(feature = "databases")]
mod database;
#[cfg(feature = "databases")]
mod engine;
#[cfg(feature = "databases")]
mod look;
#[cfg(feature = "databases")]
mod on_server;
mod random;
mod server;

#[cfg(feature = "databases")]
pub use client::Client;
#[cfg(feature = "databases")]
pub use database::{Database, fingerprint};
#[cfg(feature = "databases")]
pub use engine::Engine;
#[cfg(feature = "databases")]
pub use look::{Look, Rows, latin1};
#[cfg(feature = "databases")]
pub use on_server::OnServer;
pub use server::{Programs, Server};

/// The variable that names the PostgreSQL server of the tests: an account there that may create databases.
pub const SERVER: &str = "CANDOUR_POSTGRES";

/// What everything here gives back: the error text is what the reader of a failed test sees.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
