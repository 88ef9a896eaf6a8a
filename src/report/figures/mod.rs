//! What to plot: each figure of a report as a scene, with its title and caption.
//!
//! Absent on purpose: how shapes are drawn (`draw`), and any figure that hides its uncertainty.

mod answers;
mod curves;
mod duel;
mod facets;
mod figure;
mod forest;
mod frame;
mod heat_map;
mod labels;
mod numeric;
mod panels;
mod patches;
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
use crate::scenario::FigureName;

/// Every figure that the data allow, in the order of the report; `all` in the order of the cells.
pub fn of_facts(report: &SweepReport, all: &[CellFacts]) -> Vec<Figure> {
    if report.cells.iter().all(|c| c.totals.runs == 0) {
        return Vec::new();
    }
    // What was asked of a plane is its regions; its samples are no cells that somebody chose to compare.
    if let Some(plane) = plane::figure(report) {
        return vec![signed(report, plane)];
    }
    let made = |name: FigureName| match name {
        FigureName::HeatMap => heat_map::figure(report, all),
        // Of a plane, above.
        FigureName::Phase => None,
        FigureName::WinnerShares => Some(winners::figure(report, all)),
        FigureName::Verdicts => verdicts::figure(report, all),
        FigureName::WinnerCurves => curves::figure(report, all),
        FigureName::Survival => Some(survival::figure(report)),
        FigureName::Answers => answers::figure(report),
        FigureName::DuelLength => duel::figure(report),
        FigureName::Differences => forest::figure(report, all),
    };
    let names = report.layout.make.as_deref().unwrap_or(&FigureName::ALL);
    names.iter().filter_map(|name| made(*name)).map(|figure| signed(report, figure)).collect()
}

/// Figures that the scenario asks for by name and that these cells do not give, each with the reason.
pub fn not_made(report: &SweepReport) -> Vec<String> {
    let reasons = [
        (FigureName::Verdicts, verdicts::why_not(report)),
        (FigureName::Answers, answers::why_not(report)),
        (FigureName::Differences, forest::why_not(report)),
    ];
    let asked = reasons.into_iter().filter(|(name, _)| report.layout.asks_for(*name));
    asked.filter_map(|(name, why)| Some(format!("{} ({})", name.name(), why?))).collect()
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
