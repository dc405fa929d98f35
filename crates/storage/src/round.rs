//! Rounds: what is asked, about whom, until when, and what goes after their end.

pub mod advisers;
pub mod frameworks;
pub mod progress_snapshots;
pub mod retention;
pub mod reviews;
pub mod rounds;
