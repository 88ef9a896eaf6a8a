//! Bytes from data: the files of a report, each made by one small module from the same [`SweepReport`].
//!
//! Absent on purpose: simulating, reading or writing files, and anything that differs between two machines.

mod data;
mod error;

pub use data::{CellReport, Quantity, SweepReport, Theory};
pub use error::ReportError;
