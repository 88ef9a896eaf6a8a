//! A scenario compiled for running: names resolved to indices, distributions to samplers.
//!
//! Made once for any number of seeds, shared by threads. Absent on purpose: anything that changes during a run.

use crate::check::{Checks, Roles};
use crate::paxos::{self, Rules};
use crate::scenario::model::{self, Scenario};
use crate::scenario::script::{Act, Rounds, Schedule, Step, parse};
use crate::sim::Sampler;
use crate::trace::{Kind, ProposerId, SubmissionId};

use super::delays::sampler;
use super::detail::Detail;
use super::error::PlanError;
use super::faults::PlannedFaults;
use super::own::OwnNodes;
use super::retry::Retry;
use super::routes::Routes;
use super::split::Split;

/// A scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) rules: Rules,
    /// Whether it asks for nothing but what most scenarios ask for: broadcast, the correct protocol, rejections that
    /// are sent, links that are alike, nodes that are there. Its runs need not look for the rest.
    pub(super) is_plain: bool,
    /// Whether the fate of a reply is found when its request is sent: on a plain plan whose answers are alike.
    pub(super) answers_ahead: bool,
    pub(super) proposers: Vec<PlannedProposer>,
    /// By node number: who lives there, proposer p as bit p.
    pub(super) residents: Vec<u64>,
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
    /// Handlers in two steps.
    pub(super) split: Option<Split>,
    /// Which checks watch its runs.
    pub(super) checks: Checks,
    /// The promises that end phase 1, whatever a mutant takes for a quorum.
    pub(super) promising: u8,
    /// The votes that choose a value, whatever a mutant takes for a quorum.
    pub(super) choosing: u8,
    /// Whether any node is ever unreachable.
    pub(super) some_unreachable: bool,
    /// By node number: from when on nobody can call it.
    pub(super) unreachable_from: Vec<u64>,
    pub(super) stop: model::Stop,
    pub(super) fifo_ties: bool,
    pub(super) horizon: u64,
    pub(super) max_events: u32,
    /// Whether a script delivers in place of a network.
    pub(super) scripted: bool,
    pub(super) script: Vec<Step>,
    /// The rounds in which the script would go on, if it did.
    pub(super) rounds: Option<Rounds>,
    /// How often each proposer's client begins an attempt or gives up in the script.
    pub(super) script_turns: Vec<u32>,
    /// Whether attempts without a draw are possible, and without an end: else no cycle can be proved.
    pub(super) may_cycle: bool,
    /// Whether a run stops at a proved cycle.
    pub(super) proves_cycles: bool,
    /// Somebody's nodes, which run in the place of the built-in's.
    pub(super) own: Option<OwnNodes>,
}

/// A proposer, ready to run.
#[derive(Clone, Debug)]
pub(super) struct PlannedProposer {
    /// For messages.
    pub(super) name: String,
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
    /// Compiles a scenario, which is checked first; whether its script can happen is not known yet ([`Plan::new`]).
    pub(super) fn compile(scenario: &Scenario) -> Result<Plan, PlanError> {
        scenario.keeps_rules().map_err(PlanError::Invalid)?;
        let faults = PlannedFaults::new(scenario)?;
        let network = scenario.network.with_links(scenario.cluster.nodes);
        let detail = Detail::is_needed(&network);
        let detail = detail.then(|| Detail::new(&network, scenario.cluster.nodes)).transpose()?;
        let proposers = planned_proposers(scenario)?;
        let (submissions, submits) = planned_submissions(scenario)?;
        let protocol = &scenario.protocol;
        let Schedule { steps: script, rounds } = planned_script(scenario)?;
        let scripted = scenario.script.is_some();
        let (rules, routes) = (rules(scenario), Routes::new(&network, scenario.cluster.nodes)?);
        let nack = protocol.rejection == model::Rejection::Nack;
        let is_special = detail.is_some() || !faults.is_empty() || scripted;
        let is_plain = rules.transport == paxos::Transport::Broadcast
            && rules.mutant == paxos::Mutant::None
            && protocol.handlers == model::Handlers::Atomic
            && nack
            && routes.are_uniform()
            && !is_special
            && scenario.fault.is_empty();
        let mut plan = Plan {
            rules,
            is_plain,
            answers_ahead: is_plain && routes.answers_are_alike(),
            residents: residents(&proposers, scenario.cluster.nodes),
            proposers,
            submissions,
            submits,
            reads: planned_reads(scenario),
            may_idle: scenario.read.iter().any(|read| read.every.is_some()) || !faults.is_empty(),
            is_special,
            detail,
            faults,
            routes,
            retry: Retry::new(&protocol.retry)?,
            max_attempts: protocol.max_attempts.unwrap_or(u32::MAX),
            phase_timeout: protocol.phase_timeout.map(|t| t.ns()),
            attempt_timeout: protocol.attempt_timeout.map(|t| t.ns()),
            rpc_timeout: protocol.rpc_timeout.map(|t| t.ns()),
            nack,
            local_preemption: protocol.local_preemption,
            announce: protocol.announce,
            split: Split::new(protocol),
            promising: scenario.cluster.quorum_sizes().0,
            choosing: scenario.cluster.quorum_sizes().1,
            checks: Checks::Always,
            own_instant: protocol.own_messages == model::OwnMessages::Instant && !scripted,
            some_unreachable: scenario.fault.iter().any(|fault| fault.unreachable.is_some()),
            unreachable_from: unreachable_from(scenario),
            // A script says itself when it ends, unless a choice ends it.
            stop: match scenario.run.stop {
                model::Stop::Answered if scripted => model::Stop::Quiescent,
                stop => stop,
            },
            fifo_ties: scenario.run.ties == model::Ties::Fifo,
            horizon: scenario.run.horizon.ns(),
            max_events: scenario.run.max_events,
            scripted,
            script_turns: turns(&script, scenario.proposer.len()),
            script,
            rounds,
            may_cycle: false,
            proves_cycles: false,
            own: None,
        };
        plan.may_cycle = plan.can_cycle();
        plan.proves_cycles = plan.may_cycle && scenario.run.livelock == model::Livelock::Prove;
        Ok(plan)
    }

