//! What the crate promises, checked from outside: answers in, the serialised result out.

mod demos;
mod document;
mod guarantees;
mod oracle;
mod refusals;
mod world;
