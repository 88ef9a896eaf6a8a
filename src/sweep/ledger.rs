//! What is known of a sweep so far: each cell's totals, and which of its chunks are in them with which digest.
//!
//! A sweep fills one, an interrupted sweep begins with one that is partly filled, a merge fills one from the shards.
//! Absent on purpose: running, and how a part is written to a file (`journal`).

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::consistent::{Inconsistent, Shape};
use super::job::{CHUNK, Job};
use super::paired::Paired;
use super::pairing::Pairing;
use super::part::Part;
use super::pieces::{Gathering, Pieces, fold};
use super::totals::Totals;
use crate::trace::Digest;

/// Why a part cannot belong to a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It names a cell or a chunk that the sweep does not have.
    #[error("it names a cell or a chunk that this sweep does not have")]
    Outside,
    /// It has a chunk that is known already, or one twice.
    #[error("it has a chunk that another part has already")]
    Twice,
    /// Its totals cannot be those of its chunks.
    #[error("its totals are not those of its runs: {0}")]
    Totals(#[from] Inconsistent),
}

/// What a cell came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellResult {
    /// The totals over its runs.
    pub totals: Totals,
    /// The digest over those of its pieces.
    pub digest: Digest,
    /// The digests of its seeds, in their order.
    pub pieces: Pieces,
    /// Its runs beside the baseline's of the same seeds; none for the baseline, and where nothing is paired.
    pub paired: Option<Paired>,
}

/// What is known of a sweep. Memory: the cells' totals, at most 256 digests of each, and one bit for each chunk.
#[derive(Debug)]
pub struct Ledger {
    seeds: u64,
    chunks_per_cell: u64,
    cells: Vec<Mutex<Account>>,
}

/// A cell under way.
#[derive(Debug)]
pub(super) struct Account {
    proposers: usize,
    clients: usize,
    pub(super) totals: Totals,
    paired: Option<Paired>,
    /// Whether it is compared with a baseline.
    is_paired: bool,
    /// What is not yet kept elsewhere.
    pub(super) pending: Part,
    pub(super) digests: Gathering,
}

impl Ledger {
    /// Nothing is known yet of these cells with so many seeds each.
    pub fn new(jobs: &[Job], seeds: u64) -> Self {
        Ledger::paired(jobs, seeds, None)
    }

    /// The same for cells that are compared with one of them.
    pub fn paired(jobs: &[Job], seeds: u64, pairing: Option<&Pairing>) -> Self {
        let chunks = seeds.div_ceil(CHUNK);
        let account = |(cell, job): (usize, &Job)| {
            Mutex::new(Account {
                proposers: job.plan.proposers(),
                clients: job.plan.submissions().len(),
                totals: Totals::default(),
                paired: None,
                is_paired: pairing.is_some_and(|pairing| pairing.of(cell).is_some()),
                pending: Part { cell: cell as u64, ..Part::default() },
                digests: Gathering::new(chunks),
            })
        };
        Ledger { seeds, chunks_per_cell: chunks, cells: jobs.iter().enumerate().map(account).collect() }
    }

    /// Tasks of the whole sweep: the chunks of the first cell, then those of the next.
    pub fn tasks(&self) -> u64 {
        self.cells.len() as u64 * self.chunks_per_cell
    }

    /// The cell and the chunk of a task.
    pub(super) fn place(&self, task: u64) -> (usize, u64) {
        ((task / self.chunks_per_cell) as usize, task % self.chunks_per_cell)
    }

    /// The runs of a chunk.
    pub(super) fn runs(&self, chunk: u64) -> u64 {
        CHUNK.min(self.seeds.saturating_sub(chunk * CHUNK))
    }

