//! What is left out of a state because it can no longer matter, and rounds made relative: so that a contention without an
//! end has finitely many states.
//!
//! Each rule says why it changes nothing that comes after. Absent on purpose: the steps themselves (`step`).

use crate::paxos::{
    Ballot, Ballots, GiveUp, NodeSet, Phase, Proposer, Repeated, Request, Transport, Value, Vote,
};

use super::law::Wait;
use super::state::{Message, Seat, Stand, State, What};
use super::step::Model;

/// The round of a home at which nobody will begin anything.
pub(super) const NEVER: u64 = u64::MAX;
/// What the lowest round that is alive is called. Votes of lower ballots are numbered from 1 to below it.
const LOWEST: u64 = 1 << 10;

impl Model<'_> {
    /// Leaves out what can no longer matter.
    pub fn tidy(&self, state: &mut State) {
        self.forget_attempts(state);
        self.fold_rounds(state);
        self.drop_messages(state);
        self.drop_votes(state);
        self.lower_promises(state);
        translate(state);
        state.flight.sort_unstable();
        state.votes.sort_unstable();
    }

    fn is_sequential(&self) -> bool {
        self.plan.rules.transport == Transport::Sequential
    }

    /// Whether an attempt of this proposer may yet begin.
    fn may_begin(&self, seat: &Seat) -> bool {
        let fails = self.is_sequential()
            || self.plan.local_preemption
            || self.plan.rules.give_up != GiveUp::TimeoutOnly;
        match seat.stand {
            Stand::Starting(_) | Stand::Waiting(_) | Stand::Due => true,
            Stand::Running => {
                fails && self.laws.retry != Wait::Never && seat.failures + 1 < self.plan.max_attempts
            }
            Stand::Done => false,
        }
    }

    /// Of an attempt that is over a proposer remembers the rounds it has seen alone; of one that runs it looks at some things
    /// in one phase only, and at refusals only where it counts them.
    fn forget_attempts(&self, state: &mut State) {
        let counts_no = self.is_sequential() || self.plan.rules.give_up == GiveUp::QuorumImpossible;
        for seat in &mut state.seats {
            let paxos = &mut seat.paxos;
            if seat.stand != Stand::Running {
                *paxos = Proposer { node: paxos.node, seen: paxos.seen, ..Proposer::default() };
            }
            if seat.stand == Stand::Done {
                seat.failures = 0;
            }
            paxos.heard = NodeSet::EMPTY;
            if !counts_no {
                paxos.no = NodeSet::EMPTY;
            }
            match paxos.phase {
                Phase::Prepare => paxos.proposal = Value(0),
                Phase::Accept => paxos.best = Vote::NONE,
                Phase::Idle => {}
            }
        }
    }

    /// The next ballot of a home passes the highest of what is known there, so that one number is enough: its own round, or the
    /// round that its acceptor has promised, or the one that its only proposer has seen. Where nobody begins, none is needed.
    fn fold_rounds(&self, state: &mut State) {
        for home in 1..state.nodes.len() {
            let here = |p: &usize| usize::from(self.plan.proposers[*p].home) == home;
            let residents: Vec<usize> = (0..state.seats.len()).filter(here).collect();
            let may_begin = |&&p: &&usize| self.may_begin(&state.seats[p]);
            let begins: Vec<usize> = residents.iter().filter(may_begin).copied().collect();
            let node = &mut state.nodes[home];
            if begins.is_empty() {
                node.round = NEVER;
            } else if self.plan.rules.ballots == Ballots::PastHighest {
                node.round = node.round.max(node.acceptor.promised.round());
            }
            for p in residents {
                let seen = &mut state.seats[p].paxos.seen;
                if !begins.contains(&p) || self.plan.rules.ballots == Ballots::Lab {
                    *seen = 0;
                } else if begins.len() == 1 {
                    node.round = node.round.max(*seen);
                }
                if *seen <= node.round {
                    *seen = 0;
                }
            }
        }
    }

    fn drop_messages(&self, state: &mut State) {
        let mut flight = std::mem::take(&mut state.flight);
        flight.retain_mut(|message| self.matters(state, message));
        state.flight = flight;
    }

    /// Whether a message can change anything. Of a rejection only what it teaches is kept.
    fn matters(&self, state: &State, message: &mut Message) -> bool {
        let seat = &state.seats[usize::from(message.proposer)];
        let awaited = seat.stand == Stand::Running && seat.paxos.awaits(message.ballot);
        if let Some(request) = message.as_request() {
            let promised = state.nodes[usize::from(message.node)].acceptor.promised;
            return awaited && self.answer_matters(state, seat, message)
                || self.changes(promised, message.ballot, request);
        }
        if !awaited {
            return false;
        }
        let in_phase = message.phase == seat.paxos.phase;
        // A caller that has hung up hears nothing more, and of what is lost as little.
        if self.is_sequential() && !(in_phase && message.node == seat.paxos.calling) {
            return false;
        }
        match &mut message.what {
            What::Reject(about) => {
                let own = *about == message.ballot;
                let home = usize::from(self.plan.proposers[usize::from(message.proposer)].home);
                let known = state.nodes[home].round.max(seat.paxos.seen);
                let teaches =
                    self.plan.rules.ballots != Ballots::Lab && self.may_begin(seat) && about.round() > known;
                *about = match () {
                    () if own => message.ballot,
                    () if teaches => Ballot::new(about.round(), 0),
                    () => Ballot::NONE,
                };
                let counts = self.plan.rules.give_up == GiveUp::QuorumImpossible && in_phase && !own;
                self.is_sequential() || teaches || counts || self.plan.rules.give_up == GiveUp::FirstReject
            }
            _ => in_phase,
        }
    }

    /// Whether the answer to a request of a running attempt can matter: a late one only if it is a rejection, and not where
    /// these neither end an attempt nor teach anything.
    fn answer_matters(&self, state: &State, seat: &Seat, message: &Message) -> bool {
        let _ = state;
        let late = message.phase != seat.paxos.phase;
        let teaches = self.plan.rules.ballots != Ballots::Lab && self.may_begin(seat);
        if self.is_sequential() {
            return !late && message.node == seat.paxos.calling;
        }
        !late || teaches || self.plan.rules.give_up == GiveUp::FirstReject
    }

    /// Whether an acceptor with this promise changes by a request, or aborts its own node's proposers. A promise never falls:
    /// what is refused now is refused for ever.
    fn changes(&self, promised: Ballot, ballot: Ballot, request: Request) -> bool {
        let again = self.plan.local_preemption && self.plan.rules.repeated == Repeated::Answer;
        match request {
            Request::Prepare => ballot > promised || again && ballot == promised,
            Request::Accept(_) => ballot >= promised,
        }
    }

    /// Votes are counted for ballots that can yet gain some, until something is chosen; an acceptor's last vote matters only to
    /// whoever will yet ask for its promise.
    fn drop_votes(&self, state: &mut State) {
        let sequential = self.is_sequential();
        let (flight, seats) = (&state.flight, &state.seats);
        let may_come = |ballot: Ballot| {
            let asked = |it: &Message| it.ballot == ballot && matches!(it.what, What::Accept(_));
            let asks = |it: &Seat| it.paxos.phase == Phase::Accept && it.paxos.ballot == ballot;
            flight.iter().any(asked) || sequential && seats.iter().any(asks)
        };
        let chosen = state.chosen.is_some();
        state.votes.retain(|(ballot, _)| !chosen && may_come(*ballot));
        let asks_on = state.nodes.iter().skip(1).any(|node| node.round != NEVER)
            || sequential && seats.iter().any(|seat| seat.paxos.phase == Phase::Prepare);
        for (number, node) in state.nodes.iter_mut().enumerate() {
            let asked = |it: &Message| usize::from(it.node) == number && it.what == What::Prepare;
            if node.acceptor.vote.ballot == Ballot::NONE || !asks_on && !flight.iter().any(asked) {
                node.acceptor.vote = Vote::NONE;
            }
        }
    }

    /// A promise that is passed by all that can yet be asked is as good as none.
    fn lower_promises(&self, state: &mut State) {
        let sequential = self.is_sequential();
        for number in 1..state.nodes.len() {
            let promised = state.nodes[number].acceptor.promised;
            let passes = |it: &Message| {
                usize::from(it.node) != number
                    || match it.what {
                        What::Prepare => it.ballot > promised,
                        What::Accept(_) => it.ballot >= promised,
                        _ => true,
                    }
            };
            // Who runs asks for votes in its ballot, unless it has asked all already.
            let asks =
                |it: &&Seat| it.stand == Stand::Running && (sequential || it.paxos.phase == Phase::Prepare);
            let is_passed = state.flight.iter().all(passes)
                && state.seats.iter().filter(asks).all(|it| it.paxos.ballot >= promised)
                && state.nodes.iter().skip(1).all(|it| it.round >= promised.round());
            if is_passed {
                state.nodes[number].acceptor.promised = Ballot::NONE;
            }
        }
    }

    /// How far apart the rounds are that are alive, and how many requests of attempts that are over are under way: what can
    /// grow without end.
    pub fn extent(&self, state: &State) -> (u64, usize) {
        let homes = state.nodes.iter().skip(1).map(|node| node.round).filter(|&round| round != NEVER);
        let promised = state.nodes.iter().map(|node| node.acceptor.promised.round());
        let running = state.seats.iter().map(|seat| seat.paxos.ballot.round());
        let highest = homes.chain(promised).chain(running).max().unwrap_or(0);
        let old = |it: &&Message| {
            let seat = &state.seats[usize::from(it.proposer)];
            it.as_request().is_some() && !(seat.stand == Stand::Running && seat.paxos.awaits(it.ballot))
        };
        (highest.saturating_sub(LOWEST), state.flight.iter().filter(old).count())
    }
}

