//! Whether a program still answers: a thread that looks from time to time whether steps are taken, and ends it if none is.
//!
//! It reads no clock: it waits for a while, and counts how often it has waited in the same step. So a step costs two additions.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::life::{Life, Signal};
use super::stderr::Stderr;

/// How long it waits between two looks, at most.
const LOOK: Duration = Duration::from_secs(1);
/// How long a program may take to say where it is, and when it is taken to have said it.
const SAYS: Duration = Duration::from_secs(1);
const SAID: Duration = Duration::from_millis(100);

/// A watched program.
pub(super) struct Watch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    /// Odd while an answer is owed; another one at each.
    steps: AtomicU64,
    /// Whether it has begun, and is held to the limit of steps.
    has_begun: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_over: bool,
    /// Where it hung, and what it wrote to stderr before it was asked that.
    hung: Option<(String, String)>,
}

/// What is watched, and how long it may take.
pub(super) struct Watched {
    pub life: Arc<Life>,
    pub stderr: Stderr,
    pub start_limit: Duration,
    pub step_limit: Duration,
}

impl Watch {
    /// Watches it from now on.
    pub fn begin(watched: Watched) -> std::io::Result<Self> {
        const STACK: usize = 128 << 10;
        let shared = Arc::new(Shared {
            steps: AtomicU64::new(0),
            has_begun: AtomicBool::new(false),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let here = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("node's watch".to_owned()).stack_size(STACK);
        let thread = thread.spawn(move || here.watch(&watched))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// An answer is owed from now on, or none any more.
    pub fn turn(&self) {
        self.shared.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// An answer has come, and another one is owed.
    pub fn answered(&self) {
        self.shared.steps.fetch_add(2, Ordering::Relaxed);
    }

    /// From now on it is held to the limit of steps.
    pub fn has_begun(&self) {
        self.shared.has_begun.store(true, Ordering::Relaxed);
    }

    /// Where it hung, if that is why it has ended, and what it wrote to stderr before.
    pub fn hung(&self) -> Option<(String, String)> {
        self.shared.state().hung.clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_all();
        // A panic there, which would be ours, has been told already.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for this time; whether there is still something to watch.
    fn wait(&self, time: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.state(), time, |state| !state.is_over);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_over
    }

    fn watch(&self, watched: &Watched) {
        let look = LOOK.min(watched.step_limit.min(watched.start_limit) / 4).max(Duration::from_millis(1));
        let (mut last, mut waited) = (0, Duration::ZERO);
        while self.wait(look) {
            let now = self.steps.load(Ordering::Relaxed);
            if now.is_multiple_of(2) || now != last {
                (last, waited) = (now, Duration::ZERO);
                continue;
            }
            waited += look;
            let has_begun = self.has_begun.load(Ordering::Relaxed);
            if waited >= if has_begun { watched.step_limit } else { watched.start_limit } {
                return self.end(watched);
            }
        }
    }

    /// Asks it where it is, notes it, and kills it. Whoever waits for its answer then sees the end of its stdout.
    fn end(&self, watched: &Watched) {
        let before = watched.stderr.total();
        // Noted first: a program that has no answer to the signal ends by it.
        self.state().hung = Some((String::new(), watched.stderr.split(before).0));
        watched.life.signal(Signal::Where);
        if watched.stderr.wait_for_more(before, SAYS) {
            // A stack is written line by line.
            while watched.stderr.wait_for_more(watched.stderr.total(), SAID)
                && watched.stderr.total() - before < 1 << 16
            {}
        }
        let (stderr, place) = watched.stderr.split(before);
        self.state().hung = Some((place, stderr));
        watched.life.signal(Signal::Kill);
    }
}
