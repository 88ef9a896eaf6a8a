//! What to plot: each figure of a report as a scene, with its title and caption.
//!
//! Absent on purpose: how shapes are drawn (`draw`), and any figure that hides its uncertainty.

mod curves;
mod duel;
mod facets;
mod figure;
mod forest;
mod frame;
mod numeric;
mod panels;
mod phase;
mod plane;
mod rows;
mod survival;
mod trend;
mod verdicts;
mod winners;

pub use figure::Figure;
pub use frame::{runs, scenario, varying};

use super::data::SweepReport;
use super::facts::CellFacts;

/// Every figure that the data allow, in the order of the report; `all` in the order of the cells.
pub fn of_facts(report: &SweepReport, all: &[CellFacts]) -> Vec<Figure> {
    if report.cells.iter().all(|c| c.totals.runs == 0) {
        return Vec::new();
    }
    // What was asked of a plane is its regions; its samples are no cells that somebody chose to compare.
    if let Some(plane) = plane::figure(report) {
        return vec![signed(report, plane)];
    }
    phase::figure(report, all)
        .into_iter()
        .chain([winners::figure(report, all)])
        .chain(verdicts::figure(report, all))
        .chain(curves::figure(report, all))
        .chain([survival::figure(report)])
        .chain(duel::figure(report))
        .chain(forest::figure(report, all))
        .map(|figure| signed(report, figure))
        .collect()
}

/// A figure whose caption says whose protocol it shows, if that is not the built-in's.
fn signed(report: &SweepReport, figure: Figure) -> Figure {
    let Some(nodes) = &report.proof.nodes else { return figure };
    let caption = format!(
        "{} The protocol is that of the own nodes {} (identity {}).",
        figure.caption,
        crate::scenario::printable(&nodes.file),
        nodes.identity
    );
    Figure { caption, ..figure }
}
