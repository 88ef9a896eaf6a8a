//! Bytes from data: the files of a report, each made by one small module from the same [`SweepReport`].
//!
//! Absent on purpose: simulating, reading or writing files, and anything that differs between two machines.
//!
//! ```text
//!   SweepReport ──▶ facts ──▶ table, prose ──▶ markdown, latex, html
//!                     │└────▶ json, csv
//!                     └─────▶ figures ──scene──▶ draw ──▶ svg, png
//! ```

mod answers;
mod assemble;
mod axis;
mod bases;
mod chunks;
mod classroom;
mod comparison;
mod critical;
mod csv;
mod csv_times;
mod data;
mod differences;
mod draw;
mod error;
mod exact;
mod export;
mod facts;
mod figures;
mod finding;
mod first_choice;
mod gallery;
#[cfg(feature = "own")]
mod grade;
mod graph;
mod html;
mod json;
mod kept;
mod latex;
mod latex_table;
mod layout;
mod lineup;
mod manifest;
mod manifest_differences;
mod markdown;
mod means;
mod model;
mod names;
mod numbers;
mod one_run;
mod phase_json;
mod png;
mod prose;
mod races;
mod rows;
pub mod scene;
#[cfg(feature = "own")]
mod split;
mod stepper;
mod steps;
mod summary;
mod table;
mod tail;
mod tally;
mod text;
mod theory;
mod values;
mod viewed;
mod writeup;

pub use crate::run::Window;
pub use assemble::{Run, assemble};
pub use chunks::{CHUNKS, chunks};
pub use classroom::{AllOrders, lab_text, reading_text};
pub use comparison::{
    Comparison, Fairness, Row, Side, comparison_json, comparison_text, fairness_json, fairness_text, rows,
};
pub use critical::{Critical, Criticals};
pub use data::{CellReport, Proof, Quantity, SweepReport, Theory};
pub use differences::differences;
pub use error::ReportError;
pub use exact::{
    CoupledView, ExactView, coupled_json, coupled_text, exact_files, exact_json, exact_text, pieces_json,
    pieces_text,
};
pub use export::{AROUND, Diagram, Export, Step, export, export_in_full, space_time};
pub use figures::Figure;
pub use gallery::{Gallery, gallery_json, gallery_text, replay_line, survivors, swarm_json, swarm_text};
#[cfg(feature = "own")]
pub use grade::{
    Climb, Fault, Grade, Kind as FaultKind, grade_json, grade_junit, grade_markdown, grade_text,
};
pub use graph::graph_dot;
pub use kept::{TOTALS, totals_of};
pub use layout::Layout;
pub use lineup::{Lineup, all_names};
pub use manifest::{SCHEMA, fingerprint};
pub use manifest_differences::manifest_differences;
pub use numbers::grouped;
pub use one_run::{
    RunView, Timeline, counterexample, event_in_words, explain_json, explain_text, remedy, reply, run_json,
    run_text, shrink_json, shrink_text, timeline,
};
pub use phase_json::boundary;
pub use races::{RacesView, races_json, races_text};
pub use rows::{RowFormat, RowWriter};
#[cfg(feature = "own")]
pub use split::{split_brief, split_lines, split_text};
pub use steps::Watch;
pub use summary::summary_text;
pub use tally::tally_text;
pub use text::has_glyph;
pub use theory::closed_forms;
pub use viewed::{Acceptor, Exhibit, ViewedRun, ViewedStep, Viewing, viewed};
pub use writeup::{SCENARIO, writeup};

use std::collections::BTreeSet;

use facts::CellFacts;
use steps::Steps;

/// All files of a report: their paths, relative to its folder and with `/`, and their bytes.
///
/// `summary.json`, `cells.csv`, `cells.dictionary.csv`, `report.md`, `report.tex`, `report.html`, `figures/*.svg`,
/// `figures/*.png`, and last `manifest.json` with the fingerprints of the others. Equal reports give equal bytes.
///
/// # Errors
/// If the cells do not fit the report (other parameters, names that it does not have), or a figure cannot be drawn.
pub fn render(report: &SweepReport) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    render_with(report, &[])
}

/// The same with single runs, which the page shows step by step and which are kept in `runs.json`.
///
/// # Errors
/// As [`render`].
pub fn render_with(report: &SweepReport, runs: &[ViewedRun]) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    render_watched(report, runs, &mut |_, _| true)
}

