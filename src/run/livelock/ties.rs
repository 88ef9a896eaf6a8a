//! Whether the order within an instant matters: every order is tried, and all must end in one canonical state, with
//! as many attempts begun and ended.
//!
//! An event concerns one place: a node with the proposers that live on it, or a proposer on no node. Messages take
//! time, so within an instant places do not influence each other, and only the order at one place can matter.
//! Answers that differ in nothing but who gives them may change places: quorums count. Absent on purpose: networks
//! with delays of zero, where an instant has no such bounds; there nothing is called harmless.

use crate::paxos::Phase;
use crate::sim::Due;
use crate::trace::Blind;

use super::super::deviate::Deviant;
use super::super::engine::Engine;
use super::super::packet::Packet;
use super::super::world::World;
use super::branch::Branch;
use super::canon::Canon;
use super::scene::matters;

/// Orders are tried up to so many steps; what needs more is not called harmless.
const STEPS: u32 = 4_000;

/// Whether every order of what is due at the next instant leads to the same canonical state.
pub(super) fn are_harmless(branch: &Branch<'_>) -> bool {
    let world = &branch.world;
    let at = world.agenda.next().at;
    let homes = world.plan.proposers.len();
    let arrivals = world.agenda.arrivals().filter(|(due, _, packet)| *due == at && matters(world, packet));
    let alarms = (0..homes).filter(|&p| rings_at(world, p, at)).map(|p| home(world, p));
    let mut places: Vec<u8> = arrivals.map(|(_, _, packet)| place(world, packet)).chain(alarms).collect();
    places.sort_unstable();
    // One event alone can bring forth two of the same instant only by local pre-emption.
    let least = if world.plan.local_preemption { 1 } else { 2 };
    places
        .chunk_by(|a, b| a == b)
        .filter(|due| due.len() >= least)
        .all(|due| Instant::at_place(branch, at, due[0]).is_harmless())
}

fn home(world: &World<'_>, p: usize) -> u8 {
    world.plan.proposers[p].home
}

fn place(world: &World<'_>, packet: &Packet) -> u8 {
    if packet.is_request() { packet.node() } else { home(world, usize::from(packet.proposer())) }
}

fn rings_at(world: &World<'_>, p: usize, at: u64) -> bool {
    world.agenda.alarm(p).is_some_and(|(due, _)| due == at)
}

/// One place at one instant.
struct Instant<'p> {
    branch: Branch<'p>,
    at: u64,
    place: u8,
    /// What arrives there and can matter; alarms stay with the agenda.
    arrivals: Vec<Packet>,
    /// Where the orders tried so far have led: the state, and attempts, pre-emptions and time-outs by then.
    end: Option<(Option<Canon>, [u32; 3])>,
    steps: u32,
}

impl<'p> Instant<'p> {
    fn at_place(branch: &Branch<'p>, at: u64, here: u8) -> Self {
        let mut branch = branch.replica();
        let world = &mut branch.world;
        world.now = at;
        let (mut arrivals, mut elsewhere, mut alarms) = (Vec::new(), Vec::new(), Vec::new());
        while world.agenda.next().at == at {
            let due = if world.agenda.next().is_arrival {
                Due::Arrival(world.agenda.take_arrival(&mut world.cast))
            } else {
                world.agenda.take_due(&mut world.cast)
            };
            match due {
                Due::Arrival(packet) if !matters(world, &packet) => {}
                Due::Arrival(packet) if place(world, &packet) == here => arrivals.push(packet),
                Due::Arrival(packet) => elsewhere.push(packet),
                Due::Alarm(owner) => alarms.push(owner),
            }
        }
        for packet in elsewhere {
            world.agenda.arrive(at, packet, &mut world.cast);
        }
        for owner in alarms.into_iter().filter(|&owner| owner < world.cast.seats.len()) {
            let number = world.agenda.number();
            world.agenda.set_alarm(owner, at, number);
        }
        Instant { branch, at, place: here, arrivals, end: None, steps: 0 }
    }

    fn is_harmless(&mut self) -> bool {
        let (branch, arrivals) = (self.branch.clone(), std::mem::take(&mut self.arrivals));
        self.agree(&branch, &arrivals)
    }

    /// Whether all orders of the rest lead where those tried so far have led.
    fn agree(&mut self, branch: &Branch<'p>, arrivals: &[Packet]) -> bool {
        let world = &branch.world;
        let ringing: Vec<usize> = (0..world.cast.seats.len())
            .filter(|&p| home(world, p) == self.place && rings_at(world, p, self.at))
            .collect();
        if arrivals.is_empty() && ringing.is_empty() {
            let outcome = world.monitor.outcome();
            let counts = [outcome.attempts, outcome.preemptions, outcome.timeouts];
            let end = (Canon::of(world), counts);
            return *self.end.get_or_insert_with(|| end.clone()) == end;
        }
        for (i, packet) in arrivals.iter().enumerate() {
            let same =
                |other: &Packet| packet.is_reply() && other.apart_from_node() == packet.apart_from_node();
            if arrivals[..i].iter().any(same) {
                continue;
            }
            let rest: Vec<Packet> =
                arrivals.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, p)| *p).collect();
            if !self.follow(branch, &rest, |engine| engine.on_arrival(*packet)) {
                return false;
            }
        }
        ringing.into_iter().all(|p| {
            !hides_a_tie(world, p, self.at)
                && self.follow(branch, arrivals, |engine| {
                    engine.world.agenda.cancel_alarm(p);
                    engine.on_alarm(p);
                })
        })
    }

    /// Takes one step on a copy, and goes on from there.
    fn follow(
        &mut self,
        branch: &Branch<'p>,
        rest: &[Packet],
        step: impl FnOnce(&mut Engine<'_, 'p, Blind, Deviant<Packet>>),
    ) -> bool {
        self.steps += 1;
        if self.steps > STEPS {
            return false;
        }
        let mut branch = branch.clone();
        step(&mut branch.engine(&mut Blind));
        let world = &branch.world;
        if world.stopped.is_some() {
            return false;
        }
        let rest: Vec<Packet> = rest.iter().filter(|packet| matters(world, packet)).copied().collect();
        self.agree(&branch, &rest)
    }
}

/// Whether a proposer's alarm stands for both a time-out and the error of a lost message: a tie within the alarm.
fn hides_a_tie(world: &World<'_>, p: usize, at: u64) -> bool {
    let seat = &world.cast.seats[p];
    seat.paxos.phase != Phase::Idle
        && seat.call_deadline.lost.is_some()
        && seat.call_deadline.at == at
        && (seat.phase_deadline.at == at || seat.attempt_deadline.at == at)
}
