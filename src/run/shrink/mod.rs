//! The fewest deviations from the calm run that still give an outcome.
//!
//! ```text
//!   a run ── items ──▶ each draw as a deviation from the calm run ── reduce ──▶ few of them ── simplify ──▶ round times
//! ```
//!
//! The result is 1-minimal: without any one of its deviations the outcome is another. That it is the smallest of all is not
//! promised beyond sets of two. Absent on purpose: sentences (`report`).

mod items;
mod reduce;
mod simplify;

use crate::check::Outcome;
use crate::scenario::Scenario;
use crate::trace::{Blind, Event, Recorder};

use super::condition::Condition;
use super::deviate::{Change, Deviations, Player, Subject};
use super::plan::PlanError;
use super::record::Record;

use items::items;

/// A deviation, and what is otherwise.
type Item = (Subject, Change);

/// A run reduced to what matters for its outcome.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The run that is left.
    pub record: Record,
    /// What the calm run comes to.
    pub calm: Outcome,
    /// How many draws of the run could have been otherwise.
    pub items: usize,
    /// What the run comes to without each of its deviations.
    pub without: Vec<(Subject, Change, Outcome)>,
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
}

/// What is to be kept: the winner, the verdict, and a condition if there is one.
struct Target<'a> {
    outcome: &'a Outcome,
    condition: Option<&'a Condition>,
}

impl Target<'_> {
    fn is_met(&self, outcome: &Outcome) -> bool {
        (outcome.winner, outcome.verdict) == (self.outcome.winner, self.outcome.verdict)
            && self.condition.is_none_or(|condition| condition.holds(outcome))
    }
}

/// Plays sets of deviations and says whether they keep the target.
struct Trials<'a> {
    player: Player<'a>,
    seed: u64,
    target: Target<'a>,
    played: u64,
    /// Events that were played, and how many may be before a search for something better ends.
    spent: u64,
    allowed: u64,
}

/// Events that are played in search of something better, about: a second or two.
const SEARCH: u64 = 8_000_000;

impl Trials<'_> {
    /// From now on a search goes on until so many events were played.
    fn allow(&mut self, events: u64) {
        self.allowed = events;
    }

    fn is_tired(&self) -> bool {
        self.spent >= self.allowed
    }

    /// What happens with these deviations.
    fn events(&mut self, items: &[Item]) -> Result<Vec<(u64, Event)>, PlanError> {
        let mut recorder = Recorder::default();
        self.player.play(self.seed, &deviations(items), &mut recorder)?;
        Ok(recorder.events)
    }

    fn keeps(&mut self, items: &[Item]) -> Result<bool, PlanError> {
        self.played += 1;
        let outcome = self.player.play(self.seed, &deviations(items), &mut Blind)?;
        // A run costs something even if nothing happens in it.
        self.spent += u64::from(outcome.events) + 50;
        Ok(self.target.is_met(&outcome))
    }
}

fn deviations(items: &[Item]) -> Deviations {
    let mut deviations = Deviations::from_calm();
    for &(subject, change) in items {
        deviations.insert(subject, change);
    }
    deviations
}

/// Shrinks a run to the fewest deviations from the calm one that keep its winner, its verdict, and the condition.
///
/// # Errors
/// When the scenario is scripted, the run does not satisfy the condition, or deviations cannot express what happened.
pub fn shrink(
    scenario: &Scenario,
    record: &Record,
    condition: Option<&Condition>,
) -> Result<Shrunk, ShrinkError> {
    if scenario.script.is_some() {
        return Err(PlanError::Scripted.into());
    }
    let target = Target { outcome: &record.outcome, condition };
    if let Some(condition) = condition.filter(|condition| !condition.holds(&record.outcome)) {
        return Err(ShrinkError::NotKept(condition.text().to_owned()));
    }
    let all = items(scenario, record);
    // A run that goes on much longer than this one has another outcome, as a rule; what is found is played in full.
    let most_events = record.outcome.events.saturating_mul(10).saturating_add(10_000);
    let mut trials = Trials {
        player: Player::new(scenario, false).with_most_events(most_events),
        seed: record.seed,
        target,
        played: 0,
        spent: 0,
        allowed: 0,
    };
    let mut kept = search(&mut trials, scenario, &all)?;
    if kept.as_ref().is_none_or(|kept| !holds_in_full(scenario, record, &trials.target, kept)) {
        trials.player = Player::new(scenario, false);
        kept = search(&mut trials, scenario, &all)?;
    }
    let kept = kept.ok_or(ShrinkError::Beyond)?;
    finish(scenario, record, &kept, all.len(), trials.played)
}

/// The best set that is found, if all deviations together keep the target.
fn search(
    trials: &mut Trials<'_>,
    scenario: &Scenario,
    all: &[Item],
) -> Result<Option<Vec<Item>>, PlanError> {
    (trials.played, trials.spent) = (0, 0);
    let stock = simplify::Stock::new(scenario, all);
    let mut best: Option<Vec<Item>> = None;
    let sets = reduce::reduce(trials, all)?;
    for (i, few) in sets.iter().enumerate() {
        // Each has its share, so that a long way from the first leaves the others theirs.
        trials.allow(SEARCH / 2 * (i as u64 + 1) / sets.len() as u64);
        let few = simplify::exchange(trials, few.clone(), &stock, false)?;
        if best.as_ref().is_none_or(|best| few.len() < best.len()) {
            best = Some(few);
        }
    }
    let Some(few) = best else { return Ok(None) };
    trials.allow(SEARCH);
    let few = simplify::exchange(trials, few, &stock, true)?;
    let few = simplify::round(trials, few)?;
    Ok(Some(reduce::one_minimal(trials, few)?))
}

fn holds_in_full(scenario: &Scenario, record: &Record, target: &Target<'_>, kept: &[Item]) -> bool {
    let player = Player::new(scenario, false);
    let meets = |items: &[Item]| {
        player.play(record.seed, &deviations(items), &mut Blind).is_ok_and(|outcome| target.is_met(&outcome))
    };
    meets(kept) && (0..kept.len()).all(|i| !meets(&but(kept, i)))
}

/// All but the i-th.
fn but(items: &[Item], i: usize) -> Vec<Item> {
    [&items[..i], &items[i + 1..]].concat()
}

fn finish(
    scenario: &Scenario,
    record: &Record,
    kept: &[Item],
    items: usize,
    played: u64,
) -> Result<Shrunk, ShrinkError> {
    let wanted = deviations(kept);
    let player = Player::new(scenario, false);
    let without = wanted.iter().map(|(subject, change)| {
        let outcome = player.play(record.seed, &wanted.without(subject), &mut Blind)?;
        Ok((subject, change, outcome))
    });
    Ok(Shrunk {
        record: Record::with(scenario, record.seed, &wanted)?,
        calm: player.play(record.seed, &Deviations::from_calm(), &mut Blind)?,
        items,
        without: without.collect::<Result<_, PlanError>>()?,
        played,
    })
}