    /// The same, for runs that deviate: each message is looked at on its way, to the same effect.
    pub(super) fn deviable(mut self) -> Plan {
        (self.is_plain, self.answers_ahead, self.is_special) = (false, false, true);
        self
    }

    /// The same, whose runs these checks watch; they change nothing in it.
    pub fn watched_by(mut self, checks: Checks) -> Plan {
        self.checks = checks;
        // The engine for plain plans knows of no check but those of every run.
        self.is_plain &= checks == Checks::Always;
        self
    }

    /// The same with somebody's nodes in the place of the built-in's: all checks watch them, and no cycle can be proved, for
    /// nobody knows what their state is.
    pub fn with_nodes(self, nodes: OwnNodes) -> Plan {
        let plan = self.watched_by(Checks::All);
        Plan { own: Some(nodes), is_plain: false, answers_ahead: false, proves_cycles: false, ..plan }
    }

    /// The same, whose runs go on where a state recurs.
    pub fn without_proofs(self) -> Plan {
        Plan { proves_cycles: false, ..self }
    }

    /// Whether somebody's nodes run in the place of the built-in's.
    pub fn has_own_nodes(&self) -> bool {
        self.own.is_some()
    }

    /// Somebody's nodes, if they run in the place of the built-in's.
    pub fn own_nodes(&self) -> Option<&OwnNodes> {
        self.own.as_ref()
    }

    /// Which checks watch its runs.
    pub fn checks(&self) -> Checks {
        self.checks
    }

