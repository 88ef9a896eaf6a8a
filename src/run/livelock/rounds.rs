//! Scripts that end in a `repeat`: when a round ends in the state of a round before, all that is to come is known.
//!
//! A round names attempts by their distance from k alone, so what the next rounds do is a function of the state at the
//! end of this one, with attempts counted from k. Nothing in a script is drawn. What such a proof says is of the schedule:
//! gone on with, its rounds never choose. Absent on purpose: scripts with crashes, which take back what the canonical
//! state relies on (rounds that were seen never fall).

use crate::scenario::script::Rounds;
use crate::trace::Blind;

use super::super::plan::Plan;
use super::super::world::World;
use super::branch::Branch;
use super::canon::Canon;
use super::certificate::{Certificate, Moment, Refusal};

/// k of the round that ends with so many steps taken, if one does.
fn ended(rounds: &Rounds, steps: usize) -> Option<u32> {
    let at = rounds.ends.binary_search(&steps).ok()?;
    Some(rounds.first + at as u32)
}

/// After so many steps of the schedule: the proof that its state is that of a round before, if a round ends in one.
pub(super) fn recurrence(world: &mut World<'_>, steps: usize) -> Option<Certificate> {
    let k = ended(world.plan.rounds.as_ref()?, steps)?;
    world.pool.round = k;
    let canon = Canon::of(world)?;
    let before = world.pool.laps.insert(canon.digest(0, 0), world.pool.steps)?;
    examine(world.plan, before, world.pool.steps - before).ok()
}

/// Plays the script again and compares the ends of two rounds: after `prefix` events, and `period` events later.
pub(super) fn examine(plan: &Plan, prefix: u32, period: u32) -> Result<Certificate, Refusal> {
    let rounds = plan.rounds.as_ref().ok_or(Refusal::NoCycle)?;
    let mut branch = Branch::begin(plan, 0);
    let mut before = None;
    for (i, step) in plan.script.iter().enumerate() {
        let taken = branch.engine(&mut Blind).take(step);
        let world = &mut branch.world;
        if taken.is_err() || world.stopped.is_some() {
            return Err(Refusal::Ended);
        }
        let Some(k) = ended(rounds, i + 1) else { continue };
        world.pool.round = k;
        let events = world.pool.steps;
        if let Some(before) = &before
            && Some(events) == prefix.checked_add(period)
        {
            return Moment::of(world, events)?.certify(before, period);
        }
        if events == prefix {
            before = Some(Moment::of(world, events)?);
        }
    }
    Err(Refusal::Differs)
}
