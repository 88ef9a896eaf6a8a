//! Chunks of cells that stop by themselves, up to one look after the other.
//!
//! A cell is asked after fixed numbers of chunks, and the answer depends on the runs up to there alone; so threads change
//! nothing. A resumed sweep knows from its journal that a cell went on: it has chunks behind the look.

use super::execution::{Execution, PartError};
use super::until::{Until, next_chunks};

/// Runs what is asked for, look by look: of each cell that goes on the chunks up to the next.
pub(super) fn looks(part: &Execution, until: Until) -> Result<(), PartError> {
    let chunks = part.chunks();
    let mut cells: Vec<usize> = (0..part.what.jobs.len()).collect();
    let mut done = 0;
    while done < chunks && !cells.is_empty() {
        let look = next_chunks(done).min(chunks);
        let tasks: Vec<(usize, u64)> = cells
            .iter()
            .flat_map(|&cell| (done..look).map(move |chunk| (cell, chunk)))
            .filter(|&(cell, chunk)| part.wants(cell, chunk))
            .collect();
        part.driver.each(0..tasks.len() as u64, |task| {
            let (cell, chunk) = tasks[task as usize];
            part.run(cell, chunk)
        })?;
        // Nothing of what follows may be kept before this is: that it is there says that the cell went on.
        part.keep_all()?;
        cells.retain(|&cell| {
            let horizon_ns = part.what.jobs[cell].plan.horizon_ns();
            let until_ns = part.what.bound_ns.map_or(horizon_ns, |bound_ns| bound_ns.min(horizon_ns));
            let is_reached = || part.with_totals(cell, |totals| until.is_reached_by(totals, until_ns));
            let goes_on = part.knows_beyond(cell, look) || !is_reached();
            if !goes_on {
                part.skip(look);
            }
            goes_on
        });
        done = look;
    }
    Ok(())
}
