//! The wire, version 1: the contract of a node as lines of JSON, one line each way.
//!
//! Pure: from values to bytes and back. What a node writes is believed in nothing: lines and effects have limits, unknown keys
//! are refused with the word that was probably meant, and whatever is of the wrong kind is named with its place in the line.
//! A line that is as it should be is read in one pass; only one that is not is looked at again, slowly, to say why (`explain`).
//! Absent on purpose: pipes (`child`), and whether an effect makes sense in its run, which the engine knows.

mod explain;
mod hello;
mod keys;
mod limits;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use hello::{Hello, read_hello, write_hello};
pub use limits::Limits;
pub use read::{Answer, Owner, read};
pub use write::write;

/// The version of the wire that is spoken here.
pub const PROTOCOL: u64 = 1;
