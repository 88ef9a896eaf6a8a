//! Synod.
pub mod sim;
