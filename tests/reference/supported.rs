//! Which scenarios the reference simulator can run at all.
//!
//! Absent on purpose: validation; a scenario that comes here has passed the crate's own.

use synod::scenario::model::*;

/// The first thing in the scenario that this simulator does not cover, if any.
pub fn unsupported(s: &Scenario) -> Option<&'static str> {
    let duplicates = |p: Option<_>| p.is_some_and(|p: synod::scenario::units::Probability| p.threshold() > 0);
    if s.protocol.mutant != Mutant::None {
        return Some("a mutant");
    }
    if s.protocol.handlers != Handlers::Atomic {
        return Some("handlers in two steps");
    }
    if duplicates(Some(s.network.duplicate))
        || s.network.kind.values().any(|k| duplicates(k.duplicate))
        || s.network.link.iter().any(|l| duplicates(l.duplicate))
    {
        return Some("duplicates");
    }
    if s.network.link.iter().any(|l| l.fifo == Some(true)) {
        return Some("a FIFO link");
    }
    if s.fault.iter().any(|fault| fault.unreachable.is_none()) || s.faults.random.is_some() {
        return Some("a fault other than `unreachable`");
    }
    let broadcast = s.protocol.transport == Transport::Broadcast;
    if broadcast && (s.protocol.give_up == GiveUp::AllReplies || s.protocol.advance == Advance::AllReplies) {
        return Some("all-replies in a broadcast, where an answer may never come");
    }
    None
}
