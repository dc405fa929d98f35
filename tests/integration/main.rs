//! Stories: what Candour does, seen from outside.

mod expected;
mod form;
mod round_life;
