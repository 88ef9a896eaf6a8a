//! From a model to its chain: every state that can be come to, and at which rate it is left for which.
//!
//! What goes on without end is cut: states in which too many requests of old attempts are under way, or in which rounds are too
//! far apart, lead nowhere, and the probability of coming to them is a bound on what is not known. Absent on purpose: what
//! follows a state (`step`), and the chain's solution (`stats`).

use std::collections::VecDeque;

use crate::check::ClientOutcome;
use crate::stats::{Chain, Move, Target};

use super::error::NotExact;
use super::index::Index;
use super::law::{Law, Wait};
use super::state::{Seat, Stand, State};
use super::step::{Goal, Model, Next};

/// How far states are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Most states.
    pub states: usize,
    /// Most requests of attempts that are over, under way at a time.
    pub old: usize,
    /// How far rounds may be apart.
    pub gap: u64,
}

/// What an end of a chain means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ending {
    /// Whose value is chosen.
    pub winner: Option<usize>,
    /// What each client was told; nothing where that is not asked.
    pub told: Vec<ClientOutcome>,
}

/// A chain with what its ends mean; the last end is what was cut off.
pub(super) struct Built {
    pub chain: Chain,
    pub endings: Vec<Ending>,
    /// By state: the clients that have an answer, a bit each.
    pub done: Vec<u64>,
    /// Whether states are missing because there would be more than allowed.
    pub is_full: bool,
    /// Whether they are missing because somebody wished that it end.
    pub is_stopped: bool,
    /// Whether anything was cut because rounds were too far apart.
    pub is_wide: bool,
    /// ns; the parts of a state's moves together are the rate at which it is left, per this.
    pub unit_ns: Option<u64>,
}

/// The number of the end of what was cut off.
pub(super) const CUT: u32 = 0;

struct Builder<'m> {
    model: &'m Model<'m>,
    reach: Reach,
    index: Index,
    waiting: VecDeque<State>,
    built: Built,
    bytes: Vec<u8>,
}

