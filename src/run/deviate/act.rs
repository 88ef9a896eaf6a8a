//! A run's deviations while it runs: each is asked for where its draw would be.
//!
//! Absent on purpose: late messages (`held`).

use std::collections::{BTreeMap, BTreeSet};

use crate::run::packet::Packet;
use crate::run::world::World;
use crate::sim::Slot;
use crate::trace::MessageId;

use super::calm::MEDIAN;
use super::{Change, Deviations, Subject};

/// The deviations of the run that is going on, and how far they have been met.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct Deviant {
    pub(super) wanted: Deviations,
    /// Which have been met.
    met: BTreeSet<Subject>,
    /// How often messages were sent and have arrived, where the network makes copies or deviations do.
    sent: BTreeMap<MessageId, u32>,
    pub(super) arrived: BTreeMap<MessageId, u32>,
    /// Messages that have arrived and are late, with the places they go to, in order of arrival.
    pub(super) held: Vec<(u8, Packet)>,
    /// The late message that is to be handled after all, for nothing else was left to happen.
    pub(super) overdue: Option<MessageId>,
}

impl Deviant {
    /// From now on runs deviate in this.
    pub(in crate::run) fn deviate(&mut self, wanted: Deviations) {
        self.wanted = wanted;
    }

    /// The next run begins.
    pub(in crate::run) fn begin(&mut self) {
        self.met.clear();
        self.sent.clear();
        self.arrived.clear();
        self.held.clear();
        self.overdue = None;
    }

    /// Whether there is nothing to deviate in.
    pub(in crate::run) fn is_idle(&self) -> bool {
        self.wanted.changes.is_empty()
    }

    pub(super) fn meet(&mut self, subject: Subject) -> Option<Change> {
        let change = self.wanted.get(subject)?;
        self.met.insert(subject);
        Some(change)
    }

    /// How long proposer `p` waits for its start, where `drawn_ns` would be so without deviations.
    pub(in crate::run) fn start(&self, p: usize, drawn_ns: u64) -> u64 {
        match self.wanted.get(Subject::Start(p as u8)) {
            Some(Change::Takes(ns)) => ns,
            _ => drawn_ns,
        }
    }

    /// How long proposer `p` waits after its attempt of this number.
    pub(in crate::run) fn wait(&mut self, p: usize, attempt: u32, drawn_ns: u64) -> u64 {
        match self.meet(Subject::Wait(p as u8, attempt)) {
            Some(Change::Takes(ns)) => ns,
            _ => drawn_ns,
        }
    }

    /// A message is sent: its delay and whether it is lost, where `drawn` would be so; and the delay of a copy.
    pub(in crate::run) fn fate(&mut self, packet: &Packet, drawn: (u64, bool)) -> ((u64, bool), Option<u64>) {
        if self.is_idle() {
            return (drawn, None);
        }
        let id = packet.message().id;
        let nth = count(&mut self.sent, id);
        let fate = match self.meet(Subject::Fate(id, nth)) {
            Some(Change::Lost) => (drawn.0, true),
            Some(Change::LostAfter(ns)) => (ns, true),
            Some(Change::Kept) => (drawn.0, false),
            Some(Change::Takes(ns)) => (ns, false),
            _ => drawn,
        };
        match self.meet(Subject::Copy(id, nth)) {
            Some(Change::Takes(ns)) => (fate, Some(ns)),
            _ => (fate, None),
        }
    }
}

impl World<'_> {
    /// The word that says how long a proposer waits before its next attempt.
    pub(in crate::run) fn word_of_wait(&self, p: usize) -> u64 {
        if self.deviant.wanted.calm { MEDIAN } else { self.cast.words.current(p, Slot::BACKOFF) }
    }

    /// Whether a deviation may still be met, or a message is late.
    pub(in crate::run) fn deviates_yet(&self) -> bool {
        let deviant = &self.deviant;
        let yet = |proposer: u8, attempt: u32| {
            let begun = self.cast.seats.get(usize::from(proposer)).map_or(0, |seat| seat.attempt);
            let in_flight = || {
                self.agenda.arrivals().any(|(_, _, it)| (it.proposer(), it.attempt()) == (proposer, attempt))
            };
            attempt >= begun || in_flight()
        };
        let pending = |subject: &Subject| match *subject {
            Subject::Ties | Subject::Faults | Subject::Start(_) => false,
            Subject::Wait(p, attempt) => yet(p, attempt),
            Subject::Fate(id, _) | Subject::Copy(id, _) | Subject::Arrival(id, _) => {
                yet(id.proposer, id.attempt)
            }
        };
        let unmet = deviant.wanted.changes.keys().filter(|subject| !deviant.met.contains(subject));
        !deviant.held.is_empty() || deviant.overdue.is_some() || unmet.into_iter().any(pending)
    }
}

/// The how-manieth it is.
pub(super) fn count(counts: &mut BTreeMap<MessageId, u32>, id: MessageId) -> u32 {
    let count = counts.entry(id).or_insert(0);
    *count += 1;
    *count
}
