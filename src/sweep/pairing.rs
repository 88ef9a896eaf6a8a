//! Which cells of a sweep are compared with which, and the order of work that lets it happen in bounded memory.
//!
//! ```text
//!   a wave of chunks:   baseline's runs, kept ──▶ every other cell's runs of the same seeds, paired with them ──▶ forgotten
//! ```
//!
//! Absent on purpose: comparisons between two cells neither of which is the baseline; `synod compare` makes those.

use std::ops::Range;

use rayon::prelude::*;

use super::paired::{Matching, Trimmed};
use super::pool::{Keeper, PartError, Progress, Running};
use crate::scenario::Cell;

/// Chunks of a wave: some megabytes of kept runs, and enough work for many threads.
const WAVE: u64 = 64;

/// Each cell of a sweep against one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The cell that the others are compared with.
    pub baseline: usize,
    /// For each cell how its runs go with the baseline's; none for the baseline itself, and where it has other proposers, or the
    /// same in another order: draws are addressed by their places.
    matchings: Vec<Option<Matching>>,
}

impl Pairing {
    /// Of these cells with that one; none where nothing can be paired.
    pub fn new(cells: &[Cell], baseline: usize) -> Option<Pairing> {
        let first = &cells.get(baseline)?.scenario;
        let one = |(i, cell): (usize, &Cell)| {
            let matching = Matching::new(first, &cell.scenario)?;
            (i != baseline && matching.has_one_order()).then_some(matching)
        };
        let matchings: Vec<_> = cells.iter().enumerate().map(one).collect();
        matchings.iter().any(Option::is_some).then_some(Pairing { baseline, matchings })
    }

    /// How a cell's runs go with the baseline's.
    pub fn of(&self, cell: usize) -> Option<&Matching> {
        self.matchings.get(cell)?.as_ref()
    }
}

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
pub(super) fn run_waves<P: Progress, K: Keeper>(
    part: &Running<P, K>,
    pairing: &Pairing,
) -> Result<(), PartError> {
    let (cells, chunks) = spanned(&part.what.tasks, part.chunks());
    let mut from = chunks.start;
    while from < chunks.end {
        let to = (from + WAVE).min(chunks.end);
        let wants = |cell: usize, chunk: u64| part.wants(cell, chunk);
        let kept: Result<Vec<Option<Vec<Trimmed>>>, PartError> = (from as usize..to as usize)
            .into_par_iter()
            .with_max_len(1)
            .map(|chunk| {
                let chunk = chunk as u64;
                let is_needed = cells.clone().any(|cell| pairing.of(cell).is_some() && wants(cell, chunk));
                match (wants(pairing.baseline, chunk), is_needed) {
                    (true, _) => part.run(pairing.baseline, chunk, None).map(Some),
                    // The baseline's own results are known from before, or somebody else's.
                    (false, true) => part.bare(pairing.baseline, chunk).map(Some),
                    (false, false) => Ok(None),
                }
            })
            .collect();
        let kept = kept?;
        let others = (from..to).flat_map(|chunk| cells.clone().map(move |cell| (cell, chunk)));
        let others: Vec<(usize, u64)> =
            others.filter(|&(cell, chunk)| cell != pairing.baseline && wants(cell, chunk)).collect();
        others.into_par_iter().with_max_len(1).try_for_each(|(cell, chunk)| {
            let base = kept[(chunk - from) as usize].as_deref();
            part.run(cell, chunk, pairing.of(cell).zip(base)).map(drop)
        })?;
        from = to;
    }
    Ok(())
}
