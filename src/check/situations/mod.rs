//! Situations that a swarm must reach to be worth its runs: a stale promise, an accept after a higher promise, a
//! minority vote overwritten. Checks that never meet them prove nothing.
//!
//! Each is a small function of an event and of what was before it, so from events alone. Absent on purpose: any
//! judgement; a situation is neither good nor bad.

mod answers;
mod attempts;
mod choice;
mod history;
mod requests;
mod weather;

use crate::trace::{Event, Kind, Observer, ProposerId};
use history::History;

/// A situation that a run may reach.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// Its name.
    pub name: &'static str,
    /// What happens, in words.
    pub about: &'static str,
    on: On,
    holds: fn(&History, u64, &Event) -> bool,
}

/// The events that a situation can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum On {
    Prepare,
    Promise,
    Accept,
    Accepted,
    Reject,
    Sent,
    CallFailed,
    Started,
    Proposed,
    Voted,
    Failed,
    Answered,
    Read,
    NodeLearned,
    Stopped,
    Promised,
    Crashed,
    Aborted,
    Dropped,
    Queued,
    Nothing,
}

const CLASSES: usize = On::Nothing as usize + 1;

impl On {
    fn of(event: &Event) -> On {
        match event {
            Event::Delivered { message } => match message.kind {
                Kind::Prepare => On::Prepare,
                Kind::Promise => On::Promise,
                Kind::Accept => On::Accept,
                Kind::Accepted => On::Accepted,
                Kind::Reject => On::Reject,
                Kind::Announce | Kind::Other => On::Nothing,
            },
            Event::Sent { .. } => On::Sent,
            Event::CallFailed { .. } => On::CallFailed,
            Event::Started { .. } => On::Started,
            Event::Proposed { .. } => On::Proposed,
            Event::Voted { .. } => On::Voted,
            Event::Failed { .. } => On::Failed,
            Event::Answered { .. } => On::Answered,
            Event::Read { .. } => On::Read,
            Event::NodeLearned { .. } => On::NodeLearned,
            Event::Stopped { .. } => On::Stopped,
            Event::Promised { .. } => On::Promised,
            Event::Crashed { .. } => On::Crashed,
            Event::Aborted { .. } => On::Aborted,
            Event::Dropped { .. } => On::Dropped,
            Event::Queued { .. } => On::Queued,
            _ => On::Nothing,
        }
    }
}

/// All situations, in the order of reports.
pub fn situations() -> impl Iterator<Item = &'static Situation> {
    [requests::ALL, answers::ALL, attempts::ALL, choice::ALL, weather::ALL].into_iter().flatten()
}

/// Looks out for all of them.
#[derive(Clone, Debug)]
pub struct Situations {
    history: History,
    by_class: [Vec<(usize, &'static Situation)>; CLASSES],
    seen: u128,
}

impl Situations {
    /// Watches runs of `nodes` acceptors in which `accept_quorum` votes choose, of the proposers of these submissions.
    pub fn new(nodes: u8, accept_quorum: u8, submissions: &[ProposerId]) -> Self {
        let mut by_class = [const { Vec::new() }; CLASSES];
        for (i, situation) in situations().enumerate() {
            by_class[situation.on as usize].push((i, situation));
        }
        Situations { history: History::new(nodes, accept_quorum, submissions), by_class, seen: 0 }
    }

    /// Forgets the run before.
    pub fn clear(&mut self) {
        self.history.clear();
        self.seen = 0;
    }

    /// Those that the run has reached, a bit each in the order of [`situations`].
    pub fn seen(&self) -> u128 {
        self.seen
    }
}

impl Observer for Situations {
    fn on(&mut self, at_ns: u64, event: &Event) {
        for &(i, situation) in &self.by_class[On::of(event) as usize] {
            if self.seen >> i & 1 == 0 && (situation.holds)(&self.history, at_ns, event) {
                self.seen |= 1 << i;
            }
        }
        self.history.on(at_ns, event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn situations_have_names_of_their_own_and_fit_the_set() {
        let mut names: Vec<&str> = situations().map(|situation| situation.name).collect();
        assert!((30..=128).contains(&names.len()), "{}", names.len());
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), situations().count());
    }
}
