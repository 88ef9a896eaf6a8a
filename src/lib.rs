//! Stub of the crate root: only what the reference simulator reads.
pub mod scenario;
