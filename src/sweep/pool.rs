//! The workers: chunks of seeds of one cell after another, on as many threads as there are.
//!
//! Absent on purpose: what the totals mean. Memory does not grow with the number of seeds.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use crate::run::{Plan, Simulator};
use crate::trace::{Blind, Digest, DigestObserver};

use super::gather::Gather;
use super::rows::{NoRows, Rows};
use super::totals::Totals;

/// Seeds that one worker runs at a stretch; digests are kept per chunk.
pub const CHUNK: u64 = 4096;
/// Runs of a chunk whose every event is digested under [`Coverage::Sample`].
const SAMPLE: u64 = 64;

/// Which runs' events are digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// The first 64 of every 4096 seeds: costs nothing measurable.
    Sample,
    /// All.
    All,
}

impl Coverage {
    fn runs(self) -> u64 {
        match self {
            Coverage::Sample => SAMPLE,
            Coverage::All => CHUNK,
        }
    }

    /// In words, for reports.
    pub fn describe(self) -> String {
        match self {
            Coverage::Sample => format!("every event of the first {SAMPLE} of every {CHUNK} seeds"),
            Coverage::All => "every event of every run".to_owned(),
        }
    }
}

/// One cell to run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The compiled scenario.
    pub plan: Plan,
    /// The scenario's hash, part of every digest.
    pub scenario_hash: u128,
}

/// What a cell came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellResult {
    /// The totals over its runs.
    pub totals: Totals,
    /// The digest over its runs' digests, in seed order.
    pub digest: Digest,
    /// The digests of its chunks of seeds.
    pub chunks: Vec<Digest>,
}

/// Is told how far a sweep is; called from any thread, once a chunk.
pub trait Progress: Sync {
    /// So many more runs are done.
    fn advance(&self, runs: u64);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _runs: u64) {}
}

/// The sweep was interrupted before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Stopped;

/// A cell under way.
struct Open {
    totals: Totals,
    chunks: Vec<Option<Digest>>,
}

/// Runs seeds `first..first + count` of every job on the current rayon pool.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set.
pub fn sweep(
    jobs: &[Job],
    first: u64,
    count: u64,
    coverage: Coverage,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Vec<CellResult>, Stopped> {
    sweep_with_rows(jobs, first, count, coverage, progress, &NoRows, stop)
}

/// The same, showing every run.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set, or no more rows are taken.
pub fn sweep_with_rows(
    jobs: &[Job],
    first: u64,
    count: u64,
    coverage: Coverage,
    progress: &impl Progress,
    rows: &impl Rows,
    stop: &AtomicBool,
) -> Result<Vec<CellResult>, Stopped> {
    let chunks_per_cell = count.div_ceil(CHUNK);
    let open: Vec<Mutex<Open>> = jobs
        .iter()
        .map(|_| Mutex::new(Open { totals: Totals::default(), chunks: vec![None; chunks_per_cell as usize] }))
        .collect();
    let tasks = jobs.len() as u64 * chunks_per_cell;
    in_order(tasks, |task| {
        if stop.load(Ordering::Relaxed) {
            return Err(Stopped);
        }
        let promise = Promise { rows, is_kept: false };
        let (cell, chunk) = ((task / chunks_per_cell) as usize, task % chunks_per_cell);
        let mut worker = Worker::new(&jobs[cell], cell);
        let from = chunk * CHUNK;
        let runs = CHUNK.min(count - from);
        let digest = worker.run(first.wrapping_add(from), runs, coverage, rows);
        let mut open = open[cell].lock().unwrap_or_else(PoisonError::into_inner);
        open.chunks[chunk as usize] = Some(digest);
        worker.hand_over(&mut open.totals);
        drop(open);
        rows.hand_over(task, worker.rows)?;
        promise.keep();
        progress.advance(runs);
        Ok(())
    })?;
    Ok(open.into_iter().map(close).collect())
}

/// That a chunk's rows will come: dropped without being kept, also by a panic, it tells those who wait for them.
struct Promise<'r, R: Rows> {
    rows: &'r R,
    is_kept: bool,
}

impl<R: Rows> Promise<'_, R> {
    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl<R: Rows> Drop for Promise<'_, R> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.rows.give_up();
        }
    }
}

/// Does tasks `0..tasks` on all threads of the current pool, each begun after those before it; ends at the first error.
fn in_order<E: Send>(tasks: u64, work: impl Fn(u64) -> Result<(), E> + Sync) -> Result<(), E> {
    let (next, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let thread = |_: rayon::BroadcastContext| {
        while !over.load(Ordering::Relaxed) {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                break;
            }
            work(task).inspect_err(|_| over.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    };
    rayon::broadcast(thread).into_iter().collect()
}

fn close(open: Mutex<Open>) -> CellResult {
    let open = open.into_inner().unwrap_or_else(PoisonError::into_inner);
    let chunks: Vec<Digest> = open.chunks.into_iter().flatten().collect();
    CellResult { totals: open.totals, digest: fold(&chunks), chunks }
}

/// The digest over digests, in order.
fn fold(digests: &[Digest]) -> Digest {
    let mut hasher = Xxh3::new();
    for digest in digests {
        hasher.update(&digest.0.to_le_bytes());
    }
    Digest(hasher.digest128())
}

/// What a thread needs for a chunk of a cell: made anew for each, which costs nothing beside 4,096 runs.
struct Worker<'j> {
    job: &'j Job,
    simulator: Simulator<'j>,
    gather: Gather,
    digest: DigestObserver,
    digests: Vec<Digest>,
    cell: usize,
    rows: Vec<u8>,
}

impl<'j> Worker<'j> {
    fn new(job: &'j Job, cell: usize) -> Self {
        Worker {
            job,
            simulator: Simulator::new(&job.plan),
            gather: Gather::new(job.plan.proposers()),
            digest: DigestObserver::new(job.scenario_hash, 0),
            digests: Vec::new(),
            cell,
            rows: Vec::new(),
        }
    }

    /// Runs a chunk of seeds; its digest.
    fn run<R: Rows>(&mut self, first: u64, runs: u64, coverage: Coverage, rows: &R) -> Digest {
        let digested = runs.min(coverage.runs());
        self.digests.clear();
        for seed in (0..digested).map(|i| first.wrapping_add(i)) {
            self.digest.begin(self.job.scenario_hash, seed);
            let outcome = self.simulator.run(seed, &mut self.digest);
            self.gather.add(seed, outcome);
            if R::WANTED {
                rows.add(&mut self.rows, self.cell, seed, outcome);
            }
            self.digests.push(self.digest.finish());
        }
        for seed in (digested..runs).map(|i| first.wrapping_add(i)) {
            let outcome = self.simulator.run(seed, &mut Blind);
            self.gather.add(seed, outcome);
            if R::WANTED {
                rows.add(&mut self.rows, self.cell, seed, outcome);
            }
        }
        fold(&self.digests)
    }

    fn hand_over(&mut self, totals: &mut Totals) {
        let gathered = self.gather.take(self.job.plan.submissions().len());
        if totals.runs == 0 { *totals = gathered } else { totals.merge(&gathered) }
    }
}