    /// The requests that an acceptor answers at once, not some time after they have arrived.
    pub fn answered_at_once(&self) -> &'static [Kind] {
        let takes = |request| self.split.is_some_and(|split| split.takes(request));
        match (takes(paxos::Request::Prepare), takes(paxos::Request::Accept(paxos::Value(0)))) {
            (false, false) => &[Kind::Prepare, Kind::Accept],
            (false, true) => &[Kind::Prepare],
            (true, false) => &[Kind::Accept],
            (true, true) => &[],
        }
    }

    /// Who takes part, as the checks know it: by the scenario, whatever a deliberate bug makes of it.
    pub fn roles(&self) -> Roles {
        Roles {
            nodes: self.rules.nodes,
            prepare_quorum: self.promising,
            accept_quorum: self.choosing,
            homes: self.proposers.iter().map(|proposer| proposer.node).collect(),
            // Somebody's own yes counts as it shows in what the node stores, however its proposer asks for it.
            own_instant: self.own_instant || self.own.is_some(),
            blocking: self.rules.transport == paxos::Transport::Sequential && self.own.is_none(),
            foreign: self.own.is_some(),
        }
    }

    /// The same, whose runs end after so many events, if they have not before.
    pub(crate) fn with_most_events(mut self, most_events: u32) -> Plan {
        self.max_events = self.max_events.min(most_events);
        self
    }

    /// The same, whose runs end at the choice.
    pub(super) fn stopping_at_choice(mut self) -> Plan {
        self.stop = model::Stop::Chosen;
        self
    }

    /// The proposer of each submission: each proposer's own, then `[[submit]]`.
    pub fn submissions(&self) -> &[ProposerId] {
        &self.submissions
    }

    /// Events later than this do not happen, ns.
    pub fn horizon_ns(&self) -> u64 {
        self.horizon
    }

    /// Runs end after so many events, if they have not before.
    pub fn max_events(&self) -> u32 {
        self.max_events
    }

    /// The first moment at which nothing happens any more, ns.
    pub(super) fn end(&self) -> u64 {
        self.horizon.saturating_add(1)
    }

    /// How many proposers contend.
    pub fn proposers(&self) -> usize {
        self.proposers.len()
    }

    /// Whether anything but starts and messages is scheduled by the clock.
    pub(super) fn has_calendar(&self) -> bool {
        !self.submits.is_empty() || !self.reads.is_empty() || !self.faults.is_empty() || self.split.is_some()
    }

    /// Whether a cycle is conceivable: attempts without an end, none of which need draw anything.
    ///
    /// Mutants are left out, for what the canonical state takes for granted (promises never fall) may not hold there.
    fn can_cycle(&self) -> bool {
        if self.rules.mutant != paxos::Mutant::None || self.split.is_some() || self.max_attempts != u32::MAX {
            return false;
        }
        if self.scripted {
            return self.can_repeat();
        }
        !self.is_special
            && self.retry.is_endless_and_certain()
            && self.proposers.iter().any(|proposer| self.can_attempt_without_draw(proposer.node))
    }

    /// Whether rounds of its script can be compared: a crash takes back what a proof relies on.
    fn can_repeat(&self) -> bool {
        self.rounds.is_some() && !self.script.iter().any(|step| matches!(step.act, Act::Crash(_)))
    }

    /// A broadcast prepare goes to every peer; a sequential one perhaps only to the first.
    fn can_attempt_without_draw(&self, from: u8) -> bool {
        let mut peers = (1..=self.rules.nodes)
            .filter(|&to| to != from || !self.own_instant)
            .map(|to| self.routes.fate(Kind::Prepare, from, to).is_certain());
        match self.rules.transport {
            paxos::Transport::Broadcast => peers.all(|certain| certain),
            paxos::Transport::Sequential => self.rules.nodes == 1 || peers.any(|certain| certain),
        }
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
            name: proposer.name.clone(),
            node: proposer.node,
            home,
            start: sampler(&proposer.start, None)?,
            initial_round: u64::from(proposer.initial_round),
        })
    };
    scenario.proposer.iter().map(planned).collect()
}

/// By node number: the proposers that live there, a bit each.
fn residents(proposers: &[PlannedProposer], nodes: u8) -> Vec<u64> {
    let mut residents = vec![0; usize::from(nodes) + 1];
    for (p, proposer) in proposers.iter().enumerate() {
        residents[usize::from(proposer.node)] |= 1 << p;
    }
    residents
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

fn planned_reads(scenario: &Scenario) -> Vec<PlannedRead> {
    let of_learners = scenario.protocol.mutant != model::Mutant::ReadReturnsAccepted;
    let planned = |read: &model::Read| PlannedRead {
        node: read.node,
        at: read.at.ns(),
        every: read.every.map(|every| every.ns()),
        learned: read.returns == model::ReadReturns::Learned && of_learners,
    };
    scenario.read.iter().map(planned).collect()
}

fn planned_script(scenario: &Scenario) -> Result<Schedule, PlanError> {
    let Some(written) = &scenario.script else { return Ok(Schedule::default()) };
    let names: Vec<&str> = scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect();
    parse(&written.schedule, &names, scenario.cluster.nodes)
        .map_err(|error| PlanError::Script { why: error.why, at: error.at })
}

fn turns(script: &[Step], proposers: usize) -> Vec<u32> {
    let mut turns = vec![0; proposers];
    for step in script {
        if let Act::Start(p) | Act::GiveUp(p) = step.act {
            turns[usize::from(p)] += 1;
        }
    }
    turns
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
    let protocol = &scenario.protocol;
    let (prepare_quorum, accept_quorum) = match (scenario.cluster.quorum, protocol.mutant) {
        (model::Quorum::Majority, model::Mutant::MajorityIsHalf) => (nodes / 2, nodes / 2),
        _ => scenario.cluster.quorum_sizes(),
    };
    Rules {
        nodes,
        prepare_quorum,
        accept_quorum,
        transport: protocol.transport,
        repeated: protocol.repeated,
        give_up: protocol.give_up,
        advance: protocol.advance,
        ballots: protocol.ballots,
        mutant: protocol.mutant,
        none_values: none_values(scenario),
    }
}

/// The submissions whose text is `None`, a bit each.
fn none_values(scenario: &Scenario) -> u64 {
    let own = scenario.proposer.iter().map(|proposer| proposer.value.as_deref().unwrap_or_default());
    let texts = own.chain(scenario.submit.iter().map(|submit| submit.value.as_str()));
    texts.take(63).enumerate().filter(|(_, text)| *text == "None").fold(0, |bits, (i, _)| bits | 1 << i)
}