/// Rounds count from the lowest that is alive: the protocol compares them and adds one. Of votes in lower ballots only the
/// order counts.
fn translate(state: &mut State) {
    let homes = state.nodes.iter().skip(1).map(|node| node.round).filter(|&round| round != NEVER);
    let promised = state.nodes.iter().map(|node| node.acceptor.promised);
    let running = state.seats.iter().map(|seat| seat.paxos.ballot);
    let flying = state.flight.iter().map(|message| message.ballot);
    let alive = promised.chain(running).chain(flying).filter(|&ballot| ballot != Ballot::NONE);
    let lowest = homes.chain(alive.map(Ballot::round)).min().unwrap_or(0);
    let mut old = Vec::new();
    for_votes(state, &mut |ballot| {
        if *ballot != Ballot::NONE && ballot.round() < lowest {
            old.push(*ballot);
        }
    });
    old.sort_unstable();
    old.dedup();
    let rename = |ballot: Ballot| match ballot.round() {
        _ if ballot == Ballot::NONE => ballot,
        round if round >= lowest => Ballot::new(round - lowest + LOWEST, ballot.node()),
        _ => Ballot::new(old.partition_point(|it| *it < ballot) as u64 + 1, 0),
    };
    let round =
        |round: u64| if round == 0 || round == NEVER { round } else { round.saturating_sub(lowest) + LOWEST };
    for node in &mut state.nodes {
        node.acceptor.promised = rename(node.acceptor.promised);
    }
    for node in state.nodes.iter_mut().skip(1).filter(|node| node.round != NEVER) {
        node.round = node.round - lowest + LOWEST;
    }
    for_votes(state, &mut |ballot| *ballot = rename(*ballot));
    for (ballot, _) in &mut state.votes {
        *ballot = rename(*ballot);
    }
    for seat in &mut state.seats {
        seat.paxos.ballot = rename(seat.paxos.ballot);
        seat.paxos.seen = round(seat.paxos.seen);
    }
    for message in &mut state.flight {
        message.ballot = rename(message.ballot);
        if let What::Reject(about) = &mut message.what {
            *about = rename(*about);
        }
    }
}

/// Every ballot of a vote that is remembered or reported.
fn for_votes(state: &mut State, act: &mut dyn FnMut(&mut Ballot)) {
    for node in &mut state.nodes {
        act(&mut node.acceptor.vote.ballot);
    }
    for seat in &mut state.seats {
        act(&mut seat.paxos.best.ballot);
    }
    for message in &mut state.flight {
        if let What::Promise(ballot, _) = &mut message.what {
            act(ballot);
        }
    }
}
