//! Everything that is going to happen, in the one total order: time, tie key, scheduling number.
//!
//! Joins the messages in flight (`queue`) with the alarms (`timers`). Absent on purpose: what happens then.

use super::queue::{Queue, Rank};
use super::timers::Timers;

/// What has come due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due<P> {
    /// A message arrives.
    Arrival(P),
    /// This owner's alarm rings; it is off from now on.
    Alarm(usize),
}

/// When the next thing happens ([`super::NEVER`] if nothing is scheduled), and whether it is an arrival alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// When.
    pub at: u64,
    /// Whether an arrival comes before every alarm; else an alarm rings at that time.
    pub is_arrival: bool,
}

/// Something whose order within its instant is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Tied<'a, P> {
    /// A message with this scheduling number.
    Arrival(&'a P, u64),
    /// The alarm of this owner with this scheduling number.
    Alarm(usize, u64),
}

/// The rule that orders events of one instant; asked only where times are equal.
pub trait TieBreak<P> {
    /// Where the event stands within its instant.
    fn rank(&mut self, event: Tied<'_, P>) -> Rank;
}

/// What is going to happen: arrivals of `P` and alarms.
#[derive(Clone, Debug)]
pub struct Agenda<P> {
    queue: Queue<P>,
    timers: Timers,
    /// Scheduling numbers given out.
    scheduled: u64,
}

impl<P: Copy + Default> Agenda<P> {
    /// An empty agenda with room for the alarms of `owners`.
    pub fn new(owners: usize) -> Self {
        Agenda { queue: Queue::default(), timers: Timers::new(owners), scheduled: 0 }
    }

    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        self.queue.clear();
        self.timers.clear();
        self.scheduled = 0;
    }

    /// The next scheduling number.
    #[inline(always)]
    pub fn number(&mut self) -> u64 {
        self.scheduled += 1;
        self.scheduled
    }

    /// Schedules an arrival.
    #[inline(always)]
    pub fn arrive(&mut self, at: u64, payload: P, ties: &mut impl TieBreak<P>) {
        let number = self.number();
        self.queue.push(at, number, payload, &mut |p, n| ties.rank(Tied::Arrival(p, n)));
    }

    /// Sets (or moves) an owner's alarm, with a scheduling number of [`Agenda::number`].
    #[inline(always)]
    pub fn set_alarm(&mut self, owner: usize, at: u64, number: u64) {
        self.timers.set(owner, at, number);
    }

    /// Cancels an owner's alarm.
    #[inline(always)]
    pub fn cancel_alarm(&mut self, owner: usize) {
        self.timers.cancel(owner);
    }

    /// When an owner's alarm rings, if it is set.
    pub fn alarm_at(&self, owner: usize) -> Option<u64> {
        self.timers.at(owner)
    }

    /// What happens next.
    #[inline(always)]
    pub fn next(&self) -> Next {
        let (arrival, alarm) = (self.queue.next_at(), self.timers.next_at());
        Next { at: arrival.min(alarm), is_arrival: arrival < alarm }
    }

    /// Takes the arrival that [`Agenda::next`] told of.
    #[inline(always)]
    pub fn take_arrival(&mut self, ties: &mut impl TieBreak<P>) -> P {
        self.queue.pop(&mut |p, n| ties.rank(Tied::Arrival(p, n)))
    }

    /// Takes what comes first of an instant at which an alarm rings.
    #[inline(always)]
    pub fn take_due(&mut self, ties: &mut impl TieBreak<P>) -> Due<P> {
        let (at, owner) = (self.timers.next_at(), self.timers.next());
        self.timers.cancel(owner);
        if at == self.queue.next_at() || at == self.timers.next_at() {
            return self.settle(at, owner, ties);
        }
        Due::Alarm(owner)
    }

    /// Takes what comes first of an instant with several; this owner's alarm is one of them and cancelled already.
    #[cold]
    #[inline(never)]
    fn settle(&mut self, at: u64, owner: usize, ties: &mut impl TieBreak<P>) -> Due<P> {
        self.timers.set(owner, at, self.timers.order(owner));
        let mut first: Option<(Rank, usize)> = None;
        for owner in self.timers.due() {
            let rank = ties.rank(Tied::Alarm(owner, self.timers.order(owner)));
            if first.is_none_or(|(best, _)| rank < best) {
                first = Some((rank, owner));
            }
        }
        if self.queue.next_at() == at {
            let rank = self.queue.first_rank(&mut |p, n| ties.rank(Tied::Arrival(p, n)));
            if first.is_none_or(|(best, _)| rank < best) {
                return Due::Arrival(self.take_arrival(ties));
            }
        }
        let owner = first.map_or(owner, |(_, first)| first);
        self.timers.cancel(owner);
        Due::Alarm(owner)
    }

    /// How many are in flight, and how far off they are from `now`, all added up.
    pub fn rough(&self, now: u64) -> (usize, u64) {
        self.queue.rough(now)
    }

    /// Everything in flight with its arrival time and scheduling number, in no particular order.
    pub fn arrivals(&self) -> impl Iterator<Item = (u64, u64, &P)> {
        self.queue.iter()
    }

    /// When this owner's alarm rings, if it is set, and its scheduling number.
    pub fn alarm(&self, owner: usize) -> Option<(u64, u64)> {
        self.timers.at(owner).map(|at| (at, self.timers.order(owner)))
    }

    /// Whether this owner's alarm is all that is scheduled.
    pub fn has_only(&self, owner: usize) -> bool {
        self.queue.is_empty() && self.timers.is_only(owner)
    }
}
