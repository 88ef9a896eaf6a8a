//! Why this winner: every single message of a run is played late, and lost, to see whether another one would win.
//!
//! What is tried follows from the trace alone, up to the choice; what comes of it is played, not guessed. Absent on purpose:
//! sentences (`report`), and what two deviations together would do.

mod arrivals;
mod candidates;
mod places;

use std::sync::atomic::AtomicBool;

use crate::check::{Outcome, Verdict};
use crate::scenario::{Scenario, hash};
use crate::sim::EPOCH;
use crate::trace::{Blind, Event, Message, ProposerId, Recorder};

use super::deviate::{Change, Deviations, Halt, Player, Subject};
use super::plan::PlanError;
use super::record::Record;
use super::token::Token;
use super::watch::{NEVER, Progress, Silent};

pub use arrivals::{Arrival, Arrivals, Pattern};
use candidates::{Candidate, candidates};
pub use places::Place;

/// Events that are played at most: about a second of work.
const BUDGET: u64 = 5_000_000;

/// Why a run has its winner.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The single deviations that give another winner, in the order in which they take effect.
    pub critical: Vec<Critical>,
    /// How many single deviations were played.
    pub played: u32,
    /// Of these, those whose winner is the same.
    pub harmless: u32,
    /// Deviations that take effect before this event (its number, from 1) were not played, for there was no time.
    pub unplayed_before: Option<usize>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// The number of the event, from 1, after which no single deviation gives another winner, and its time, ns; none if
    /// there is none that does, or if the run is not over.
    pub sealed: Option<(usize, u64)>,
    /// Whether the run was played to its end: else nothing is chosen in it, it was cut off at a proof or at its horizon, and what
    /// would have come later can still make a difference.
    pub is_over: bool,
}

/// A deviation that gives another winner.
#[derive(Clone, Debug)]
pub struct Critical {
    /// Which message is otherwise.
    pub message: Message,
    /// The deviation.
    pub subject: Subject,
    /// What is otherwise.
    pub change: Change,
    /// The number of the event, from 1, at which it takes effect: the delivery of the message, or what happens next when
    /// a lost message would have arrived.
    pub event: usize,
    /// When, ns.
    pub at_ns: u64,
    /// Of a late message: the message that then overtakes it, and when that is handled, ns.
    pub overtaken_by: Option<(Message, u64)>,
    /// Who wins then.
    pub winner: Option<ProposerId>,
    /// How the run ends then.
    pub verdict: Verdict,
    /// The run in which it is so.
    pub token: Token,
}

impl Explanation {
    /// The race that decided: of the critical deliveries the last that another message could have overtaken.
    pub fn decisive(&self) -> Option<&Critical> {
        self.critical.iter().rev().find(|it| it.overtaken_by.is_some())
    }
}

/// Explains a run.
///
/// # Errors
/// When the scenario is scripted, or asks for what the engine cannot do.
pub fn explain(scenario: &Scenario, record: &Record) -> Result<Explanation, PlanError> {
    explain_within(scenario, record, BUDGET)
}

/// Explains a run, as far as it goes while at most about so many events are played.
///
/// # Errors
/// As [`explain`].
pub fn explain_within(scenario: &Scenario, record: &Record, budget: u64) -> Result<Explanation, PlanError> {
    explained(scenario, record, budget, &Silent, &NEVER)
}

/// Explains a run, as far as it goes until `stop` is set; progress is told in deviations.
///
/// # Errors
/// As [`explain`].
pub fn explain_unless(
    stop: &AtomicBool,
    scenario: &Scenario,
    record: &Record,
    progress: &dyn Progress,
) -> Result<Explanation, PlanError> {
    explained(scenario, record, BUDGET, progress, stop)
}

