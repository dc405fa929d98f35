//! What the service does: one file per use case that needs more than one call to storage, and the worker.
//!
//! A function here takes the shared [`App`](crate::app::App) and types of the domain, does its work in one transaction where the use
//! case asks for one, and returns a domain value or an [`Error`](crate::error::Error). It knows no HTTP, no template and no SQL.

pub mod accounts;
pub mod app;
pub mod ask_again;
pub mod asked;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod close_round;
pub mod condition;
pub mod count_round;
pub mod create_organisation;
pub mod digest;
pub mod earlier_rounds;
pub mod entropy;
pub mod erase_expired;
pub mod error;
pub mod extend_round;
pub mod forget_requests;
pub mod import_raters;
pub mod invite;
pub mod known_frameworks;
pub mod launch_round;
pub mod metrics;
pub mod opened;
pub mod origin;
pub mod previous_round;
pub mod progress;
pub mod rater_list;
pub mod rater_requests;
pub mod readiness;
pub mod release_review;
pub mod remind_raters;
pub mod removal;
pub mod repeated;
pub mod report_mail;
pub mod report_quality;
pub mod result;
pub mod rotate_signing_key;
#[cfg(test)]
pub(crate) mod sample;
pub mod send_mail;
pub mod settle;
pub mod setup_round;
pub mod snapshot_progress;
pub mod survey;
pub mod sweep_receipts;
pub mod task;
pub mod tell_outstanding;
pub mod warn_unreleased;
pub mod withdraw_rater;
pub mod worker;
