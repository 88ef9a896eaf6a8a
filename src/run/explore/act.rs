//! From a state to the next: a proposer begins, or a message arrives, and the protocol's effects are obeyed.
//!
//! Absent on purpose: any rule of the protocol, which stands in `paxos` alone.

use crate::check::BallotList;
use crate::paxos::{Effect, NodeId, Phase, Proposer, Reply, Request, Transport, Value};
use crate::run::plan::Plan;
use crate::scenario::script::Exchange;
use crate::trace::{Answer, Event};

use super::Bounds;
use super::conditions::Conditions;
use super::invariants::{Broken, History, public};
use super::message::Message;
use super::state::{Seat, State};

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// This proposer begins its next attempt.
    Start(usize),
    /// This message arrives.
    Deliver(Message),
    /// The answers of these nodes, a bit each, arrive and complete a quorum.
    Hear {
        /// At this proposer.
        proposer: u8,
        /// From these nodes.
        nodes: u64,
    },
    /// The call that this proposer waits for fails (sequential transport).
    Fail(Exchange),
    /// The last attempt of this proposer takes too long.
    GiveUp(usize),
}

/// What is explored.
pub(super) struct Model<'p> {
    pub plan: &'p Plan,
    pub bounds: &'p Bounds,
    pub conditions: &'p Conditions,
}

/// A state in the making, and the first invariant that broke on the way.
struct Step<'m> {
    model: &'m Model<'m>,
    state: State,
    broken: Option<Broken>,
}

impl<'p> Model<'p> {
    pub fn new(plan: &'p Plan, bounds: &'p Bounds, conditions: &'p Conditions) -> Self {
        Model { plan, bounds, conditions }
    }

    /// Before anything has happened.
    pub fn initial(&self) -> State {
        let plan = self.plan;
        let homes = plan.proposers.iter().map(|p| p.home).max().unwrap_or(0).max(plan.rules.nodes);
        let mut nodes = vec![crate::paxos::Node::default(); usize::from(homes) + 1];
        for proposer in &plan.proposers {
            let round = &mut nodes[usize::from(proposer.home)].round;
            *round = proposer.initial_round.max(*round);
        }
        let seat = |planned: &crate::run::plan::PlannedProposer| Seat {
            paxos: Proposer { node: planned.node, ..Proposer::default() },
            attempts: 0,
            answered: false,
        };
        State {
            nodes,
            seats: plan.proposers.iter().map(seat).collect(),
            flight: Vec::new(),
            history: History::new(plan.rules.nodes, plan.choosing, BallotList::default()),
        }
    }

    /// Everything that can happen in a state.
    pub fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.clear();
        let sequential = self.plan.rules.transport == Transport::Sequential;
        for (p, seat) in state.seats.iter().enumerate() {
            let idle = seat.paxos.phase == Phase::Idle;
            if self.conditions.is_down(seat.paxos.node) {
                continue;
            }
            let may_begin = idle || self.bounds.timeouts;
            let is_last = seat.attempts == self.bounds.attempts;
            if !seat.answered && !is_last && may_begin {
                actions.push(Action::Start(p));
            }
            if is_last && !idle && self.conditions.gives_up {
                actions.push(Action::GiveUp(p));
            }
            let can_fail = || self.conditions.can_fail(seat.paxos.node, seat.paxos.calling);
            if sequential && !idle && seat.paxos.calling != 0 && can_fail() {
                let Proposer { calling: node, phase, .. } = seat.paxos;
                let phase = if phase == Phase::Prepare { 1 } else { 2 };
                let attempt = u32::from(seat.attempts);
                actions.push(Action::Fail(Exchange { proposer: p as u8, attempt, phase, node }));
            }
        }
        self.deliveries(state, actions);
    }

    /// The state that follows, and what broke.
    pub fn apply(&self, state: &State, action: Action) -> (State, Option<Broken>) {
        let mut step = Step { model: self, state: state.clone(), broken: None };
        match action {
            Action::Start(p) => step.start(p),
            Action::GiveUp(p) => _ = step.state.seats[p].paxos.on_timeout(),
            Action::Fail(call) => {
                let p = usize::from(call.proposer);
                let Proposer { calling, phase, ballot, .. } = step.state.seats[p].paxos;
                let effect =
                    step.state.seats[p].paxos.on_call_failed(calling, phase, ballot, &self.plan.rules);
                step.obey(p, effect);
            }
            Action::Deliver(message) => step.deliver(message),
            Action::Hear { .. } => {
                for message in self.heard(state, action) {
                    step.deliver(message);
                }
            }
        }
        self.tidy(&mut step.state);
        (step.state, step.broken)
    }

    /// The messages that arrive by an action.
    pub fn heard(&self, state: &State, action: Action) -> Vec<Message> {
        match action {
            Action::Deliver(message) => vec![message],
            Action::Hear { proposer, nodes } => {
                let answers = |message: &&Message| {
                    message.proposer() == usize::from(proposer)
                        && !(message.is_request() || message.is_rejection())
                        && nodes >> message.node() & 1 != 0
                };
                state.flight.iter().filter(answers).copied().collect()
            }
            Action::Start(_) | Action::Fail(_) | Action::GiveUp(_) => Vec::new(),
        }
    }

    /// Whose value is chosen.
    pub fn chosen(&self, state: &State) -> Option<usize> {
        state.history.chosen().map(|(_, value)| usize::from(value))
    }
}

