//! What the crate promises, checked from outside: answers in, the serialised result out.

mod attack;
mod audit;
mod change;
mod cohort;
mod demos;
mod document;
mod guarantees;
mod linear;
mod oracle;
mod realistic;
mod reference;
mod refusals;
mod witnesses;
mod world;
