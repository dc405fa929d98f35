//! What people answer, sealed, and what is made of it.

pub(crate) mod ballot_box;
pub mod ballots;
pub mod bundles;
pub mod drafts;
pub mod quality_reports;
pub mod redactions;
pub mod results;
