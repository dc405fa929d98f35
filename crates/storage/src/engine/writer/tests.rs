//! Many writers at once.

mod sqlite;
