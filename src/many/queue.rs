//! Tasks that are begun in their order by whoever is free, and taken in their order whenever they are done.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::stopped::Interruptible;

/// The tasks, and who takes what they come to.
pub(super) struct Queue<T, E, F> {
    state: Mutex<State<T, E, F>>,
    moved: Condvar,
    ahead: u64,
}

struct State<T, E, F> {
    /// The next task to begin.
    next: u64,
    /// After the last; 0 once none is to be begun any more.
    end: u64,
    /// The task that is taken next.
    turn: u64,
    waiting: BTreeMap<u64, T>,
    failed: BTreeMap<u64, E>,
    take: F,
}

impl<T, E: Interruptible, F: FnMut(T) -> Result<(), E>> Queue<T, E, F> {
    /// None of these tasks is begun. None will be that is `ahead` or more of the one whose turn it is.
    pub fn new(tasks: Range<u64>, ahead: u64, take: F) -> Self {
        let (waiting, failed) = (BTreeMap::new(), BTreeMap::new());
        let state = State { next: tasks.start, end: tasks.end, turn: tasks.start, waiting, failed, take };
        Queue { state: Mutex::new(state), moved: Condvar::new(), ahead }
    }

    /// Begins a task, once it is not too far ahead; none if there is none.
    pub fn begin(&self) -> Option<Begun<'_, T, E, F>> {
        let is_early = |it: &mut State<T, E, F>| it.next < it.end && it.next - it.turn >= self.ahead;
        let waited = self.moved.wait_while(self.lock(), is_early);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        let task = state.next;
        (task < state.end).then(|| {
            state.next += 1;
            Begun { queue: self, task, is_done: false }
        })
    }

    /// The error of the first task that failed by itself, else of the first of all.
    pub fn close(self) -> Result<(), E> {
        let failed = self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failed;
        let (interrupted, own): (Vec<E>, Vec<E>) =
            failed.into_values().partition(Interruptible::is_interruption);
        own.into_iter().chain(interrupted).next().map_or(Ok(()), Err)
    }
}

impl<T, E, F> Queue<T, E, F> {
    fn lock(&self) -> MutexGuard<'_, State<T, E, F>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that is under way. Dropped before it is done, by a panic, it lets nobody wait for it.
pub(super) struct Begun<'q, T, E, F> {
    queue: &'q Queue<T, E, F>,
    pub task: u64,
    is_done: bool,
}

impl<T, E, F: FnMut(T) -> Result<(), E>> Begun<'_, T, E, F> {
    /// It is done: it is taken, if it is its turn, with those that waited for it.
    pub fn end(mut self, done: Result<T, E>) {
        let mut state = self.queue.lock();
        match done {
            Ok(found) => drop(state.waiting.insert(self.task, found)),
            Err(error) => state.fail(self.task, error),
        }
        state.take_turns();
        self.is_done = true;
        drop(state);
        self.queue.moved.notify_all();
    }
}

impl<T, E, F: FnMut(T) -> Result<(), E>> State<T, E, F> {
    fn fail(&mut self, task: u64, error: E) {
        self.failed.insert(task, error);
        self.end = 0;
    }

    fn take_turns(&mut self) {
        while let Some(found) = self.waiting.remove(&self.turn) {
            if let Err(error) = (self.take)(found) {
                return self.fail(self.turn, error);
            }
            self.turn += 1;
        }
    }
}

impl<T, E, F> Drop for Begun<'_, T, E, F> {
    fn drop(&mut self) {
        if !self.is_done {
            self.queue.lock().end = 0;
            self.queue.moved.notify_all();
        }
    }
}
