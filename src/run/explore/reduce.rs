//! What is left out of a state because it can no longer matter, and steps that need not be told apart.
//!
//! Every rule here rests on what the correct protocol listens to: under a mutant that listens to more, or whose
//! acceptors go back, nothing is left out. Absent on purpose: the steps themselves (`act`). A `full` exploration does
//! without all of this, and the tests compare both.

use crate::paxos::{Ballots, GiveUp, Mutant, Node, Phase, Proposer, Repeated, Request, Transport};

use super::act::{Action, Model};
use super::message::Message;
use super::state::{Seat, State};

/// Those of the mutants that listen as the correct proposer does whose next attempt depends on the one before.
const REMEMBER: [Mutant; 1] = [Mutant::KeepsFirstValue];

impl Model<'_> {
    /// Whether the rules of this file are in force.
    pub(super) fn reduces(&self) -> bool {
        // These proposers and acceptors misjudge votes, and listen as the correct ones do.
        const LISTEN: [Mutant; 6] = [
            Mutant::None,
            Mutant::PromiseReportsPromised,
            Mutant::IgnoresVotes,
            Mutant::TakesLowestVote,
            Mutant::KeepsFirstValue,
            Mutant::NoneIsNothing,
        ];
        !self.bounds.full && LISTEN.contains(&self.plan.rules.mutant)
    }

    /// Whether answers of a phase are heard together. A proposer that has heard some promises, but not enough, has done
    /// nothing yet that anybody else could see: so it may as well hear them just before the one that completes the
    /// quorum. A blocking caller does something at every answer.
    pub(super) fn hears_quorums(&self) -> bool {
        self.reduces() && self.plan.rules.transport == Transport::Broadcast
    }

    /// Leaves out what can no longer matter.
    pub(super) fn tidy(&self, state: &mut State) {
        if !self.reduces() {
            return;
        }
        for p in 0..state.seats.len() {
            let known = self.known_round(state, p);
            let seat = &mut state.seats[p];
            let paxos = &mut seat.paxos;
            // A round that is known otherwise, or that no later ballot has to pass, need not be remembered.
            if paxos.seen <= known || seat.answered || seat.attempts == self.bounds.attempts {
                paxos.seen = 0;
            }
            match paxos.phase {
                // A mutant may remember what it should not.
                _ if REMEMBER.contains(&self.plan.rules.mutant) => {}
                Phase::Idle => {
                    *paxos = Proposer { node: paxos.node, seen: paxos.seen, ..Proposer::default() };
                }
                Phase::Prepare => paxos.proposal = Default::default(),
                Phase::Accept => paxos.best = Default::default(),
            }
        }
        let mut flight = std::mem::take(&mut state.flight);
        flight.retain(|&message| self.matters(state, message));
        state.flight = flight;
    }

    fn known_round(&self, state: &State, p: usize) -> u64 {
        self.known(&state.nodes[usize::from(self.plan.proposers[p].home)])
    }

    /// The round that the next ballot of a proposer on this node passes, whatever rejections it has seen.
    pub(super) fn known(&self, node: &Node) -> u64 {
        match self.plan.rules.ballots {
            Ballots::Lab => u64::MAX,
            Ballots::PastSeen => node.round,
            Ballots::PastHighest => node.round.max(node.acceptor.promised.round()),
        }
    }

    fn matters(&self, state: &State, message: Message) -> bool {
        let seat = &state.seats[message.proposer()];
        let awaited = seat.paxos.awaits(message.ballot());
        if !message.is_request() {
            let in_phase = message.phase() == seat.paxos.phase;
            return awaited
                && if message.is_rejection() {
                    self.rejection_matters(state, seat, message)
                } else {
                    in_phase
                };
        }
        // A request that will be refused, by an acceptor whose promise never falls, to a proposer that does not listen.
        let promised = state.nodes[usize::from(message.node())].acceptor.promised;
        let refused = match message.as_request() {
            Request::Prepare => message.ballot() <= promised,
            Request::Accept(_) => message.ballot() < promised,
        };
        let is_last = seat.attempts == self.bounds.attempts;
        !refused || awaited && self.learns_from_refusals(is_last)
    }

    /// Whether a proposer can learn anything from a refusal of its running attempt. Where it cannot, a request that will be
    /// refused is left out: the acceptor's promise never falls, so whenever the request arrives it changes nothing of the
    /// acceptor, and nothing of the proposer. A prepare of the ballot that is promised already came before, and its answer
    /// is under way or was heard.
    pub(super) fn learns_from_refusals(&self, is_last: bool) -> bool {
        let rules = &self.plan.rules;
        let names_rounds = !is_last && rules.ballots != Ballots::Lab;
        let ends = [false, true].iter().any(|&is_of_phase| self.end_matters(is_last, is_of_phase));
        !self.bounds.reductions
            || rules.transport == Transport::Sequential
            || self.plan.nack && (names_rounds || ends)
    }

    /// A rejection can end the attempt, and it can name a round to pass.
    fn rejection_matters(&self, state: &State, seat: &Seat, message: Message) -> bool {
        if self.plan.rules.transport == Transport::Sequential {
            return true;
        }
        let last = seat.attempts == self.bounds.attempts;
        let names_a_round = message.about().round() > self.known_round(state, message.proposer());
        !last && names_a_round || self.end_matters(last, message.phase() == seat.paxos.phase)
    }

    /// Whether it matters that a rejection can end the attempt, which is no more than a time-out can. The end of a last
    /// attempt leaves nothing undone that the proposer with the highest ballot cannot do; unless what that one sends is
    /// lost, or it is refused for its own ballot.
    pub(super) fn end_matters(&self, is_last: bool, is_of_phase: bool) -> bool {
        let ends = is_of_phase || self.plan.rules.give_up == GiveUp::FirstReject;
        let own_ballot_ends =
            self.plan.rules.give_up == GiveUp::FirstReject && self.plan.rules.repeated == Repeated::Reject;
        let ends_for_good = self.conditions.loses() || own_ballot_ends;
        ends && if is_last { ends_for_good } else { !self.bounds.timeouts }
    }

    /// The ways in which messages in flight can be heard.
    pub(super) fn deliveries(&self, state: &State, actions: &mut Vec<Action>) {
        if !self.hears_quorums() {
            return actions.extend(state.flight.iter().map(|&message| Action::Deliver(message)));
        }
        for &message in &state.flight {
            if message.is_request() || message.is_rejection() {
                actions.push(Action::Deliver(message));
            }
        }
        for (p, seat) in state.seats.iter().enumerate() {
            self.quorums(state, p, seat, actions);
        }
    }

    /// Every set of answers in flight that completes this proposer's quorum.
    fn quorums(&self, state: &State, p: usize, seat: &Seat, actions: &mut Vec<Action>) {
        let rules = &self.plan.rules;
        let needed = match seat.paxos.phase {
            Phase::Idle => return,
            Phase::Prepare => rules.prepare_quorum,
            Phase::Accept => rules.accept_quorum,
        };
        let yes =
            |message: &&Message| message.proposer() == p && !message.is_request() && !message.is_rejection();
        let ready = state.flight.iter().filter(yes).fold(0_u64, |set, message| set | 1 << message.node());
        // Every subset of the bits in `ready`, the empty one last.
        let mut nodes = ready;
        while nodes != 0 {
            if nodes.count_ones() == u32::from(needed) {
                actions.push(Action::Hear { proposer: p as u8, nodes });
            }
            nodes = (nodes - 1) & ready;
        }
    }
}
