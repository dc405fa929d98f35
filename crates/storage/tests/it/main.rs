//! The storage crate against databases of both engines: what is kept comes back, nothing crosses from one trust to
//! another, what is deleted is gone, and nothing tells who answered when. What only one engine has is tested in a
//! module of its name.

mod arrows;
mod ballot_box;
mod catalogue;
mod copies;
mod database;
mod errors;
mod examination;
mod kept;
mod links;
mod migrations;
mod pages;
mod postgres;
mod restored;
mod retention;
mod schema;
mod sqlite;
mod tenants;
mod trust;
mod work;
mod writer;
