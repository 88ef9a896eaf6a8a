//! Whether an invariant is really broken by the steps that may break one: the states as they are are asked.
//!
//! Absent on purpose: which steps those are (`step`).

use std::collections::BTreeSet;

use super::levels::Suspect;
use super::packing::Packing;
use super::word::{Packed, Word};

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
