//! The worker threads of a command.

use super::exit::Failure;
use super::threads::{STACK, how_many};
use crate::run::Threads;

/// Starts as many as were asked for, or one per core.
pub fn workers(threads: Option<u64>) -> Result<Threads, Failure> {
    let threads = how_many(threads);
    Threads::start(threads, STACK).map_err(|error| {
        Failure::Io(format!("failed to start {threads} threads: {error}; take fewer with --threads"))
    })
}
