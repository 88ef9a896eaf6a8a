//! The fewest deviations from the calm run that still give an outcome.
//!
//! ```text
//!   a run ── items ──▶ each draw as a deviation from the calm run ── reduce ──▶ few of them ─┬─ simplify ──▶ round times
//!                                                                   the calm run ── grow ──┘
//! ```
//!
//! The result is 1-minimal: without any one of its deviations the outcome is another. That it is the smallest of all is not
//! promised beyond sets of two. Absent on purpose: sentences (`report`).

mod bounds;
mod finish;
mod grow;
mod items;
mod reduce;
mod simplify;
mod trials;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::Outcome;
use crate::scenario::Scenario;
use crate::trace::{Blind, Event};

use super::condition::Condition;
use super::deviate::{Change, Deviations, Halt, Player, Subject};
use super::error::PlanError;
use super::record::Record;
use super::setup::Setup;
use super::watch::Progress;

use bounds::Bounds;
use finish::finish;
use items::{Telling, items};
use trials::{Target, Trials};

/// A deviation, and what is otherwise.
type Item = (Subject, Change);

/// A run reduced to what matters for its outcome.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The run that is left.
    pub record: Record,
    /// What the calm run comes to; none if an interruption left no time for it.
    pub calm: Option<Outcome>,
    /// How many draws of the run could have been otherwise.
    pub items: usize,
    /// What the run comes to without each of its deviations, as far as there was time for it.
    pub without: Vec<(Subject, Change, Option<Outcome>)>,
    /// Whether each of these is another outcome; an interrupted search may end before.
    pub is_minimal: bool,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// How many runs were played.
    pub played: u64,
}

/// Why a run cannot be shrunk.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShrinkError {
    /// It cannot be played with deviations.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// It does not satisfy what is to be kept.
    #[error("this run does not satisfy what is to be kept: {0}")]
    NotKept(String),
    /// Deviations cannot tell all that happens in it.
    #[error("deviations from the calm run cannot make this outcome; its faults hit more than messages")]
    Beyond,
    /// It was interrupted when a smaller set was found, of which no run could be looked at in full.
    #[error(
        "interrupted before a run with what was left could be looked at in full; it had the deviations {0}"
    )]
    Unshown(String),
    /// It was interrupted before anything was found.
    #[error("interrupted before anything was found")]
    Stopped,
}

/// Events that are played in search of something better, about: a second or two.
const SEARCH: u64 = 16_000_000;
/// The same where each of a run's events goes through a pipe to somebody's nodes.
const OWN_SEARCH: u64 = 400_000;

fn deviations(items: &[Item]) -> Deviations {
    let mut deviations = Deviations::from_calm();
    for &(subject, change) in items {
        deviations.insert(subject, change);
    }
    deviations
}

/// Shrinks a run to the fewest deviations from the calm one that keep its winner, its verdict, and the condition. Once
/// `stop` is set it ends with what was found.
///
/// # Errors
/// When the scenario is scripted, the run does not satisfy the condition, or deviations cannot express what happened.
pub fn shrink<'a>(
    setup: impl Into<Setup<'a>>,
    record: &Record,
    condition: Option<&Condition>,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Shrunk, ShrinkError> {
    let setup = setup.into();
    let scenario = setup.scenario;
    if scenario.script.is_some() {
        return Err(PlanError::Scripted.into());
    }
    let target = Target { outcome: &record.outcome, condition };
    if let Some(condition) = condition.filter(|condition| !condition.holds(&record.outcome)) {
        return Err(ShrinkError::NotKept(condition.text().to_owned()));
    }
    let was_dropped = |(_, event): &(u64, Event)| matches!(event, Event::Dropped { .. } | Event::Cut { .. });
    let has_faults = !scenario.fault.is_empty() || record.events.iter().any(was_dropped);
    let tellings = [Telling::AsLoss, Telling::LeftToFaults];
    for telling in &tellings[..if has_faults { 2 } else { 1 }] {
        if let Some(shrunk) = shrink_as(setup, record, target, *telling, progress, stop)? {
            return Ok(shrunk);
        }
    }
    Err(if stop.load(Ordering::Relaxed) { ShrinkError::Stopped } else { ShrinkError::Beyond })
}

