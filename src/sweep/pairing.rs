//! Which cells of a sweep are compared with which.
//!
//! Absent on purpose: comparisons between two cells neither of which is the baseline; `synod compare` makes those.

use super::paired::Matching;
use crate::scenario::Cell;

/// Each cell of a sweep against one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The cell that the others are compared with.
    pub baseline: usize,
    /// For each cell how its runs go with the baseline's; none for the baseline itself, and where it has other proposers, or the
    /// same in another order: draws are addressed by their places.
    matchings: Vec<Option<Matching>>,
}

impl Pairing {
    /// Of these cells with that one; none where nothing can be paired.
    pub fn new(cells: &[Cell], baseline: usize) -> Option<Pairing> {
        let first = &cells.get(baseline)?.scenario;
        let one = |(i, cell): (usize, &Cell)| {
            let matching = Matching::new(first, &cell.scenario)?;
            (i != baseline && matching.has_one_order()).then_some(matching)
        };
        let matchings: Vec<_> = cells.iter().enumerate().map(one).collect();
        matchings.iter().any(Option::is_some).then_some(Pairing { baseline, matchings })
    }

    /// Times are compared up to here at most, ns.
    pub fn up_to(&mut self, bound_ns: u64) {
        for matching in self.matchings.iter_mut().flatten() {
            matching.horizon_ns = matching.horizon_ns.min(bound_ns);
        }
    }

    /// How a cell's runs go with the baseline's.
    pub fn of(&self, cell: usize) -> Option<&Matching> {
        self.matchings.get(cell)?.as_ref()
    }
}
