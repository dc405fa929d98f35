//! Stories: what Candour does, seen from outside.

mod access;
mod expected;
mod form;
mod openapi;
mod refusals;
mod round_life;
