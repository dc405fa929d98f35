//! How things are said to people: times as they are told in the United Kingdom.
//!
//! Nothing here knows what a round is.

pub mod uk_time;
