//! Why this winner: every single message of a run is played late, and lost, to see whether another one would win.
//!
//! What is tried follows from the trace alone, up to the choice; what comes of it is played, not guessed. Absent on purpose:
//! sentences (`report`), and what two deviations together would do.

mod arrivals;
mod candidates;
mod overtaker;
mod places;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::{Outcome, Verdict};
use crate::trace::{Digest, DigestObserver, Event, Message, ProposerId, StopReason};

use super::deviate::{Change, Deviations, Halt, Player, Subject};
use super::error::PlanError;
use super::record::Record;
use super::setup::Setup;
use super::token::Token;
use super::watch::{NEVER, Progress, Silent};

pub use arrivals::{Arrival, Arrivals, Pattern};
use candidates::{Candidate, candidates};
use overtaker::Overtaker;
pub use places::Place;

/// Events that are played at most: about a second of work.
const BUDGET: u64 = 5_000_000;
/// The same where each goes through a pipe to somebody's nodes.
const OWN_BUDGET: u64 = 200_000;

/// Why a run has its winner.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The single deviations that give another winner, in the order in which they take effect.
    pub critical: Vec<Critical>,
    /// How many single deviations were played; those that change nothing at all (a late message that nothing was near, a
    /// kept one that meets a cut) are not counted.
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
    /// What decided: of the critical deliveries the last that another message could have overtaken.
    pub fn decisive(&self) -> Option<&Critical> {
        self.critical.iter().rev().find(|it| it.overtaken_by.is_some())
    }
}

/// Explains a run.
///
/// # Errors
/// When the scenario is scripted, or asks for what the engine cannot do.
pub fn explain<'a>(setup: impl Into<Setup<'a>>, record: &Record) -> Result<Explanation, PlanError> {
    explain_unless(&NEVER, setup, record, &Silent)
}

/// Explains a run, as far as it goes while at most about so many events are played up to choices, and at most ten times
/// as many to the ends of runs; none if that is not enough, as some deviation makes the run very long.
///
/// # Errors
/// As [`explain`].
pub fn explain_within<'a>(
    setup: impl Into<Setup<'a>>,
    record: &Record,
    budget: u64,
) -> Result<Option<Explanation>, PlanError> {
    let setup = setup.into();
    let found = search(setup, record, budget, &Silent, &NEVER)?;
    found.in_full(setup, record, budget.saturating_mul(10), &NEVER)
}

/// Explains a run, as far as it goes until `stop` is set; progress is told in deviations.
///
/// # Errors
/// As [`explain`].
pub fn explain_unless<'a>(
    stop: &AtomicBool,
    setup: impl Into<Setup<'a>>,
    record: &Record,
    progress: &dyn Progress,
) -> Result<Explanation, PlanError> {
    let setup = setup.into();
    let budget = if setup.nodes.is_some() { OWN_BUDGET } else { BUDGET };
    let found = search(setup, record, budget, progress, stop)?;
    let none = Explanation { unplayed_before: Some(record.events.len()), ..Explanation::default() };
    Ok(found.in_full(setup, record, u64::MAX, stop)?.unwrap_or(none))
}

/// The deviations that give another winner, before they are looked at, the last to take effect first.
#[derive(Default)]
struct Found {
    critical: Vec<(Candidate, Deviations)>,
    played: u32,
    unplayed_before: Option<usize>,
    interrupted: bool,
}

