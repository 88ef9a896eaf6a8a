//! Whoever waits for long work: told how far it is, and free to wish it ended.
//!
//! Long work takes two things: a [`Progress`] that it tells of what is done, and a flag, `stop`, that it looks at between
//! its pieces. A piece is a run, or some ten thousand events of a long one ([`Simulator::run_unless`]): so a wish is
//! obeyed within a fraction of a second, whatever is run. Absent on purpose: bars, signals and clocks; `cli` has them.
//!
//! [`Simulator::run_unless`]: super::Simulator::run_unless

use std::sync::atomic::AtomicBool;

/// The flag of who never wishes it ended.
pub(super) static NEVER: AtomicBool = AtomicBool::new(false);

/// Is told how far long work is; called from any thread, now and then.
pub trait Progress: Sync {
    /// So many more are done, of what the work consists of: runs, as a rule.
    fn advance(&self, done: u64);

    /// It has turned out how many there are in all, at most.
    fn expect(&self, _all: u64) {}
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _done: u64) {}
}
