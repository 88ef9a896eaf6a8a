//! Synod.
pub mod check;
pub mod report;
pub mod stats;
pub mod sweep;
pub mod trace;
