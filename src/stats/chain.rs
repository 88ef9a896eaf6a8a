//! A continuous-time Markov chain that comes to an end: states with a rate at which each is left, and where each then leads.
//!
//! Sparse, in arrays. A move may be marked: as one that begins something again (only such moves can lead back to a state),
//! and by how much it adds to a count. So without the marked moves the states have an order, and probability can be
//! pushed through them once, without a system of equations. Absent on purpose: what the states mean; the pushing itself
//! (`absorb`, `transient`).

/// Where a move leads: to a state, by its number, or to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(u32);

const FIRST_END: u32 = 1 << 31;

impl Target {
    /// A state, in the order in which they are left ([`Chain::leave`]); below 2³¹.
    pub const fn state(number: u32) -> Target {
        Target(number)
    }
    /// An end; below 2³¹.
    pub const fn end(number: u32) -> Target {
        Target(number | FIRST_END)
    }
    /// The state's number, or the end's.
    pub const fn get(self) -> Result<usize, usize> {
        if self.0 < FIRST_END { Ok(self.0 as usize) } else { Err((self.0 & !FIRST_END) as usize) }
    }
}

/// What a move is marked with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Whether it begins something again.
    pub again: bool,
    /// What it adds to the count; only a move that begins something again adds anything.
    pub count: u8,
}

/// A move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// Where to.
    pub to: Target,
    /// With this probability, in (0, 1].
    pub share: f64,
    /// The same as a whole number of parts of all moves of its state together; 0 where it is none.
    pub parts: u64,
    /// How it is marked.
    pub mark: Mark,
}

/// Adds a move to those from `first` on.
fn merge(moves: &mut Vec<Move>, first: usize, new: Move) {
    match moves[first..].iter_mut().find(|old| (old.to, old.mark) == (new.to, new.mark)) {
        Some(old) => {
            old.share += new.share;
            old.parts = if old.parts == 0 || new.parts == 0 { 0 } else { old.parts + new.parts };
        }
        None => moves.push(new),
    }
}

/// A chain, state by state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    beginnings: Vec<Move>,
    first: Vec<u32>,
    moves: Vec<Move>,
    rates: Vec<f64>,
    ends: usize,
}

impl Chain {
    /// No states yet.
    pub fn new() -> Chain {
        Chain::default()
    }

    /// The chain begins so with this probability; what is marked has happened by then.
    pub fn begin(&mut self, beginning: Move) {
        self.note(beginning.to);
        merge(&mut self.beginnings, 0, beginning);
    }

    /// The next state: it is left at this rate, per ns, by these moves, whose shares add up to 1. Moves that differ in nothing
    /// but their share are taken together.
    pub fn leave(&mut self, rate: f64, moves: &[Move]) {
        let first = self.moves.len();
        self.first.push(first as u32);
        self.rates.push(rate);
        for &new in moves {
            self.note(new.to);
            merge(&mut self.moves, first, new);
        }
    }

    /// States that were named and never left are this end instead.
    pub fn cut_off(&mut self, end: Target) {
        self.note(end);
        let states = self.states();
        for it in self.moves.iter_mut().chain(&mut self.beginnings) {
            if it.to.get().is_ok_and(|state| state >= states) {
                it.to = end;
            }
        }
    }

    /// The same chain, in which every move leads to what `to` makes of where it led. The states stay as they are, also those that
    /// nothing leads to any more.
    pub fn redirected(&self, to: &dyn Fn(Target) -> Target) -> Chain {
        let mut chain = Chain::new();
        let led = |it: &Move| Move { to: to(it.to), ..*it };
        self.beginnings.iter().for_each(|it| chain.begin(led(it)));
        let mut moves = Vec::new();
        for state in 0..self.states() {
            moves.clear();
            moves.extend(self.of(state).iter().map(led));
            chain.leave(self.rate(state), &moves);
        }
        chain
    }

    fn note(&mut self, to: Target) {
        if let Err(end) = to.get() {
            self.ends = self.ends.max(end + 1);
        }
    }

    /// How many states there are.
    pub fn states(&self) -> usize {
        self.rates.len()
    }
    /// How many moves there are between them, and to the ends.
    pub fn moves(&self) -> usize {
        self.moves.len()
    }
    /// How many ends.
    pub fn ends(&self) -> usize {
        self.ends
    }
    /// How it begins.
    pub fn beginnings(&self) -> &[Move] {
        &self.beginnings
    }
    /// How a state is left.
    pub fn of(&self, state: usize) -> &[Move] {
        let end = self.first.get(state + 1).map_or(self.moves.len(), |&next| next as usize);
        &self.moves[self.first[state] as usize..end]
    }
    /// At which rate a state is left, per ns.
    pub fn rate(&self, state: usize) -> f64 {
        self.rates[state]
    }
    /// The highest of these rates; 0 without states.
    pub fn highest_rate(&self) -> f64 {
        self.rates.iter().copied().fold(0.0, f64::max)
    }

    /// The states in an order in which every move without a mark leads onward (Kahn 1962); none if there is none.
    ///
    /// With `all`, also the marked moves are to lead onward.
    pub fn order(&self, all: bool) -> Option<Vec<u32>> {
        let onward = |it: &Move| it.to.get().ok().filter(|_| all || !it.mark.again);
        let mut coming = vec![0_u32; self.states()];
        for to in self.moves.iter().filter_map(onward) {
            coming[to] += 1;
        }
        let mut order: Vec<u32> =
            (0..self.states() as u32).filter(|&state| coming[state as usize] == 0).collect();
        let mut at = 0;
        while let Some(&state) = order.get(at) {
            at += 1;
            for to in self.of(state as usize).iter().filter_map(onward) {
                coming[to] -= 1;
                if coming[to] == 0 {
                    order.push(to as u32);
                }
            }
        }
        (order.len() == self.states()).then_some(order)
    }
}
