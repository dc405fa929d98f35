//! The program: its command line, its settings, what it listens on, and what an operator asks of it.
//!
//! Here the parts are put together: only this crate knows both the API and the pages, and only it reads settings.

pub mod cli;
pub mod config;
pub mod copies;
pub mod demo;
pub mod doctor;
pub mod greeting;
pub mod intake;
pub mod listen;
mod mail_test;
pub mod methods;
pub mod opening;
pub mod retention_plan;
pub mod serve;
pub mod spelling;
pub mod start_error;
pub mod telemetry;
