//! The safety invariants of `check`, on states instead of events.
//!
//! They are stated again, for a state must be copied and compared millions of times; what they find is confirmed by
//! replaying the schedule under the checker of every other run. Absent on purpose: progress.

use crate::check::Invariant;
use crate::paxos::{Acceptor, Ballot, NodeId, Value};

/// What the invariants remember.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct History {
    /// By node number: the highest ballot that it promised or voted in.
    bounds: Vec<Ballot>,
    /// In the order of ballots.
    ballots: Vec<Record>,
}

/// What is known of a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Record {
    ballot: Ballot,
    value: Value,
    is_proposed: bool,
    /// A bit for each node that ever voted in it.
    voters: u64,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub invariant: Invariant,
    pub evidence: String,
}

/// Takes what is broken.
pub(super) type Report<'r> = &'r mut dyn FnMut(Invariant, &dyn Fn() -> String);

impl History {
    pub fn new(nodes: usize) -> Self {
        History { bounds: vec![Ballot::NONE; nodes + 1], ballots: Vec::new() }
    }

    fn of(&mut self, ballot: Ballot, value: Value) -> &mut Record {
        let place = match self.ballots.binary_search_by_key(&ballot, |record| record.ballot) {
            Ok(place) => place,
            Err(place) => {
                self.ballots.insert(place, Record { ballot, value, is_proposed: false, voters: 0 });
                place
            }
        };
        &mut self.ballots[place]
    }

    /// The value that is chosen: that of the lowest ballot in which `quorum` acceptors voted.
    pub fn chosen(&self, quorum: u8) -> Option<(Ballot, Value)> {
        let chosen = self.ballots.iter().find(|record| record.voters.count_ones() >= u32::from(quorum));
        chosen.map(|record| (record.ballot, record.value))
    }

    /// A proposer asks for votes.
    pub fn propose(&mut self, ballot: Ballot, value: Value, quorum: u8, report: Report<'_>) {
        let record = self.of(ballot, value);
        let other = record.value;
        record.is_proposed = true;
        one_value(ballot, value, other, report);
        self.proposal_safety(quorum, report);
    }

    /// An acceptor has handled a request.
    pub fn serve(&mut self, node: NodeId, before: Acceptor, after: Acceptor, quorum: u8, report: Report<'_>) {
        let bound = self.bounds[usize::from(node)];
        if after.promised != before.promised {
            if after.promised < bound {
                report(Invariant::PromisesKept, &|| {
                    format!(
                        "node {node} promises ballot {} after ballot {}",
                        name(after.promised),
                        name(bound)
                    )
                });
            }
            self.bounds[usize::from(node)] = bound.max(after.promised);
        }
        if after.vote != before.vote {
            self.vote(node, after, bound.max(before.promised), quorum, report);
        }
    }

    fn vote(&mut self, node: NodeId, after: Acceptor, bound: Ballot, quorum: u8, report: Report<'_>) {
        let (ballot, value) = (after.vote.ballot, after.vote.value);
        if ballot < bound {
            report(Invariant::PromisesKept, &|| {
                format!("node {node} votes in ballot {} after promising ballot {}", name(ballot), name(bound))
            });
        }
        let bound = &mut self.bounds[usize::from(node)];
        *bound = ballot.max(*bound);
        let record = self.of(ballot, value);
        let (other, fresh) = (record.value, record.voters >> node & 1 == 0);
        record.voters |= 1 << node;
        one_value(ballot, value, other, report);
        if fresh && self.chosen(quorum).is_some() {
            self.agreement(quorum, report);
            self.proposal_safety(quorum, report);
        }
    }

    fn agreement(&self, quorum: u8, report: Report<'_>) {
        let Some((lowest, value)) = self.chosen(quorum) else { return };
        for record in &self.ballots {
            if record.voters.count_ones() >= u32::from(quorum) && record.value != value {
                report(Invariant::Agreement, &|| {
                    format!(
                        "value {} is chosen in ballot {}, and value {} in ballot {}",
                        value.0,
                        name(lowest),
                        record.value.0,
                        name(record.ballot)
                    )
                });
            }
        }
    }

    fn proposal_safety(&self, quorum: u8, report: Report<'_>) {
        let Some((chosen_in, chosen)) = self.chosen(quorum) else { return };
        for record in &self.ballots {
            if record.ballot > chosen_in && record.is_proposed && record.value != chosen {
                report(Invariant::ProposalSafety, &|| {
                    format!(
                        "value {} is proposed in ballot {}, and value {} is chosen in ballot {}",
                        record.value.0,
                        name(record.ballot),
                        chosen.0,
                        name(chosen_in)
                    )
                });
            }
        }
    }

    /// A proposer has learned a value, and its client hears of it.
    pub fn learn(&self, value: Value, quorum: u8, report: Report<'_>) {
        if self.chosen(quorum).is_none_or(|(_, chosen)| chosen != value) {
            report(Invariant::LearnedImpliesChosen, &|| {
                format!("value {} is learned, and it is not chosen", value.0)
            });
            report(Invariant::ReportedImpliesChosen, &|| {
                format!("a client is told that value {} is chosen, and it is not", value.0)
            });
        }
    }
}

fn one_value(ballot: Ballot, value: Value, other: Value, report: Report<'_>) {
    if value != other {
        report(Invariant::OneValuePerBallot, &|| {
            format!("value {} beside value {} in ballot {}", value.0, other.0, name(ballot))
        });
    }
}

/// A ballot as people read it: round.node.
fn name(ballot: Ballot) -> String {
    format!("{}.{}", ballot.round(), ballot.node())
}