fn explained(
    scenario: &Scenario,
    record: &Record,
    mut budget: u64,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Explanation, PlanError> {
    if scenario.script.is_some() {
        return Err(PlanError::Scripted);
    }
    let base = &record.token.deviations;
    let mut queue = candidates(&record.events, base);
    // What takes effect after the choice leaves everything up to it as it is.
    if let Some(choice) = choice(record) {
        queue.retain(|candidate| candidate.event <= choice);
    }
    // The last first: if time runs out, it is the beginning of a long run that is left.
    queue.sort_by_key(|candidate| candidate.event);
    progress.expect(queue.len() as u64);
    let (player, whole) = (Player::new(scenario, true, stop), Player::new(scenario, false, stop));
    let (mut played, mut critical) = (0, Vec::new());
    let mut play_all = || -> Result<(), Halt> {
        // Winners are compared with that of the run as it is played here.
        let winner = player.play(record.seed, base, &mut Blind)?.winner;
        while let Some(&candidate) = queue.last().filter(|_| budget > 0) {
            let wanted = base.with(candidate.subject, candidate.change);
            let outcome = player.play(record.seed, &wanted, &mut Blind)?;
            budget = budget.saturating_sub(u64::from(outcome.events) + 100);
            if outcome.winner != winner {
                critical.push(in_full(scenario, record, &whole, candidate, &wanted)?);
            }
            played += 1;
            queue.pop();
            progress.advance(1);
        }
        Ok(())
    };
    let interrupted = match play_all() {
        Ok(()) => false,
        Err(Halt::Stopped) => true,
        Err(Halt::Plan(error)) => return Err(error),
    };
    let unplayed_before = queue.last().map(|candidate| candidate.event + 1);
    critical.reverse();
    let outcome = &record.outcome;
    let is_open = matches!(outcome.verdict, Verdict::LivelockProved | Verdict::Undecided);
    let is_over = outcome.chosen.is_some() || !is_open;
    let sealed = critical.iter().map(|it| (it.event, it.at_ns)).max().filter(|_| is_over);
    let harmless = played - critical.len() as u32;
    Ok(Explanation { critical, played, harmless, unplayed_before, interrupted, sealed, is_over })
}

/// The number of the event, from 1, by which a value was chosen; or of a later one of the same instant.
fn choice(record: &Record) -> Option<usize> {
    let at = record.outcome.chosen_at_ns?;
    record
        .events
        .iter()
        .rposition(|(time, event)| *time == at && matches!(event, Event::Voted { .. }))
        .map(|i| i + 1)
}

/// Plays a critical deviation to its end and looks at it.
fn in_full(
    scenario: &Scenario,
    record: &Record,
    player: &Player<'_>,
    candidate: Candidate,
    wanted: &Deviations,
) -> Result<Critical, Halt> {
    let mut recorder = Recorder::default();
    let outcome: Outcome = player.play(record.seed, wanted, &mut recorder)?;
    let overtaken_by = match candidate.subject {
        Subject::Arrival(id, nth) => overtaker(scenario, &recorder.events, (id, nth), candidate.event),
        _ => None,
    };
    let at_ns = record.events.get(candidate.event - 1).map_or(outcome.ended_at_ns, |(at, _)| *at);
    Ok(Critical {
        message: candidate.message,
        subject: candidate.subject,
        change: candidate.change,
        event: candidate.event,
        at_ns,
        overtaken_by,
        winner: outcome.winner,
        verdict: outcome.verdict,
        token: Token::new(hash(scenario), EPOCH, record.seed, wanted.clone(), &outcome),
    })
}

/// The message that was handled before a late one, at its place and after it had arrived.
fn overtaker(
    scenario: &Scenario,
    events: &[(u64, Event)],
    (late, nth): (crate::trace::MessageId, u32),
    arrived: usize,
) -> Option<(Message, u64)> {
    let here = Place::of(scenario, late);
    let mut before = None;
    let mut times = 0;
    for (i, (at, event)) in events.iter().enumerate() {
        let Event::Delivered { message } = event else { continue };
        times += u32::from(message.id == late);
        if message.id == late && times == nth {
            return before;
        }
        if i + 1 >= arrived && Place::of(scenario, message.id) == here {
            before = Some((*message, *at));
        }
    }
    // It is never handled: what came after its arrival has passed it.
    before
}
