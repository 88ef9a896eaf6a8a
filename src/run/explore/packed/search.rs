//! Visits every packed state, and says the same of them as the search through states as they are.
//!
//! Absent on purpose: how states are visited (`levels`), and the way to a violation (`retrace`).

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::super::found::{Exploration, Way};
use super::levels::{Ended, Limits, Suspect, Visitor, Walk};
use super::look::Look;
use super::outlook;
use super::packing::Packing;
use super::retrace::{Goal, retrace};
use super::word::{Packed, Word};

/// Counts what a thread sees of a level.
struct Tally<'m> {
    packing: &'m Packing<'m>,
    transitions: u64,
    /// States that nothing follows but themselves, and in which nothing is chosen.
    dead_ends: u64,
    /// By proposer: new states in which its value is chosen.
    chosen: Vec<u64>,
    /// New states that were asked for, by their fingerprints.
    reached: BTreeSet<u64>,
}

impl<'m> Tally<'m> {
    fn new(packing: &'m Packing<'m>) -> Self {
        let chosen = vec![0; packing.proposers()];
        Tally { packing, transitions: 0, dead_ends: 0, chosen, reached: BTreeSet::new() }
    }

    fn add(&mut self, mut other: Tally<'_>) {
        self.transitions += other.transitions;
        self.dead_ends += other.dead_ends;
        self.chosen.iter_mut().zip(&other.chosen).for_each(|(all, more)| *all += more);
        self.reached.append(&mut other.reached);
    }
}

impl<W: Word, const N: usize> Visitor<W, N> for Tally<'_> {
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
            self.reached.insert(state.fingerprint());
        }
    }
}

/// Suspects of which an invariant is really broken by a step, by their fingerprints; and the children of all others.
pub(super) fn judge<W: Word, const N: usize>(
    packing: &Packing<'_>,
    suspects: &[Suspect<W, N>],
) -> (BTreeSet<u64>, Vec<Packed<W, N>>) {
    let (mut guilty, mut cleared) = (BTreeSet::new(), BTreeSet::new());
    let mut others = Vec::new();
    let mut actions = Vec::new();
    for (parent, child) in suspects {
        let print = parent.fingerprint();
        if !guilty.contains(&print) && !cleared.contains(&print) {
            let state = packing.unpack(parent);
            packing.model.actions(&state, &mut actions);
            let is_broken = actions.iter().any(|&action| packing.model.apply(&state, action).1.is_some());
            if is_broken {
                guilty.insert(print)
            } else {
                cleared.insert(print)
            };
        }
        if cleared.contains(&print) {
            others.push(*child);
        }
    }
    (guilty, others)
}

/// The counts, and the way to a broken invariant or to a state that was asked for.
pub(super) fn search<W: Word, const N: usize>(
    packing: &Packing<'_>,
    go_on: &mut (dyn FnMut(u64) -> bool + Send),
) -> (Exploration, Option<Way>) {
    let bounds = packing.model.bounds;
    let limits =
        Limits { most_states: bounds.most_states, most_bytes: bounds.most_bytes, go_on: Mutex::new(go_on) };
    let mut walk = Walk::<W, N>::new(packing);
    let mut all = Tally::new(packing);
    all.find(&packing.pack::<W, N>(&packing.model.initial()));
    let alike = |kind: &Vec<usize>| kind.iter().map(|&n| n as u8 + 1).collect();
    let mut found = Exploration {
        states: 1,
        chosen: all.chosen.clone(),
        alike: packing.alike.iter().map(alike).collect(),
        ..Exploration::default()
    };
    if !all.reached.is_empty() {
        return (found, Some((Vec::new(), None)));
    }
    loop {
        let (tallies, suspects, ended) = walk.leave(|| Tally::new(packing), &limits);
        if ended == Ended::Early {
            // What was found of a level that is not done depends on which states came first.
            return (found, None);
        }
        tallies.into_iter().for_each(|tally| all.add(tally));
        let (guilty, cleared) = judge(packing, &suspects);
        let is_there = walk.advance(&cleared, |state| all.find(state));
        (found.states, found.transitions) = (walk.states(), all.transitions);
        found.chosen.clone_from(&all.chosen);
        let goal = match (guilty.is_empty(), all.reached.is_empty()) {
            (false, _) => Some((guilty, Goal::Broken, found.depth)),
            (true, false) => Some((std::mem::take(&mut all.reached), Goal::Reached, found.depth + 1)),
            (true, true) => None,
        };
        if let Some((wanted, goal, depth)) = goal {
            drop(walk);
            let way = retrace::<W, N>(packing, (depth, wanted), goal, &limits);
            found.depth = way.as_ref().map_or(found.depth, |(path, _)| path.len() as u32);
            return (found, way);
        }
        if !is_there {
            found.complete = true;
            found.stuck =
                if all.dead_ends == 0 { Some(0) } else { outlook::hopeless(packing, walk, &limits) };
            return (found, None);
        }
        found.depth += 1;
    }
}
