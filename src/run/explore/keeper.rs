//! Who watches a search: says whether it goes on, and keeps what it knows where it is to be gone on with later.
//!
//! Absent on purpose: what is kept (`packed::kept`), and files (the command).

use std::io::{Read, Result, Write};

/// What a search does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It goes on.
    GoOn,
    /// It is kept, and goes on.
    Keep,
    /// It is kept, and ends.
    Stop,
}

/// Watches a search. A closure that is told the number of states and says whether to go on is one that keeps nothing.
pub trait Keeper: Send {
    /// Is told the number of states from time to time.
    fn go_on(&mut self, states: u64) -> Course;

    /// What was kept of the same search, if anything was.
    ///
    /// # Errors
    /// When it cannot be read.
    fn kept(&mut self) -> Result<Option<Box<dyn Read + '_>>> {
        Ok(None)
    }

    /// Keeps what `write` writes, in place of what was kept before.
    ///
    /// # Errors
    /// When it cannot be written.
    fn keep(&mut self, _write: &mut dyn FnMut(&mut dyn Write) -> Result<()>) -> Result<()> {
        Ok(())
    }
}

impl<F: FnMut(u64) -> bool + Send> Keeper for F {
    fn go_on(&mut self, states: u64) -> Course {
        if self(states) { Course::GoOn } else { Course::Stop }
    }
}
