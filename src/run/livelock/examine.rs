//! The proof: one period is played again, event by event, and the states before and after are compared.
//!
//! Absent on purpose: where to look (`hunt`). Nothing here trusts the search.

use serde::{Deserialize, Serialize};

use crate::trace::{BallotId, Blind, Event, Kind, Recorder};

use super::super::engine::Engine;
use super::super::plan::Plan;
use super::super::world::World;
use super::canon::Canon;
use super::hunt::Hunt;
use super::rounds;
use super::ties;

/// What proves that a run goes on for ever: where its cycle begins, and one period of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Events before the period.
    pub prefix_events: u32,
    /// Virtual time at which the period begins, ns.
    pub prefix_ns: u64,
    /// Events of one period.
    pub period_events: u32,
    /// Virtual time of one period, ns.
    pub period_ns: u64,
    /// Rounds by which all ballots rise in one period.
    pub round_shift: u64,
    /// Attempts that begin in one period.
    pub attempts_per_period: u32,
    /// Pre-emptions in one period.
    pub preemptions_per_period: u32,
    /// Time-outs in one period.
    pub timeouts_per_period: u32,
    /// A fingerprint of the canonical state that recurs and of where it does, 32 hex digits.
    pub state: String,
}

/// Why a stretch of a run proves no cycle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Retries that end or are random, a mutant, delays of which every attempt draws.
    #[error("the scenario has no cycle that could be proved")]
    NoCycle,
    /// The run ends before.
    #[error("the run ends before the period does")]
    Ended,
    /// A fault, a submission or a first read is still to come, or something was due after the horizon.
    #[error("something is pending that is no part of the state")]
    Pending,
    /// With seeded ties a state counts at the end of its instant only.
    #[error("the period begins or ends within an instant")]
    WithinInstant,
    /// A delay or a loss was drawn, and could matter.
    #[error("a random draw had an influence at event {0}")]
    Draw(u32),
    /// Another order within an instant would have led elsewhere.
    #[error("the order within an instant had an influence after event {0}")]
    Tie(u32),
    /// The state is another one after the period.
    #[error("the state does not recur")]
    Differs,
    /// The period is real, but the certificate says other things of it.
    #[error("the certificate says {claimed:?}, and the replay {found:?}")]
    Claims {
        /// What the certificate says.
        claimed: Box<Certificate>,
        /// What is so.
        found: Box<Certificate>,
    },
}

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
        return agree(certificate, found);
    }
    let mut world = World::new(plan);
    world.begin(seed);
    world.hunt = Hunt::resting();
    for _ in 0..certificate.prefix_events {
        if !(Engine::<_, false> { world: &mut world, observer: &mut Blind }).one_event() {
            return Err(Refusal::Ended);
        }
    }
    if world.now != certificate.prefix_ns {
        return Err(Refusal::Differs);
    }
    agree(certificate, examine(&world, certificate.period_events)?)
}

fn agree(claimed: &Certificate, found: Certificate) -> Result<(), Refusal> {
    if found == *claimed {
        return Ok(());
    }
    Err(Refusal::Claims { claimed: Box::new(claimed.clone()), found: Box::new(found) })
}

/// Plays the next `period_events` events on a copy.
pub(super) fn examine(prefix: &World<'_>, period_events: u32) -> Result<Certificate, Refusal> {
    let before = state(prefix)?;
    let mut world = prefix.replica();
    let mut seen = Recorder::default();
    for event in 1..=period_events {
        let begins = world.agenda.next().at > world.now;
        if begins && !world.plan.fifo_ties && !(has_time(&world) && ties::are_harmless(&world)) {
            return Err(Refusal::Tie(event - 1));
        }
        seen.events.clear();
        if !(Engine::<_, false> { world: &mut world, observer: &mut seen }).one_event() {
            return Err(Refusal::Ended);
        }
        if seen.events.iter().any(|(_, event)| is_influential_draw(&world, event)) {
            return Err(Refusal::Draw(event));
        }
    }
    state(&world)?.certify(&before, period_events)
}

