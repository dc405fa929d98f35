//! Counting, releasing and reading what may be said.

pub mod advisers;
pub mod count_round;
pub mod read_ballots;
pub mod reading;
pub mod redaction;
pub mod release_readers;
pub mod release_review;
pub mod report_mail;
pub mod report_quality;
