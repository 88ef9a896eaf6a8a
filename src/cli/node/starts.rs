//! A program that is started for many scenarios, with its threads held up or not.

use std::path::Path;
use std::sync::Arc;

use crate::cli::exit::Failure;
use crate::cli::own_arg::preempt_words;
use crate::run::OwnNodes;
use crate::scenario::Scenario;

use super::program::Program;

/// A program, and the nodes of it that run already.
pub struct Starts {
    /// Held up nowhere, and at races.
    programs: [Arc<Program>; 2],
    nodes: [std::sync::OnceLock<OwnNodes>; 2],
    label: String,
    /// Of the file as it is.
    identity: u128,
}

impl Starts {
    /// Of the program in this file, which is started once.
    pub fn new(file: &Path) -> Result<Starts, Failure> {
        let program = |at_races| Program::load(file, Some(at_races)).map(Arc::new);
        let programs = [program(false)?, program(true)?];
        let plain = Program::load(file, None)?;
        let label = plain.begin()?.0.label();
        Ok(Starts { programs, nodes: Default::default(), label, identity: plain.identity })
    }

    /// The line that says whose nodes they are, as the file has them.
    pub fn label(&self) -> String {
        self.label.clone()
    }

    /// Whether there are threads that could be held up: the kit for Python does that.
    pub fn has_threads(&self) -> bool {
        self.programs[0].file.python.is_some()
    }

    /// Its nodes in a scenario; all scenarios share their processes.
    pub fn nodes(&self, scenario: &Scenario, at_races: bool) -> Result<OwnNodes, Failure> {
        let (program, known) = (&self.programs[usize::from(at_races)], &self.nodes[usize::from(at_races)]);
        match known.get() {
            Some(others) => program.nodes_like(others, scenario),
            None => {
                let nodes = program.nodes(scenario, program.processes())?;
                Ok(known.get_or_init(|| nodes).clone())
            }
        }
    }

    /// How a command line names them.
    pub fn words(&self, at_races: bool) -> String {
        let program = &self.programs[usize::from(at_races)];
        let differs = program.identity != self.identity;
        let preempt = preempt_words(differs.then_some(at_races));
        format!(" --node {}{preempt}", program.named)
    }
}
