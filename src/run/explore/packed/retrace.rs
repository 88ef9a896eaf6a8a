//! The way to a violation, or to a state that was asked for. No state knows where it came from, so the levels are walked again: those states of a level are
//! kept of which a step leads to one that is kept of the next. Of all shortest ways that remain the first is told, by the
//! order in which steps are tried: the same for any number of threads, and the one that the search through states as they
//! are finds.
//!
//! Absent on purpose: looking for violations (`search`).

use std::collections::BTreeSet;

use super::super::act::Action;
use super::super::found::{Untold, Way};
use super::super::search::told;
use super::super::state::State;
use super::judge::judge;
use super::levels::{Limits, Visitor, Walk};
use super::packing::Packing;
use super::roots::Roots;
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
    roots: &Roots<W, N>,
    depth: u32,
    wanted: &BTreeSet<Packed<W, N>>,
    limits: &Limits<'_>,
) -> Option<BTreeSet<Packed<W, N>>> {
    let mut walk = Walk::new(packing, roots);
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

impl Goal {
    /// What is not told where the way is not found.
    pub fn untold(self) -> Untold {
        match self {
            Goal::Broken => Untold::Violation,
            Goal::Reached => Untold::Reached,
        }
    }
}

/// The first of the shortest ways from a root to one of these states, `depth` steps from it, with the way to that root before;
/// and where it ends.
fn way<W: Word, const N: usize>(
    packing: &Packing<'_>,
    roots: &Roots<W, N>,
    (depth, wanted): (u32, BTreeSet<Packed<W, N>>),
    limits: &Limits<'_>,
) -> Option<(Vec<Action>, State)> {
    let mut levels = vec![wanted];
    for level in (0..depth).rev() {
        let kept = before(packing, roots, level, levels.last()?, limits)?;
        levels.push(kept);
    }
    let model = packing.model;
    let root = *levels.pop()?.iter().min_by_key(|root| (roots.depth(root), **root))?;
    let (mut path, mut state) = match roots.depth(&root) {
        0 => (Vec::new(), model.initial()),
        depth => way(packing, &Roots::of(packing), (depth, BTreeSet::from([root])), limits)?,
    };
    let mut actions = Vec::new();
    for wanted in levels.iter().rev() {
        model.actions(&state, &mut actions);
        let mut steps = actions.iter().map(|&action| (action, model.apply(&state, action).0));
        let leads = |child: &State| wanted.contains(&packing.standing_for(packing.pack::<W, N>(child)));
        let (action, child) = steps.find(|(_, child)| leads(child))?;
        path.extend(told(model, &state, action));
        state = child;
    }
    Some((path, state))
}

/// The first of the shortest ways to one of these states of level `depth`.
pub(super) fn retrace<W: Word, const N: usize>(
    packing: &Packing<'_>,
    roots: &Roots<W, N>,
    wanted: (u32, BTreeSet<Packed<W, N>>),
    goal: Goal,
    limits: &Limits<'_>,
) -> Option<Way> {
    let (mut path, state) = way(packing, roots, wanted, limits)?;
    if goal == Goal::Reached {
        return Some((path, None));
    }
    let (model, mut actions) = (packing.model, Vec::new());
    model.actions(&state, &mut actions);
    let mut steps = actions.iter().map(|&action| (action, model.apply(&state, action).1));
    let (action, broken) = steps.find_map(|(action, broken)| Some((action, broken?)))?;
    path.extend(told(model, &state, action));
    Some((path, Some(broken)))
}
