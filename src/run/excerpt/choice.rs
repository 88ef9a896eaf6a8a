//! The vote that completes the first quorum, heard as it is cast.
//!
//! Absent on purpose: whether that is right (`check`); this tells a reader where to look.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::Scenario;
use crate::trace::{BallotId, Event, NodeId, SubmissionId};

/// Ballots whose votes are remembered at most, the highest: no sound acceptor votes in one that is so far behind.
const MOST_BALLOTS: usize = 100_000;

/// The vote that completes the first quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The event's place in the run, from 0.
    pub event: usize,
    /// When, ns.
    pub at_ns: u64,
    /// The ballot in which a quorum has voted.
    pub ballot: BallotId,
    /// For this value.
    pub value: SubmissionId,
}

/// Counts votes until the first quorum is complete.
#[derive(Clone, Debug)]
pub struct ChoiceFinder {
    quorum: usize,
    voters: BTreeMap<(BallotId, SubmissionId), BTreeSet<NodeId>>,
    found: Option<Choice>,
}

impl ChoiceFinder {
    /// For a run of this scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let quorum = usize::from(scenario.cluster.quorum_sizes().1);
        ChoiceFinder { quorum, voters: BTreeMap::new(), found: None }
    }

    /// Hears the next event, of which `event` is the place in the run; the choice, if this is it.
    pub fn on(&mut self, event: usize, at_ns: u64, it: &Event) -> Option<Choice> {
        let Event::Voted { node, ballot, value } = *it else { return None };
        if self.found.is_some() {
            return None;
        }
        let voters = self.voters.entry((ballot, value)).or_default();
        voters.insert(node);
        if voters.len() >= self.quorum {
            self.found = Some(Choice { event, at_ns, ballot, value });
            return self.found;
        }
        if self.voters.len() > MOST_BALLOTS {
            self.voters.pop_first();
        }
        None
    }

    /// The choice, if there has been one.
    pub const fn found(&self) -> Option<Choice> {
        self.found
    }
}
