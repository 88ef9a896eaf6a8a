//! What of a state can still matter: which messages, which proposers, which ballots.
//!
//! What cannot matter any more must not keep two states from being the same. Everything here is an argument that
//! something is dead for ever, whatever happens next; where no argument is at hand, it counts as alive.

use crate::paxos::{Ballot, Ballots, Phase, Reply, Request, Transport};

use super::super::packet::Packet;
use super::super::world::World;
use crate::scenario::script::Rounds;

/// A message in flight that can still matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    pub at: u64,
    /// Its scheduling number.
    pub number: u64,
    pub packet: Packet,
}

/// Whether a proposer will ever act again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its clients have their answers, and no more are to come.
    Done,
    /// It waits for answers that will not come, without a time-out.
    Frozen,
    /// It may act.
    Live,
}

/// A state with what is alive in it.
#[derive(Debug)]
pub(super) struct Scene<'w, 'p> {
    pub world: &'w World<'p>,
    pub flights: Vec<Flight>,
    /// By proposer.
    pub standing: Vec<Standing>,
    /// Ballots in which something can still be promised, accepted or answered; ascending.
    pub ballots: Vec<Ballot>,
    /// The round below which every live proposer's next ballot lies one up, the lowest of them.
    pub base: u64,
    /// No ballot that is begun from now on is lower.
    pub future: Ballot,
}

impl<'w, 'p> Scene<'w, 'p> {
    /// Looks at a state; none if no proposer will ever act again.
    pub fn of(world: &'w World<'p>) -> Option<Self> {
        let flights: Vec<Flight> = match &world.plan.rounds {
            Some(rounds) => within_reach(world, rounds),
            None => world
                .agenda
                .arrivals()
                .filter(|(_, _, packet)| matters(world, packet))
                .map(|(at, number, packet)| Flight { at, number, packet: *packet })
                .collect(),
        };
        let awaited = |p: usize| {
            let paxos = &world.cast.seats[p].paxos;
            flights.iter().any(|f| usize::from(f.packet.proposer()) == p && paxos.awaits(f.packet.ballot))
        };
        let standing: Vec<Standing> =
            (0..world.cast.seats.len()).map(|p| standing(world, p, awaited(p))).collect();
        let live = || (0..standing.len()).filter(|&p| standing[p] == Standing::Live);
        let home = |p: usize| world.plan.proposers[p].home;
        let base = live().map(|p| known(world, p)).min()?;
        let future = live().map(|p| Ballot::new(known(world, p) + 1, home(p))).min()?;
        let requests = flights.iter().filter(|f| f.packet.is_request()).map(|f| f.packet.ballot);
        let attempts = live()
            .filter(|&p| is_ballot_in_use(world, p, awaited(p)))
            .map(|p| world.cast.seats[p].paxos.ballot);
        let mut ballots: Vec<Ballot> = requests.chain(attempts).collect();
        ballots.sort_unstable();
        ballots.dedup();
        Some(Scene { world, flights, standing, ballots, base, future })
    }

    /// Whether something can still be promised, accepted or answered in this ballot.
    pub fn is_in_use(&self, ballot: Ballot) -> bool {
        self.ballots.binary_search(&ballot).is_ok()
    }
}

/// The messages that a further round may deliver, and that can matter.
fn within_reach(world: &World<'_>, rounds: &Rounds) -> Vec<Flight> {
    let exchanges = world.pool.within_reach(rounds.back);
    let packets = exchanges.flat_map(|(_, state)| state.request.iter().chain(&state.answers));
    let alive = packets.filter(|packet| matters(world, packet));
    alive.map(|packet| Flight { at: world.now, number: 0, packet: *packet }).collect()
}

/// Whether a message in flight can change anything but what learners believe.
pub(super) fn matters(world: &World<'_>, packet: &Packet) -> bool {
    let paxos = &world.cast.seats[usize::from(packet.proposer())].paxos;
    // Once a ballot is not awaited it never is again: each attempt has a new one.
    let awaited = paxos.awaits(packet.ballot);
    if packet.is_request() {
        // A promise never falls: what is refused now is refused then, and only the refusal can matter.
        let promised = world.nodes[usize::from(packet.node())].acceptor.promised;
        let accepted = match packet.as_request() {
            Request::Prepare => packet.ballot > promised,
            Request::Accept(_) => packet.ballot >= promised,
        };
        accepted || awaited && world.plan.nack
    } else if packet.is_reply() {
        let phase = packet.protocol_phase();
        let heard = match world.plan.rules.transport {
            Transport::Sequential => (packet.node(), phase) == (paxos.calling, paxos.phase),
            Transport::Broadcast => phase == paxos.phase || matches!(packet.as_reply(), Reply::Reject(_)),
        };
        awaited && heard
    } else {
        false
    }
}

fn standing(world: &World<'_>, p: usize, awaited: bool) -> Standing {
    let seat = &world.cast.seats[p];
    let start = world.plan.has_calendar().then(|| world.agenda.alarm(world.cast.seats.len() + p)).flatten();
    // A script's `start` is as good as an alarm.
    let alarmed = start.or(world.agenda.alarm(p)).is_some() || world.script_goes_on(p);
    if seat.current.is_none() && seat.waiting.is_empty() && !alarmed {
        return Standing::Done;
    }
    let preemptible = world.plan.local_preemption && seat.paxos.node != 0;
    if seat.paxos.phase != Phase::Idle && !alarmed && !awaited && !preemptible {
        return Standing::Frozen;
    }
    Standing::Live
}

/// The round above which a proposer's next attempt bids if it begins now. Never falls.
pub(super) fn known(world: &World<'_>, p: usize) -> u64 {
    let seen = match world.plan.rules.ballots {
        Ballots::Lab => 0,
        Ballots::PastSeen | Ballots::PastHighest => world.cast.seats[p].paxos.seen,
    };
    counter(world, p).max(seen)
}

/// The same, apart from what rejections taught this proposer: what it shares with those of its node.
fn counter(world: &World<'_>, p: usize) -> u64 {
    let node = &world.nodes[usize::from(world.plan.proposers[p].home)];
    match world.plan.rules.ballots {
        Ballots::PastHighest => node.round.max(node.acceptor.promised.round()),
        Ballots::PastSeen | Ballots::Lab => node.round,
    }
}

/// Whether a proposer's current ballot will ever be compared with another again.
fn is_ballot_in_use(world: &World<'_>, p: usize, awaited: bool) -> bool {
    let paxos = &world.cast.seats[p].paxos;
    if paxos.phase == Phase::Idle {
        return false;
    }
    // A local yes to a ballot above the node's promise is above this one too.
    let local = world.plan.local_preemption
        && paxos.node != 0
        && paxos.ballot >= world.nodes[usize::from(paxos.node)].acceptor.promised;
    awaited || local || world.plan.rules.transport == Transport::Sequential
}
