//! The canonical state: two states with the same one have the same future, up to a shift of time and of rounds.
//!
//! Times count from now. Rounds count from the lowest that a live proposer bids above, for gaps between them matter
//! (a round is one more than what was seen). A vote's ballot below everything that is to come is only ever compared
//! with others, so its rank among them is all that is kept; where it equals a ballot in use it is that ballot. Of a
//! proposer's rounds only the one that it bids above is kept: whatever raises its node's counter, or what rejections have
//! taught it, raises the highest of these to the same round, and it bids one above the highest. So the counter alone never
//! decides, also where proposers of one node share it. A
//! promise below everything to come refuses nothing. Who has voted in a ballot that can still gain votes is kept, for
//! a vote that was overwritten still counts towards its quorum. Absent on purpose: what is dead (`scene`).

use xxhash_rust::xxh3::xxh3_128;

use crate::paxos::{Ballot, Phase, Reply, Request, Vote};
use crate::sim::NEVER;
use crate::trace::BallotId;

use super::super::packet::Packet;
use super::super::seat::{Alarm, Seat};
use super::super::world::World;
use super::scene::{Scene, Standing, known, matters};
use crate::scenario::script::{Exchange, Rounds};

/// A state's canonical form, and the round that it counts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Canon {
    pub words: Vec<u64>,
    pub base: u64,
}

impl Canon {
    /// The canonical form; none if no proposer will ever act again.
    pub fn of(world: &World<'_>) -> Option<Canon> {
        let scene = Scene::of(world)?;
        let mut form = Form { ranks: ranks(&scene), scene: &scene, words: Vec::new() };
        form.words.push(u64::from(world.monitor.safety.chosen().is_some()));
        form.acceptors();
        form.proposers();
        form.voters();
        match &world.plan.rounds {
            Some(rounds) => form.pool(rounds),
            None => form.agenda(),
        }
        Some(Canon { words: form.words, base: scene.base })
    }

    /// A fingerprint of it and of where in the run it was met: after how many events, and again after how many more.
    pub fn digest(&self, events: u32, period_events: u32) -> u128 {
        let place = [u64::from(events), u64::from(period_events)];
        let bytes: Vec<u8> = place.iter().chain(&self.words).flat_map(|word| word.to_le_bytes()).collect();
        xxh3_128(&bytes)
    }
}

/// All ballots that a vote's may be compared with, ascending.
fn ranks(scene: &Scene<'_, '_>) -> Vec<Ballot> {
    let world = scene.world;
    let votes = world.nodes.iter().map(|node| node.acceptor.vote);
    let reported =
        scene.flights.iter().filter_map(|f| match f.packet.is_reply().then(|| f.packet.as_reply()) {
            Some(Reply::Promise(vote)) => Some(vote),
            _ => None,
        });
    let best = world.cast.seats.iter().enumerate().filter_map(|(p, seat)| {
        (scene.standing[p] == Standing::Live && seat.paxos.phase == Phase::Prepare).then_some(seat.paxos.best)
    });
    let votes = votes.chain(reported).chain(best).map(|vote| vote.ballot).filter(|&b| b != Ballot::NONE);
    let mut ranks: Vec<Ballot> = votes.chain(scene.ballots.iter().copied()).collect();
    ranks.sort_unstable();
    ranks.dedup();
    ranks
}

/// The form in the making.
struct Form<'s, 'w, 'p> {
    scene: &'s Scene<'w, 'p>,
    ranks: Vec<Ballot>,
    words: Vec<u64>,
}

