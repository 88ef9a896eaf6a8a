//! Chunks of all cells in an order that pairs them with their baselines' in bounded memory.
//!
//! ```text
//!   a wave of chunks:   baseline's runs, kept ──▶ every other cell's runs of the same seeds, paired with them ──▶ forgotten
//! ```

use std::collections::BTreeMap;
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

/// Runs what is asked for, wave by wave: first the baselines' chunks, then those of the other cells beside them.
pub(super) fn waves(part: &Execution, pairing: &Pairing) -> Result<(), PartError> {
    let (cells, chunks) = spanned(&part.what.tasks, part.chunks());
    let families = families(cells, pairing);
    let mut from = chunks.start;
    while from < chunks.end {
        let to = (from + WAVE).min(chunks.end);
        // What a wave keeps is bounded: of few chunks, several baselines'.
        let at_once = (WAVE / (to - from)).max(1) as usize;
        families.chunks(at_once).try_for_each(|some| wave(part, pairing, some, from..to))?;
        from = to;
    }
    Ok(())
}

/// Cells with one baseline.
struct Family {
    base: usize,
    others: Vec<usize>,
}

/// These cells by their baselines; one that is compared with none is a family of its own.
fn families(cells: Range<usize>, pairing: &Pairing) -> Vec<Family> {
    let mut by_base: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for cell in cells {
        let base = pairing.base(cell).unwrap_or(cell);
        let others = by_base.entry(base).or_default();
        others.extend((cell != base).then_some(cell));
    }
    by_base.into_iter().map(|(base, others)| Family { base, others }).collect()
}

/// Runs these chunks of some families.
fn wave(
    part: &Execution,
    pairing: &Pairing,
    families: &[Family],
    chunks: Range<u64>,
) -> Result<(), PartError> {
    let many = chunks.end - chunks.start;
    let place = |task: u64| (&families[(task / many) as usize], chunks.start + task % many);
    let tasks = families.len() as u64 * many;
    let kept = part.driver.map(0..tasks, |task| {
        let (family, chunk) = place(task);
        match (part.wants(family.base, chunk), family.others.iter().any(|&cell| part.wants(cell, chunk))) {
            (true, _) => part.run_beside(family.base, chunk, None).map(Some),
            // The baseline's own results are known from before, or somebody else's.
            (false, true) => part.bare(family.base, chunk).map(Some),
            (false, false) => Ok(None),
        }
    })?;
    let others = (0..tasks).flat_map(|task| {
        let (family, chunk) = place(task);
        family.others.iter().map(move |&cell| (cell, chunk, task))
    });
    let others: Vec<(usize, u64, u64)> = others.filter(|&(cell, chunk, _)| part.wants(cell, chunk)).collect();
    part.driver.each(0..others.len() as u64, |task| {
        let (cell, chunk, base) = others[task as usize];
        part.run_beside(cell, chunk, pairing.of(cell).zip(kept[base as usize].as_deref())).map(drop)
    })
}
