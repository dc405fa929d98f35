//! What the crate promises, checked from outside: answers in, the serialised result out.

mod audit;
mod demos;
mod document;
mod guarantees;
mod oracle;
mod realistic;
mod refusals;
mod world;
