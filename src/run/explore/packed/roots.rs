//! The states that a search begins at.
//!
//! Absent on purpose: finding those in which a condition holds (`seek`).

use std::collections::BTreeMap;

use super::packing::Packing;
use super::word::{Packed, Word};

/// The states that a search begins at, with the steps of a shortest way to each.
pub(super) struct Roots<W, const N: usize>(pub BTreeMap<Packed<W, N>, u32>);

impl<W: Word, const N: usize> Roots<W, N> {
    /// Where a model begins.
    pub fn of(packing: &Packing<'_>) -> Self {
        Roots(BTreeMap::from([(packing.pack(&packing.model.initial()), 0)]))
    }

    /// Memory, bytes, about: nodes of the map are two thirds full, and a walk takes them over.
    pub fn bytes(&self) -> u64 {
        (self.0.len() * (size_of::<Packed<W, N>>() + size_of::<u32>()) * 5 / 2) as u64
    }

    pub fn states(&self) -> impl Iterator<Item = &Packed<W, N>> {
        self.0.keys()
    }

    /// Steps from where the model begins.
    pub fn depth(&self, root: &Packed<W, N>) -> u32 {
        self.0.get(root).copied().unwrap_or(0)
    }
}
