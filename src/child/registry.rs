//! Every process that runs, for an end in the middle of work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::life::{Life, Signal};

static ALL: Registry = Registry::new();

/// Processes that run.
pub(super) struct Registry(Mutex<State>);

struct State {
    lives: Vec<Weak<Life>>,
    /// Whether none may begin any more.
    is_closed: bool,
}

/// Kills every user's program that runs, with what it has started, and lets none begin any more: for a process that is about to end
/// without dropping what it holds.
pub fn kill_all() {
    ALL.kill_all();
}

/// That of this process.
pub(super) fn registry() -> &'static Registry {
    &ALL
}

impl Registry {
    const fn new() -> Self {
        Self(Mutex::new(State { lives: Vec::new(), is_closed: false }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a process that has begun; where none may, it is killed.
    pub fn add(&self, life: &Arc<Life>) {
        let mut state = self.state();
        state.lives.retain(|life| life.strong_count() > 0);
        state.lives.push(Arc::downgrade(life));
        if state.is_closed {
            life.signal(Signal::Kill);
        }
    }

    fn kill_all(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.lives.iter().filter_map(Weak::upgrade).for_each(|life| life.signal(Signal::Kill));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::child::Command;
    use std::time::Duration;

    fn life() -> Arc<Life> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        Arc::new(Life::new(Command::new(["sleep", "1000"], folder).spawn().expect("sleep is there")))
    }

    #[test]
    fn all_are_killed_and_none_begins_after() {
        let registry = Registry::new();
        let lives = [life(), life()];
        lives.iter().for_each(|life| registry.add(life));
        registry.kill_all();
        let late = life();
        registry.add(&late);
        for life in lives.iter().chain([&late]) {
            let status = life.end(Duration::from_secs(60)).expect("it ends before it is ended");
            assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
            // Its number is nobody's now: nobody is hit.
            life.signal(Signal::Kill);
        }
    }
}
