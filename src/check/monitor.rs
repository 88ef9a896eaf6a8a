//! The safety checker and the tally as one observer: what watches every run.

use super::outcome::Outcome;
use super::safety::Safety;
use super::tally::Tally;
use crate::trace::{BallotId, Event, Observer, ProposerId};

/// Checks and counts a run.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// The invariants.
    pub safety: Safety,
    /// The counters.
    pub tally: Tally,
}

impl Monitor {
    /// Watches runs of `nodes` acceptors in which `accept_quorum` votes choose and these submissions are made.
    pub fn new(nodes: u8, accept_quorum: u8, submissions: &[ProposerId]) -> Self {
        Monitor {
            safety: Safety::new(nodes, accept_quorum, submissions.len()),
            tally: Tally::new(submissions),
        }
    }

    /// Forgets the run before.
    #[inline]
    pub fn clear(&mut self) {
        self.safety.clear();
        self.tally.clear();
    }

    /// A copy that has forgotten the ballots below `lowest`, for runs that go on without them.
    pub fn since(&self, lowest: BallotId) -> Monitor {
        Monitor { safety: self.safety.since(lowest), tally: self.tally.clone() }
    }

    /// What the run came to; complete once it has stopped.
    pub fn outcome(&self) -> &Outcome {
        self.tally.outcome()
    }
}

impl Observer for Monitor {
    #[inline(always)]
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.safety.on(at_ns, event);
        if let Event::Stopped { reason } = *event {
            self.tally.finish(at_ns, reason, self.safety.chosen(), self.safety.violated());
        } else {
            self.tally.on(at_ns, event, self.safety.chosen());
        }
    }
}