impl Form<'_, '_, '_> {
    fn round(&self, round: u64) -> u64 {
        round.wrapping_sub(self.scene.base)
    }

    fn exact(&self, ballot: Ballot) -> [u64; 2] {
        [self.round(ballot.round()), u64::from(ballot.node())]
    }

    fn vote(&self, vote: Vote) -> [u64; 4] {
        let Some(value) = vote.value() else { return [0; 4] };
        let value = u64::from(value.0);
        if self.scene.is_in_use(vote.ballot) || vote.ballot >= self.scene.future {
            let [round, node] = self.exact(vote.ballot);
            return [1, round, node, value];
        }
        let rank = self.ranks.partition_point(|&other| other < vote.ballot);
        [2, rank as u64, 0, value]
    }

    fn acceptors(&mut self) {
        let world = self.scene.world;
        for node in &world.nodes[1..=usize::from(world.plan.rules.nodes)] {
            let promised = node.acceptor.promised;
            let lowest = self.scene.ballots.first().map_or(self.scene.future, |b| self.scene.future.min(*b));
            if promised < lowest {
                self.words.push(0);
            } else {
                let [round, node] = self.exact(promised);
                self.words.extend([1, round, node]);
            }
            self.words.extend(self.vote(node.acceptor.vote));
        }
    }

    fn proposers(&mut self) {
        for p in 0..self.scene.standing.len() {
            self.words.push(self.scene.standing[p] as u64);
            if self.scene.standing[p] == Standing::Live {
                self.proposer(p);
            }
        }
    }

    fn proposer(&mut self, p: usize) {
        let world = self.scene.world;
        let Seat { paxos, current, waiting, failures: _, .. } = &world.cast.seats[p];
        self.words.push(current.map_or(u64::MAX, u64::from));
        self.words.push(waiting.len() as u64);
        self.words.extend(waiting.iter().copied().map(u64::from));
        self.words.extend([self.round(known(world, p)), paxos.phase as u64]);
        if paxos.phase == Phase::Idle {
            return;
        }
        self.words.extend([paxos.yes.bits(), paxos.no.bits(), u64::from(paxos.calling)]);
        if self.scene.is_in_use(paxos.ballot) {
            let [round, node] = self.exact(paxos.ballot);
            self.words.extend([1, round, node]);
        } else {
            self.words.push(0);
        }
        if paxos.phase == Phase::Prepare {
            self.words.extend(self.vote(paxos.best));
        } else {
            self.words.push(u64::from(paxos.proposal.0));
        }
    }

    fn voters(&mut self) {
        let safety = &self.scene.world.monitor.safety;
        self.words.push(self.scene.ballots.len() as u64);
        for &ballot in &self.scene.ballots {
            let [round, node] = self.exact(ballot);
            self.words.extend([round, node, safety.voters(BallotId(ballot.to_bits()))]);
        }
    }

    /// What is scheduled. With ties in order of scheduling that order is a part of the state; with seeded ties it is
    /// drawn anew, so what is due at one instant is a set.
    fn agenda(&mut self) {
        let world = self.scene.world;
        let mut items: Vec<(u64, u64, Vec<u64>)> = self
            .scene
            .flights
            .iter()
            .map(|f| (f.at - world.now, f.number, self.message(&f.packet)))
            .collect();
        for p in 0..world.cast.seats.len() {
            if self.scene.standing[p] == Standing::Live {
                alarms(world, p, &mut items);
            }
        }
        if world.plan.fifo_ties {
            items.sort_unstable_by_key(|(after, number, _)| (*after, *number));
        } else {
            items.sort_unstable_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
        }
        for (after, _, words) in items {
            self.words.push(after);
            self.words.push(words.len() as u64);
            self.words.extend(words);
        }
    }

    /// What a scripted round may deliver: every exchange in its reach, by its attempt's distance from the round, how far
    /// it is, and the messages of it that can matter.
    fn pool(&mut self, rounds: &Rounds) {
        let world = self.scene.world;
        for seat in &world.cast.seats {
            self.words.push(u64::from(seat.attempt).wrapping_sub(world.pool.round.into()));
        }
        for (exchange, state) in world.pool.within_reach(rounds.back) {
            let Exchange { proposer, attempt, phase, node } = *exchange;
            self.words.extend([proposer.into(), u64::from(attempt).wrapping_sub(world.pool.round.into())]);
            self.words.extend([phase.into(), node.into(), u64::from(state.handled > 0)]);
            self.words.extend([state.answers.len() as u64, state.heard as u64]);
            for packet in state.request.iter().chain(&state.answers) {
                let words = if matters(world, packet) { self.message(packet) } else { Vec::new() };
                self.words.push(words.len() as u64);
                self.words.extend(words);
            }
        }
    }

    fn message(&self, packet: &Packet) -> Vec<u64> {
        let (p, lab) = (usize::from(packet.proposer()), self.scene.world.plan.rules.ballots);
        let mut words =
            vec![packet.kind() as u64, p as u64, u64::from(packet.node()), u64::from(packet.phase())];
        if packet.is_request() {
            words.extend(self.exact(packet.ballot));
            if let Request::Accept(value) = packet.as_request() {
                words.push(u64::from(value.0));
            }
            return words;
        }
        // An answer that matters is to the proposer's current ballot.
        match packet.as_reply() {
            Reply::Promise(vote) => words.extend(self.vote(vote)),
            Reply::Accepted => {}
            Reply::Reject(promised) => {
                let news = lab != crate::paxos::Ballots::Lab && promised.round() > known(self.scene.world, p);
                words.push(if news { self.round(promised.round()) + 1 } else { 0 });
            }
        }
        words
    }
}

/// What ends a proposer's waiting. All deadlines of an attempt count, not only the first: the first may go.
fn alarms(world: &World<'_>, p: usize, items: &mut Vec<(u64, u64, Vec<u64>)>) {
    const ALARM: u64 = 1 << 32;
    let seat = &world.cast.seats[p];
    let mut add = |at: u64, number, what: u64, lost: bool| {
        if at != NEVER {
            let lost = u64::from(lost && world.plan.fifo_ties);
            items.push((at - world.now, number, vec![ALARM + what, p as u64, lost]));
        }
    };
    if world.plan.has_calendar()
        && let Some((at, number)) = world.agenda.alarm(world.cast.seats.len() + p)
    {
        add(at, number, 0, false);
    }
    if seat.paxos.phase == Phase::Idle {
        if let Some((at, number)) = world.agenda.alarm(p) {
            add(at, number, if seat.alarm == Alarm::Retry { 1 } else { 2 }, false);
        }
        return;
    }
    add(seat.phase_deadline.at, seat.phase_deadline.number, 3, false);
    add(seat.attempt_deadline.at, seat.attempt_deadline.number, 4, false);
    add(seat.call_deadline.at, seat.call_deadline.number, 5, seat.call_deadline.lost.is_some());
}
