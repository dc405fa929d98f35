//! Every attack of the catalogue, tried: on a rule as it is found elsewhere, where it must succeed, and on ours, where
//! it must not.
//!
//! `naive` is that other rule; `attacker` works with what is published and with what a rater knows, never with the
//! answers; `catalogue` has the attacks one by one; `brute_force` enumerates every data set of tiny reviews;
//! `frequency` says how often the naive rule fails.

mod attacker;
mod brute_force;
mod catalogue;
mod every;
mod every_data_set;
mod frequency;
mod naive;
