//! Does tasks on all threads; nobody waits longer than for a run, or a few milliseconds of a long one, once it is to stop.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::queue::Queue;
use super::seeds::Seeds;
use super::stopped::{Interruptible, Stopped};
use crate::run::{Progress, Threads};

/// Tasks that may wait for their turn, where each comes to something small.
const AHEAD: u64 = 1024;

/// Does tasks on all threads: with whom they tell how far they are, and who may end them.
#[derive(Clone, Copy)]
pub struct Driver<'d> {
    /// Is told of every run that is done.
    pub progress: &'d dyn Progress,
    /// Is set when the work is to end.
    pub stop: &'d AtomicBool,
}

impl Driver<'_> {
    /// Does these tasks, each begun after those before it.
    ///
    /// # Errors
    /// As [`Driver::in_order`].
    pub fn each<E: Interruptible>(
        self,
        tasks: Range<u64>,
        work: impl Fn(u64) -> Result<(), E> + Sync,
    ) -> Result<(), E> {
        self.in_order(tasks, u64::MAX, work, |()| Ok(()))
    }

    /// Does these tasks; what they come to, in their order.
    ///
    /// # Errors
    /// As [`Driver::in_order`].
    pub fn map<T: Send, E: Interruptible>(
        self,
        tasks: Range<u64>,
        work: impl Fn(u64) -> Result<T, E> + Sync,
    ) -> Result<Vec<T>, E> {
        let mut all = Vec::new();
        let take = |found| {
            all.push(found);
            Ok(())
        };
        self.in_order(tasks, u64::MAX, work, take).map(|()| all)
    }

    /// Works on seeds, `size` of them a task, and gives what comes out to `take`, in their order.
    ///
    /// # Errors
    /// As [`Driver::in_order`].
    pub fn fold<T: Send, E: Interruptible>(
        self,
        seeds: Seeds,
        size: u64,
        work: impl Fn(Seeds) -> Result<T, E> + Sync,
        take: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        self.in_order(seeds.tasks(size), AHEAD, |task| work(seeds.task(task, size)), take)
    }

    /// Does these tasks, each begun after those before it and at most `ahead` of the first that is not done, and gives what
    /// they come to to `take`, in their order.
    ///
    /// After an error no task is begun, and `take` has then had all tasks before the first that failed. What was done behind
    /// such a gap is dropped: a slow run would else be missing more often than a fast one, and what is left would be no fair
    /// sample.
    ///
    /// # Errors
    /// Of the first task that failed by itself; else that it was interrupted. An error of `take` is that of the task which
    /// it was given.
    pub fn in_order<T: Send, E: Interruptible>(
        self,
        tasks: Range<u64>,
        ahead: u64,
        work: impl Fn(u64) -> Result<T, E> + Sync,
        take: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let most = usize::try_from(tasks.end.saturating_sub(tasks.start)).unwrap_or(usize::MAX);
        let queue = Queue::new(tasks, ahead, take);
        Threads::broadcast(most, || {
            while let Some(begun) = queue.begin() {
                let is_stopped = self.stop.load(Ordering::Relaxed);
                let done = if is_stopped { Err(Stopped::Interrupted.into()) } else { work(begun.task) };
                begun.end(done);
            }
        });
        queue.close()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;
    use std::thread::yield_now;

    use super::*;
    use crate::run::Silent;

    /// A task that failed by itself, or was interrupted.
    #[derive(Debug, PartialEq)]
    struct Failed(Option<u64>);

    impl From<Stopped> for Failed {
        fn from(_: Stopped) -> Failed {
            Failed(None)
        }
    }

    impl Interruptible for Failed {
        fn is_interruption(&self) -> bool {
            self.0.is_none()
        }
    }

    static NEVER: AtomicBool = AtomicBool::new(false);
    static NOW: AtomicBool = AtomicBool::new(true);

    fn driver(stop: &AtomicBool) -> Driver<'_> {
        Driver { progress: &Silent, stop }
    }

    fn on_four<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        Threads::start(4, 1 << 20).expect("threads").on(work)
    }

    #[test]
    fn results_are_taken_in_order_and_up_to_the_first_failure() {
        let all: Result<Vec<u64>, Failed> = driver(&NEVER).map(3..5000, Ok);
        assert!(all.is_ok_and(|all| all.into_iter().eq(3..5000)));
        let mut taken = Vec::new();
        let work = |task| if task % 100 == 77 { Err(Failed(Some(task))) } else { Ok(task) };
        let take = |task| {
            taken.push(task);
            Ok(())
        };
        assert_eq!(driver(&NEVER).in_order(0..5000, 64, work, take), Err(Failed(Some(77))));
        assert!(taken.into_iter().eq(0..77));
    }

    #[test]
    fn nothing_is_taken_after_an_error_of_who_takes() {
        let mut taken = Vec::new();
        let take = |task| {
            taken.push(task);
            if task == 40 { Err(Failed(Some(task))) } else { Ok(()) }
        };
        let work = |task| if task == 42 { Err(Failed(Some(task))) } else { Ok(task) };
        let ended = on_four(|| driver(&NEVER).in_order(0..5000, 64, work, take));
        assert_eq!(ended, Err(Failed(Some(40))));
        assert!(taken.into_iter().eq(0..41));
    }

    #[test]
    fn what_failed_by_itself_goes_before_what_was_interrupted() {
        let work = |task: u64| if task < 5 { Ok(()) } else { Err(Failed((task % 2 == 1).then_some(task))) };
        let both = on_four(|| driver(&NEVER).each(0..100, work));
        assert_eq!(both, Err(Failed(Some(5))));
    }

    #[test]
    fn nothing_is_begun_once_it_is_to_stop() {
        let begun = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let work = |task| {
            begun.fetch_add(1, Ordering::SeqCst);
            stop.fetch_or(task == 9, Ordering::SeqCst);
            Ok(())
        };
        let ended = on_four(|| driver(&stop).in_order(0..100_000, 64, work, |()| Ok(())));
        assert_eq!(ended, Err(Failed(None)));
        assert!(begun.into_inner() <= 9 + 64);
        assert_eq!(driver(&NOW).each(0..9, |_| Ok(())), Err(Failed(None)));
    }

    #[test]
    fn nobody_runs_far_ahead_of_the_slowest_and_a_panic_lets_nobody_wait() {
        const AHEAD: u64 = 64;
        let begun = AtomicU64::new(0);
        let work = |task: u64| -> Result<(), Failed> {
            begun.fetch_add(1, Ordering::SeqCst);
            if task == 0 {
                while begun.load(Ordering::SeqCst) < AHEAD {
                    yield_now();
                }
                panic!("the first");
            }
            Ok(())
        };
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            on_four(|| driver(&NEVER).in_order(0..10 * AHEAD, AHEAD, work, |()| Ok(())))
        }));
        assert!(ran.is_err());
        assert_eq!(begun.into_inner(), AHEAD);
    }
}
