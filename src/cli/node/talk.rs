//! `synod node talk`: a run as the lines that are put to a program and the lines that it answers.

use std::sync::Arc;

use crate::cli::args::NodeTalkArgs;
use crate::cli::exit::{Exit, Failure, bad_run};
use crate::cli::load::{load, unplanned};
use crate::cli::printer::Printer;
use crate::many::BadRun;
use crate::run::{Clusters, Plan, Simulator};
use crate::text::printable_lines;
use crate::trace::Blind;

use super::Program;
use super::overheard::Overheard;

/// Prints the conversation.
pub fn talk(args: &NodeTalkArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load(&args.source)?;
    let program = Program::load(&args.node, None)?;
    let plan = Plan::new(&loaded.scenario).map_err(|error| unplanned(&loaded.document, error))?;
    super::load::refuse_knobs(loaded.document.overrides())?;
    let overheard = Overheard::<String>::new(program.command.clone());
    let nodes = program.nodes(&loaded.scenario, Arc::clone(&overheard) as Arc<dyn Clusters>)?;
    let plan = plan.with_nodes(nodes);
    let mut simulator = Simulator::new(&plan);
    let outcome = simulator.run(args.seed, &mut Blind).clone();
    printer.data((printable_lines(overheard.take().trim_end()) + "\n").as_bytes())?;
    let arguments = format!("{} --node {}", loaded.arguments, program.named);
    match BadRun::check(0, args.seed, &outcome, simulator.trouble()) {
        Ok(()) => Ok(Exit::Ok),
        Err(bad) => Ok(bad_run(&bad, &arguments, printer)),
    }
}
