//! What the service does: one file per use case that needs more than one call to storage, and the worker.
//!
//! A function here takes the shared [`App`](crate::app::App) and types of the domain, does its work in one transaction
//! where the use case asks for one, and returns a domain value or an [`Error`](crate::error::Error). It knows no HTTP,
//! no template and no SQL.

pub mod account;
pub mod app;
pub mod asked;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod condition;
pub mod entropy;
pub mod error;
pub mod forget_requests;
pub mod frameworks;
pub mod health;
pub mod job;
pub mod known_frameworks;
pub mod mailbox;
pub mod metrics;
pub mod network;
pub mod origin;
pub mod page;
pub mod queue;
pub mod rater;
pub mod rater_requests;
pub mod repeated;
pub mod result;
pub mod rotate_signing_key;
pub mod round;
#[cfg(test)]
pub(crate) mod sample;
pub mod send_mail;
pub mod settle;
pub mod sha256;
pub mod survey;
pub mod test_email;
pub mod worker;
