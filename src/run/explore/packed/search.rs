//! Visits every packed state, and says the same of them as the search through states as they are.
//!
//! Absent on purpose: how states are visited (`levels`), the way to a violation (`retrace`), and how a search is kept (`kept`).

use std::collections::BTreeSet;
use std::io::Result;
use std::sync::Mutex;

use super::super::found::{Exploration, Way};
use super::super::keeper::Keeper;
use super::super::moves::MoveCounts;
use super::levels::{Ended, Left, Limits, Suspect, Visitor, Walk};
use super::look::Look;
use super::outlook;
use super::packing::Packing;
use super::retrace::{Goal, retrace};
use super::seen::open;
use super::word::{Packed, Word};

/// Counts what is seen of some states.
pub(super) struct Tally<'m, W, const N: usize> {
    packing: &'m Packing<'m>,
    pub transitions: u64,
    /// States that nothing follows but themselves, and in which nothing is chosen.
    pub dead_ends: u64,
    /// By proposer: new states in which its value is chosen.
    pub chosen: Vec<u64>,
    /// New states that were asked for.
    pub reached: BTreeSet<Packed<W, N>>,
}

impl<'m, W: Word, const N: usize> Tally<'m, W, N> {
    pub fn new(packing: &'m Packing<'m>) -> Self {
        let chosen = vec![0; packing.proposers()];
        Tally { packing, transitions: 0, dead_ends: 0, chosen, reached: BTreeSet::new() }
    }

    fn add(&mut self, mut other: Tally<'_, W, N>) {
        self.transitions += other.transitions;
        self.dead_ends += other.dead_ends;
        self.chosen.iter_mut().zip(&other.chosen).for_each(|(all, more)| *all += more);
        self.reached.append(&mut other.reached);
    }
}

impl<W: Word, const N: usize> Visitor<W, N> for Tally<'_, W, N> {
    #[inline(always)]
    fn leave(&mut self, state: &Packed<W, N>, children: &[Packed<W, N>], _prints: &[u64]) {
        self.transitions += children.len() as u64;
        let is_end = children.iter().all(|child| child == state);
        self.dead_ends += u64::from(is_end && self.packing.chosen_slots(state) == 0);
    }

    #[inline(always)]
    fn find(&mut self, state: &Packed<W, N>) {
        if let Some(winner) = self.packing.chosen(state) {
            self.chosen[winner] += 1;
        }
        if let Some(question) = self.packing.model.question
            && question.holds_in(&Look { packing: self.packing, state })
        {
            self.reached.insert(*state);
        }
    }
}

/// Suspects of which an invariant is really broken by a step, and the children of all others.
pub(super) fn judge<W: Word, const N: usize>(
    packing: &Packing<'_>,
    suspects: &[Suspect<W, N>],
) -> (BTreeSet<Packed<W, N>>, Vec<Packed<W, N>>) {
    let (mut guilty, mut cleared) = (BTreeSet::new(), BTreeSet::new());
    let mut others = Vec::new();
    let mut actions = Vec::new();
    for (parent, child) in suspects {
        if !guilty.contains(parent) && !cleared.contains(parent) {
            let state = packing.unpack(parent);
            packing.model.actions(&state, &mut actions);
            let is_broken = actions.iter().any(|&action| packing.model.apply(&state, action).1.is_some());
            if is_broken {
                guilty.insert(*parent)
            } else {
                cleared.insert(*parent)
            };
        }
        if cleared.contains(parent) {
            others.push(*child);
        }
    }
    (guilty, others)
}

/// What is known of the level that is being left.
pub(super) struct Level<'m, W, const N: usize> {
    pub tally: Tally<'m, W, N>,
    pub suspects: Vec<Suspect<W, N>>,
    pub moves: MoveCounts,
}

/// A search on its way.
pub(super) struct Search<'m, W, const N: usize> {
    pub packing: &'m Packing<'m>,
    pub walk: Walk<'m, W, N>,
    /// Steps from the first state to those of this level.
    pub depth: u32,
    /// Of the levels before.
    pub all: Tally<'m, W, N>,
    pub moves: MoveCounts,
    pub level: Level<'m, W, N>,
}

