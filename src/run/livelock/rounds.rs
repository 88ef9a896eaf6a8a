//! Scripts that end in a `repeat`: when a round ends in the state of a round before, all that is to come is known.
//!
//! A round names attempts by their distance from k alone, so what the next rounds do is a function of the state at the
//! end of this one, with attempts counted from k. Nothing in a script is drawn. What such a proof says is of the schedule:
//! gone on with, its rounds never choose. Absent on purpose: scripts with crashes, which take back what the canonical
//! state relies on (rounds that were seen never fall).

use crate::scenario::script::Rounds;
use crate::trace::Blind;

use super::super::engine::Engine;
use super::super::plan::Plan;
use super::super::world::World;
use super::canon::Canon;
use super::examine::{Certificate, Moment, Refusal};
use super::scene::{Flight, matters};

/// The messages that a further round may deliver, and that can matter.
pub(super) fn in_flight(world: &World<'_>, rounds: &Rounds) -> Vec<Flight> {
    let exchanges = world.pool.within_reach(rounds.back);
    let packets = exchanges.flat_map(|(_, state)| state.request.iter().chain(&state.answers));
    let alive = packets.filter(|packet| matters(world, packet));
    alive.map(|packet| Flight { at: world.now, number: 0, packet: *packet }).collect()
}

/// k of the round that ends with so many steps taken, if one does.
fn ended(rounds: &Rounds, steps: usize) -> Option<u32> {
    let at = rounds.ends.binary_search(&steps).ok()?;
    Some(rounds.first + at as u32)
}

impl World<'_> {
    /// After so many steps of the schedule: whether a round ends, and its state is proved to be that of a round before.
    pub(in crate::run) fn round_recurs(&mut self, steps: usize) -> bool {
        let Some(k) = self.plan.rounds.as_ref().and_then(|rounds| ended(rounds, steps)) else { return false };
        self.pool.round = k;
        let Some(canon) = Canon::of(self) else { return false };
        let Some(before) = self.pool.laps.insert(canon.digest(0, 0), self.pool.steps) else { return false };
        self.certificate = examine(self.plan, before, self.pool.steps - before).ok();
        self.certificate.is_some()
    }
}

/// Plays the script again and compares the ends of two rounds: after `prefix` events, and `period` events later.
pub(super) fn examine(plan: &Plan, prefix: u32, period: u32) -> Result<Certificate, Refusal> {
    let rounds = plan.rounds.as_ref().ok_or(Refusal::NoCycle)?;
    let mut world = World::new(plan);
    world.begin(0);
    let mut before = None;
    for (i, step) in plan.script.iter().enumerate() {
        let taken = Engine::<_, false> { world: &mut world, observer: &mut Blind }.take(step);
        if taken.is_err() || world.stopped.is_some() {
            return Err(Refusal::Ended);
        }
        let Some(k) = ended(rounds, i + 1) else { continue };
        world.pool.round = k;
        let events = world.pool.steps;
        if let Some(before) = &before
            && Some(events) == prefix.checked_add(period)
        {
            return Moment::of(&world, events)?.certify(before, period);
        }
        if events == prefix {
            before = Some(Moment::of(&world, events)?);
        }
    }
    Err(Refusal::Differs)
}
