//! The checks and the tally as one observer: what watches every run.

use super::audit::{Audit, Roles};
use super::invariant::Checks;
use super::outcome::Outcome;
use super::safety::Safety;
use super::tally::Tally;
use crate::trace::{BallotId, Event, Observer, ProposerId};

/// Checks and counts a run.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// The invariants that watch every run; in the end, with what the others have found.
    pub safety: Safety,
    /// The others, where they are asked for.
    audit: Option<Box<Audit>>,
    /// The counters.
    pub tally: Tally,
}

impl Monitor {
    /// Watches runs of `nodes` acceptors in which `accept_quorum` votes choose and these submissions are made.
    pub fn new(nodes: u8, accept_quorum: u8, submissions: &[ProposerId]) -> Self {
        Monitor {
            safety: Safety::new(nodes, accept_quorum, submissions.len()),
            audit: None,
            tally: Tally::new(submissions),
        }
    }

    /// Watches runs of these roles, in which these submissions are made, with these checks.
    pub fn with(checks: Checks, roles: Roles, submissions: &[ProposerId]) -> Self {
        let monitor = Monitor::new(roles.nodes, roles.accept_quorum, submissions);
        let audit = (checks == Checks::All).then(|| Box::new(Audit::new(roles)));
        Monitor { audit, ..monitor }
    }

    /// Forgets the run before.
    #[inline]
    pub fn clear(&mut self) {
        self.safety.clear();
        if let Some(audit) = &mut self.audit {
            audit.clear();
        }
        self.tally.clear();
    }

    /// A copy that has forgotten the ballots below `lowest`, for runs that go on without them.
    pub fn since(&self, lowest: BallotId) -> Monitor {
        Monitor { safety: self.safety.since(lowest), audit: None, tally: self.tally.clone() }
    }

    /// What the run came to; complete once it has stopped.
    pub fn outcome(&self) -> &Outcome {
        self.tally.outcome()
    }

    /// Takes one event of a run that only the invariants of every run watch.
    #[inline(always)]
    pub fn on_plain(&mut self, at_ns: u64, event: &Event) {
        self.safety.on(at_ns, event);
        if let Event::Stopped { reason } = *event {
            self.tally.finish(at_ns, reason, self.safety.chosen(), self.safety.violated());
        } else {
            self.tally.on(at_ns, event, self.safety.chosen());
        }
    }
}

impl Observer for Monitor {
    #[inline(always)]
    fn on(&mut self, at_ns: u64, event: &Event) {
        if let Some(audit) = &mut self.audit {
            audit.on(at_ns, event);
            if let Event::Stopped { .. } = event {
                self.safety.findings.absorb(&audit.findings);
            }
        }
        self.on_plain(at_ns, event);
    }
}
