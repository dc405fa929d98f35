//! Stories: what Candour does, seen from outside.

mod access;
mod administrator_view;
mod anonymity;
mod attacks;
mod browser;
mod crash;
mod demo;
mod expected;
mod faults;
mod form;
mod keys;
mod linkage;
mod logs;
mod mail;
mod nodes;
mod openapi;
mod operator;
mod outage;
mod previous_round;
mod quality;
mod refusals;
mod retention;
mod round_life;
mod small_counts;
mod sqlite;
mod worker;