/// The same, step by step: `watch` is told after each how many are done, and of how many, and ends it by `false`. A step is
/// a cell's row in one file, or a figure or a page.
///
/// # Errors
/// As [`render`]; [`ReportError::Stopped`] if `watch` wants no more.
pub fn render_watched<'a>(
    report: &SweepReport,
    runs: &[ViewedRun],
    watch: &'a mut Watch<'a>,
) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    check_shape(report)?;
    let cells = report.cells.len() as u64;
    // Pages and figures are made from all cells, each at one go: a tenth of the rest, about.
    let page = (cells / 10).max(1);
    let mut steps = Steps::new(3 * cells + 12 * page, watch);
    let all = all_facts(report, &mut steps)?;
    let figures = figures::of_facts(report, &all);
    steps.done(page)?;
    let mut drawn = Vec::new();
    let mut svgs = Vec::new();
    for figure in &figures {
        let failed = |why: String| ReportError::Figure { figure: figure.name.to_string(), why };
        let svg = draw::svg(&figure.scene, &figure.title, &figure.caption).map_err(failed)?;
        let image = draw::image(&figure.scene).map_err(failed)?;
        let png = png::png(&image, &provenance(report, figure)).map_err(|e| failed(e.to_string()))?;
        drawn.push((format!("figures/{}.svg", figure.name), svg.clone().into_bytes()));
        drawn.push((format!("figures/{}.png", figure.name), png));
        svgs.push(svg);
        steps.done(page)?;
    }
    let shown = svgs.iter().zip(&figures);
    let shown: Vec<html::Shown> =
        shown.map(|(svg, f)| html::Shown { svg, title: &f.title, caption: &f.caption }).collect();
    let mut files = vec![
        ("summary.json".to_string(), json::summary(report, &all, &mut steps)?),
        ("cells.csv".to_string(), csv::cells(report, &all, &mut steps)?),
        ("cells.dictionary.csv".to_string(), csv::dictionary(report)?),
        (CHUNKS.to_string(), chunks(report)),
        (TOTALS.to_string(), kept::totals(report)),
    ];
    steps.done(page)?;
    files.push(("report.md".to_string(), markdown::report(report, &all, &figures)));
    files.push(("report.tex".to_string(), latex::report(report, &all, &figures)));
    files.push(("report.html".to_string(), html::report(report, &all, &shown, runs)));
    drop(all);
    steps.done(page)?;
    if !runs.is_empty() {
        files.push(("runs.json".to_string(), json::pretty(&runs)?));
    }
    files.extend(drawn);
    files.push(("manifest.json".to_string(), manifest::manifest(report, &files)?));
    steps.done(page)?;
    Ok(files)
}

/// Every figure that the data allow, in the order of the report.
pub fn figures(report: &SweepReport) -> Vec<Figure> {
    figures::of_facts(report, &facts::of_all(report))
}

fn all_facts(report: &SweepReport, steps: &mut Steps<'_>) -> Result<Vec<CellFacts>, ReportError> {
    let facts = |cell| {
        steps.done(1)?;
        Ok(facts::facts(report, cell))
    };
    report.cells.iter().map(facts).collect()
}

/// What an image says about itself, wherever it is copied to.
fn provenance(report: &SweepReport, figure: &Figure) -> Vec<(&'static str, String)> {
    vec![
        ("Title", figure.title.clone()),
        ("Description", figure.caption.clone()),
        ("Software", format!("synod {} (engine epoch {})", report.version, report.epoch)),
        ("Source", format!("scenario {}; {}", report.scenario_hash, report.command_line)),
        ("Comment", report.labels.join("; ")),
    ]
}

/// The bytes of `summary.json` alone.
///
/// # Errors
/// If the cells do not fit the report.
pub fn summary_json(report: &SweepReport) -> Result<Vec<u8>, ReportError> {
    check_shape(report)?;
    let mut watch = |_, _| true;
    let mut steps = Steps::new(2 * report.cells.len() as u64, &mut watch);
    let all = all_facts(report, &mut steps)?;
    json::summary(report, &all, &mut steps)
}

/// Every exporter indexes by the first cell's parameters and by each cell's own names.
fn check_shape(report: &SweepReport) -> Result<(), ReportError> {
    let first = report.cells.first().map_or(&[][..], |c| &c.parameters);
    let names: BTreeSet<&String> = report.proposers.iter().collect();
    for cell in &report.cells {
        let refuse = |why| Err(ReportError::Shape { cell: cell.index, why });
        if !cell.parameters.iter().map(|p| &p.0).eq(first.iter().map(|p| &p.0)) {
            return refuse("its parameters are not those of the first cell");
        }
        let (totals, lineup) = (&cell.totals, &cell.lineup);
        if [totals.winners.len(), totals.preempted.len()] != [lineup.proposers.len(); 2] {
            return refuse("it does not count the wins and pre-emptions of each of its proposers");
        }
        if totals.outcomes.keys().any(|k| k.len() != lineup.clients.len()) {
            return refuse("its outcomes do not have one entry for each of its clients");
        }
        if lineup.proposers.iter().any(|name| !names.contains(name)) {
            return refuse("it has a proposer that the report does not name");
        }
        if cell.paired.as_ref().is_some_and(|paired| paired.winners.len() != lineup.proposers.len() + 1) {
            return refuse("its pairs do not count the wins of each of its proposers");
        }
    }
    Ok(())
}