/// A state of a run, and what had been counted by then.
pub(super) struct Moment {
    canon: Canon,
    events: u32,
    at_ns: u64,
    attempts: u32,
    preemptions: u32,
    timeouts: u32,
}

impl Moment {
    /// The present one, after so many events.
    pub fn of(world: &World<'_>, events: u32) -> Result<Moment, Refusal> {
        let canon = Canon::of(world).ok_or(Refusal::Ended)?;
        let outcome = world.monitor.outcome();
        let (attempts, preemptions, timeouts) = (outcome.attempts, outcome.preemptions, outcome.timeouts);
        Ok(Moment { canon, events, at_ns: world.now, attempts, preemptions, timeouts })
    }

    /// What is proved, if this is the state of `before` again.
    pub fn certify(&self, before: &Moment, period_events: u32) -> Result<Certificate, Refusal> {
        let attempts_per_period = self.attempts - before.attempts;
        if before.canon.words != self.canon.words || attempts_per_period == 0 {
            return Err(Refusal::Differs);
        }
        Ok(Certificate {
            prefix_events: before.events,
            prefix_ns: before.at_ns,
            period_events,
            period_ns: self.at_ns - before.at_ns,
            round_shift: self.canon.base - before.canon.base,
            attempts_per_period,
            preemptions_per_period: self.preemptions - before.preemptions,
            timeouts_per_period: self.timeouts - before.timeouts,
            state: format!("{:032x}", before.canon.digest(before.events, period_events)),
        })
    }
}

/// The canonical state, if it says everything.
fn state(world: &World<'_>) -> Result<Moment, Refusal> {
    if world.stopped.is_some() {
        return Err(Refusal::Ended);
    }
    if world.beyond || is_anything_pending(world) {
        return Err(Refusal::Pending);
    }
    if !world.plan.fifo_ties && world.agenda.next().at == world.now {
        return Err(Refusal::WithinInstant);
    }
    Moment::of(world, world.events())
}

/// Whether something is scheduled by the clock that may change what happens, or what a client is told. A periodic read
/// that was made before only looks.
fn is_anything_pending(world: &World<'_>) -> bool {
    let faults = world.plan.unreachable_from.iter().any(|&from| from > world.now && from != u64::MAX);
    let calendar = world.plan.has_calendar() && !world.cast.calendar.only_repeats();
    faults || calendar || world.deviates_yet()
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
        || world.plan.routes.fate::<false>(message.kind, from, to).is_certain()
    {
        return false;
    }
    // An answer that nobody awaits changes nothing, whenever it comes.
    let ballot = crate::paxos::Ballot::from_bits(message.ballot.0);
    !message.id.reply || world.cast.seats[proposer].paxos.awaits(ballot)
}

impl World<'_> {
    /// A copy to play with: it looks for no cycles.
    pub(super) fn replica(&self) -> Self {
        let requests = self.agenda.arrivals().map(|(_, _, packet)| packet.ballot);
        let attempts = self.cast.seats.iter().map(|seat| seat.paxos.ballot);
        // Ballots below can gain no votes any more; a long run has many of them.
        let lowest = requests.chain(attempts).min().unwrap_or_default();
        World {
            plan: self.plan,
            now: self.now,
            agenda: self.agenda.clone(),
            cast: self.cast.clone(),
            nodes: self.nodes.clone(),
            monitor: self.monitor.since(BallotId(lowest.to_bits())),
            pool: self.pool.clone(),
            storm: self.storm.clone(),
            deviant: self.deviant.clone(),
            stopped: self.stopped,
            beyond: self.beyond,
            limit: self.limit,
            budget: self.budget,
            reserve: self.reserve,
            looks: self.looks,
            looked_at: self.looked_at,
            stop: None,
            is_left: false,
            hunt: Hunt::resting(),
            certificate: None,
        }
    }
}
