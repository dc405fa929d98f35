//! Measuring: the count cube beside the tools one would otherwise take, and the whole service beside the raw limit of
//! its database.

pub(crate) mod analytics;
pub(crate) mod service;
