//! The states in which a condition holds, for a search that begins at them.
//!
//! Absent on purpose: the search itself (`search`).

use std::collections::BTreeMap;

use super::super::found::{Beginning, Exploration, Way};
use super::judge::judge;
use super::levels::{Limits, Visitor, Walk};
use super::look::Look;
use super::packing::Packing;
use super::retrace::{Goal, retrace};
use super::roots::Roots;
use super::word::{Packed, Word};
use crate::run::condition::Condition;

/// What was found by then, and the way to an invariant that breaks.
pub(super) type Unfound = (Exploration, Option<Way>);

/// Collects new states in which a condition holds.
struct Collect<'c, W, const N: usize> {
    packing: &'c Packing<'c>,
    condition: &'c Condition,
    states: Vec<Packed<W, N>>,
}

impl<W: Word, const N: usize> Visitor<W, N> for Collect<'_, W, N> {
    fn leave(&mut self, _state: &Packed<W, N>, _children: &[Packed<W, N>], _prints: &[u64]) {}

    fn find(&mut self, state: &Packed<W, N>) {
        if self.condition.holds_in(&Look { packing: self.packing, state }) {
            self.states.push(*state);
        }
    }
}

/// The states in which a condition holds, of all there are.
///
/// # Errors
/// What was found where not every state was visited: with the way to an invariant that breaks, if that is why.
pub(super) fn seek<W: Word, const N: usize>(
    packing: &Packing<'_>,
    condition: &Condition,
    limits: &Limits<'_>,
) -> Result<(Roots<W, N>, Beginning), Box<Unfound>> {
    let first = Roots::of(packing);
    let mut walk = Walk::new(packing, &first);
    let mut roots = Roots(BTreeMap::new());
    let collect = || Collect { packing, condition, states: Vec::new() };
    let mut begin = collect();
    first.states().for_each(|state| begin.find(state));
    roots.0.extend(begin.states.into_iter().map(|state| (state, 0)));
    for depth in 0.. {
        let ended =
            |walk: &Walk<'_, W, N>| Exploration { states: walk.states(), depth, ..Exploration::default() };
        let Some((collected, suspects)) = walk.leave_all(collect, limits) else {
            return Err(Box::new((ended(&walk), None)));
        };
        let (guilty, cleared) = judge(packing, &suspects);
        let mut last = collect();
        let is_there = walk.advance(&cleared, |state| last.find(state));
        if !guilty.is_empty() {
            let mut found = ended(&walk);
            drop(walk);
            let way = retrace(packing, &first, (depth, guilty), Goal::Broken, limits);
            match &way {
                Some((path, _)) => found.depth = path.len() as u32,
                None => found.untold = Some(Goal::Broken.untold()),
            }
            return Err(Box::new((found, way)));
        }
        let collected = collected.into_iter().chain([last]).flat_map(|it| it.states);
        roots.0.extend(collected.map(|state| (state, depth + 1)));
        // As much again is for what follows from them.
        if roots.bytes() > limits.most_bytes / 2 {
            return Err(Box::new((ended(&walk), None)));
        }
        if !is_there {
            break;
        }
    }
    let beginning = Beginning { states: roots.0.len() as u64, visited: walk.states() };
    Ok((roots, beginning))
}
