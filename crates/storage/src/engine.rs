//! What every query stands on: connections to either engine, how changes are made, and how values are kept.

pub(crate) mod address;
pub(crate) mod column;
pub(crate) mod connection;
pub(crate) mod dialect;
pub(crate) mod error;
pub(crate) mod migrate;
pub mod page;
pub(crate) mod pool;
pub(crate) mod writer;
