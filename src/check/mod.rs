//! Stub.
mod outcome;
pub use outcome::*;
