//! A run's deviations while it runs, as its hooks: each is asked for where its draw would be.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::hooks::Hooks;
use crate::run::packet::Packet;
use crate::run::world::World;
use crate::trace::MessageId;

use super::calm::MEDIAN;
use super::{Change, Deviations, Subject};

/// The deviations of the run that is going on, and how far they have been met; `P` is a message of its engine.
#[derive(Clone, Debug)]
pub(in crate::run) struct Deviant<P> {
    wanted: Deviations,
    /// Which have been met.
    met: BTreeSet<Subject>,
    /// How often messages were sent and have arrived, where the network makes copies or deviations do.
    sent: BTreeMap<MessageId, u32>,
    arrived: BTreeMap<MessageId, u32>,
    /// Messages that have arrived and are late, with the places they go to, in order of arrival.
    held: Vec<(u8, MessageId, P)>,
    /// The late message that is to be handled after all, for nothing else was left to happen.
    overdue: Option<MessageId>,
}

impl<P> Default for Deviant<P> {
    fn default() -> Self {
        Deviant {
            wanted: Deviations::default(),
            met: BTreeSet::new(),
            sent: BTreeMap::new(),
            arrived: BTreeMap::new(),
            held: Vec::new(),
            overdue: None,
        }
    }
}

impl<P> Deviant<P> {
    /// From now on runs deviate in this.
    pub(in crate::run) fn deviate(&mut self, wanted: Deviations) {
        *self = Deviant { wanted, ..Deviant::default() };
    }

    /// The next run begins, and deviates in the same.
    pub(in crate::run) fn begin_run(&mut self) {
        if !self.is_idle() {
            let wanted = std::mem::take(&mut self.wanted);
            self.deviate(wanted);
        }
    }

    /// Whether there is nothing to deviate in.
    pub(in crate::run) fn is_idle(&self) -> bool {
        self.wanted.changes.is_empty()
    }

    /// How long proposer `p` waits for its start, where `drawn_ns` would be so.
    pub(in crate::run) fn start_of(&self, p: u8, drawn_ns: u64) -> u64 {
        match self.wanted.get(Subject::Start(p)) {
            Some(Change::Takes(ns)) => ns,
            _ => drawn_ns,
        }
    }

    /// The word of what a run waits for, which in calm runs is the median.
    pub(in crate::run) fn word(&self, drawn: u64) -> u64 {
        if self.wanted.calm { MEDIAN } else { drawn }
    }

    /// How long proposer `p` waits after its attempt of this number, where `drawn_ns` would be so.
    pub(in crate::run) fn wait_of(&mut self, p: u8, attempt: u32, drawn_ns: u64) -> u64 {
        match self.meet(Subject::Wait(p, attempt)) {
            Some(Change::Takes(ns)) => ns,
            _ => drawn_ns,
        }
    }

    /// What becomes of a message of this name that is sent, where `drawn` would; and the delay of a copy.
    pub(in crate::run) fn fate_of(
        &mut self,
        id: MessageId,
        drawn: (u64, bool),
    ) -> ((u64, bool), Option<u64>) {
        if self.is_idle() {
            return (drawn, None);
        }
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

    /// Whether a message of this name that arrives now at a place is kept back, as it is late.
    pub(in crate::run) fn keeps_back(&mut self, place: u8, id: MessageId, message: P) -> bool {
        let is_late = self.is_late(id);
        if is_late {
            self.held.push((place, id, message));
        }
        is_late
    }

    /// A message that was kept back, and is handled now that another one was at its place.
    pub(in crate::run) fn let_go(&mut self, place: u8) -> Option<P> {
        let next = self.held.iter().position(|(of, _, _)| *of == place)?;
        Some(self.held.remove(next).2)
    }

    /// A message that was kept back, and arrives after all, for nothing else is left to happen.
    pub(in crate::run) fn take_overdue(&mut self) -> Option<P> {
        // One at a time, for the first may lead to more messages, and those come before the next.
        let (_, id, message) = (!self.held.is_empty()).then(|| self.held.remove(0))?;
        self.overdue = Some(id);
        Some(message)
    }

    fn meet(&mut self, subject: Subject) -> Option<Change> {
        let change = self.wanted.get(subject)?;
        self.met.insert(subject);
        Some(change)
    }

    /// Whether a message that arrives now is late.
    fn is_late(&mut self, id: MessageId) -> bool {
        if self.overdue == Some(id) {
            // It has arrived before; nothing was left but such as it.
            self.overdue = None;
            return false;
        }
        let nth = count(&mut self.arrived, id);
        self.meet(Subject::Arrival(id, nth)) == Some(Change::Late)
    }
}

impl Deviant<Packet> {
    /// Whether a deviation may still be met, or a message is late.
    pub(in crate::run) fn deviates_yet(&self, world: &World<'_>) -> bool {
        let yet = |proposer: u8, attempt: u32| {
            let begun = world.cast.seats.get(usize::from(proposer)).map_or(0, |seat| seat.attempt);
            let in_flight = || {
                world.agenda.arrivals().any(|(_, _, it)| (it.proposer(), it.attempt()) == (proposer, attempt))
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
        let unmet = self.wanted.changes.keys().filter(|subject| !self.met.contains(subject));
        !self.held.is_empty() || self.overdue.is_some() || unmet.into_iter().any(pending)
    }
}

impl Hooks for Deviant<Packet> {
    fn begin(&mut self) {
        self.begin_run();
    }

    fn start(&self, p: usize, drawn_ns: u64) -> u64 {
        self.start_of(p as u8, drawn_ns)
    }

    fn word_of_wait(&self, drawn: u64) -> u64 {
        self.word(drawn)
    }

    fn wait(&mut self, p: usize, attempt: u32, drawn_ns: u64) -> u64 {
        self.wait_of(p as u8, attempt, drawn_ns)
    }

    fn fate(&mut self, packet: &Packet, drawn: (u64, bool)) -> ((u64, bool), Option<u64>) {
        if self.is_idle() { (drawn, None) } else { self.fate_of(packet.message().id, drawn) }
    }

    fn reorders(&self) -> bool {
        !self.is_idle()
    }

    fn holds(&mut self, place: u8, packet: &Packet) -> bool {
        self.keeps_back(place, packet.message().id, *packet)
    }

    fn released(&mut self, place: u8) -> Option<Packet> {
        self.let_go(place)
    }

    fn overdue(&mut self) -> Option<Packet> {
        self.take_overdue()
    }
}

/// One more of these; the number that it has.
fn count(counts: &mut BTreeMap<MessageId, u32>, id: MessageId) -> u32 {
    let count = counts.entry(id).or_insert(0);
    *count += 1;
    *count
}
