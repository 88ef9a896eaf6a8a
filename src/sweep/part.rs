//! The unit in which results of a sweep are kept and travel.

use super::paired::Paired;
use super::totals::Totals;
use crate::trace::Digest;

/// Some chunks of one cell, and what their runs add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The cell, by its place among the jobs.
    pub cell: u64,
    /// The chunks, by their number in the cell, each with its digest.
    pub chunks: Vec<(u64, Digest)>,
    /// Over all their runs.
    pub totals: Totals,
    /// These runs beside the baseline's, where the cell is compared with it.
    pub paired: Option<Paired>,
}
