//! The pieces of the range of offsets, each seen by two runs a nanosecond apart.
//!
//! Absent on purpose: which scenarios have pieces (`class`), and their probabilities (`offset`).

use crate::run::chain::NotExact;
use crate::run::plan::Plan;
use crate::run::simulator::Simulator;
use crate::scenario::Duration;
use crate::scenario::model::{Delay, Scenario, Ties};
use crate::stats::Fraction;
use crate::trace::{Event, Observer, StopReason};

use super::class::{is_about, spans};
use super::offset::{Span, range, share};

/// Pieces at most.
const MOST_PIECES: usize = 100_000;

/// What is known of a scenario that draws nothing but its starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Pieces {
    /// The pieces in ascending offset; neighbours come out differently.
    pub pieces: Vec<Piece>,
    /// By proposer: the probability that its value is chosen.
    pub winners: Vec<Fraction>,
    /// The probability that nothing is.
    pub nothing: Fraction,
    /// How many runs of the engine it took.
    pub runs: usize,
}

/// Offsets between which every run has the same winner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// From this offset of the second proposer's start from the first's, ns; on the ends themselves ties decide.
    pub from_ns: i64,
    /// To this one.
    pub to_ns: i64,
    /// Whose value is chosen.
    pub winner: Option<usize>,
}

/// Goes through all offsets; none if the scenario is of another kind. `go_on` is told now and then how many runs there were,
/// and ends the work by `false`.
///
/// # Errors
/// When something else is drawn, or a run is ended by its horizon or its number of events.
pub fn pieces(scenario: &Scenario, go_on: &mut dyn FnMut(u64) -> bool) -> Option<Result<Pieces, NotExact>> {
    is_about(scenario).then(|| spans(scenario).and_then(|spans| walk(scenario, spans, go_on)))
}

fn walk(
    scenario: &Scenario,
    spans: [Span; 2],
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Pieces, NotExact> {
    let (least, greatest) = range(spans);
    let winners = vec![Fraction::ZERO; 2];
    let mut found = Pieces { pieces: Vec::new(), winners, nothing: Fraction::ZERO, runs: 0 };
    if least == greatest {
        let seen = Seen::run(scenario, least)?;
        add(&mut found, spans, Piece { from_ns: least, to_ns: greatest, winner: seen.winner })?;
        found.runs = 1;
        return Ok(found);
    }
    let mut at = least;
    while at < greatest {
        if found.pieces.len() > MOST_PIECES || found.runs.is_multiple_of(64) && !go_on(found.runs as u64) {
            return Err(NotExact::Stopped);
        }
        // Ends of pieces are whole nanoseconds, as all times are; so within one nothing changes.
        let [here, next] = [Seen::run(scenario, at + 1)?, Seen::run(scenario, at + 2)?];
        found.runs += 2;
        let Some(room) = here.room(&next) else {
            return Err(NotExact::Internal(
                "two orders of events lie within three nanoseconds of each other",
            ));
        };
        let to = (at + 1).saturating_add(room).min(greatest);
        add(&mut found, spans, Piece { from_ns: at, to_ns: to, winner: here.winner })?;
        at = to;
    }
    Ok(found)
}

fn add(found: &mut Pieces, spans: [Span; 2], piece: Piece) -> Result<(), NotExact> {
    let too_fine = NotExact::Internal("the spans of the starts make fractions of more than 128 bits");
    let sum = piece.winner.map_or(&mut found.nothing, |p| &mut found.winners[p]);
    let of = share(spans, (piece.from_ns, piece.to_ns)).and_then(|share| sum.plus(share));
    *sum = of.ok_or(too_fine)?;
    match found.pieces.last_mut() {
        Some(last) if last.winner == piece.winner => last.to_ns = piece.to_ns,
        _ => found.pieces.push(piece),
    }
    Ok(())
}

/// A run: what happened, and when each thing did, or was going to.
#[derive(Default)]
struct Seen {
    events: Vec<Event>,
    times: Vec<u64>,
    /// When something was to come: messages, attempts.
    due: Vec<u64>,
    winner: Option<usize>,
}

impl Observer for Seen {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.events.push(*event);
        self.times.push(at_ns);
        // What was still to come when the run ended might have come before its end.
        match *event {
            Event::Sent { delay_ns, .. } | Event::RetryAfter { delay_ns, .. } => {
                self.due.push(at_ns.saturating_add(delay_ns));
            }
            _ => {}
        }
    }
}

impl Seen {
    /// The run in which the second proposer starts so much later than the first.
    fn run(scenario: &Scenario, offset: i64) -> Result<Seen, NotExact> {
        let mut scenario = scenario.clone();
        // Time 0 is as good as any other for the first of them.
        let starts = [offset.min(0).unsigned_abs(), offset.max(0).unsigned_abs()];
        for (proposer, start) in scenario.proposer.iter_mut().zip(starts) {
            proposer.start = Delay::Constant(Duration::from_ns(start));
        }
        let plan = Plan::new(&scenario)?;
        let mut seen = Seen::default();
        let outcome = Simulator::new(&plan).run(0, &mut seen).clone();
        seen.due.extend(starts);
        seen.times.extend(&seen.due);
        seen.due.sort_unstable();
        if scenario.run.ties == Ties::Seeded && seen.due.windows(2).any(|pair| pair[0] == pair[1]) {
            let why =
                "messages arrive at one instant, and seeded ties draw their order; write `ties = \"fifo\"`";
            return Err(NotExact::Outside { key: "run.ties".to_owned(), why: why.to_owned() });
        }
        if matches!(outcome.stopped, StopReason::Horizon | StopReason::MaxEvents | StopReason::Standstill) {
            let key = if outcome.stopped == StopReason::Horizon { "run.horizon" } else { "run.max_events" };
            let why = format!(
                "`{key}` ends a run whose starts lie {offset} ns apart before it comes to its end; raise it"
            );
            return Err(NotExact::Outside { key: key.to_owned(), why });
        }
        seen.winner = outcome.winner.map(usize::from);
        Ok(seen)
    }

    /// How much later the second start can be before two things change places; none if they do within a nanosecond. As time 0
    /// is the first start, with a negative offset it is the first proposer's times that change.
    fn room(&self, next: &Seen) -> Option<i64> {
        if self.events != next.events || self.times.len() != next.times.len() {
            return None;
        }
        let moved = |(a, b): (&u64, &u64)| *b as i64 - *a as i64;
        let moves: Vec<i64> = self.times.iter().zip(&next.times).map(moved).collect();
        let (low, high) = (*moves.iter().min()?, *moves.iter().max()?);
        if high - low > 1 {
            return None;
        }
        // Those that the second start moves along, against those that it does not.
        let mut still: Vec<u64> = self
            .times
            .iter()
            .zip(&moves)
            .filter(|(_, by)| **by == low && high > low)
            .map(|(at, _)| *at)
            .collect();
        still.sort_unstable();
        let ahead = |at: u64| still.get(still.partition_point(|&it| it <= at)).map(|&next| next - at);
        let moving = self.times.iter().zip(&moves).filter(|(_, by)| **by == high && high > low);
        let room = moving.filter_map(|(at, _)| ahead(*at)).min();
        Some(room.map_or(i64::MAX / 4, |room| room as i64))
    }
}
