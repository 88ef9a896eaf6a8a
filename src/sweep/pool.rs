//! The workers: chunks of seeds of one cell after another, on as many threads as there are.
//!
//! Absent on purpose: what the totals mean. Memory does not grow with the number of seeds.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::check::Counter;
use crate::run::{Pace, Plan, Simulator};
use crate::trace::{Blind, Digest, DigestObserver};

use super::compare::Until;
use super::gather::Gather;
use super::ledger::{Ledger, Part, fold};
use super::paired::{Matching, Paired, Trimmed};
use super::pairing::{Pairing, run_waves};
use super::pieces::Pieces;
use super::rows::{NoRows, Promise, Rows};
use super::stopped::{Standstill, Stopped};
use super::totals::Totals;
use super::until::run_looks;

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
    /// The digest over those of its pieces.
    pub digest: Digest,
    /// The digests of its seeds, in their order.
    pub pieces: Pieces,
    /// Its runs beside the baseline's of the same seeds; none for the baseline, and where nothing is paired.
    pub paired: Option<Paired>,
}

pub use crate::run::{Progress, Silent};

/// Why part of a sweep came to no end.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// It was interrupted, or cannot be answered.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// What was found could not be kept.
    #[error(transparent)]
    Lost(#[from] std::io::Error),
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

/// Runs seeds `first..first + count` of every job on the current rayon pool.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set, or where time stands still in a run.
pub fn sweep(
    jobs: &[Job],
    first: u64,
    count: u64,
    coverage: Coverage,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Vec<CellResult>, Stopped> {
    let ledger = Ledger::new(jobs, count);
    let what = Request { jobs, first, coverage, tasks: 0..ledger.tasks(), pairing: None, until: None };
    match sweep_part(&what, &ledger, progress, &Forget, stop) {
        Ok(()) => Ok(ledger.close()),
        Err(PartError::Stopped(why)) => Err(why),
        // Who keeps nothing loses nothing.
        Err(PartError::Lost(_)) => Err(Stopped::Interrupted),
    }
}

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
}

/// Runs what the ledger does not know of these tasks, and enters it there. What is found goes to the keeper in parts,
/// also when the sweep is stopped: a chunk that came to its end is not lost.
///
/// # Errors
/// [`PartError::Stopped`] soon after `stop` is set, or where time stands still in a run; [`PartError::Lost`] as soon as
/// the keeper fails.
pub fn sweep_part(
    what: &Request,
    ledger: &Ledger,
    progress: &impl Progress,
    keeper: &impl Keeper,
    stop: &AtomicBool,
) -> Result<(), PartError> {
    sweep_part_with_rows(what, ledger, progress, keeper, &NoRows, stop)
}

/// The same, showing every run of these tasks: what the ledger knows is run again for its rows, and so is what is run
/// in waves for its pairs, for rows come in the order of cells.
///
/// # Errors
/// As for [`sweep_part`]; also [`PartError::Stopped`] if no more rows are taken.
pub fn sweep_part_with_rows<R: Rows>(
    what: &Request,
    ledger: &Ledger,
    progress: &impl Progress,
    keeper: &impl Keeper,
    rows: &R,
    stop: &AtomicBool,
) -> Result<(), PartError> {
    let part = Running { what, ledger, progress, keeper, stop };
    let in_turn = || in_order(what.tasks.clone(), |task| part.show(task, rows));
    let ran = match (what.until, what.pairing) {
        (Some(until), _) => run_looks(&part, until),
        (_, Some(pairing)) => {
            run_waves(&part, pairing).and_then(|()| if R::WANTED { in_turn() } else { Ok(()) })
        }
        (_, None) => in_turn(),
    };
    if !matches!(ran, Err(PartError::Lost(_))) {
        part.keep_all()?;
    }
    ran
}

/// Does these tasks on all threads of the current pool, each begun after those before it. Ends at the first error; of
/// several, one that lost something is told, else the first standstill: for the tasks before it were begun before it, and
/// come to their ends.
pub(super) fn in_order(
    tasks: Range<u64>,
    work: impl Fn(u64) -> Result<(), PartError> + Sync,
) -> Result<(), PartError> {
    let (next, over) = (AtomicU64::new(tasks.start), AtomicBool::new(false));
    let ran = rayon::broadcast(|_| {
        while !over.load(Ordering::Relaxed) {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks.end {
                break;
            }
            work(task).inspect_err(|_| over.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    });
    let worst = ran.into_iter().max_by_key(|ran| match ran {
        Ok(()) => (0, None),
        Err(PartError::Stopped(Stopped::Interrupted)) => (1, None),
        Err(PartError::Stopped(Stopped::Standstill(found))) => (2, Some(Reverse(*found))),
        Err(PartError::Lost(_)) => (3, None),
    });
    worst.unwrap_or(Ok(()))
}

/// Part of a sweep while it runs.
pub(super) struct Running<'a, P, K> {
    pub(super) what: &'a Request<'a>,
    ledger: &'a Ledger,
    progress: &'a P,
    keeper: &'a K,
    stop: &'a AtomicBool,
}

impl<P: Progress, K: Keeper> Running<'_, P, K> {
    /// Chunks of a cell.
    pub(super) fn chunks(&self) -> u64 {
        self.ledger.tasks() / self.what.jobs.len().max(1) as u64
    }

    /// Whether a chunk of a cell is asked for, and not known yet.
    pub(super) fn wants(&self, cell: usize, chunk: u64) -> bool {
        let task = cell as u64 * self.chunks() + chunk;
        self.what.tasks.contains(&task) && !self.ledger.knows(task)
    }

    /// Hands over what is not yet kept.
    pub(super) fn keep_all(&self) -> Result<(), PartError> {
        for cell in 0..self.what.jobs.len() {
            let part = self.ledger.account(cell).take_pending();
            if !part.chunks.is_empty() {
                self.keeper.keep(&part)?;
            }
        }
        Ok(())
    }

    /// Whether a chunk of the cell is known from this one on.
    pub(super) fn knows_beyond(&self, cell: usize, chunk: u64) -> bool {
        self.ledger.account(cell).digests.last().is_some_and(|last| last >= chunk)
    }

    /// Asks something of what is kept of a cell.
    pub(super) fn with_totals<T>(&self, cell: usize, ask: impl FnOnce(&Totals) -> T) -> T {
        ask(&self.ledger.account(cell).totals)
    }

    /// The runs from this chunk on are not needed.
    pub(super) fn skip(&self, chunk: u64) {
        self.progress.advance(self.ledger.runs_of(chunk..self.chunks()));
    }

    /// Runs a task and shows its runs; enters it, if it is not known.
    fn show<R: Rows>(&self, task: u64, rows: &R) -> Result<(), PartError> {
        let is_known = self.ledger.knows(task);
        if is_known && !R::WANTED {
            return Ok(());
        }
        let promise = Promise::new(rows);
        let (cell, chunk) = self.ledger.place(task);
        let mut worker = Worker::new(&self.what.jobs[cell], cell);
        let seeds = self.seeds(chunk);
        // What is known is counted already.
        let progress: &dyn Progress = if is_known { &Silent } else { self.progress };
        let digest = worker.run(seeds, self.what.coverage, rows, progress, self.stop)?;
        let of_runs = std::mem::take(&mut worker.rows);
        promise.keep(|| rows.hand_over(task - self.what.tasks.start, of_runs))?;
        if is_known { Ok(()) } else { self.enter((cell, chunk), digest, worker, None) }
    }

    /// Runs a chunk and enters it, with its pairs beside the baseline's runs. What pairing needs of its own runs comes
    /// back, where there is pairing.
    pub(super) fn run(
        &self,
        cell: usize,
        chunk: u64,
        beside: Option<(&Matching, &[Trimmed])>,
    ) -> Result<Vec<Trimmed>, PartError> {
        let mut worker = Worker::new(&self.what.jobs[cell], cell);
        let (first, runs) = self.seeds(chunk);
        worker.trimmed = self.what.pairing.map(|_| Vec::with_capacity(runs as usize));
        let digest = worker.run((first, runs), self.what.coverage, &NoRows, self.progress, self.stop)?;
        let trimmed = worker.trimmed.take().unwrap_or_default();
        let paired = beside.map(|(matching, base)| Paired::of_chunk(matching, first, base, &trimmed));
        self.enter((cell, chunk), digest, worker, paired)?;
        Ok(trimmed)
    }

    /// The first seed of a chunk, and how many it has.
    fn seeds(&self, chunk: u64) -> (u64, u64) {
        (self.what.first.wrapping_add(chunk * CHUNK), self.ledger.runs(chunk))
    }

    fn enter(
        &self,
        (cell, chunk): (usize, u64),
        digest: Digest,
        mut worker: Worker<'_>,
        paired: Option<Paired>,
    ) -> Result<(), PartError> {
        let mut account = self.ledger.account(cell);
        account.digests.enter(chunk, digest);
        let pending = &mut account.pending;
        pending.chunks.push((chunk, digest));
        worker.hand_over(&mut pending.totals);
        Paired::join(&mut pending.paired, paired);
        // Waves go round all cells, so that each has its share of what may be lost.
        let cells = self.what.pairing.map_or(1, |_| self.what.jobs.len());
        let is_full = pending.chunks.len() >= PART_CHUNKS
            || pending.totals.counters[Counter::Events].sum >= PART_EVENTS / cells as u128;
        let full = is_full.then(|| account.take_pending());
        drop(account);
        full.map_or(Ok(()), |part| self.keeper.keep(&part)).map_err(PartError::Lost)
    }

    /// The runs of a chunk as pairing needs them, entered nowhere.
    pub(super) fn bare(&self, cell: usize, chunk: u64) -> Result<Vec<Trimmed>, PartError> {
        let mut simulator = Simulator::new(&self.what.jobs[cell].plan);
        let (first, runs) = self.seeds(chunk);
        let one = |i| match simulator.run_unless(self.stop, first.wrapping_add(i), &mut Blind) {
            None => Err(Stopped::Interrupted.into()),
            Some(outcome) => Ok(Trimmed::of(outcome)),
        };
        (0..runs).map(one).collect()
    }
}

/// The digest of one chunk of a job, as a sweep takes it: only the runs that are digested are run.
pub(super) fn run_chunk(
    job: &Job,
    first: u64,
    runs: u64,
    coverage: Coverage,
    stop: &AtomicBool,
) -> Result<Digest, Stopped> {
    Worker::new(job, 0).run((first, runs.min(coverage.runs())), coverage, &NoRows, &Silent, stop)
}

/// What a thread needs for a chunk of a cell: made anew for each, which costs nothing beside 4,096 runs.
struct Worker<'j> {
    job: &'j Job,
    simulator: Simulator<'j>,
    gather: Gather,
    digest: DigestObserver,
    digests: Vec<Digest>,
    /// What pairing needs of the runs, where there is pairing.
    trimmed: Option<Vec<Trimmed>>,
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
            trimmed: None,
            cell,
            rows: Vec::new(),
        }
    }

    /// Runs a chunk of seeds; its digest.
    fn run<R: Rows>(
        &mut self,
        (first, runs): (u64, u64),
        coverage: Coverage,
        rows: &R,
        progress: &dyn Progress,
        stop: &'j AtomicBool,
    ) -> Result<Digest, Stopped> {
        let digested = runs.min(coverage.runs());
        let mut pace = Pace::new(progress);
        self.digests.clear();
        for i in 0..runs {
            let seed = first.wrapping_add(i);
            let ran = if i < digested {
                self.digest.begin(self.job.scenario_hash, seed);
                self.simulator.run_unless(stop, seed, &mut self.digest)
            } else {
                self.simulator.run_unless(stop, seed, &mut Blind)
            };
            let outcome = ran.ok_or(Stopped::Interrupted)?;
            Standstill::check(self.cell, seed, outcome)?;
            self.gather.add(seed, outcome);
            pace.ran(outcome.events);
            if let Some(trimmed) = &mut self.trimmed {
                trimmed.push(Trimmed::of(outcome));
            }
            if R::WANTED {
                rows.add(&mut self.rows, self.cell, seed, outcome);
            }
            if i < digested {
                self.digests.push(self.digest.finish());
            }
        }
        Ok(fold(&self.digests))
    }

    fn hand_over(&mut self, totals: &mut Totals) {
        totals.add(self.gather.take(self.job.plan.submissions().len()));
    }
}
