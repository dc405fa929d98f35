//! The API: JSON under `/v1`, one file a resource.
//!
//! A request is read here into types of `candour-domain`, carried out by `candour-service`, and told as JSON or as a
//! problem document. It knows nothing of the raters' pages.

pub mod auth;
pub mod http;
pub mod openapi;
pub mod problem;
pub mod routes;
