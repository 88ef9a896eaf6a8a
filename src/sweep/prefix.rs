//! Tasks done on all threads and taken in their order, so that an interruption leaves a beginning without a gap.
//!
//! What was finished behind a gap is left out: a slow run would else be missing more often than a fast one, and what is
//! left would be no fair sample. Absent on purpose: what the tasks are, and what becomes of what they come to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Tasks that may wait for their turn.
const AHEAD: u64 = 1024;
/// How often a worker that waits looks whether to go on.
const PATIENCE: Duration = Duration::from_millis(50);

/// Does these tasks on the current rayon pool, each begun after those before it, and gives what they come to to `take`, in
/// their order. After an error no task is begun; `take` has then had all tasks before the first that failed.
///
/// # Errors
/// Of the first task that failed by itself, as `is_own` has it; else of the first of all.
pub(super) fn take_in_order<T: Send, E: Send>(
    tasks: Range<u64>,
    work: impl Fn(u64) -> Result<T, E> + Sync,
    take: impl FnMut(T) + Send,
    is_own: impl Fn(&E) -> bool,
) -> Result<(), E> {
    let begun =
        Queue { next: tasks.start, turn: tasks.start, waiting: BTreeMap::new(), failed: BTreeMap::new() };
    let line = Line { queue: Mutex::new(begun), moved: Condvar::new() };
    let take = Mutex::new(take);
    rayon::broadcast(|_| {
        while let Some(task) = line.begin(tasks.end) {
            let unless_panicking = Leaving(&line);
            let done = work(task);
            std::mem::forget(unless_panicking);
            line.end(task, done, &mut *take.lock().unwrap_or_else(PoisonError::into_inner));
        }
    });
    let failed = line.queue.into_inner().unwrap_or_else(PoisonError::into_inner).failed;
    let (own, others): (Vec<E>, Vec<E>) = failed.into_values().partition(is_own);
    own.into_iter().chain(others).next().map_or(Ok(()), Err)
}

/// Who works on what.
struct Line<T, E> {
    queue: Mutex<Queue<T, E>>,
    moved: Condvar,
}

struct Queue<T, E> {
    /// The next task to begin; past all of them if none is to be begun.
    next: u64,
    /// The task that is taken next.
    turn: u64,
    waiting: BTreeMap<u64, T>,
    failed: BTreeMap<u64, E>,
}

impl<T, E> Line<T, E> {
    fn lock(&self) -> MutexGuard<'_, Queue<T, E>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The task to do next, once it is not too far ahead; none if there is none.
    fn begin(&self, end: u64) -> Option<u64> {
        let mut queue = self.lock();
        while queue.next < end && queue.next >= queue.turn.saturating_add(AHEAD) {
            let waited = self.moved.wait_timeout(queue, PATIENCE);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let task = queue.next;
        (task < end).then(|| {
            queue.next += 1;
            task
        })
    }

    /// A task is done: it is taken, if it is its turn, with those that waited for it.
    fn end(&self, task: u64, done: Result<T, E>, take: &mut impl FnMut(T)) {
        let mut queue = self.lock();
        match done {
            Ok(found) => {
                queue.waiting.insert(task, found);
            }
            Err(error) => {
                queue.failed.insert(task, error);
                queue.next = u64::MAX;
            }
        }
        loop {
            let turn = queue.turn;
            let Some(found) = queue.waiting.remove(&turn) else { break };
            take(found);
            queue.turn += 1;
        }
        self.moved.notify_all();
    }
}

/// Lets nobody wait for a task that panicked.
struct Leaving<'l, T, E>(&'l Line<T, E>);

impl<T, E> Drop for Leaving<'_, T, E> {
    fn drop(&mut self) {
        self.0.lock().next = u64::MAX;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_in_order_and_up_to_the_first_failure() {
        let mut taken = Vec::new();
        let all: Result<(), ()> = take_in_order(3..5000, Ok, |task| taken.push(task), |()| true);
        assert!(all.is_ok() && taken.into_iter().eq(3..5000));
        let mut taken = Vec::new();
        let work = |task| if task % 100 == 77 { Err(task) } else { Ok(task) };
        let ended = take_in_order(0..5000, work, |task| taken.push(task), |_| true);
        assert_eq!(ended, Err(77));
        assert!(taken.into_iter().eq(0..77));
    }

    #[test]
    fn what_failed_by_itself_goes_before_what_was_stopped() {
        let work = |task: u64| if task < 5 { Ok(()) } else { Err(task) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
        let both = pool.install(|| take_in_order(0..100, work, |()| (), |&task| task % 2 == 1));
        assert!(both.is_err_and(|task| task == 5), "{both:?}");
    }

    #[test]
    fn nobody_runs_far_ahead_of_the_slowest_and_a_panic_lets_nobody_wait() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
        let begun = std::sync::atomic::AtomicU64::new(0);
        let work = |task: u64| -> Result<(), ()> {
            begun.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if task == 0 {
                while begun.load(std::sync::atomic::Ordering::SeqCst) < AHEAD {
                    std::thread::yield_now();
                }
                panic!("the first");
            }
            Ok(())
        };
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            pool.install(|| take_in_order(0..10 * AHEAD, work, |()| (), |()| true))
        }));
        assert!(ran.is_err());
        assert!(begun.into_inner() <= AHEAD);
    }
}