impl Step<'_> {
    fn deliver(&mut self, message: Message) {
        if !self.model.bounds.duplicates {
            self.state.flight.retain(|other| *other != message);
        }
        if message.is_request() { self.serve(message) } else { self.hear(message) }
    }

    fn start(&mut self, p: usize) {
        let plan = self.model.plan;
        let seat = &mut self.state.seats[p];
        if seat.paxos.phase != Phase::Idle {
            seat.paxos.on_timeout();
        }
        seat.attempts += 1;
        let home = plan.proposers[p].home;
        let ballot = self.state.nodes[usize::from(home)].next_ballot(home, seat.paxos.seen, &plan.rules);
        let effect = seat.paxos.begin(Value(p as u16), ballot, &plan.rules);
        let attempt = u32::from(seat.attempts);
        self.emit(Event::Started { proposer: p as u8, attempt, ballot: public(ballot) });
        self.obey(p, effect);
    }

    fn hear(&mut self, message: Message) {
        let p = message.proposer();
        let rules = &self.model.plan.rules;
        let effect = self.state.seats[p].paxos.on_reply(
            message.node(),
            message.phase(),
            message.ballot(),
            message.as_reply(),
            rules,
        );
        self.obey(p, effect);
    }

    fn serve(&mut self, message: Message) {
        let plan = self.model.plan;
        let node = message.node();
        let acceptor = &mut self.state.nodes[usize::from(node)].acceptor;
        let before = *acceptor;
        let reply = acceptor.on_request(message.ballot(), message.as_request(), &plan.rules);
        let after = *acceptor;
        if after.promised != before.promised {
            self.emit(Event::Promised { node, ballot: public(after.promised) });
        }
        if after.vote != before.vote {
            let (ballot, value) = (public(after.vote.ballot), after.vote.value.0);
            self.emit(Event::Voted { node, ballot, value });
        }
        if plan.nack || !matches!(reply, Reply::Reject(_)) {
            let answer = message.answered(reply);
            let to = self.state.seats[message.proposer()].paxos.node;
            if !self.model.conditions.is_lost(answer.kind(), node, to) {
                self.state.send(answer);
            }
        }
        if plan.local_preemption && !matches!(reply, Reply::Reject(_)) {
            self.preempt_locally(node, message);
        }
    }

    fn preempt_locally(&mut self, node: NodeId, message: Message) {
        for p in 0..self.state.seats.len() {
            let paxos = &mut self.state.seats[p].paxos;
            if paxos.node == node {
                let effect = paxos.on_local_yes(message.ballot());
                self.obey(p, effect);
            }
        }
    }

    fn obey(&mut self, p: usize, effect: Effect) {
        match effect {
            Effect::None | Effect::Failed { .. } => {}
            Effect::Broadcast(request) => {
                self.propose(p, request);
                for node in 1..=self.model.plan.rules.nodes {
                    self.send(p, node, request);
                }
            }
            Effect::Call { node, request, opens } => {
                if opens {
                    self.propose(p, request);
                }
                self.send(p, node, request);
            }
            Effect::Succeeded(value) => {
                self.state.seats[p].answered = true;
                let (ballot, value) = (public(self.state.seats[p].paxos.ballot), value.0);
                self.emit(Event::Learned { proposer: p as u8, ballot, value });
                let (submission, answer) = (p as u16, Answer::Succeeded { value });
                self.emit(Event::Answered { proposer: p as u8, submission, answer, counter: 0 });
            }
        }
    }

    fn propose(&mut self, p: usize, request: Request) {
        if let Request::Accept(value) = request {
            let ballot = public(self.state.seats[p].paxos.ballot);
            self.emit(Event::Proposed { proposer: p as u8, ballot, value: value.0 });
        }
    }

    fn send(&mut self, p: usize, node: NodeId, request: Request) {
        let seat = &self.state.seats[p];
        let message = Message::request(p, seat.attempts, node, seat.paxos.ballot, request);
        if !self.model.conditions.is_lost(message.kind(), seat.paxos.node, node) {
            self.state.send(message);
        }
    }

    /// Shows the history an event, and keeps the first invariant that breaks of those that are asked for.
    fn emit(&mut self, event: Event) {
        let Step { model, state, broken } = self;
        let until = model.bounds.until;
        state.history.on(&event, &mut |invariant, ballot, evidence| {
            if broken.is_none() && until.is_none_or(|wanted| wanted == invariant) {
                *broken = Some(Broken { invariant, ballot, evidence });
            }
        });
    }
}
