//! How one talks to Candour: HTTP and JSON, the raters' pages, mail, the worker and the command line.
//!
//! The only crate that knows HTTP. A request is read here into types of `candour-domain`, carried out by a function of [`service`], kept
//! by `candour-storage`, and what may be said about a review comes from `candour-analytics` and from nowhere else.

pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod copies;
pub mod demo;
pub mod doctor;
pub mod entropy;
pub mod error;
pub mod greeting;
pub mod http;
pub mod intake;
pub mod listen;
mod mail_test;
pub mod metrics;
pub mod openapi;
pub mod opening;
pub mod origin;
pub mod pages;
pub mod rater_requests;
pub mod retention_plan;
pub mod routes;
pub mod serve;
pub mod service;
pub mod start_error;
pub mod telemetry;
pub mod worker;
