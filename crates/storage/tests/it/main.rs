//! The storage crate against SQLite files: what is kept comes back, nothing crosses from one trust to another, what is deleted is gone,
//! and nothing tells who answered when.

mod copies;
mod database;
mod errors;
mod kept;
mod links;
mod migrations;
mod pages;
mod schema;
mod tenants;
mod trust;
mod wiped;
mod work;
mod writer;
