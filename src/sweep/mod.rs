//! Stub.
mod totals;
pub use totals::*;
