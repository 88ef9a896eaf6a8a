//! From a state to those that follow: a message arrives or an attempt begins, and all that happens at that instant.
//!
//! Absent on purpose: any rule of the protocol (`paxos`), how its effects are obeyed (`stage`), and rates (`build`).

use crate::check::ClientOutcome;
use crate::paxos::{Ballot, Effect, Failure, Node, NodeId, Phase, Proposer, Request, Value};
use crate::run::actions::cause;
use crate::run::plan::Plan;
use crate::run::stage::{Stage, number};
use crate::scenario::model::Stop;
use crate::stats::Mark;
use crate::trace::Event;

use super::error::NotExact;
use super::law::{Fate, Laws, Wait};
use super::state::{Message, Seat, Stand, State};

/// Attempts that may begin at one instant.
const MOST_AT_ONCE: u8 = 64;
/// Words of 2³² that mean a loss: all.
const ALWAYS: u64 = 1 << 32;

/// What a run is followed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The first choice.
    Choice,
    /// What clients are told.
    Answers,
}

/// What is followed.
#[derive(Clone, Copy)]
pub(super) struct Model<'p> {
    pub plan: &'p Plan,
    pub laws: &'p Laws,
    pub goal: Goal,
}

/// A state in the making.
#[derive(Clone)]
pub(super) struct Step<'m> {
    model: &'m Model<'m>,
    state: State,
    /// What was sent at this instant.
    fresh: Vec<Message>,
    /// Whose next attempt begins at this instant, in the order in which that was decided.
    due: Vec<usize>,
    begun: u8,
    share: f64,
    mark: Mark,
    is_whole: bool,
}

/// A state that follows.
pub(super) struct Next {
    pub state: State,
    /// The probability that it does.
    pub share: f64,
    /// Whether that is 1.
    pub is_whole: bool,
    /// What has failed on the way.
    pub mark: Mark,
}

impl<'p> Model<'p> {
    /// Before anything has happened, and then all that happens at time 0.
    pub fn beginnings(&self) -> Result<Vec<Next>, NotExact> {
        let plan = self.plan;
        let mut nodes = vec![Node::default(); usize::from(plan.homes()) + 1];
        for proposer in &plan.proposers {
            let round = &mut nodes[usize::from(proposer.home)].round;
            *round = proposer.initial_round.max(*round);
        }
        let seats = plan.proposers.iter().zip(&self.laws.starts).map(|(planned, start)| Seat {
            stand: if *start == Wait::None { Stand::Due } else { Stand::Starting(0) },
            paxos: Proposer { node: planned.node, ..Proposer::default() },
            failures: 0,
            told: ClientOutcome::None,
        });
        let state =
            State { nodes, seats: seats.collect(), flight: Vec::new(), votes: Vec::new(), chosen: None };
        let mut step = Step::from(self, state);
        step.due = (0..plan.proposers.len()).filter(|&p| self.laws.starts[p] == Wait::None).collect();
        step.end()
    }

    /// What follows when this message arrives.
    pub fn deliver(&self, state: &State, which: usize) -> Result<Vec<Next>, NotExact> {
        let mut step = Step::from(self, state.clone());
        let message = step.state.flight.remove(which);
        step.arrive(message);
        step.end()
    }

    /// What follows when this proposer's wait is over.
    pub fn begin(&self, state: &State, p: usize) -> Result<Vec<Next>, NotExact> {
        let mut step = Step::from(self, state.clone());
        step.due.push(p);
        step.end()
    }

    /// Whether nothing that is asked for can change any more.
    pub fn is_over(&self, state: &State) -> bool {
        let chosen = state.chosen.is_some();
        let told = || state.seats.iter().all(|seat| seat.stand == Stand::Done);
        match (self.goal, self.plan.stop) {
            (Goal::Choice, Stop::Answered) => chosen || told(),
            (Goal::Choice, _) | (_, Stop::Chosen) => chosen,
            (Goal::Answers, Stop::Answered) => told(),
            (Goal::Answers, Stop::Quiescent) => chosen && told(),
        }
    }

    /// What befalls a message.
    pub fn fate(&self, message: Message) -> Result<Fate, NotExact> {
        let home = self.plan.proposers[usize::from(message.proposer)].node;
        let way = if message.goes_out() { (home, message.node) } else { (message.node, home) };
        self.laws.fate(message.kind(), way).ok_or(NotExact::Internal("a message has no law"))
    }
}

