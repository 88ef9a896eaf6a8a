//! The proof: one period is played again, event by event, and the states before and after are compared.
//!
//! Absent on purpose: where to look (`hunt`). Nothing here trusts the search.

use crate::trace::{Blind, Event, Kind, Observer, Recorder};

use super::super::plan::Plan;
use super::super::world::World;
use super::branch::Branch;
use super::certificate::{Certificate, Moment, Refusal};
use super::rounds;
use super::ties;

/// Checks a certificate: replays the run up to the period and through it.
///
/// # Errors
/// When the certificate does not prove that the run goes on for ever, or any field of it is not so.
pub fn verify(plan: &Plan, seed: u64, certificate: &Certificate) -> Result<(), Refusal> {
    if !plan.may_cycle {
        return Err(Refusal::NoCycle);
    }
    if plan.scripted {
        let found = rounds::examine(plan, certificate.prefix_events, certificate.period_events)?;
        return found.hold_against(certificate);
    }
    let mut prefix = Branch::begin(plan, seed);
    for _ in 0..certificate.prefix_events {
        if !prefix.engine(&mut Blind).one_event() {
            return Err(Refusal::Ended);
        }
    }
    if prefix.world.now != certificate.prefix_ns {
        return Err(Refusal::Differs);
    }
    examine(&prefix, certificate.period_events)?.hold_against(certificate)
}

/// Plays the next `period_events` events on a copy.
pub(super) fn examine(prefix: &Branch<'_>, period_events: u32) -> Result<Certificate, Refusal> {
    let before = state(prefix)?;
    let mut branch = prefix.replica();
    let mut seen = Recorder::default();
    for event in 1..=period_events {
        let world = &branch.world;
        let begins = world.agenda.next().at > world.now;
        if begins && !world.plan.fifo_ties && !(has_time(world) && ties::are_harmless(&branch)) {
            return Err(Refusal::Tie(event - 1));
        }
        seen.events.clear();
        if !branch.engine::<dyn Observer>(&mut seen).one_event() {
            return Err(Refusal::Ended);
        }
        if seen.events.iter().any(|(_, event)| is_influential_draw(&branch.world, event)) {
            return Err(Refusal::Draw(event));
        }
    }
    state(&branch)?.certify(&before, period_events)
}

/// The canonical state, if it says everything.
fn state(branch: &Branch<'_>) -> Result<Moment, Refusal> {
    let world = &branch.world;
    if world.stopped.is_some() {
        return Err(Refusal::Ended);
    }
    if world.beyond || is_anything_pending(branch) {
        return Err(Refusal::Pending);
    }
    if !world.plan.fifo_ties && world.agenda.next().at == world.now {
        return Err(Refusal::WithinInstant);
    }
    Moment::of(world, world.events())
}

/// Whether something is scheduled by the clock that may change what happens, or what a client is told. A periodic read
/// that was made before only looks.
fn is_anything_pending(Branch { world, deviant }: &Branch<'_>) -> bool {
    let faults = world.plan.unreachable_from.iter().any(|&from| from > world.now && from != u64::MAX);
    let calendar = world.plan.has_calendar() && !world.cast.calendar.only_repeats();
    faults || calendar || deviant.deviates_yet(world)
}

/// Whether messages take time, so that an instant has bounds.
fn has_time(world: &World<'_>) -> bool {
    !world.plan.routes.has_zero_delay()
}

/// Whether an event was decided by a random word and could have gone otherwise, to any effect. Retries draw nothing
/// where a cycle is conceivable at all.
fn is_influential_draw(world: &World<'_>, event: &Event) -> bool {
    let Event::Sent { message, .. } = event else { return false };
    let proposer = usize::from(message.id.proposer);
    let (home, node) = (world.plan.proposers[proposer].node, message.id.node);
    let (from, to) = if message.id.reply { (node, home) } else { (home, node) };
    let refused = !message.id.reply && world.plan.unreachable_from[usize::from(to)] <= world.now;
    if message.kind == Kind::Announce
        || refused
        || world.plan.routes.fate(message.kind, from, to).is_certain()
    {
        return false;
    }
    // An answer that nobody awaits changes nothing, whenever it comes.
    let ballot = crate::paxos::Ballot::from_bits(message.ballot.0);
    !message.id.reply || world.cast.seats[proposer].paxos.awaits(ballot)
}
