//! From a state to the next: a proposer begins, or a message arrives, and what is sent is in flight.
//!
//! Absent on purpose: any rule of the protocol (`paxos`), and how its effects are obeyed (`stage`).

use crate::check::BallotList;
use crate::paxos::{Effect, Failure, Node, NodeId, Phase, Proposer, Request, Transport, Value};
use crate::run::plan::Plan;
use crate::run::stage::Stage;
use crate::scenario::script::Exchange;
use crate::trace::{Answer, Event};

use super::bounds::{Asked, Bounds};
use super::conditions::Conditions;
use super::invariants::{Broken, History};
use super::message::Message;
use super::moves::{Move, Moves};
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
    /// This node crashes and comes back, before anything else happens.
    Restart(NodeId),
}

/// What is explored.
pub(super) struct Model<'p> {
    pub plan: &'p Plan,
    pub bounds: &'p Bounds,
    pub conditions: &'p Conditions,
    /// The states to begin at, and those to look for beside violations.
    pub question: Asked<'p>,
    /// Stands for what is searched, in what is kept of a search.
    pub identity: u128,
    /// Where to begin.
    first: Option<State>,
    /// Answers that were heard on the way there, and count with those that will complete their quorum.
    heard: Vec<Exchange>,
}

/// A state in the making, and the first invariant that broke on the way.
struct Step<'m> {
    model: &'m Model<'m>,
    state: State,
    broken: Option<Broken>,
    moves: Moves,
}

/// What follows from an action.
pub(super) struct Applied {
    pub state: State,
    pub broken: Option<Broken>,
    pub moves: Moves,
}

impl<'p> Model<'p> {
    pub fn new(plan: &'p Plan, bounds: &'p Bounds, conditions: &'p Conditions) -> Self {
        Model {
            plan,
            bounds,
            conditions,
            question: Asked::default(),
            identity: 0,
            first: None,
            heard: Vec::new(),
        }
    }

    /// The same with states to begin at, and to look for.
    pub fn asked(self, question: Asked<'p>) -> Self {
        Model { question, ..self }
    }

    /// The same, of which so much stands for it.
    pub fn known_by(self, identity: u128) -> Self {
        Model { identity, ..self }
    }

    /// The same from this state on, in which these answers are under way and were heard.
    pub fn from(self, state: State, heard: Vec<Exchange>) -> Self {
        Model { first: Some(state), heard, ..self }
    }

    /// Whether this answer was heard before the first state.
    pub fn was_heard(&self, message: Message) -> bool {
        self.heard.contains(&message.exchange())
    }

    /// The first state: before anything has happened, where nobody says otherwise.
    pub fn initial(&self) -> State {
        self.first.clone().unwrap_or_else(|| self.empty())
    }

    /// Before anything has happened.
    pub fn empty(&self) -> State {
        let plan = self.plan;
        let homes = plan.proposers.iter().map(|p| p.home).max().unwrap_or(0).max(plan.rules.nodes);
        let mut nodes = vec![Node::default(); usize::from(homes) + 1];
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
            restarts: 0,
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
        if state.restarts < self.bounds.restarts {
            let nodes = (1..=self.plan.rules.nodes).filter(|&node| !self.conditions.is_down(node));
            actions.extend(nodes.map(Action::Restart));
        }
        self.deliveries(state, actions);
    }

    /// The state that follows, and what broke.
    pub fn apply(&self, state: &State, action: Action) -> (State, Option<Broken>) {
        let Applied { state, broken, .. } = self.step(state, action);
        (state, broken)
    }

