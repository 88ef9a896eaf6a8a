//! What may be otherwise in a run than its seed has it: the engine asks where the draw would be, and before it handles a message.
//!
//! Each engine is compiled for its hooks, so that where there are none nothing is asked.

use super::packet::Packet;

/// Changes a run on its way. By default it leaves everything as it is.
pub(super) trait Hooks {
    /// Whether runs are of plain plans, which never ask for what the engine then leaves out.
    const PLAIN: bool = false;

    /// The next run begins.
    fn begin(&mut self) {}

    /// How long proposer `p` waits for its start, where `drawn_ns` would be so.
    fn start(&self, _p: usize, drawn_ns: u64) -> u64 {
        drawn_ns
    }

    /// The word that says how long a proposer waits before its next attempt.
    fn word_of_wait(&self, drawn: u64) -> u64 {
        drawn
    }

    /// How long proposer `p` waits after its attempt of this number.
    fn wait(&mut self, _p: usize, _attempt: u32, drawn_ns: u64) -> u64 {
        drawn_ns
    }

    /// A message is sent: its delay and whether it is lost, where `drawn` would be so; and the delay of a copy.
    fn fate(&mut self, _packet: &Packet, drawn: (u64, bool)) -> ((u64, bool), Option<u64>) {
        (drawn, None)
    }

    /// Whether messages may be handled out of turn.
    fn reorders(&self) -> bool {
        false
    }

    /// Whether a message that arrives at this place is kept back.
    fn holds(&mut self, _place: u8, _packet: &Packet) -> bool {
        false
    }

    /// A message that was kept back, and is handled now that another one was at its place.
    fn released(&mut self, _place: u8) -> Option<Packet> {
        None
    }

    /// A message that was kept back, and arrives after all, for nothing else is left to happen.
    fn overdue(&mut self) -> Option<Packet> {
        None
    }
}

/// Changes nothing in runs of plain plans.
#[derive(Debug)]
pub(super) struct NoHooks;

impl Hooks for NoHooks {
    const PLAIN: bool = true;
}
