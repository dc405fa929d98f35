//! The database as a whole: copies of it, and what is wrong with it.

pub(crate) mod copies;
pub(crate) mod examine;
