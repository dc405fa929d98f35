//! Jobs and requests that may come twice: done once, by one, and not forgotten.

mod jobs;
mod leases;
mod requests;
