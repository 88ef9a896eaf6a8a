//! A scenario compiled for running: names resolved to indices, distributions to samplers.
//!
//! Made once for any number of seeds, shared by threads. Absent on purpose: anything that changes during a run.

use crate::paxos::{self, Rules};
use crate::scenario::model::{self, Scenario};
use crate::sim::{DistributionError, Sampler};
use crate::trace::{ProposerId, SubmissionId};

use super::delays::sampler;
use super::detail::Detail;
use super::faults::PlannedFaults;
use super::retry::Retry;
use super::routes::Routes;

/// A scenario asks for what the engine cannot do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// Parameters that make no distribution.
    #[error(transparent)]
    Distribution(DistributionError),
    /// The samples of a delay were never read from their file.
    #[error("the samples of {0:?} were not read; load the scenario from a file, or give `samples`")]
    Unread(String),
    /// A delay without samples.
    #[error("an empirical delay has no samples")]
    NoSamples,
    /// A submission to a proposer that does not exist.
    #[error("no proposer is named `{0}`")]
    NoSuchProposer(String),
}

/// A scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) rules: Rules,
    pub(super) proposers: Vec<PlannedProposer>,
    /// Each proposer's own submission, then `[[submit]]`: the proposer of each.
    pub(super) submissions: Vec<ProposerId>,
    pub(super) submits: Vec<(u64, SubmissionId)>,
    pub(super) reads: Vec<PlannedRead>,
    /// Whether something can be left on the calendar that changes nothing: repeated reads, faults.
    pub(super) may_idle: bool,
    /// Whether messages need more than a delay and a loss, or anything can happen to nodes: false for a plan that
    /// pays nothing for faults.
    pub(super) is_special: bool,
    pub(super) detail: Option<Detail>,
    pub(super) faults: PlannedFaults,
    pub(super) routes: Routes,
    pub(super) retry: Retry,
    pub(super) max_attempts: u32,
    pub(super) phase_timeout: Option<u64>,
    pub(super) attempt_timeout: Option<u64>,
    pub(super) rpc_timeout: Option<u64>,
    pub(super) nack: bool,
    pub(super) local_preemption: bool,
    pub(super) announce: bool,
    pub(super) own_instant: bool,
    /// Whether any node is ever unreachable.
    pub(super) some_unreachable: bool,
    /// By node number: from when on nobody can call it.
    pub(super) unreachable_from: Vec<u64>,
    pub(super) stop: model::Stop,
    pub(super) fifo_ties: bool,
    pub(super) horizon: u64,
    pub(super) max_events: u32,
}

/// A proposer, ready to run.
#[derive(Clone, Debug)]
pub(super) struct PlannedProposer {
    /// Its node; 0 for none.
    pub(super) node: u8,
    /// The number that makes its ballots its own, and where its round counter is kept.
    pub(super) home: u8,
    pub(super) start: Sampler,
    pub(super) initial_round: u64,
}

/// A `get_value`, ready to run.
#[derive(Clone, Debug)]
pub(super) struct PlannedRead {
    pub(super) node: u8,
    pub(super) at: u64,
    pub(super) every: Option<u64>,
    pub(super) learned: bool,
}

impl Plan {
    /// Compiles a validated scenario.
    ///
    /// # Errors
    /// When it asks for what the engine cannot do.
    pub fn new(scenario: &Scenario) -> Result<Plan, PlanError> {
        let faults = PlannedFaults::new(scenario)?;
        let detail = Detail::is_needed(&scenario.network);
        let detail = detail.then(|| Detail::new(&scenario.network, scenario.cluster.nodes)).transpose()?;
        let proposers = planned_proposers(scenario)?;
        let (submissions, submits) = planned_submissions(scenario)?;
        let protocol = &scenario.protocol;
        let read = |read: &model::Read| PlannedRead {
            node: read.node,
            at: read.at.ns(),
            every: read.every.map(|every| every.ns()),
            learned: read.returns == model::ReadReturns::Learned,
        };
        Ok(Plan {
            rules: rules(scenario),
            proposers,
            submissions,
            submits,
            reads: scenario.read.iter().map(read).collect(),
            may_idle: scenario.read.iter().any(|read| read.every.is_some()) || !faults.is_empty(),
            is_special: detail.is_some() || !faults.is_empty(),
            detail,
            faults,
            routes: Routes::new(&scenario.network, scenario.cluster.nodes)?,
            retry: Retry::new(&protocol.retry)?,
            max_attempts: protocol.max_attempts.unwrap_or(u32::MAX),
            phase_timeout: protocol.phase_timeout.map(|t| t.ns()),
            attempt_timeout: protocol.attempt_timeout.map(|t| t.ns()),
            rpc_timeout: protocol.rpc_timeout.map(|t| t.ns()),
            nack: protocol.rejection == model::Rejection::Nack,
            local_preemption: protocol.local_preemption,
            announce: protocol.announce,
            own_instant: protocol.own_messages == model::OwnMessages::Instant,
            some_unreachable: scenario.fault.iter().any(|fault| fault.unreachable.is_some()),
            unreachable_from: unreachable_from(scenario),
            stop: scenario.run.stop,
            fifo_ties: scenario.run.ties == model::Ties::Fifo,
            horizon: scenario.run.horizon.ns(),
            max_events: scenario.run.max_events,
        })
    }