/// Plays single deviations up to the choice, the last first: if time runs out, it is the beginning of a long run that is left.
fn search(
    setup: Setup<'_>,
    record: &Record,
    mut budget: u64,
    progress: &dyn Progress,
    stop: &AtomicBool,
) -> Result<Found, PlanError> {
    if setup.scenario.script.is_some() {
        return Err(PlanError::Scripted);
    }
    let base = &record.token.deviations;
    let longest = u32::try_from(budget).unwrap_or(u32::MAX);
    let player = Player::new(setup, true, stop).with_most_events(longest);
    let mut digest = DigestObserver::new(0, record.seed);
    // What a run up to its choice comes to, and its digest; none for one that is too long or was interrupted.
    let mut play = |wanted: &Deviations| -> Result<Option<(Outcome, Digest)>, PlanError> {
        digest.begin(0, record.seed);
        let outcome = match player.play(record.seed, wanted, &mut digest) {
            Ok(outcome) => outcome,
            Err(Halt::Stopped) => return Ok(None),
            Err(Halt::Plan(error)) => return Err(error),
        };
        let is_cut =
            outcome.stopped == StopReason::MaxEvents && outcome.events < setup.scenario.run.max_events;
        Ok((!is_cut).then(|| (outcome, digest.finish())))
    };
    let interrupted = || stop.load(Ordering::Relaxed);
    // Winners are compared with that of the run as it is played here.
    let Some((as_it_was, digest_of_it)) = play(base)? else {
        let unplayed_before = Some(record.events.len());
        return Ok(Found { unplayed_before, interrupted: interrupted(), ..Found::default() });
    };
    let mut found = Found::default();
    let mut queue = candidates(&record.events, base);
    // What takes effect after the choice leaves everything up to it as it is.
    if let Some(choice) = choice(record) {
        queue.retain(|candidate| candidate.event <= choice);
    }
    queue.sort_by_key(|candidate| candidate.event);
    progress.expect(queue.len() as u64);
    while let Some(candidate) = queue.pop() {
        let wanted = base.with(candidate.subject, candidate.change);
        let played = if budget > 0 { play(&wanted)? } else { None };
        let Some((outcome, digest)) = played else {
            (found.unplayed_before, found.interrupted) = (Some(candidate.event + 1), interrupted());
            break;
        };
        progress.advance(1);
        budget = budget.saturating_sub(u64::from(outcome.events) + 100);
        if digest == digest_of_it {
            continue;
        }
        found.played += 1;
        if outcome.winner != as_it_was.winner {
            found.critical.push((candidate, wanted));
        }
    }
    Ok(found)
}

impl Found {
    /// Plays them to their ends, if these can be reached by playing so many events.
    fn in_full(
        mut self,
        setup: Setup<'_>,
        record: &Record,
        mut budget: u64,
        stop: &AtomicBool,
    ) -> Result<Option<Explanation>, PlanError> {
        let longest = u32::try_from(budget).unwrap_or(u32::MAX);
        let whole = Player::new(setup, false, stop).with_most_events(longest);
        let mut critical = Vec::new();
        let all = self.critical.len();
        for (candidate, wanted) in self.critical {
            let (it, events) = match in_full(setup, record, &whole, candidate, &wanted) {
                Ok(it) => it,
                Err(Halt::Plan(error)) => return Err(error),
                Err(Halt::Stopped) => {
                    // What was found and not looked at counts as not played.
                    self.played -= (all - critical.len()) as u32;
                    (self.unplayed_before, self.interrupted) = (Some(candidate.event + 1), true);
                    break;
                }
            };
            critical.push(it);
            match budget.checked_sub(events) {
                Some(left) if left > 0 => budget = left,
                _ => return Ok(None),
            }
        }
        critical.reverse();
        let outcome = &record.outcome;
        let is_open = matches!(outcome.verdict, Verdict::LivelockProved | Verdict::Undecided);
        let is_over = outcome.chosen.is_some() || !is_open;
        let sealed = critical.iter().map(|it| (it.event, it.at_ns)).max().filter(|_| is_over);
        let harmless = self.played - critical.len() as u32;
        let (played, unplayed_before, interrupted) = (self.played, self.unplayed_before, self.interrupted);
        Ok(Some(Explanation { critical, played, harmless, unplayed_before, interrupted, sealed, is_over }))
    }
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

/// Plays a critical deviation to its end and looks at it; with the number of events that took.
fn in_full(
    setup: Setup<'_>,
    record: &Record,
    player: &Player<'_>,
    candidate: Candidate,
    wanted: &Deviations,
) -> Result<(Critical, u64), Halt> {
    let mut overtaker = Overtaker::of(setup.scenario, candidate.subject, candidate.event);
    let outcome: Outcome = player.play(record.seed, wanted, &mut overtaker)?;
    let at_ns = record.events.get(candidate.event - 1).map_or(outcome.ended_at_ns, |(at, _)| *at);
    let critical = Critical {
        message: candidate.message,
        subject: candidate.subject,
        change: candidate.change,
        event: candidate.event,
        at_ns,
        overtaken_by: overtaker.found(),
        winner: outcome.winner,
        verdict: outcome.verdict,
        token: setup.token(record.seed, wanted.clone(), &outcome),
    };
    Ok((critical, u64::from(outcome.events)))
}
