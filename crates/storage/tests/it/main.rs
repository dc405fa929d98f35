//! The storage crate against SQLite files: what is kept comes back, nothing crosses from one trust to another, what is deleted is gone,
//! and nothing tells who answered when.

mod copies;
mod database;
mod kept;
mod migrations;
mod schema;
mod tenants;
mod trust;
