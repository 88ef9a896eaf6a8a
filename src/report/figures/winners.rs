//! Who wins how often: shares of the runs with intervals that hold together in each cell.
//!
//! Absent on purpose: bars from 0. What is estimated is a point with an interval, so that is what is drawn.

use super::super::data::{Quantity, SweepReport};
use super::super::facts::{CellFacts, Share, UNDECIDED};
use super::super::scene::{Ink, Mark, Scene};
use super::figure::Figure;
use super::frame::{Key, WIDTH, introduction, runs, varying};
use super::{rows, trend};
use crate::scenario::FigureName;

/// Above this number of cells a row for each can no longer be read.
const MOST_ROWS: usize = 40;

/// A proposer's shares, or those of `undecided`.
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its name where there is little room.
    pub short: String,
    /// Its colour.
    pub ink: Ink,
    /// Its marker.
    pub mark: Mark,
    /// One per cell; none where the proposer does not contend.
    pub shares: Vec<Option<Share>>,
    /// One per cell: the exact probability, where it is known.
    pub exact: Vec<Option<f64>>,
}

/// The figure.
pub fn figure(report: &SweepReport, all: &[CellFacts]) -> Figure {
    let series = series(report, all);
    let title = format!("Share of runs won by each proposer, {}", runs(report));
    let bars = if report.cells.len() > trend::MOST_MARKERS { "Bands" } else { "Bars" };
    let about = format!("{} {bars}: 95 % intervals, simultaneous in each cell.", introduction(report));
    let keys: Vec<Key> = series
        .iter()
        .map(|s| Key { name: s.name.clone(), ink: s.ink, mark: Some(s.mark), dash: None })
        .collect();
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = super::frame::heading(&mut scene, report, &title, &about, &keys);
    let numeric = trend::numeric_axis(report);
    let trends = numeric.is_some() || report.cells.len() > MOST_ROWS;
    if trends {
        trend::draw(&mut scene, top, report, &series, numeric);
    } else {
        rows::draw(&mut scene, top, report, &series);
    }
    Figure { name: FigureName::WinnerShares.name(), title, caption: caption(report, &series, !trends), scene }
}

/// Series without a single run in any cell are left out of the drawing, and named in the caption.
fn series(report: &SweepReport, all: &[CellFacts]) -> Vec<Series> {
    let shares = |name: &str| all.iter().map(|facts| facts.winner(name).cloned()).collect();
    let exact = |name: &str| all.iter().map(|facts| exact_of(facts, name)).collect();
    let proposers = report.proposers.iter().enumerate().map(|(i, name)| Series {
        name: name.clone(),
        short: name.clone(),
        ink: Ink::Series(i),
        mark: Mark::of(i),
        shares: shares(name),
        exact: exact(name),
    });
    let nothing = Series {
        name: "nothing chosen".into(),
        short: "nothing".into(),
        ink: Ink::Nothing,
        mark: Mark::Ring,
        shares: shares(UNDECIDED),
        exact: exact(UNDECIDED),
    };
    let all = proposers.chain([nothing]);
    all.filter(|s| s.ink != Ink::Nothing || s.shares.iter().flatten().any(|x| x.count > 0)).collect()
}

/// The exact probability that this proposer wins, or nobody.
fn exact_of(facts: &CellFacts, name: &str) -> Option<f64> {
    let at = facts.winners.iter().position(|it| it.name == name)?;
    let is = |what: &Quantity| match what {
        Quantity::Winner(p) => *p == at,
        Quantity::NothingChosen => name == UNDECIDED,
        _ => false,
    };
    facts.theory.iter().find(|it| it.bound.is_some() && is(&it.what)).map(|it| it.value)
}

fn caption(report: &SweepReport, series: &[Series], strokes: bool) -> String {
    let mut text = String::from(
        "Share of the runs in which each proposer's submission is the first chosen value. Bars or bands are 95 % intervals \
         that hold together in each cell (Bonferroni over Clopper–Pearson); they do not hold together across cells.",
    );
    if series.iter().all(|s| s.ink != Ink::Nothing) {
        text.push_str(" A value was chosen in every run.");
    } else {
        text.push_str(" “Nothing chosen” counts every run without a chosen value, whatever its verdict.");
    }
    if strokes && series.iter().flat_map(|s| &s.exact).any(Option::is_some) {
        text.push_str(" A black stroke stands at the exact probability, where it is known.");
    }
    if report.has_absent() {
        text.push_str(" A proposer has no mark in a cell in which it does not contend.");
    }
    if report.cells.len() > 1 && varying(report).len() > 1 {
        text.push_str(" Parameters are named by the last part of their path in the scenario.");
    }
    text
}