    /// The same, and what happens on the way.
    pub fn step(&self, state: &State, action: Action) -> Applied {
        let mut step = Step { model: self, state: state.clone(), broken: None, moves: Moves::default() };
        match action {
            Action::Start(p) => step.start(p),
            Action::GiveUp(p) => _ = step.state.seats[p].paxos.on_timeout(),
            Action::Restart(node) => step.restart(node),
            Action::Fail(call) => {
                let p = usize::from(call.proposer);
                let effect = step.fail_call(p);
                step.apply(p, effect);
            }
            Action::Deliver(message) => step.deliver(message),
            Action::Hear { .. } => {
                for message in self.heard(state, action) {
                    step.deliver(message);
                }
            }
        }
        self.tidy(&mut step.state);
        let Step { state, broken, moves, .. } = step;
        Applied { state, broken, moves }
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
            Action::Start(_) | Action::Fail(_) | Action::GiveUp(_) | Action::Restart(_) => Vec::new(),
        }
    }

    /// Whether this is a state that was asked for.
    pub fn is_asked_for(&self, state: &State) -> bool {
        self.question.to.is_some_and(|question| question.holds_in(state))
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
        if message.is_request() {
            return self.serve_message(message);
        }
        let about = (message.phase(), message.ballot());
        self.hear(message.proposer(), message.node(), about, message.as_reply());
    }

    fn start(&mut self, p: usize) {
        let paxos = self.paxos(p);
        if paxos.phase != Phase::Idle {
            paxos.on_timeout();
        }
        let effect = self.begin_attempt(p);
        self.apply(p, effect);
    }

    /// What is on its disk is there again, as `paxos` has it; its proposers' attempts are over, and what they remember is gone.
    fn restart(&mut self, node: NodeId) {
        self.moves.add(Move::Restarts);
        self.state.restarts += 1;
        let rules = self.rules();
        self.node(node).restart(&rules);
        let residents = self.model.plan.residents.get(usize::from(node)).copied().unwrap_or(0);
        for (p, seat) in self.state.seats.iter_mut().enumerate() {
            if residents >> p & 1 != 0 {
                seat.paxos = Proposer { node: seat.paxos.node, ..Proposer::default() };
            }
        }
    }

    fn serve_message(&mut self, message: Message) {
        let node = message.node();
        if let Some(reply) = self.take_request(node, message.ballot(), message.as_request()) {
            let to = self.paxos(message.proposer()).node;
            self.send(message.answered(reply), node, to);
        }
    }

    /// Puts a message in flight that goes from a node to another, unless the network loses all of its kind.
    fn send(&mut self, message: Message, from: NodeId, to: NodeId) {
        if !self.model.conditions.is_lost(message.kind(), from, to) {
            self.state.send(message);
        }
    }
}

impl Stage for Step<'_> {
    const PLAIN: bool = false;

    fn plan(&self) -> &Plan {
        self.model.plan
    }

    fn paxos(&mut self, p: usize) -> &mut Proposer {
        &mut self.state.seats[p].paxos
    }

    fn node(&mut self, node: NodeId) -> &mut Node {
        &mut self.state.nodes[usize::from(node)]
    }

    fn is_over(&self) -> bool {
        false
    }

    /// Shows the history an event, and keeps the first invariant that breaks of those that are asked for.
    fn emit(&mut self, event: Event) {
        let Step { model, state, broken, moves } = self;
        moves.see(&event);
        let until = model.bounds.until;
        state.history.on(&event, &mut |invariant, ballot, evidence| {
            if broken.is_none() && until.is_none_or(|wanted| wanted == invariant) {
                *broken = Some(Broken { invariant, ballot, evidence });
            }
        });
    }

    fn note_refusal(&mut self) {
        self.moves.add(Move::Refuses);
    }

    fn next_attempt(&mut self, p: usize) -> (u32, Value) {
        let seat = &mut self.state.seats[p];
        seat.attempts += 1;
        (u32::from(seat.attempts), Value(p as u16))
    }

    fn ask_all(&mut self, p: usize, request: Request) -> Effect {
        for node in 1..=self.model.plan.rules.nodes {
            self.call(p, node, request);
        }
        Effect::None
    }

    fn call(&mut self, p: usize, node: NodeId, request: Request) -> Effect {
        let seat = &self.state.seats[p];
        let message = Message::request(p, seat.attempts, node, seat.paxos.ballot, request);
        self.send(message, seat.paxos.node, node);
        Effect::None
    }

    fn succeed(&mut self, p: usize, value: Value) -> Effect {
        self.state.seats[p].answered = true;
        let (submission, answer) = (p as u16, Answer::Succeeded { value: value.0 });
        self.emit(Event::Answered { proposer: p as u8, submission, answer, counter: 0 });
        Effect::None
    }

    fn fail(&mut self, _p: usize, _why: Failure, _phase: Phase, _count: u8) -> Effect {
        self.moves.add(Move::Fails);
        Effect::None
    }
}
