//! How connections are set up.

mod postgres;
mod sqlite;
