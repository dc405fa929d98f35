//! Jobs, and requests that may come twice.

pub mod idempotency;
pub mod jobs;
