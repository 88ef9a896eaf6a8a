//! What tests of several themes need.

pub mod build;
#[cfg(unix)]
pub mod child;
pub mod command;
pub mod dice;
pub mod env;
pub mod fake;
pub mod scenarios;
pub mod totals;