/// Builds the chain. `go_on` is told the number of states now and then, and ends the work by `false`; what was not left by
/// then is cut off.
pub(super) fn build(
    model: &Model<'_>,
    reach: Reach,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Built, NotExact> {
    let built = Built {
        chain: Chain::new(),
        endings: Vec::new(),
        done: Vec::new(),
        is_full: false,
        is_stopped: false,
        is_wide: false,
        unit_ns: unit(model.laws.scales()),
    };
    let mut builder =
        Builder { model, reach, index: Index::new(), waiting: VecDeque::new(), built, bytes: Vec::new() };
    for next in model.beginnings()? {
        // Orders of starts are as likely as each other, so each is one part of all.
        let parts = u64::from(model.laws.has_no_loss());
        let it = builder.moved(next, parts);
        builder.built.chain.begin(it);
    }
    let mut moves = Vec::new();
    while let Some(state) = builder.waiting.pop_front() {
        let states = builder.index.len();
        builder.built.is_full = states > reach.states;
        builder.built.is_stopped = builder.built.chain.states().is_multiple_of(1 << 8) && !go_on(states);
        if builder.built.is_full || builder.built.is_stopped {
            break;
        }
        moves.clear();
        let rate = builder.leave(&state, &mut moves)?;
        builder.built.chain.leave(rate, &moves);
        let has_answer = |(p, seat): (usize, &Seat)| u64::from(seat.stand == Stand::Done) << p;
        builder.built.done.push(state.seats.iter().enumerate().map(has_answer).sum());
    }
    builder.built.chain.cut_off(Target::end(CUT));
    Ok(builder.built)
}

/// Something that can happen.
#[derive(Clone, Copy)]
enum Happening {
    Arrival(usize),
    Attempt(usize),
}

impl Builder<'_> {
    /// All that can happen in a state, and how fast.
    fn happenings(&self, state: &State) -> Result<Vec<(Law, u8, Happening)>, NotExact> {
        let mut all = Vec::new();
        for (at, message) in state.flight.iter().enumerate() {
            all.push((self.model.fate(*message)?.law, message.stage, Happening::Arrival(at)));
        }
        for (p, seat) in state.seats.iter().enumerate() {
            let (wait, stage) = match seat.stand {
                Stand::Starting(stage) => (self.model.laws.starts[p], stage),
                Stand::Waiting(stage) => (self.model.laws.retry, stage),
                Stand::Due | Stand::Running | Stand::Done => continue,
            };
            if let Wait::For(law) = wait {
                all.push((law, stage, Happening::Attempt(p)));
            }
        }
        Ok(all)
    }

    /// How a state is left, and at which rate, per ns.
    fn leave(&mut self, state: &State, moves: &mut Vec<Move>) -> Result<f64, NotExact> {
        let all = self.happenings(state)?;
        let rate: f64 = all.iter().map(|(law, ..)| 1.0 / law.scale_ns as f64).sum();
        for (law, stage, what) in all {
            let share = 1.0 / law.scale_ns as f64 / rate;
            let parts = self.built.unit_ns.map_or(0, |unit| unit / law.scale_ns);
            for next in self.follow(state, law, stage, what)? {
                let parts = if next.is_whole { parts } else { 0 };
                let next = Next { share: share * next.share, ..next };
                moves.push(self.moved(next, parts));
            }
        }
        Ok(rate)
    }

    fn follow(&self, state: &State, law: Law, stage: u8, what: Happening) -> Result<Vec<Next>, NotExact> {
        if stage + 1 == law.stages {
            return match what {
                Happening::Arrival(at) => self.model.deliver(state, at),
                Happening::Attempt(p) => self.model.begin(state, p),
            };
        }
        let mut state = state.clone();
        match what {
            Happening::Arrival(at) => state.flight[at].stage += 1,
            Happening::Attempt(p) => {
                let stand = &mut state.seats[p].stand;
                *stand = match *stand {
                    Stand::Starting(stage) => Stand::Starting(stage + 1),
                    Stand::Waiting(stage) => Stand::Waiting(stage + 1),
                    other => other,
                };
            }
        }
        Ok(vec![Next { state, share: 1.0, is_whole: true, mark: Default::default() }])
    }

    /// The move to a state that follows: to its number, or to an end.
    fn moved(&mut self, next: Next, parts: u64) -> Move {
        let Next { mut state, share, is_whole: _, mark } = next;
        let to = self.target(&mut state);
        Move { to: to.unwrap_or_else(|| self.number(state)), share, parts, mark }
    }

    /// The end that a state is; none if it goes on.
    fn target(&mut self, state: &mut State) -> Option<Target> {
        if self.model.is_over(state) {
            return Some(self.ending(state));
        }
        self.model.tidy(state);
        let waits = |stand: Stand| matches!(stand, Stand::Starting(_) | Stand::Waiting(_));
        if state.flight.is_empty() && !state.seats.iter().any(|seat| waits(seat.stand)) {
            return Some(self.ending(state));
        }
        let (gap, old) = self.model.extent(state);
        self.built.is_wide |= gap > self.reach.gap;
        (gap > self.reach.gap || old > self.reach.old).then_some(Target::end(CUT))
    }

    fn number(&mut self, state: State) -> Target {
        let (number, is_new) = self.index.insert(state.fingerprint(&mut self.bytes));
        if is_new {
            self.waiting.push_back(state);
        }
        Target::state(number)
    }

    fn ending(&mut self, state: &State) -> Target {
        let winner = state.chosen.map(|value| usize::from(value.0));
        let told = match self.model.goal {
            Goal::Choice => Vec::new(),
            Goal::Answers => state.seats.iter().map(|seat| seat.told).collect(),
        };
        let ending = Ending { winner, told };
        let endings = &mut self.built.endings;
        let at = endings.iter().position(|it| *it == ending).unwrap_or_else(|| {
            endings.push(ending);
            endings.len() - 1
        });
        Target::end(at as u32 + 1)
    }
}

/// The least time that is a whole number of each, ns; none if it is beyond 64 bits.
fn unit(scales: impl Iterator<Item = u64>) -> Option<u64> {
    let common = |mut a: u64, mut b: u64| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    scales.into_iter().try_fold(1_u64, |unit, scale| (unit / common(unit, scale)).checked_mul(scale))
}
