//! Visits every packed state, and says the same of them as the search through states as they are.
//!
//! Absent on purpose: how states are visited (`levels`), the way to a violation (`retrace`), and how a search is kept (`kept`).

use std::collections::BTreeSet;
use std::io::Result;
use std::sync::Mutex;

use super::super::found::{Exploration, Way};
use super::super::keeper::Keeper;
use super::super::moves::MoveCounts;
use super::judge::judge;
use super::levels::{Ended, Left, Limits, Suspect, Visitor, Walk};
use super::look::Look;
use super::outlook;
use super::packing::Packing;
use super::retrace::{Goal, retrace};
use super::roots::Roots;
use super::seek::seek;
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
        if let Some(question) = self.packing.model.question.to
            && question.holds_in(&Look { packing: self.packing, state })
        {
            self.reached.insert(*state);
        }
    }
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
    fn new(packing: &'m Packing<'m>, roots: &Roots<W, N>) -> Self {
        let mut all = Tally::new(packing);
        roots.states().for_each(|root| all.find(root));
        let (walk, level) = (Walk::new(packing, roots), Level::new(packing));
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

    /// Visits every state that follows from these, or until an invariant breaks or a state is there that was asked for.
    fn run(mut self, roots: &Roots<W, N>, limits: &Limits<'_>) -> Result<(Exploration, Option<Way>)> {
        let mut reached = std::mem::take(&mut self.all.reached);
        loop {
            if !reached.is_empty() {
                return Ok(self.end(roots, (reached, Goal::Reached), limits));
            }
            // What was found of a level that is not done depends on which states came first.
            let states = self.walk.states();
            if !self.leave(limits)? {
                return Ok((self.found(states), None));
            }
            let Level { tally, suspects, moves } =
                std::mem::replace(&mut self.level, Level::new(self.packing));
            self.all.add(tally);
            self.moves.add(&moves);
            let (guilty, cleared) = judge(self.packing, &suspects);
            let is_there = self.walk.advance(&cleared, |state| self.all.find(state));
            if !guilty.is_empty() {
                return Ok(self.end(roots, (guilty, Goal::Broken), limits));
            }
            reached = std::mem::take(&mut self.all.reached);
            if is_there {
                self.depth += 1;
            } else {
                return Ok((self.whole(roots, limits), None));
            }
        }
    }

    /// What was found, and the way to one of these states of this level.
    fn end(
        self,
        roots: &Roots<W, N>,
        (wanted, goal): (BTreeSet<Packed<W, N>>, Goal),
        limits: &Limits<'_>,
    ) -> (Exploration, Option<Way>) {
        let (packing, depth, mut found) = (self.packing, self.depth, self.found(self.walk.states()));
        // The table is not needed any more, and the way asks for one of its own.
        drop(self);
        let way = retrace(packing, roots, (depth, wanted), goal, limits);
        match &way {
            Some((path, _)) => found.depth = path.len() as u32,
            None => found.untold = Some(goal.untold()),
        }
        (found, way)
    }

    /// What was found where every state was visited.
    fn whole(self, roots: &Roots<W, N>, limits: &Limits<'_>) -> Exploration {
        let mut found = self.found(self.walk.states());
        found.complete = true;
        let is_open = self.all.dead_ends > 0;
        found.stuck =
            if is_open { outlook::hopeless(self.packing, (roots, self.walk), limits) } else { Some(0) };
        found
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
    let bounds = packing.model.bounds;
    let limits =
        Limits { most_states: bounds.most_states, most_bytes: bounds.most_bytes, keeper: Mutex::new(keeper) };
    let Some(condition) = packing.model.question.from else {
        let roots = Roots::of(packing);
        let search = kept.unwrap_or_else(|| Search::new(packing, &roots));
        return search.run(&roots, &limits);
    };
    match seek::<W, N>(packing, condition, &limits) {
        Err(ended) => Ok(*ended),
        Ok((roots, beginning)) => {
            let most_bytes = limits.most_bytes.saturating_sub(roots.bytes());
            let limits = Limits { most_bytes, ..limits };
            let (found, way) = Search::new(packing, &roots).run(&roots, &limits)?;
            Ok((Exploration { beginning: Some(beginning), ..found }, way))
        }
    }
}
