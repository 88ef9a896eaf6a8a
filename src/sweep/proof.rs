//! Digests of a finished sweep that can be held against a second run of a few of its seeds.
//!
//! A segment is a piece of a cell (`pieces`) with its place. Absent on purpose: who runs them again, and when.

use std::sync::atomic::AtomicBool;

use super::chunk::run_chunk;
use super::job::{CHUNK, Coverage, Job};
use super::ledger::CellResult;
use super::pieces::over;
use crate::many::{Driver, Seeds, Stopped};
use crate::run::Silent;
use crate::trace::Digest;

/// Most segments that a sweep runs again by itself, and the share of its runs that this may cost.
const AGAIN: (u64, u64) = (16, 16);

/// Some seeds of a cell in a row, and the digest of their runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The cell, by its place in the grid.
    pub cell: u64,
    /// Its first chunk.
    pub chunk: u64,
    /// How many seeds.
    pub runs: u64,
    /// Of a single chunk its digest, of several the digest over theirs.
    pub digest: Digest,
}

/// The segments of a cell that is known from its first seed to its last.
pub fn segments(cell: u64, result: &CellResult) -> Vec<Segment> {
    let pieces = &result.pieces;
    let one = |(i, &digest): (usize, &Digest)| {
        let chunk = i as u64 * pieces.chunks;
        let left = result.totals.runs.saturating_sub(chunk * CHUNK);
        Segment { cell, chunk, runs: left.min(pieces.chunks * CHUNK), digest }
    };
    pieces.digests.iter().enumerate().map(one).collect()
}

/// `count` of `all` things, evenly spread from the first to the last.
pub fn spread(all: u64, count: u64) -> Vec<u64> {
    match count.min(all) {
        0 => Vec::new(),
        1 => vec![0],
        few => (0..few).map(|i| (u128::from(all - 1) * u128::from(i) / u128::from(few - 1)) as u64).collect(),
    }
}

/// How many of these segments a sweep runs again by itself: a few, and no more than costs little beside the sweep.
pub fn few(segments: &[Segment], coverage: Coverage) -> u64 {
    let digested = |segment: &Segment| match coverage {
        Coverage::All => segment.runs,
        Coverage::Sample => segment.runs.min(segment.runs.div_ceil(CHUNK) * 64),
    };
    let runs: u64 = segments.iter().map(|segment| segment.runs).sum();
    let longest = segments.iter().map(digested).max().unwrap_or(1).max(1);
    // Never more runs than as many chunks have, however long the pieces of a long sweep are.
    let affordable = (runs / longest / AGAIN.1).min(AGAIN.0 * CHUNK / longest);
    affordable.clamp(1, AGAIN.0).min(segments.len() as u64)
}

/// Runs these segments again, on the current threads; those whose digest is another now, with it. Only the runs that are
/// digested are run.
///
/// # Errors
/// [`Stopped`] soon after `stop` is set.
pub fn differing(
    jobs: &[Job],
    first: u64,
    coverage: Coverage,
    these: &[Segment],
    stop: &AtomicBool,
) -> Result<Vec<(Segment, Digest)>, Stopped> {
    let driver = Driver { progress: &Silent, stop };
    let again = |i: u64| {
        let segment = &these[i as usize];
        let job = jobs.get(segment.cell as usize).ok_or(Stopped::Interrupted)?;
        let seeds = Seeds { first: first.wrapping_add(segment.chunk * CHUNK), count: segment.runs };
        let digest = |chunk| {
            let digested = seeds.task(chunk, CHUNK).take(coverage.runs());
            run_chunk(driver, (0, job), digested, coverage, |_, _| ()).map(|found| found.0)
        };
        let digest = over(seeds.tasks(CHUNK).map(digest).collect::<Result<Vec<Digest>, Stopped>>()?);
        Ok::<_, Stopped>((digest != segment.digest).then_some((*segment, digest)))
    };
    let found = driver.map(0..these.len() as u64, again)?;
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::super::pieces::{Gathering, fold};
    use super::super::totals::Totals;
    use super::*;

    #[test]
    fn segments_have_every_run_once_and_are_not_many() {
        for runs in [1, 63, CHUNK, CHUNK + 1, 256 * CHUNK, 256 * CHUNK + 1, 5000 * CHUNK - 7] {
            let mut gathering = Gathering::new(runs.div_ceil(CHUNK));
            (0..runs.div_ceil(CHUNK)).for_each(|chunk| gathering.enter(chunk, Digest(chunk.into())));
            let (totals, pieces) = (Totals { runs, ..Totals::default() }, gathering.close());
            let all =
                segments(3, &CellResult { totals, digest: fold(&pieces.digests), pieces, paired: None });
            assert!(all.len() <= 256 && all.iter().map(|s| s.runs).sum::<u64>() == runs, "{runs}");
            let ends =
                all.windows(2).all(|pair| (pair[0].chunk * CHUNK + pair[0].runs) == pair[1].chunk * CHUNK);
            assert!(ends, "{runs}");
        }
    }

    #[test]
    fn a_sample_is_spread_from_the_first_to_the_last() {
        assert_eq!(spread(10, 3), [0, 4, 9]);
        assert_eq!(spread(3, 10), [0, 1, 2]);
        assert_eq!(spread(5, 1), [0]);
        assert_eq!(spread(0, 4), [0; 0]);
    }
}
