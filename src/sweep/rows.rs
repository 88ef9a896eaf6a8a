//! A row for every run, in the order of cells and seeds, while the sweep is going on.
//!
//! Chunks come to their end in any order. A chunk's rows wait until those before it are written; a worker that is far
//! ahead of the slowest waits too, so that memory stays bounded. Absent on purpose: what a row looks like, and files.
//!
//! ```text
//!   worker: run, run, run … ──rows of a chunk──▶ next in turn? ──yes──▶ out, and those that waited for it
//!                                                     └──no──▶ waits here (at most AHEAD chunks do)
//! ```

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::stopped::Stopped;
use crate::check::Outcome;

/// Is shown every run of a sweep; called from any thread.
pub trait Rows: Sync {
    /// Whether anything is done with what is shown; if not, nothing is paid for it.
    const WANTED: bool;

    /// Adds a run's row to those of its chunk.
    fn add(&self, rows: &mut Vec<u8>, cell: usize, seed: u64, outcome: &Outcome);

    /// Takes the rows of a chunk; `task` is its number among those that are run, from 0, in the order of cells
    /// and seeds.
    ///
    /// # Errors
    /// [`Stopped`] if no more rows are taken.
    fn hand_over(&self, task: u64, rows: Vec<u8>) -> Result<(), Stopped>;

    /// A chunk's rows will never come: nobody is to wait for them.
    fn give_up(&self) {}
}

/// No rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRows;

impl Rows for NoRows {
    const WANTED: bool = false;

    fn add(&self, _rows: &mut Vec<u8>, _cell: usize, _seed: u64, _outcome: &Outcome) {}

    fn hand_over(&self, _task: u64, _rows: Vec<u8>) -> Result<(), Stopped> {
        Ok(())
    }
}

/// That a chunk's rows will come. Dropped without being kept, also by a panic, it tells those who wait for them.
#[derive(Debug)]
pub(super) struct Promise<'r, R: Rows> {
    rows: &'r R,
    is_kept: bool,
}

impl<'r, R: Rows> Promise<'r, R> {
    pub(super) fn new(rows: &'r R) -> Self {
        Promise { rows, is_kept: false }
    }

    /// Keeps it by this, if it succeeds.
    pub(super) fn keep(mut self, by: impl FnOnce() -> Result<(), Stopped>) -> Result<(), Stopped> {
        by().inspect(|()| self.is_kept = true)
    }
}

impl<R: Rows> Drop for Promise<'_, R> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.rows.give_up();
        }
    }
}

/// Chunks whose rows may wait for their turn: some 40 MB of rows.
const AHEAD: u64 = 64;
/// How often a worker that waits looks whether the sweep is to stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// Writes rows in their order.
#[derive(Debug)]
pub struct RowStream<'s, W, F> {
    format: F,
    state: Mutex<State<W>>,
    turn: Condvar,
    stop: &'s AtomicBool,
}

#[derive(Debug)]
struct State<W> {
    out: W,
    /// The chunk whose turn it is.
    next: u64,
    waiting: BTreeMap<u64, Vec<u8>>,
    failed: Option<io::Error>,
    given_up: bool,
}

impl<'s, W: Write + Send, F: Fn(&mut Vec<u8>, usize, u64, &Outcome) + Sync> RowStream<'s, W, F> {
    /// Rows as `format` appends them (to a chunk's, for this cell, seed and outcome), until `stop` is set.
    pub fn new(out: W, format: F, stop: &'s AtomicBool) -> Self {
        let state = State { out, next: 0, waiting: BTreeMap::new(), failed: None, given_up: false };
        RowStream { format, state: Mutex::new(state), turn: Condvar::new(), stop }
    }

    /// Gives the output back, with all rows whose turn came.
    ///
    /// # Errors
    /// The first failure to write.
    pub fn finish(self) -> io::Result<W> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match state.failed {
            Some(error) => Err(error),
            None => state.out.flush().map(|()| state.out),
        }
    }

    /// The state, once this chunk is not too far ahead.
    fn admit(&self, task: u64) -> Result<MutexGuard<'_, State<W>>, Stopped> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if state.failed.is_some() || state.given_up || self.stop.load(Ordering::Relaxed) {
                return Err(Stopped::Interrupted);
            }
            if task < state.next + AHEAD {
                return Ok(state);
            }
            let waited = self.turn.wait_timeout(state, PATIENCE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl<W: Write + Send, F: Fn(&mut Vec<u8>, usize, u64, &Outcome) + Sync> Rows for RowStream<'_, W, F> {
    const WANTED: bool = true;

    fn add(&self, rows: &mut Vec<u8>, cell: usize, seed: u64, outcome: &Outcome) {
        (self.format)(rows, cell, seed, outcome);
    }

    fn hand_over(&self, task: u64, rows: Vec<u8>) -> Result<(), Stopped> {
        let mut state = self.admit(task)?;
        state.waiting.insert(task, rows);
        loop {
            let next = state.next;
            let Some(rows) = state.waiting.remove(&next) else { return Ok(()) };
            if let Err(error) = state.out.write_all(&rows) {
                state.failed = Some(error);
                return Err(Stopped::Interrupted);
            }
            state.next += 1;
            self.turn.notify_all();
        }
    }

    fn give_up(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).given_up = true;
        self.turn.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_rows: &mut Vec<u8>, _cell: usize, _seed: u64, _outcome: &Outcome) {}

    #[test]
    fn rows_come_out_in_order_whatever_comes_first() {
        let never = AtomicBool::new(false);
        let stream = RowStream::new(Vec::new(), nothing, &never);
        for task in [2, 0, 1, 5, 4, 3] {
            stream.hand_over(task, vec![task as u8]).expect("nothing stops it");
        }
        assert_eq!(stream.finish().expect("written"), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn who_is_far_ahead_waits_for_the_slowest() {
        let never = AtomicBool::new(false);
        let stream = RowStream::new(Vec::new(), nothing, &never);
        std::thread::scope(|scope| {
            let ahead = scope.spawn(|| (1..4 * AHEAD).try_for_each(|task| stream.hand_over(task, vec![1])));
            while stream.state.lock().expect("whole").waiting.len() < AHEAD as usize - 1 {
                std::thread::yield_now();
            }
            assert!(!ahead.is_finished());
            stream.hand_over(0, vec![0]).expect("its turn");
            ahead.join().expect("no panic").expect("nothing stops it");
        });
        assert_eq!(stream.finish().expect("written").len() as u64, 4 * AHEAD);
    }

    #[test]
    fn a_stopped_sweep_and_a_full_disk_let_nobody_wait() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let never = AtomicBool::new(false);
        let full = RowStream::new(Full, nothing, &never);
        assert_eq!(full.hand_over(0, vec![0]), Err(Stopped::Interrupted));
        assert_eq!(full.hand_over(10 * AHEAD, vec![0]), Err(Stopped::Interrupted));
        assert!(full.finish().is_err_and(|error| error.kind() == io::ErrorKind::StorageFull));
        let now = AtomicBool::new(true);
        assert_eq!(
            RowStream::new(Vec::new(), nothing, &now).hand_over(10 * AHEAD, vec![0]),
            Err(Stopped::Interrupted)
        );
        let broken = RowStream::new(Vec::new(), nothing, &never);
        broken.give_up();
        assert_eq!(broken.hand_over(10 * AHEAD, vec![0]), Err(Stopped::Interrupted));
    }
}