    /// Adds a part, or nothing of it if it does not fit.
    ///
    /// # Errors
    /// [`Misfit`] says why it does not.
    pub fn add(&self, part: &Part) -> Result<(), Misfit> {
        let cell = usize::try_from(part.cell).ok().and_then(|cell| self.cells.get(cell));
        let mut cell = cell.ok_or(Misfit::Outside)?.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<u64> = part.chunks.iter().map(|chunk| chunk.0).collect();
        sorted.sort_unstable();
        if sorted.last().is_none_or(|&last| last >= self.chunks_per_cell) {
            return Err(Misfit::Outside);
        }
        if sorted.windows(2).any(|pair| pair[0] == pair[1])
            || sorted.iter().any(|&chunk| cell.digests.knows(chunk))
        {
            return Err(Misfit::Twice);
        }
        let runs: u64 = sorted.iter().map(|&chunk| self.runs(chunk)).sum();
        let shape =
            Shape { runs, proposers: cell.proposers, clients: cell.clients, is_paired: cell.is_paired };
        shape.check(&part.totals, part.paired.as_ref())?;
        for &(chunk, digest) in &part.chunks {
            cell.digests.enter(chunk, digest);
        }
        cell.totals.add(part.totals.clone());
        Paired::join(&mut cell.paired, part.paired.clone());
        Ok(())
    }

    /// Whether a task's chunk is known.
    pub(super) fn knows(&self, task: u64) -> bool {
        let (cell, chunk) = self.place(task);
        self.account(cell).digests.knows(chunk)
    }

    pub(super) fn account(&self, cell: usize) -> std::sync::MutexGuard<'_, Account> {
        self.cells[cell].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs that are known, of all that these tasks have.
    pub fn runs_known(&self, tasks: Range<u64>) -> (u64, u64) {
        let of_cell = |(cell, chunks): (usize, Range<u64>)| {
            let account = self.account(cell);
            // The last chunk of a cell may be shorter than the others.
            let last = self.chunks_per_cell - 1;
            let is_short = chunks.contains(&last) && account.digests.knows(last);
            let missing = if is_short { CHUNK - self.runs(last) } else { 0 };
            (account.digests.known(chunks.clone()) * CHUNK - missing, self.runs_of(chunks))
        };
        self.by_cell(tasks).map(of_cell).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    }

    /// The runs of these chunks of a cell.
    pub(super) fn runs_of(&self, chunks: Range<u64>) -> u64 {
        let until = |chunk: u64| chunk.saturating_mul(CHUNK).min(self.seeds);
        until(chunks.end) - until(chunks.start).min(until(chunks.end))
    }

    /// Tasks as cells with chunks of theirs.
    pub(super) fn by_cell(&self, tasks: Range<u64>) -> impl Iterator<Item = (usize, Range<u64>)> {
        let each = self.chunks_per_cell.max(1);
        let cells = if tasks.is_empty() { 0..0 } else { tasks.start / each..tasks.end.div_ceil(each) };
        cells.map(move |cell| {
            let first = cell * each;
            let from = tasks.start.max(first) - first;
            (cell as usize, from..(tasks.end - first).min(each))
        })
    }

    /// Whether every chunk of these tasks is known.
    pub fn has_all(&self, tasks: Range<u64>) -> bool {
        let is_whole = |(cell, chunks): (usize, Range<u64>)| {
            self.account(cell).digests.known(chunks.clone()) == chunks.end - chunks.start
        };
        self.by_cell(tasks).all(is_whole)
    }

    /// What the cells came to. A chunk that is not known leaves no trace in it.
    pub fn close(self) -> Vec<CellResult> {
        self.cells
            .into_iter()
            .map(|cell| cell.into_inner().unwrap_or_else(PoisonError::into_inner).close())
            .collect()
    }
}

impl Account {
    /// What is not yet kept, which from now on counts as kept.
    pub(super) fn take_pending(&mut self) -> Part {
        let next = Part { cell: self.pending.cell, ..Part::default() };
        let part = std::mem::replace(&mut self.pending, next);
        self.totals.add(part.totals.clone());
        Paired::join(&mut self.paired, part.paired.clone());
        part
    }

    fn close(mut self) -> CellResult {
        self.totals.add(std::mem::take(&mut self.pending.totals));
        Paired::join(&mut self.paired, self.pending.paired.take());
        let pieces = self.digests.close();
        CellResult { totals: self.totals, digest: fold(&pieces.digests), pieces, paired: self.paired }
    }
}
