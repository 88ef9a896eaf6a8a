//! From a finished sweep to the data of its report.
//!
//! Absent on purpose: rendering, and everything that differs between two machines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::data::{CellReport, Proof, SweepReport, Theory};
use super::exact::exact_column;
use super::layout::Layout;
use super::lineup::{Lineup, all_names, lineups};
use super::model::model;
use super::numbers::grouped;
use super::theory::closed_forms;
use crate::check::Checks;
use crate::own::Provenance;
use crate::scenario::{Bases, Cell, Document, Duration, Scenario, Ties};
use crate::sim::EPOCH;
use crate::sweep::{CellResult, Coverage, Until, segments};
use crate::text::quote;

/// Notes of a report at most.
const MOST_NOTES: usize = 4;

/// How a sweep was asked for.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The scenario as it is named on a command line, with its `--set`s.
    pub arguments: &'a str,
    /// The first seed.
    pub first_seed: u64,
    /// Seeds per cell.
    pub seeds: u64,
    /// Which runs' events were digested.
    pub coverage: Coverage,
    /// Which invariants watched its runs.
    pub checks: Checks,
    /// When a cell stops by itself; `seeds` is then the most.
    pub until: Option<Until>,
    /// Up to where times of the first choice count, if not to the scenario's horizon.
    pub bound: Option<Duration>,
    /// Which cell each is compared with, if any can be.
    pub baseline: Option<&'a Bases>,
    /// Whose nodes ran, if they were not the built-in's.
    pub nodes: Option<&'a Provenance>,
}

/// The data of a report on these cells.
pub fn assemble(
    document: &Document,
    scenario: &Scenario,
    run: &Run<'_>,
    cells: Vec<(Cell, CellResult)>,
) -> SweepReport {
    let lineups = lineups(cells.iter().map(|(cell, _)| cell));
    let layout = layout(scenario, &cells);
    let untils = untils(run, &cells);
    let axes: Vec<String> = cells
        .first()
        .map(|(cell, _)| cell.parameters.iter().map(|(path, _)| path.clone()).collect())
        .unwrap_or_default();
    // Closed forms and chains are of the built-in's protocol.
    let (exact, without) = match run.nodes {
        None => exact_column(cells.iter().map(|(cell, _)| &cell.scenario)),
        Some(_) => (vec![Vec::new(); cells.len()], Vec::new()),
    };
    let theory = cells.iter().zip(exact).map(|((cell, _), exact)| {
        let forms = if run.nodes.is_none() { closed_forms(&cell.scenario) } else { Vec::new() };
        forms.into_iter().chain(exact).collect()
    });
    let theory: Vec<Vec<Theory>> = theory.collect();
    SweepReport {
        title: scenario.title.clone(),
        scenario_text: document.text().to_owned(),
        model: model(scenario, &axes, run.nodes.is_some()),
        scenario_hash: crate::scenario::hash(scenario).to_string(),
        epoch: EPOCH,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command_line: command_line(run),
        first_seed: run.first_seed,
        seeds: run.seeds,
        until: run.until,
        bound: run.bound,
        labels: labels(run, &cells),
        notes: [notes(run, &cells), without, unused(run, scenario)].concat(),
        proposers: all_names(lineups.iter().map(|lineup| &lineup.proposers[..])),
        proof: Proof {
            name: base_name(document.file_name()).to_owned(),
            sets: document.overrides().to_vec(),
            samples: document.samples(),
            digests_all: run.coverage == Coverage::All,
            checks: run.checks,
            nodes: run.nodes.cloned(),
            segments: cells.iter().flat_map(|(cell, result)| segments(cell.index as u64, result)).collect(),
            ..Proof::default()
        },
        cells: cells
            .into_iter()
            .zip(lineups.into_iter().zip(theory))
            .enumerate()
            .map(|(i, (cell, (lineup, theory)))| CellReport {
                theory,
                ..cell_report(run, cell, lineup, untils[i])
            })
            .collect(),
        baseline: run.baseline.cloned(),
        phase: None,
        deadline: scenario.sweep.as_ref().and_then(|sweep| sweep.deadline),
        layout,
    }
}

/// Up to where each cell's times count, ns: those of its own runs, and those of its pairs, in which its baseline's count too.
fn untils(run: &Run<'_>, cells: &[(Cell, CellResult)]) -> Vec<[u64; 2]> {
    let until = |(cell, _): &(Cell, CellResult)| {
        let horizon = cell.scenario.run.horizon.ns();
        run.bound.map_or(horizon, |bound| bound.ns().min(horizon))
    };
    let own: Vec<u64> = cells.iter().map(until).collect();
    let of_pairs = |cell: usize| {
        let base = run.baseline.and_then(|bases| own.get(bases.of(cell)));
        base.map_or(own[cell], |&base| base.min(own[cell]))
    };
    (0..own.len()).map(|cell| [own[cell], of_pairs(cell)]).collect()
}

