//! Where rows lie.

mod sqlite;
