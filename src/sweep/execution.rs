//! Part of a sweep while it runs: chunks of seeds of one cell or another go into the ledger, and to whoever keeps them.
//!
//! In which order is a policy that is handed in (`schedule`). Memory does not grow with the number of seeds.

use std::ops::Range;

use super::chunk::run_chunk;
use super::job::{CHUNK, Coverage, Job};
use super::ledger::Ledger;
use super::paired::{Matching, Paired, Trimmed};
use super::pairing::Pairing;
use super::part::Part;
use super::rows::Rows;
use super::totals::Totals;
use super::until::Until;
use crate::check::Counter;
use crate::check::Outcome;
use crate::many::{Driver, Interruptible, Runner, Seeds, Stopped};
use crate::run::Silent;
use crate::trace::{Blind, Digest};

/// Which part of a sweep to run.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The cells of the whole sweep.
    pub jobs: &'a [Job],
    /// The first seed of every cell.
    pub first: u64,
    /// Which runs' events are digested.
    pub coverage: Coverage,
    /// The tasks to run, by the ledger's numbering; those that it knows are left out.
    pub tasks: Range<u64>,
    /// Which cells are compared with which.
    pub pairing: Option<&'a Pairing>,
    /// When a cell stops by itself; then nothing is paired, and all tasks are asked for.
    pub until: Option<Until>,
    /// Up to where it counts times, if not to each cell's horizon, ns.
    pub bound_ns: Option<u64>,
}

/// Why part of a sweep came to no end.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// It was interrupted, or cannot be answered.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// What was found could not be kept.
    #[error(transparent)]
    Lost(#[from] std::io::Error),
    /// Rows could not be written.
    #[error(transparent)]
    Rows(std::io::Error),
}

impl Interruptible for PartError {
    fn is_interruption(&self) -> bool {
        matches!(self, PartError::Stopped(Stopped::Interrupted))
    }
}

/// Keeps what is found, in case the sweep does not come to its end; called from any thread.
pub trait Keeper: Sync {
    /// Keeps a part.
    ///
    /// # Errors
    /// When it cannot; the sweep then ends.
    fn keep(&self, part: &Part) -> std::io::Result<()>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forget;

impl Keeper for Forget {
    fn keep(&self, _part: &Part) -> std::io::Result<()> {
        Ok(())
    }
}

/// A part is handed to the keeper when it has so many chunks …
const PART_CHUNKS: usize = 64;
/// … or so many events: a fraction of a second's work, so that little is lost and little is written.
const PART_EVENTS: u128 = 8_000_000;

/// Chunks of a sweep under way.
pub(super) struct Execution<'a> {
    pub what: &'a Request<'a>,
    pub ledger: &'a Ledger,
    pub keeper: &'a dyn Keeper,
    pub driver: Driver<'a>,
}

