//! The way to a violation, or to a state that was asked for. No state knows where it came from, so the levels are walked again: those states of a level are
//! kept of which a step leads to one that is kept of the next. Of all shortest ways that remain the first is told, by the
//! order in which steps are tried: the same for any number of threads, and the one that the search through states as they
//! are finds.
//!
//! Absent on purpose: looking for violations (`search`).

use std::collections::BTreeSet;

use super::super::found::Way;
use super::super::search::told;
use super::super::state::State;
use super::levels::{Limits, Visitor, Walk};
use super::packing::Packing;
use super::search::judge;
use super::word::{Packed, Word};

/// Keeps the states of a level that are followed by wanted ones.
struct Keep<'k, W, const N: usize> {
    /// None on the way to the level.
    wanted: Option<&'k BTreeSet<Packed<W, N>>>,
    kept: Vec<Packed<W, N>>,
}

impl<W: Word, const N: usize> Visitor<W, N> for Keep<'_, W, N> {
    fn leave(&mut self, state: &Packed<W, N>, children: &[Packed<W, N>], _prints: &[u64]) {
        if self.wanted.is_some_and(|wanted| children.iter().any(|child| wanted.contains(child))) {
            self.kept.push(*state);
        }
    }

    fn find(&mut self, _state: &Packed<W, N>) {}
}

/// The states of level `depth` that are followed by one of these; none if the walk was ended.
fn before<W: Word, const N: usize>(
    packing: &Packing<'_>,
    depth: u32,
    wanted: &BTreeSet<Packed<W, N>>,
    limits: &Limits<'_>,
) -> Option<BTreeSet<Packed<W, N>>> {
    let mut walk = Walk::<W, N>::new(packing);
    let mut kept = BTreeSet::new();
    for level in 0..=depth {
        let wanted = (level == depth).then_some(wanted);
        let (visitors, suspects) = walk.leave_all(|| Keep { wanted, kept: Vec::new() }, limits)?;
        kept = visitors.into_iter().flat_map(|it| it.kept).collect();
        walk.advance(&judge(packing, &suspects).1, |_| {});
    }
    Some(kept)
}

/// What is to be told of the last state of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The first step that breaks an invariant, and which.
    Broken,
    /// Nothing more.
    Reached,
}

/// The first of the shortest ways to one of these states of level `depth`.
pub(super) fn retrace<W: Word, const N: usize>(
    packing: &Packing<'_>,
    (depth, wanted): (u32, BTreeSet<Packed<W, N>>),
    goal: Goal,
    limits: &Limits<'_>,
) -> Option<Way> {
    let mut levels = vec![wanted];
    for level in (1..depth).rev() {
        let kept = before::<W, N>(packing, level, levels.last()?, limits)?;
        levels.push(kept);
    }
    if depth == 0 {
        levels.clear();
    }
    let model = packing.model;
    let (mut state, mut actions, mut path) = (model.initial(), Vec::new(), Vec::new());
    for wanted in levels.iter().rev() {
        model.actions(&state, &mut actions);
        let mut steps = actions.iter().map(|&action| (action, model.apply(&state, action).0));
        let leads = |child: &State| wanted.contains(&packing.standing_for(packing.pack::<W, N>(child)));
        let (action, child) = steps.find(|(_, child)| leads(child))?;
        path.extend(told(model, &state, action));
        state = child;
    }
    if goal == Goal::Reached {
        return Some((path, None));
    }
    model.actions(&state, &mut actions);
    let mut steps = actions.iter().map(|&action| (action, model.apply(&state, action).1));
    let (action, broken) = steps.find_map(|(action, broken)| Some((action, broken?)))?;
    path.extend(told(model, &state, action));
    Some((path, Some(broken)))
}
