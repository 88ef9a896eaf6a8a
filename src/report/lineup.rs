//! Who contends in a cell: the names behind the numbers in its totals.
//!
//! An axis may replace the whole list of proposers, so a number means another name in another cell. Whatever speaks of
//! more than one cell therefore goes by names; absent on purpose: any look-up by a number across cells.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::data::SweepReport;
use crate::scenario::{Cell, Scenario, client_names};

/// The names of a cell's proposers and clients, in the order of its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lineup {
    /// The proposers, in the order of [`crate::sweep::Totals::winners`].
    pub proposers: Vec<String>,
    /// The proposer's name of each submission, in the order of the keys of [`crate::sweep::Totals::outcomes`]: each
    /// proposer's own first, then `[[submit]]`.
    pub clients: Vec<String>,
}

impl Lineup {
    /// Of a scenario.
    pub fn of(scenario: &Scenario) -> Lineup {
        let proposers: Vec<String> = scenario.proposer.iter().map(|p| p.name.clone()).collect();
        let further = scenario.submit.iter().map(|submit| submit.proposer.clone());
        let clients = proposers.iter().cloned().chain(further).collect();
        Lineup { proposers, clients }
    }

    /// What each submission's client is called.
    pub fn client_names(&self) -> Vec<String> {
        client_names(self.clients.iter().map(String::as_str))
    }

    /// The number of the proposer of this name; none if it does not contend.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.proposers.iter().position(|own| own == name)
    }
}

/// The line-up of each cell; equal ones are kept once.
pub(super) fn lineups<'c>(cells: impl Iterator<Item = &'c Cell>) -> Vec<Arc<Lineup>> {
    let mut known: BTreeSet<Arc<Lineup>> = BTreeSet::new();
    let one = |cell: &Cell| {
        let lineup = Lineup::of(&cell.scenario);
        known.get(&lineup).cloned().unwrap_or_else(|| {
            let lineup = Arc::new(lineup);
            known.insert(Arc::clone(&lineup));
            lineup
        })
    };
    cells.map(one).collect()
}

/// Every name that contends in some cell, in the order in which the cells bring them.
pub fn all_names<'l>(lineups: impl Iterator<Item = &'l [String]>) -> Vec<String> {
    let (mut names, mut known) = (Vec::new(), BTreeSet::new());
    for name in lineups.flatten() {
        if known.insert(name) {
            names.push(name.clone());
        }
    }
    names
}

impl SweepReport {
    /// Whether every cell has the same proposers and submissions, in the same order.
    pub(super) fn has_one_lineup(&self) -> bool {
        self.cells.windows(2).all(|pair| pair[0].lineup == pair[1].lineup)
    }

    /// Whether some proposer contends in some of the cells and not in others.
    pub(super) fn has_absent(&self) -> bool {
        self.cells.iter().any(|cell| cell.lineup.proposers.len() < self.proposers.len())
    }

    /// Every client that some cell has, in the order in which the cells bring them.
    pub(super) fn client_names(&self) -> Vec<String> {
        // Cells with the same line-up stand side by side.
        let distinct = self.cells.chunk_by(|a, b| Arc::ptr_eq(&a.lineup, &b.lineup));
        let names: Vec<Vec<String>> = distinct.map(|cells| cells[0].lineup.client_names()).collect();
        all_names(names.iter().map(Vec::as_slice))
    }

    /// The clients of every cell, if they are the same in all.
    pub(super) fn common_clients(&self) -> Option<&[String]> {
        let first = self.cells.first().map_or(&[][..], |cell| &cell.lineup.clients);
        self.cells.iter().all(|cell| cell.lineup.clients == first).then_some(first)
    }
}
