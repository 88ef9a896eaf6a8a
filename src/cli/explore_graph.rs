//! `synod explore --dot FILE`: the states as a graph.
//!
//! Absent on purpose: which states there are (`run::explore`), and what is written of them (`report`).

use std::path::Path;

use super::args::ExploreArgs;
use super::exit::Failure;
use super::load::Loaded;
use super::outputs::{check_new, resolved};
use super::printer::Printer;
use crate::report::{graph_dot, grouped};
use crate::run::{Bounds, Condition, ExploreError, explore_graph};
use crate::text::quote_path;

/// Most states that anybody can look at.
const MOST: usize = 500;

/// Writes the graph, if one is asked for.
pub fn draw(
    args: &ExploreArgs,
    (loaded, bounds): (&Loaded, &Bounds),
    question: Option<&Condition>,
    printer: &Printer,
    refused: impl FnOnce(ExploreError) -> Failure,
) -> Result<(), Failure> {
    let Some(path) = &args.dot else { return Ok(()) };
    let scenario = &loaded.scenario;
    let Some(graph) = explore_graph(scenario, bounds, question, MOST).map_err(refused)? else {
        return Err(Failure::Usage(too_many(args)));
    };
    let names: Vec<&str> = scenario.proposer.iter().map(|it| it.name.as_str()).collect();
    let title = if scenario.title.is_empty() { &loaded.arguments } else { &scenario.title };
    keep(path, &graph_dot(&graph, title, &names))?;
    let (states, steps) = (grouped(graph.states.len() as u64), grouped(graph.steps.len() as u64));
    printer.say(&format!("graph      {}: {states} states, {steps} steps", quote_path(path)));
    Ok(())
}

/// Refuses a file that is there, and one that something else is to be written into.
pub fn check_apart(args: &ExploreArgs) -> Result<(), Failure> {
    let Some(path) = &args.dot else { return Ok(()) };
    if [&args.out, &args.resume].into_iter().flatten().any(|other| resolved(other) == resolved(path)) {
        let why = "another option names the same file; give each its own";
        return Err(Failure::Usage(format!("--dot {}: {why}", quote_path(path))));
    }
    check_new("--dot", path)
}

/// What to do about a graph that is too large.
fn too_many(args: &ExploreArgs) -> String {
    let first = match args.attempts {
        Some(1) => "ask for fewer proposers or nodes",
        _ => "ask for fewer attempts (--attempts 1), proposers or nodes",
    };
    let apart = if args.apart || args.full { ", or leave out --apart and --full" } else { "" };
    format!("--dot: more than {MOST} states: too many for a readable graph; {first}{apart}")
}

/// Writes a new file, or leaves none.
pub fn keep(path: &Path, text: &str) -> Result<(), Failure> {
    let is_new = path.symlink_metadata().is_err();
    let written = std::fs::write(path, text);
    // Half a file says something else than the whole one.
    if written.is_err() && is_new {
        let _ = std::fs::remove_file(path);
    }
    written.map_err(|error| Failure::io(&format!("write {}", quote_path(path)), &error))
}
