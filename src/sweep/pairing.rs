//! Which cells of a sweep are compared with which.
//!
//! Absent on purpose: comparisons between any other two cells; `synod compare` makes those.

use super::paired::Matching;
use crate::scenario::{Bases, Cell};

/// Cells of a sweep against others of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// Which cell each is compared with: its baseline.
    pub bases: Bases,
    /// For each cell how its runs go with its baseline's; none for a baseline itself, and where it has other proposers, or the
    /// same in another order: draws are addressed by their places.
    matchings: Vec<Option<Matching>>,
}

impl Pairing {
    /// Of these cells with those; none where nothing can be paired.
    pub fn new(cells: &[Cell], bases: Bases) -> Option<Pairing> {
        let one = |(i, cell): (usize, &Cell)| {
            let base = bases.of(i);
            let matching = Matching::new(&cells.get(base)?.scenario, &cell.scenario)?;
            (i != base && matching.has_one_order()).then_some(matching)
        };
        let matchings: Vec<_> = cells.iter().enumerate().map(one).collect();
        matchings.iter().any(Option::is_some).then_some(Pairing { bases, matchings })
    }

    /// Times are compared up to here at most, ns.
    pub fn up_to(&mut self, bound_ns: u64) {
        for matching in self.matchings.iter_mut().flatten() {
            matching.horizon_ns = matching.horizon_ns.min(bound_ns);
        }
    }

    /// How a cell's runs go with its baseline's.
    pub fn of(&self, cell: usize) -> Option<&Matching> {
        self.matchings.get(cell)?.as_ref()
    }

    /// The cell whose runs a cell's are paired with, if they are.
    pub fn base(&self, cell: usize) -> Option<usize> {
        self.of(cell).map(|_| self.bases.of(cell))
    }
}
