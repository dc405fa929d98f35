//! What may be said about a review.
//!
//! Opened ballots go in, a [`CertifiedResult`] comes out, and there is no other exit: every page, file and response of the API is made from
//! a stored result. Everything is a pure function; what is printed of a review is worked out in whole numbers; there is no input or
//! output and no clock, and the only randomness is the one handed in to shuffle comments.
//!
//! The order of reading: [`mod@result`] is the way through, `tally` counts, [`disclosure`] decides what may be shown, [`gap`] and
//! [`change`] compare printed numbers, [`document`] is what is stored, and [`audit`] has to certify it first.

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]
#![warn(clippy::float_arithmetic)]

pub mod audit;
mod certified;
pub mod change;
pub mod cube;
pub mod decimal;
pub mod disclosure;
pub mod document;
pub mod gap;
pub mod result;
#[expect(
    clippy::float_arithmetic,
    reason = "estimates are real numbers; nothing that decides what a rater's answer may show is computed here"
)]
pub mod statistics;
mod tally;

pub use certified::{CertifiedResult, certified_result};
pub use change::Change;
pub use decimal::Decimal;
pub use disclosure::{Cell, CellState, SuppressionReason};
pub use document::ReviewResult;
pub use gap::Quadrant;
pub use result::{CountError, CountInput, OpenedBallot};
