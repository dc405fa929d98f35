//! What each engine refuses, and how that is told.

mod postgres;
mod sqlite;