/// What the scenario asks of figures, if anything.
fn layout(scenario: &Scenario, cells: &[(Cell, CellResult)]) -> Layout {
    let Some(asked) = scenario.sweep.as_ref().and_then(|sweep| sweep.figure.as_ref()) else {
        return Layout::default();
    };
    let Some((first, _)) = cells.first() else { return Layout::default() };
    let mut seen = vec![BTreeSet::new(); first.parameters.len()];
    let mut parameters: Vec<(String, Vec<String>)> =
        first.parameters.iter().map(|(path, _)| (path.clone(), Vec::new())).collect();
    for (cell, _) in cells {
        for ((_, value), (seen, known)) in cell.parameters.iter().zip(seen.iter_mut().zip(&mut parameters)) {
            if seen.insert(value.clone()) {
                known.1.push(value.clone());
            }
        }
    }
    Layout::of(asked, &parameters)
}

/// A file's name without the folders that it is in, which differ between machines.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The command that makes the same data on any machine: without threads and output folder.
fn command_line(run: &Run<'_>) -> String {
    let mut line = format!("synod sweep {} --seeds {}", run.arguments, run.seeds);
    if run.first_seed != 0 {
        line.push_str(&format!(" --first-seed {}", run.first_seed));
    }
    if let Some(until) = run.until {
        line.push_str(&format!(" --until-width {until}"));
    }
    if let Some(bound) = run.bound {
        line.push_str(&format!(" --horizon {bound}"));
    }
    if run.coverage == Coverage::All {
        line.push_str(" --digest all");
    }
    if run.checks == Checks::All {
        line.push_str(" --checks all");
    }
    line
}

/// What every output must be labelled with, whichever cell it comes from.
fn labels(run: &Run<'_>, cells: &[(Cell, CellResult)]) -> Vec<String> {
    let mut labels: Vec<String> = cells.iter().flat_map(|(cell, _)| cell.scenario.labels()).collect();
    labels.sort();
    labels.dedup();
    labels.splice(0..0, run.nodes.map(Provenance::label));
    labels
}

/// What is to be known of the cells' scenarios; of those that it is not of all of, in how many.
fn notes(run: &Run<'_>, cells: &[(Cell, CellResult)]) -> Vec<String> {
    // How somebody's nodes number their ballots is theirs.
    if run.nodes.is_some() {
        return Vec::new();
    }
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    cells
        .iter()
        .filter_map(|(cell, _)| cell.scenario.ties_note())
        .for_each(|note| *found.entry(note).or_default() += 1);
    let all = cells.len();
    let told = found.into_iter().map(|(note, some)| {
        if some == all {
            note
        } else {
            format!("In {} of {} cells {note}", grouped(some as u64), grouped(all as u64))
        }
    });
    told.take(MOST_NOTES).collect()
}

/// What the scenario asks for and this sweep cannot give.
fn unused(run: &Run<'_>, scenario: &Scenario) -> Vec<String> {
    let is_asked = scenario.sweep.as_ref().is_some_and(|sweep| sweep.baseline.is_some());
    let note = "`baseline` of [sweep] is not used: with `--until-width` cells have numbers of runs of their own, and no pairs of \
                seeds; `--seeds` compares them";
    (run.until.is_some() && is_asked).then(|| note.to_owned()).into_iter().collect()
}

fn cell_report(
    run: &Run<'_>,
    (cell, result): (Cell, CellResult),
    lineup: Arc<Lineup>,
    [until_ns, paired_until_ns]: [u64; 2],
) -> CellReport {
    let mut reproduce = format!("synod run {}", run.arguments);
    for (path, value) in &cell.parameters {
        reproduce.push_str(" --set ");
        reproduce.push_str(&quote(&format!("{path}={value}")));
    }
    let seed = result.totals.first_violation.unwrap_or(run.first_seed);
    reproduce.push_str(&format!(" --seed {seed}"));
    let ties = if cell.scenario.run.ties == Ties::Seeded { "seeded" } else { "fifo" };
    CellReport {
        index: cell.index as u64,
        parameters: cell.parameters,
        lineup,
        horizon_ns: cell.scenario.run.horizon.ns(),
        until_ns,
        paired_until_ns,
        ties: ties.to_owned(),
        totals: result.totals,
        digest: result.digest.to_string(),
        digest_coverage: run.coverage.describe(),
        reproduce,
        theory: Vec::new(),
        paired: result.paired,
    }
}