impl<'m> Step<'m> {
    fn from(model: &'m Model<'m>, state: State) -> Step<'m> {
        let (fresh, due, mark) = (Vec::new(), Vec::new(), Mark::default());
        Step { model, state, fresh, due, begun: 0, share: 1.0, mark, is_whole: true }
    }

    fn arrive(&mut self, message: Message) {
        let p = usize::from(message.proposer);
        if let Some(request) = message.as_request() {
            if let Some(reply) = self.take_request(message.node, message.ballot, request) {
                self.fresh.push(message.answered(reply));
            }
        } else if let Some(reply) = message.as_reply() {
            self.hear(p, message.node, (message.phase, message.ballot), reply);
        } else {
            let effect = self.fail_call(p);
            self.apply(p, effect);
        }
    }

    /// All that can come of the rest of this instant.
    fn end(self) -> Result<Vec<Next>, NotExact> {
        let mut found = Vec::new();
        self.settle(&mut found)?;
        Ok(found)
    }

    /// Lets the attempts begin that are due. Of several the ties decide: as they were scheduled, or each order as likely.
    fn settle(self, found: &mut Vec<Next>) -> Result<(), NotExact> {
        if self.due.is_empty() || self.is_over() {
            return self.lose(0, found);
        }
        if self.begun == MOST_AT_ONCE {
            return Err(NotExact::Standstill);
        }
        let ways = if self.model.plan.fifo_ties { 1 } else { self.due.len() };
        for way in 0..ways {
            let mut next = self.clone();
            next.share /= ways as f64;
            next.is_whole &= ways == 1;
            next.begun += 1;
            let p = next.due.remove(way);
            let others = next.due.len();
            let effect = next.begin_attempt(p);
            next.apply(p, effect);
            // A tie key that was passed over is no longer as likely to be small as a fresh one.
            if ways > 1 && next.due.len() > others && others > 0 {
                return Err(NotExact::Instant);
            }
            next.settle(found)?;
        }
        Ok(())
    }

    /// Decides which of the messages sent at this instant are lost, from this one on.
    fn lose(mut self, mut at: usize, found: &mut Vec<Next>) -> Result<(), NotExact> {
        while !self.is_over()
            && let Some(&message) = self.fresh.get(at)
        {
            let fate = self.model.fate(message)?;
            if fate.loss > 0 {
                let mut other = self.clone();
                other.drop_fresh(at);
                if fate.loss == ALWAYS {
                    return other.lose_next(at, found);
                }
                other.share *= fate.lost();
                other.is_whole = false;
                other.lose_next(at, found)?;
                self.share *= 1.0 - fate.lost();
                self.is_whole = false;
            }
            at += 1;
        }
        let Step { mut state, fresh, share, is_whole, mark, .. } = self;
        state.flight.extend(fresh);
        found.push(Next { state, share, is_whole, mark });
        Ok(())
    }

    /// A message is lost: of it nobody hears, but a caller that waits for it.
    fn drop_fresh(&mut self, at: usize) {
        if self.is_sequential() {
            self.fresh[at] = self.fresh[at].lost();
        } else {
            self.fresh.remove(at);
        }
    }

    fn lose_next(self, at: usize, found: &mut Vec<Next>) -> Result<(), NotExact> {
        let at = if self.is_sequential() { at + 1 } else { at };
        self.lose(at, found)
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
        self.model.is_over(&self.state)
    }

    /// Counts votes; nothing else that is told matters here.
    fn emit(&mut self, event: Event) {
        let Event::Voted { ballot, value, .. } = event else { return };
        let (ballot, votes) = (Ballot::from_bits(ballot.0), &mut self.state.votes);
        let at = votes.iter().position(|(of, _)| *of == ballot).unwrap_or_else(|| {
            votes.push((ballot, 0));
            votes.len() - 1
        });
        votes[at].1 += 1;
        if votes[at].1 == self.model.plan.choosing {
            self.state.chosen = self.state.chosen.or(Some(Value(value)));
        }
    }

    fn next_attempt(&mut self, p: usize) -> (u32, Value) {
        self.state.seats[p].stand = Stand::Running;
        (0, Value(p as u16))
    }

    fn ask_all(&mut self, p: usize, request: Request) -> Effect {
        let Proposer { node: own, ballot, .. } = *self.paxos(p);
        let instant = self.model.plan.own_instant && own != 0;
        let peers = (1..=self.model.plan.rules.nodes).filter(|&node| !instant || node != own);
        self.fresh.extend(peers.map(|node| Message::request(p, node, ballot, request)));
        if instant { self.ask_own_acceptor(p, own, request) } else { Effect::None }
    }

    fn call(&mut self, p: usize, node: NodeId, request: Request) -> Effect {
        let Proposer { node: own, ballot, .. } = *self.paxos(p);
        if node == own && self.model.plan.own_instant {
            return self.ask_own_acceptor(p, own, request);
        }
        self.fresh.push(Message::request(p, node, ballot, request));
        Effect::None
    }

    fn succeed(&mut self, p: usize, value: Value) -> Effect {
        let told = if usize::from(value.0) == p { ClientOutcome::Own } else { ClientOutcome::Other };
        self.answer(p, told);
        Effect::None
    }

    fn fail(&mut self, p: usize, why: Failure, phase: Phase, count: u8) -> Effect {
        self.mark.again = true;
        // What follows the choice is counted by nobody; nor is anything where answers alone are asked for.
        if self.state.chosen.is_none() && self.model.goal == Goal::Choice {
            self.mark.count += u8::from(cause(why).is_preemption());
        }
        let plan = self.model.plan;
        let seat = &mut self.state.seats[p];
        seat.failures += 1;
        let retries = seat.failures < plan.max_attempts;
        match self.model.laws.retry {
            Wait::None if retries => {
                seat.stand = Stand::Due;
                self.due.push(p);
            }
            Wait::For(_) if retries => seat.stand = Stand::Waiting(0),
            _ => self.answer(p, ClientOutcome::Failed { phase: number(phase), count }),
        }
        if plan.max_attempts == u32::MAX {
            self.state.seats[p].failures = 0;
        }
        Effect::None
    }
}

impl Step<'_> {
    /// The client has its answer; what it says matters only where answers are asked for.
    fn answer(&mut self, p: usize, told: ClientOutcome) {
        let seat = &mut self.state.seats[p];
        seat.stand = Stand::Done;
        seat.told = if self.model.goal == Goal::Answers { told } else { ClientOutcome::None };
    }
}
