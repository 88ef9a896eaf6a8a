//! How long clients wait: the share of runs in which each has no answer yet, beside that in which nothing is chosen yet.
//!
//! Absent on purpose: runs that end before the horizon with a client still to be answered. Whoever stops at the first choice sees
//! no answers, and no curve of them is known.

use super::super::answers::{curves, is_cut_early};
use super::super::data::{CellReport, SweepReport};
use super::super::first_choice;
use super::super::scene::Scene;
use super::facets::{Facet, Facets};
use super::figure::Figure;
use super::frame::{WIDTH, heading, introduction, runs};
use super::survival::{ASIDE, Panel, draw, key};
use crate::scenario::{FigureName, MOST_SERIES};
use crate::stats::Survival;

/// Why there is no such figure.
pub fn why_not(report: &SweepReport) -> Option<String> {
    if report.cells.iter().all(|cell| cell.totals.answers.is_empty()) {
        return Some("no answers were counted".to_owned());
    }
    is_cut_early(report)
        .then(|| "runs ended before the horizon with a client still to be answered".to_owned())
}

/// More cells than this, a panel each, are drawn only where that is asked for.
const MOST_CELLS: usize = 24;

/// The figure; none where no curve is known, and of many cells only if it is asked for.
pub fn figure(report: &SweepReport) -> Option<Figure> {
    let is_wanted = report.cells.len() <= MOST_CELLS || report.layout.asks_for(FigureName::Answers);
    if !is_wanted || why_not(report).is_some() {
        return None;
    }
    let (facets, all) = (Facets::each(report), report.client_names());
    let names = &all[..all.len().min(MOST_SERIES)];
    let title = format!("Share of runs in which a client has no answer yet, {}", runs(report));
    let others = match all.len() - names.len() {
        0 => String::new(),
        _ => format!(" Drawn: {} of {} clients.", names.len(), all.len()),
    };
    let about = format!("{} Pointwise 95 % bands.{}{others}", introduction(report), facets.explained());
    let mut keys: Vec<_> = names.iter().enumerate().map(|(i, name)| key(i, name)).collect();
    keys.push(key(ASIDE, "nothing chosen yet"));
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &keys);
    let panels: Vec<Panel> = facets.panels.iter().map(|facet| panel(facet, names)).collect();
    draw(&mut scene, top, &panels, "runs (%)");
    let caption = format!(
        "Share of the runs in which each client has no answer (SUCCEEDED or FAILED) yet, over virtual time, and in grey that in which \
         nothing is chosen yet, with pointwise 95 % bands (Greenwood, log(−log)). A client that is never answered stays at risk up \
         to the horizon.{}",
        facets.omitted()
    );
    Some(Figure { name: FigureName::Answers.name(), title, caption, scene })
}

/// The clients' curves of a cell, and that of its first choice.
fn panel<'f>(facet: &'f Facet<'_>, names: &[String]) -> Panel<'f> {
    let of_cell = |(_, cell): &(usize, &CellReport)| {
        let series = |name: &String| names.iter().position(|known| known == name);
        let own = cell.lineup.client_names();
        let own: Vec<Option<usize>> = own.iter().map(series).collect();
        let clients = own.into_iter().zip(curves(cell)).filter_map(|(series, curve)| Some((series?, curve)));
        [(ASIDE, first_choice::survival(cell))].into_iter().chain(clients).collect::<Vec<(usize, Survival)>>()
    };
    Panel { name: &facet.name, curves: facet.cells.iter().flat_map(of_cell).collect() }
}
