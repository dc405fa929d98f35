//! The texts of the pages, compiled from `crates/catalogue`. A text that no page shows does not compile.

#![deny(dead_code)]

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
