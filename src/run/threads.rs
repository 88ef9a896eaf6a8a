//! The worker threads: how many is theirs to say who start them.
//!
//! Threads are started for each piece of work and end with it: the few microseconds that it takes are nothing beside what
//! runs on them, and nothing of a piece of work is left behind by the next.

use std::cell::Cell;
use std::thread::{Builder, available_parallelism, scope};

/// Stack of a thread where nobody has said how large, in bytes.
const STACK: usize = 8 << 20;

thread_local! {
    /// On how many threads, and with what stacks, whatever is begun from here works.
    static CURRENT: Cell<Option<Threads>> = const { Cell::new(None) };
}

/// How many worker threads, and their stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
    /// At least one.
    count: usize,
    /// In bytes.
    stack: usize,
}

impl Default for Threads {
    /// One per core.
    fn default() -> Threads {
        Threads { count: available_parallelism().map_or(1, usize::from), stack: STACK }
    }
}

impl Threads {
    /// So many threads, each with a stack of so many bytes; they are started once, to know that they can be.
    ///
    /// # Errors
    /// When the system has no room for them.
    pub fn start(count: usize, stack: usize) -> Result<Threads, String> {
        let threads = Threads { count: count.max(1), stack };
        let started: Result<(), std::io::Error> = scope(|scope| {
            let start = |_| Builder::new().stack_size(stack).spawn_scoped(scope, || ()).map(drop);
            (0..threads.count).try_for_each(start)
        });
        started.map(|()| threads).map_err(|error| error.to_string())
    }

    /// Does this with all that is worked on in it on these threads.
    pub fn on<T>(self, work: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(Some(self));
        let _restored = Restored(before);
        work()
    }

    /// Works on every thread at once, on `most` at most, and waits for all; what each came to. A panic of one goes on here. This
    /// thread is one of them: to start another takes as long as some thousand events.
    pub(crate) fn broadcast<T: Send>(most: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
        let threads = CURRENT.get().unwrap_or_default();
        let one = || threads.on(&work);
        scope(|scope| {
            let start = |_| Builder::new().stack_size(threads.stack).spawn_scoped(scope, one);
            // Where the system has no room for so many any more, those that it has do the work.
            let others: Vec<_> =
                (1..threads.count.min(most)).map_while(|thread| start(thread).ok()).collect();
            let mut all = vec![one()];
            let ended = others.into_iter().map(|thread| thread.join());
            all.extend(ended.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
            all
        })
    }
}

/// Brings back what held before, also where work panics.
struct Restored(Option<Threads>);

impl Drop for Restored {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_on_as_many_threads_as_were_asked_for() {
        let three = Threads::start(3, 1 << 20).expect("threads");
        assert_eq!(three.on(|| Threads::broadcast(9, || 1)), [1, 1, 1]);
        let nested = three.on(|| Threads::broadcast(9, || Threads::broadcast(9, || 1).len()));
        assert_eq!(nested, [3, 3, 3], "a thread begins work as who started it");
        assert_eq!(three.on(|| Threads::broadcast(2, || 1)).len(), 2);
        let here = std::thread::current().id();
        assert_eq!(three.on(|| Threads::broadcast(1, || std::thread::current().id())), [here]);
        let before = Threads::broadcast(9, || ()).len();
        let thrown = std::panic::catch_unwind(|| three.on(|| panic!("work")));
        assert!(thrown.is_err());
        assert_eq!(Threads::broadcast(9, || ()).len(), before, "what held before holds again");
    }

    #[test]
    fn a_panic_of_a_thread_goes_on_where_it_was_waited_for() {
        let thrown = std::panic::catch_unwind(|| Threads::broadcast(9, || panic!("work")));
        assert_eq!(thrown.err().and_then(|panic| panic.downcast_ref().copied()), Some("work"));
    }
}
