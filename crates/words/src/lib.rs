//! How things are said to people: languages, messages, numbers in words, times as they are told in the United Kingdom.
//!
//! Nothing here knows what a round is. The texts themselves are in `crates/catalogue`, and a crate that shows them
//! compiles them.

pub mod language;
pub mod message;
pub mod number;
pub mod uk_time;
