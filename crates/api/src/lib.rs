//! How one talks to Candour: HTTP, pages, mail, the worker and the command line.

pub mod mail;
pub mod seal;
pub mod uk_time;