    /// The proposer of each submission: each proposer's own, then `[[submit]]`.
    pub fn submissions(&self) -> &[ProposerId] {
        &self.submissions
    }

    /// How many proposers contend.
    pub fn proposers(&self) -> usize {
        self.proposers.len()
    }

    /// Whether anything but starts is scheduled by the clock.
    pub(super) fn has_calendar(&self) -> bool {
        !self.submits.is_empty() || !self.reads.is_empty() || !self.faults.is_empty()
    }

    /// The highest number of a node or of the home of a proposer on none.
    pub(super) fn homes(&self) -> u8 {
        self.proposers.iter().map(|p| p.home).max().unwrap_or(0).max(self.rules.nodes)
    }
}

fn planned_proposers(scenario: &Scenario) -> Result<Vec<PlannedProposer>, PlanError> {
    let mut homeless = scenario.cluster.nodes;
    let planned = |proposer: &model::Proposer| {
        let home = if proposer.node != 0 {
            proposer.node
        } else {
            homeless += 1;
            homeless
        };
        Ok(PlannedProposer {
            node: proposer.node,
            home,
            start: sampler(&proposer.start, None)?,
            initial_round: u64::from(proposer.initial_round),
        })
    };
    scenario.proposer.iter().map(planned).collect()
}

type Submissions = (Vec<ProposerId>, Vec<(u64, SubmissionId)>);

fn planned_submissions(scenario: &Scenario) -> Result<Submissions, PlanError> {
    let mut submissions: Vec<ProposerId> = (0..scenario.proposer.len()).map(|p| p as ProposerId).collect();
    let mut submits = Vec::new();
    for submit in &scenario.submit {
        let proposer = scenario.proposer.iter().position(|p| p.name == submit.proposer);
        let proposer = proposer.ok_or_else(|| PlanError::NoSuchProposer(submit.proposer.clone()))?;
        submits.push((submit.at.ns(), submissions.len() as SubmissionId));
        submissions.push(proposer as ProposerId);
    }
    Ok((submissions, submits))
}

fn unreachable_from(scenario: &Scenario) -> Vec<u64> {
    let mut from = vec![u64::MAX; usize::from(scenario.cluster.nodes) + 1];
    for fault in &scenario.fault {
        for &node in fault.unreachable.iter().flat_map(|list| &list.nodes) {
            let from = &mut from[usize::from(node)];
            *from = fault.at.ns().min(*from);
        }
    }
    from
}

fn rules(scenario: &Scenario) -> Rules {
    let nodes = scenario.cluster.nodes;
    let (prepare_quorum, accept_quorum) = match scenario.cluster.quorum {
        model::Quorum::Majority => (nodes / 2 + 1, nodes / 2 + 1),
        model::Quorum::Sizes(sizes) => (sizes.prepare, sizes.accept),
    };
    let protocol = &scenario.protocol;
    Rules {
        nodes,
        prepare_quorum,
        accept_quorum,
        transport: match protocol.transport {
            model::Transport::Broadcast => paxos::Transport::Broadcast,
            model::Transport::Sequential => paxos::Transport::Sequential,
        },
        give_up: match protocol.give_up {
            model::GiveUp::FirstReject => paxos::GiveUp::FirstReject,
            model::GiveUp::QuorumImpossible => paxos::GiveUp::QuorumImpossible,
            model::GiveUp::TimeoutOnly => paxos::GiveUp::TimeoutOnly,
            model::GiveUp::AllReplies => paxos::GiveUp::AllReplies,
        },
        advance: match protocol.advance {
            model::Advance::Quorum => paxos::Advance::Quorum,
            model::Advance::AllReplies => paxos::Advance::AllReplies,
        },
        ballots: match protocol.ballots {
            model::Ballots::PastHighest => paxos::Ballots::PastHighest,
            model::Ballots::PastSeen => paxos::Ballots::PastSeen,
            model::Ballots::Lab => paxos::Ballots::Lab,
        },
        mutant: match protocol.mutant {
            model::Mutant::None => paxos::Mutant::None,
            model::Mutant::AcceptIgnoresPromise => paxos::Mutant::AcceptIgnoresPromise,
        },
    }
}
