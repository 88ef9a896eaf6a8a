//! Which scenarios the reference simulator can run at all.
//!
//! Absent on purpose: validation; a scenario that comes here has passed the crate's own.

use synod::scenario::model::*;

/// The first thing in the scenario that this simulator does not cover, if any.
pub fn unsupported(s: &Scenario) -> Option<&'static str> {
    if s.protocol.mutant != Mutant::None {
        return Some("a mutant");
    }
    if s.script.is_some() {
        return Some("a script");
    }
    if s.faults.random.is_some() {
        return Some("drawn faults");
    }
    let broadcast = s.protocol.transport == Transport::Broadcast;
    if broadcast && (s.protocol.give_up == GiveUp::AllReplies || s.protocol.advance == Advance::AllReplies) {
        return Some("all-replies in a broadcast, where an answer may never come");
    }
    None
}