impl Execution<'_> {
    /// Runs chunks by this policy, and hands over all that they came to: also when the sweep is stopped, a chunk that came to
    /// its end is not lost.
    pub fn by(&self, policy: impl FnOnce(&Self) -> Result<(), PartError>) -> Result<(), PartError> {
        let ran = policy(self);
        if !matches!(ran, Err(PartError::Lost(_))) {
            self.keep_all()?;
        }
        ran
    }

    /// Chunks of a cell.
    pub fn chunks(&self) -> u64 {
        self.ledger.tasks() / self.what.jobs.len().max(1) as u64
    }

    /// Whether a chunk of a cell is asked for, and not known yet.
    pub fn wants(&self, cell: usize, chunk: u64) -> bool {
        let task = cell as u64 * self.chunks() + chunk;
        self.what.tasks.contains(&task) && !self.ledger.knows(task)
    }

    /// Hands over what is not yet kept.
    pub fn keep_all(&self) -> Result<(), PartError> {
        for cell in 0..self.what.jobs.len() {
            let part = self.ledger.account(cell).take_pending();
            if !part.chunks.is_empty() {
                self.keeper.keep(&part)?;
            }
        }
        Ok(())
    }

    /// Whether a chunk of the cell is known from this one on.
    pub fn knows_beyond(&self, cell: usize, chunk: u64) -> bool {
        self.ledger.account(cell).digests.last().is_some_and(|last| last >= chunk)
    }

    /// Asks something of what is kept of a cell.
    pub fn with_totals<T>(&self, cell: usize, ask: impl FnOnce(&Totals) -> T) -> T {
        ask(&self.ledger.account(cell).totals)
    }

    /// The runs from this chunk on are not needed.
    pub fn skip(&self, chunk: u64) {
        self.driver.progress.advance(self.ledger.runs_of(chunk..self.chunks()));
    }

    /// Runs a task and enters it, if it is not known. Its rows, where they are wanted: for them it is run in any case.
    pub fn show(&self, task: u64, rows: Option<&dyn Rows>) -> Result<Vec<u8>, PartError> {
        let (is_known, mut of_chunk) = (self.ledger.knows(task), Vec::new());
        if is_known && rows.is_none() {
            return Ok(of_chunk);
        }
        let (cell, chunk) = self.ledger.place(task);
        // What is known is counted already.
        let driver = if is_known { Driver { progress: &Silent, ..self.driver } } else { self.driver };
        let found = self.chunk(driver, cell, chunk, |seed, outcome| {
            if let Some(rows) = rows {
                rows.add(&mut of_chunk, cell, seed, outcome);
            }
        })?;
        if !is_known {
            self.enter((cell, chunk), found, None)?;
        }
        Ok(of_chunk)
    }

    /// Runs a chunk and enters it.
    pub fn run(&self, cell: usize, chunk: u64) -> Result<(), PartError> {
        let found = self.chunk(self.driver, cell, chunk, |_, _| ())?;
        self.enter((cell, chunk), found, None)
    }

    /// The same with its pairs beside the baseline's runs. What comes back is what pairing needs of its own runs.
    pub fn run_beside(
        &self,
        cell: usize,
        chunk: u64,
        beside: Option<(&Matching, &[Trimmed])>,
    ) -> Result<Vec<Trimmed>, PartError> {
        let mut runs = Vec::with_capacity(self.ledger.runs(chunk) as usize);
        let found = self.chunk(self.driver, cell, chunk, |_, outcome| runs.push(Trimmed::of(outcome)))?;
        let first = self.seeds(chunk).first;
        let paired = beside.map(|(matching, base)| Paired::of_chunk(matching, first, base, &runs));
        self.enter((cell, chunk), found, paired)?;
        Ok(runs)
    }

    /// The runs of a chunk as pairing needs them, entered nowhere.
    pub fn bare(&self, cell: usize, chunk: u64) -> Result<Vec<Trimmed>, PartError> {
        let mut runner =
            Runner::new(Driver { progress: &Silent, ..self.driver }, &self.what.jobs[cell].plan, cell);
        let one = |seed| Ok(Trimmed::of(runner.run(seed, &mut Blind)?));
        self.seeds(chunk).iter().map(one).collect()
    }

    fn seeds(&self, chunk: u64) -> Seeds {
        Seeds { first: self.what.first.wrapping_add(chunk * CHUNK), count: self.ledger.runs(chunk) }
    }

    fn chunk(
        &self,
        driver: Driver<'_>,
        cell: usize,
        chunk: u64,
        see: impl FnMut(u64, &Outcome),
    ) -> Result<(Digest, Totals), Stopped> {
        run_chunk(driver, (cell, &self.what.jobs[cell]), self.seeds(chunk), self.what.coverage, see)
    }

    fn enter(
        &self,
        (cell, chunk): (usize, u64),
        (digest, totals): (Digest, Totals),
        paired: Option<Paired>,
    ) -> Result<(), PartError> {
        let mut account = self.ledger.account(cell);
        account.digests.enter(chunk, digest);
        let pending = &mut account.pending;
        pending.chunks.push((chunk, digest));
        pending.totals.add(totals);
        Paired::join(&mut pending.paired, paired);
        // Waves go round all cells, so that each has its share of what may be lost.
        let cells = self.what.pairing.map_or(1, |_| self.what.jobs.len());
        let is_full = pending.chunks.len() >= PART_CHUNKS
            || pending.totals.counters[Counter::Events].sum >= PART_EVENTS / cells as u128;
        let full = is_full.then(|| account.take_pending());
        drop(account);
        full.map_or(Ok(()), |part| self.keeper.keep(&part)).map_err(PartError::Lost)
    }
}
