//! A row for every run, in the order of cells and seeds, while the sweep is going on.

use std::io;

use crate::check::Outcome;

/// Chunks whose rows may wait for their turn: some 40 MB of rows.
pub(super) const AHEAD: u64 = 64;

/// Is shown every run of a sweep.
pub trait Rows: Sync {
    /// Adds a run's row to those of its chunk; called from any thread.
    fn add(&self, rows: &mut Vec<u8>, cell: usize, seed: u64, outcome: &Outcome);

    /// Takes the rows of the next chunk.
    ///
    /// # Errors
    /// When it cannot; the sweep then ends.
    fn write(&self, rows: &[u8]) -> io::Result<()>;
}
