//! What tests of several themes need.

pub mod command;
pub mod fake;
pub mod scenarios;
