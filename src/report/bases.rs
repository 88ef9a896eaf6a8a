//! What cells are compared with, in words.
//!
//! Absent on purpose: the differences (`comparison`).

use super::data::{CellReport, SweepReport};

impl SweepReport {
    /// The cell that a cell is compared with; itself, if with none.
    pub fn base_of(&self, cell: &CellReport) -> Option<&CellReport> {
        let number = self.baseline.as_ref()?.of(usize::try_from(cell.index).ok()?);
        self.cells.get(number)
    }

    /// What all cells are compared with: `cell 0`, or `the cell with retry none that is otherwise the same`; none if with
    /// nothing.
    pub fn base_words(&self) -> Option<String> {
        let values = self.base_values()?;
        if values.is_empty() {
            return Some(format!("cell {}", self.baseline.as_ref()?.only()?));
        }
        let named = values.iter().map(|(parameter, value)| {
            format!("{} {}", self.parameter_name(*parameter), self.value_name(*parameter, value))
        });
        Some(format!("the cell with {} that is otherwise the same", named.collect::<Vec<_>>().join(" and ")))
    }

    /// The parameters that comparisons are along, by number, each with the value that all cells are compared with; empty
    /// where they are compared with one cell, none if with nothing.
    pub fn base_values(&self) -> Option<Vec<(usize, &str)>> {
        let along = self.baseline.as_ref()?.along();
        let first = self.base_of(self.cells.first()?)?;
        let parameters = first.parameters.iter().enumerate();
        let own = parameters.filter(|(_, (path, _))| along.contains(&path.as_str()));
        Some(own.map(|(i, (_, value))| (i, value.as_str())).collect())
    }
}