impl<'m, W: Word, const N: usize> Level<'m, W, N> {
    fn new(packing: &'m Packing<'m>) -> Self {
        Level { tally: Tally::new(packing), suspects: Vec::new(), moves: MoveCounts::default() }
    }

    fn add(&mut self, left: Left<Tally<'m, W, N>, W, N>) {
        left.visitors.into_iter().for_each(|tally| self.tally.add(tally));
        self.suspects.extend(left.suspects);
        self.moves.add(&left.moves);
    }
}

impl<'m, W: Word, const N: usize> Search<'m, W, N> {
    /// At its beginning.
    fn new(packing: &'m Packing<'m>) -> Self {
        let mut all = Tally::new(packing);
        all.find(&packing.pack::<W, N>(&packing.model.initial()));
        let (walk, level) = (Walk::new(packing), Level::new(packing));
        Search { packing, walk, depth: 0, all, moves: MoveCounts::default(), level }
    }

    /// What was found of the levels that are done.
    fn found(&self, states: u64) -> Exploration {
        let alike = |kind: &Vec<usize>| kind.iter().map(|&n| n as u8 + 1).collect();
        Exploration {
            states,
            transitions: self.all.transitions,
            depth: self.depth,
            chosen: self.all.chosen.clone(),
            alike: self.packing.alike.iter().map(alike).collect(),
            moves: self.moves.each(),
            ..Exploration::default()
        }
    }

    /// Leaves the states of this level, and keeps the search where it is asked to; whether the level is done.
    fn leave(&mut self, limits: &Limits<'_>) -> Result<bool> {
        loop {
            let left = self.walk.leave(|| Tally::new(self.packing), limits);
            let ended = left.ended;
            self.level.add(left);
            if ended == Ended::Done {
                return Ok(true);
            }
            let mut keeper = open(&limits.keeper);
            keeper.keep(&mut |out| self.write(out))?;
            if ended == Ended::Early {
                return Ok(false);
            }
        }
    }
}

/// The counts, and the way to a broken invariant or to a state that was asked for.
///
/// # Errors
/// When what is kept cannot be read or written.
pub(super) fn search<W: Word, const N: usize>(
    packing: &Packing<'_>,
    keeper: &mut dyn Keeper,
) -> Result<(Exploration, Option<Way>)> {
    let kept = keeper.kept()?.map(|mut from| Search::<W, N>::read(packing, &mut *from)).transpose()?;
    let mut search = kept.unwrap_or_else(|| Search::new(packing));
    let bounds = packing.model.bounds;
    let limits =
        Limits { most_states: bounds.most_states, most_bytes: bounds.most_bytes, keeper: Mutex::new(keeper) };
    let mut states = search.walk.states();
    if !search.all.reached.is_empty() {
        return Ok((search.found(states), Some((Vec::new(), None))));
    }
    loop {
        // What was found of a level that is not done depends on which states came first.
        if !search.leave(&limits)? {
            return Ok((search.found(states), None));
        }
        let Level { tally, suspects, moves } =
            std::mem::replace(&mut search.level, Level::new(search.packing));
        search.all.add(tally);
        search.moves.add(&moves);
        let (guilty, cleared) = judge(packing, &suspects);
        let is_there = search.walk.advance(&cleared, |state| search.all.find(state));
        states = search.walk.states();
        let reached = std::mem::take(&mut search.all.reached);
        let goal = match (guilty.is_empty(), reached.is_empty()) {
            (false, _) => Some((guilty, Goal::Broken, search.depth)),
            (true, false) => Some((reached, Goal::Reached, search.depth + 1)),
            (true, true) => None,
        };
        let mut found = search.found(states);
        if let Some((wanted, goal, depth)) = goal {
            drop(search);
            let way = retrace::<W, N>(packing, (depth, wanted), goal, &limits);
            found.depth = way.as_ref().map_or(found.depth, |(path, _)| path.len() as u32);
            return Ok((found, way));
        }
        if !is_there {
            found.complete = true;
            let is_open = search.all.dead_ends > 0;
            found.stuck = if is_open { outlook::hopeless(packing, search.walk, &limits) } else { Some(0) };
            return Ok((found, None));
        }
        search.depth += 1;
    }
}
