//! Chunks of all cells in an order that pairs them with the baseline's in bounded memory.
//!
//! ```text
//!   a wave of chunks:   baseline's runs, kept ──▶ every other cell's runs of the same seeds, paired with them ──▶ forgotten
//! ```

use std::ops::Range;

use super::execution::{Execution, PartError};
use super::pairing::Pairing;

/// Chunks of a wave: some megabytes of kept runs, and enough work for many threads.
const WAVE: u64 = 64;

/// The cells and the chunks that tasks are in: a small share of a long sweep is not to walk over all of it.
fn spanned(tasks: &Range<u64>, chunks: u64) -> (Range<usize>, Range<u64>) {
    if tasks.is_empty() {
        return (0..0, 0..0);
    }
    let (first, last) = (tasks.start / chunks, (tasks.end - 1) / chunks);
    let cells = first as usize..last as usize + 1;
    let within = if first == last { tasks.start % chunks..(tasks.end - 1) % chunks + 1 } else { 0..chunks };
    (cells, within)
}

/// Runs what is asked for, wave by wave: first the baseline's chunks, then those of the other cells beside them.
pub(super) fn waves(part: &Execution, pairing: &Pairing) -> Result<(), PartError> {
    let (cells, chunks) = spanned(&part.what.tasks, part.chunks());
    let mut from = chunks.start;
    while from < chunks.end {
        let to = (from + WAVE).min(chunks.end);
        let base = part.driver.map(from..to, |chunk| {
            let is_paired = |cell: usize| pairing.of(cell).is_some() && part.wants(cell, chunk);
            match (part.wants(pairing.baseline, chunk), cells.clone().any(is_paired)) {
                (true, _) => part.run_beside(pairing.baseline, chunk, None).map(Some),
                // The baseline's own results are known from before, or somebody else's.
                (false, true) => part.bare(pairing.baseline, chunk).map(Some),
                (false, false) => Ok(None),
            }
        })?;
        let others = (from..to).flat_map(|chunk| cells.clone().map(move |cell| (cell, chunk)));
        let others: Vec<(usize, u64)> =
            others.filter(|&(cell, chunk)| cell != pairing.baseline && part.wants(cell, chunk)).collect();
        part.driver.each(0..others.len() as u64, |task| {
            let (cell, chunk) = others[task as usize];
            let base = base[(chunk - from) as usize].as_deref();
            part.run_beside(cell, chunk, pairing.of(cell).zip(base)).map(drop)
        })?;
        from = to;
    }
    Ok(())
}