/// The same, with what faults do to messages told in one way; none if all deviations together do not keep the target.
fn shrink_as(
    setup: Setup<'_>,
    record: &Record,
    target: Target<'_>,
    telling: Telling,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Option<Shrunk>, ShrinkError> {
    let scenario = setup.scenario;
    let all = items(scenario, record, telling);
    let bounds = Bounds::new(scenario, &all, &record.events)?;
    let whole = Player::new(setup, false, stop);
    // A run that goes on much longer than this one has another outcome, as a rule; what is found is played in full.
    let most_events = record.outcome.events.saturating_mul(10).saturating_add(10_000);
    let hasty = Player::new(setup, false, stop).with_most_events(most_events);
    let budget = if setup.nodes.is_some() { OWN_SEARCH } else { SEARCH };
    let trials_of = |player| Trials::new(player, record.seed, target, &bounds, progress, budget);
    let mut trials = trials_of(&hasty);
    let (mut kept, mut is_stopped) = search(&mut trials, scenario, &all, telling)?;
    let holds = match &kept {
        Some(kept) if !is_stopped => holds_in_full(&whole, record.seed, &target, kept),
        _ => Ok(false),
    };
    is_stopped |= matches!(holds, Err(Halt::Stopped));
    if !is_stopped && !matches!(holds, Ok(true)) {
        trials = trials_of(&whole);
        (kept, is_stopped) = search(&mut trials, scenario, &all, telling)?;
    }
    let Some(kept) = kept else { return Ok(None) };
    let shrunk = finish(setup, record, &target, &kept, (all.len(), trials.played), stop)?;
    Ok(Some(Shrunk { interrupted: is_stopped || stop.load(Ordering::Relaxed), ..shrunk }))
}

/// The best set that is found, if all deviations together keep the target; and whether the search was interrupted.
fn search(
    trials: &mut Trials<'_>,
    scenario: &Scenario,
    all: &[Item],
    telling: Telling,
) -> Result<(Option<Vec<Item>>, bool), ShrinkError> {
    match few(trials, scenario, all, telling) {
        Ok(few) => Ok((few, false)),
        Err(Halt::Plan(error)) => Err(error.into()),
        Err(Halt::Stopped) => Ok((trials.best.take(), true)),
    }
}

fn few(
    trials: &mut Trials<'_>,
    scenario: &Scenario,
    all: &[Item],
    telling: Telling,
) -> Result<Option<Vec<Item>>, Halt> {
    let stock = simplify::Stock::new(scenario, all, telling);
    let mut best: Option<Vec<Item>> = None;
    let sets = reduce::reduce(trials, all)?;
    for few in &sets {
        // Each has its share, so that a long way from the first leaves the others theirs.
        trials.allow(trials.budget / 4 / sets.len() as u64);
        let few = simplify::exchange(trials, few.clone(), &stock, false)?;
        if best.as_ref().is_none_or(|best| few.len() < best.len()) {
            best = Some(few);
        }
    }
    let Some(mut few) = best else { return Ok(None) };
    if few.len() > 2 {
        trials.allow(trials.budget / 2);
        if let Some(grown) = grow::grow(trials, all, few.len())? {
            few = reduce::one_minimal(trials, grown)?;
        }
    }
    trials.allow(trials.budget / 4);
    let few = simplify::exchange(trials, few, &stock, true)?;
    let few = simplify::round(trials, few)?;
    // That none can be spared goes before what the scenario allows: without one, another may be out of place.
    trials.allow_anything();
    Ok(Some(reduce::one_minimal(trials, few)?))
}

/// Whether these keep the target in full, and none of them can be spared.
fn holds_in_full(player: &Player<'_>, seed: u64, target: &Target<'_>, kept: &[Item]) -> Result<bool, Halt> {
    let mut stage = player.stage();
    let mut meets = |items: &[Item]| match stage.play(seed, deviations(items), &mut Blind) {
        Ok(outcome) => Ok(target.is_met(outcome)),
        Err(Halt::Stopped) => Err(Halt::Stopped),
        Err(Halt::Plan(_)) => Ok(false),
    };
    if !meets(kept)? {
        return Ok(false);
    }
    for i in 0..kept.len() {
        if meets(&but(kept, i))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// All but the i-th.
fn but(items: &[Item], i: usize) -> Vec<Item> {
    [&items[..i], &items[i + 1..]].concat()
}
