//! How things are said to people: numbers in words, times as they are told in the United Kingdom.
//!
//! Nothing here knows what a round is.

pub mod number;
pub mod uk_time;
