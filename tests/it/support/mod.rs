//! What tests of several themes need.

#[cfg(unix)]
pub mod child;
pub mod command;
pub mod env;
pub mod fake;
pub mod scenarios;
pub mod totals;
