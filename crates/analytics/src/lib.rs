//! What may be said about a review.
//!
//! Opened ballots go in, a [`CertifiedResult`] comes out, and there is no other exit but the quality report over many
//! reviews: every page, file and response of the API is made from a stored document. Everything is a pure function;
//! there is no input or output, and the only randomness is the one handed in to shuffle comments. What is printed of a
//! review is worked out in whole numbers; only [`statistics`], and the quality report with them, use floating point,
//! and the solver behind [`audit::interval`], whose word counts for nothing without an example in whole numbers.
//!
//! The order of reading: [`mod@result`] is the way through, `tally` counts, [`disclosure`] decides what may be shown,
//! `ratings` applies it, [`gap`] and [`change`] compare printed numbers, [`document`] is what is stored, and [`audit`]
//! has to certify it first. [`cohort`] goes over many counted reviews to say how well their framework measures, with
//! the estimators of [`statistics`].

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]
#![warn(clippy::float_arithmetic)]

pub mod audit;
mod certified;
pub mod change;
pub mod cohort;
pub mod cube;
pub mod decimal;
pub mod disclosure;
pub mod document;
pub mod gap;
mod ratings;
pub mod result;
#[expect(
    clippy::float_arithmetic,
    reason = "estimates are real numbers; nothing that decides what a rater's answer may show is computed here"
)]
pub mod statistics;
mod tally;

pub use certified::{CertifiedResult, certified_result};
pub use change::{Change, Previous, Turnover};
pub use decimal::Decimal;
pub use disclosure::{Cell, CellState, SuppressionReason};
pub use document::ReviewResult;
pub use gap::Quadrant;
pub use result::{BallotToCount, CountError, CountInput};
