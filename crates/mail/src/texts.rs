//! The texts of the emails, compiled from `crates/catalogue`. A text that no email holds does not compile.

#![deny(dead_code)]

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
