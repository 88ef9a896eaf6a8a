//! Scenarios that are played by the nodes of a file.

use std::sync::Arc;

use super::program::Program;
use crate::cli::args::{OwnArg, Source};
use crate::cli::exit::Failure;
use crate::cli::load::{Loaded, load};
use crate::run::OwnNodes;
use crate::scenario::Scenario;
use crate::text::printable;

/// Loads a scenario, to be played by the nodes of this file if there is one; then command lines name the file.
pub fn load_for(source: &Source, own: &OwnArg) -> Result<Loaded, Failure> {
    let mut loaded = load(source)?;
    if own.node.is_some() {
        refuse_knobs(loaded.document.overrides())?;
        loaded.nodes = nodes_for(own, &loaded.scenario)?;
        loaded.arguments.push_str(&own.words());
    }
    Ok(loaded)
}

/// The same; their program is started once, and says whose nodes they are.
pub fn load_named(source: &Source, own: &OwnArg) -> Result<Loaded, Failure> {
    let mut loaded = load(source)?;
    if let Some(file) = &own.node {
        refuse_knobs(loaded.document.overrides())?;
        let program = Arc::new(Program::load(file, own.at_races())?);
        let nodes = program.nodes(&loaded.scenario, program.processes())?;
        let (provenance, process) = program.begin()?;
        loaded.nodes = Some(nodes.stocked(Box::new(process)));
        loaded.whose = Some(provenance.held_up(own.at_races()).label());
        loaded.arguments.push_str(&own.words());
    }
    Ok(loaded)
}

/// The nodes of this file, if there is one, for a scenario.
pub fn nodes_for(own: &OwnArg, scenario: &Scenario) -> Result<Option<OwnNodes>, Failure> {
    let Some(file) = &own.node else { return Ok(None) };
    let program = Arc::new(Program::load(file, own.at_races())?);
    program.nodes(scenario, program.processes()).map(Some)
}

/// Refuses axes of the built-in, which does not run.
pub fn refuse_axes<'a>(axes: impl IntoIterator<Item = &'a (String, String)>) -> Result<(), Failure> {
    match axes.into_iter().find(|(path, _)| path.starts_with("protocol.")) {
        None => Ok(()),
        Some((path, _)) => Err(Failure::Usage(format!(
            "[sweep.axes] has {}: keys of `protocol` are knobs of the built-in, which does not run, so all cells along that axis \
             would be the same; take the axis out of the scenario, or sweep without axes: --set 'sweep.axes={{}}'",
            printable(path)
        ))),
    }
}

/// Refuses what is set of the built-in, which does not run.
pub fn refuse_knobs<'a>(set: impl IntoIterator<Item = &'a (String, String)>) -> Result<(), Failure> {
    match set.into_iter().find(|(path, _)| path.starts_with("protocol.")) {
        None => Ok(()),
        Some((path, _)) => Err(Failure::Usage(format!(
            "--set {}: keys of `protocol` are knobs of the built-in, which does not run; change your own code, or its \
             `[node]` and `[python]` tables",
            printable(path)
        ))),
    }
}
