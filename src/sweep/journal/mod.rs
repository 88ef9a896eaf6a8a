//! The journal of a sweep: what was asked for, and every part of the results that is known; as bytes.
//!
//! An interrupted sweep goes on from it, and it is what a shard sends to the merge. Absent on purpose: files and locks.
//!
//! ```text
//!   synod-journal/3\n │ record │ record │ …
//!   a record          │ length (4) │ kind (1) │ payload │ checksum (16): xxh3-128 over kind, payload and the checksum before │
//!   first record      header: what was asked for, as JSON       every other: a part, as integers
//! ```
//!
//! A checksum covers the one before it, so that no record can be left out, repeated or moved. What follows the first
//! record that does not fit counts as never written: a torn end is run again, and a wrong number is not believed.

mod frame;
mod header;
mod pairs;
mod part;

pub use frame::{MAGIC, Reader, Torn, Writer};
pub use header::{Difference, Header};
pub use part::{decode, encode};

/// What a record is.
pub mod kind {
    /// What was asked for.
    pub const HEADER: u8 = 1;
    /// A part of the results.
    pub const PART: u8 = 2;
}
