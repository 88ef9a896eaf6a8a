//! The messages of a scripted run: what was sent, what of it arrived.
//!
//! Absent on purpose: time, and any order but that of the schedule.

use std::collections::BTreeMap;

use crate::run::error::PlanError;
use crate::run::packet::Packet;
use crate::run::plan::Plan;
use crate::scenario::script::Exchange;
use crate::trace::ProposerId;

/// What waits to be delivered, and what the script keeps beside it.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct Pool {
    exchanges: BTreeMap<Exchange, State>,
    /// Steps made: deliveries, starts, reads and so on.
    pub steps: u32,
    /// `start` and `giveup` steps to come, by proposer.
    pub turns_left: Vec<u32>,
    /// The phase and the yes of the attempt whose failure each proposer's client has not been told yet.
    pub failed: Vec<Option<(u8, u8)>>,
    /// Which submissions were made.
    pub submitted: Vec<bool>,
    /// k of the round of a `repeat` that has just ended, where rounds are compared.
    pub round: u32,
    /// A fingerprint of the state at the end of each round, and the steps made by then.
    pub laps: BTreeMap<u128, u32>,
    /// The step that could not happen.
    pub impossible: Option<PlanError>,
}

/// How far an exchange is.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct State {
    pub request: Option<Packet>,
    /// How often the request arrived.
    pub handled: u32,
    /// One for each arrival of the request that was answered.
    pub answers: Vec<Packet>,
    /// How many of them arrived.
    pub heard: usize,
}

impl Pool {
    /// Forgets the run before.
    pub fn begin(&mut self, plan: &Plan) {
        self.exchanges.clear();
        self.steps = 0;
        self.turns_left.clear();
        self.turns_left.extend(&plan.script_turns);
        self.failed.clear();
        self.failed.resize(plan.proposers.len(), None);
        self.submitted.clear();
        self.submitted.resize(plan.submissions.len(), false);
        self.round = 0;
        self.laps.clear();
        self.impossible = None;
    }

    /// A proposer's client begins another attempt or gives up; of which failure it was to be told.
    pub fn turn(&mut self, p: usize) -> Option<(u8, u8)> {
        self.turns_left[p] -= 1;
        self.failed[p].take()
    }

    /// Nobody is there any more who could tell the client of a failure.
    pub fn forget_failure(&mut self, p: usize) {
        if let Some(failed) = self.failed.get_mut(p) {
            *failed = None;
        }
    }

    /// Every exchange, and how far it is.
    pub fn all(&self) -> impl Iterator<Item = (&Exchange, &State)> {
        self.exchanges.iter()
    }

    /// A message is sent.
    pub fn put(&mut self, packet: Packet) {
        let state = self.exchanges.entry(name(&packet)).or_default();
        if packet.is_reply() {
            state.answers.push(packet);
        } else {
            state.request = Some(packet);
        }
    }

    /// The request of an exchange, if it was sent.
    pub fn request(&self, exchange: Exchange) -> Option<Packet> {
        self.exchanges.get(&exchange)?.request
    }

    /// Whether the request of an exchange has arrived.
    pub fn has_arrived(&self, exchange: Exchange) -> bool {
        self.exchanges.get(&exchange).is_some_and(|state| state.handled > 0)
    }

    /// The request arrives; whether it has arrived before.
    pub fn note_request(&mut self, exchange: Exchange) -> bool {
        let Some(state) = self.exchanges.get_mut(&exchange) else { return false };
        state.handled += 1;
        state.handled > 1
    }

    /// The answer that is delivered next: the first that has not arrived, else the last again; if only a `fresh` one
    /// will do, the first that has not arrived.
    pub fn answer(&self, exchange: Exchange, fresh: bool) -> Option<Packet> {
        let state = self.exchanges.get(&exchange)?;
        let next = state.answers.get(state.heard);
        next.or(state.answers.last().filter(|_| !fresh)).copied()
    }

    /// An answer arrives; whether it has arrived before.
    pub fn note_answer(&mut self, exchange: Exchange) -> bool {
        let Some(state) = self.exchanges.get_mut(&exchange) else { return false };
        let is_copy = state.heard == state.answers.len();
        state.heard += usize::from(!is_copy);
        is_copy
    }

    /// The exchanges that a round after the present one may name, if each names attempts from k − `back` on.
    pub fn within_reach(&self, back: u32) -> impl Iterator<Item = (&Exchange, &State)> {
        let lowest = (self.round + 1).saturating_sub(back);
        // Attempts stand below their proposer: those long past are stepped over, however many they are.
        let proposers = 0..self.turns_left.len() as ProposerId;
        proposers.flat_map(move |proposer| {
            let first = Exchange { proposer, attempt: lowest, phase: 0, node: 0 };
            let last = Exchange { proposer, attempt: u32::MAX, phase: u8::MAX, node: u8::MAX };
            self.exchanges.range(first..=last)
        })
    }

    /// Whether everything that was sent has arrived.
    pub fn nothing_in_flight(&self) -> bool {
        self.exchanges.values().all(|state| state.handled > 0 && state.heard == state.answers.len())
    }
}

fn name(packet: &Packet) -> Exchange {
    Exchange {
        proposer: packet.proposer(),
        attempt: packet.attempt(),
        phase: packet.phase(),
        node: packet.node(),
    }
}
