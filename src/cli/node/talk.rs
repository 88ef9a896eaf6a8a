//! `synod node talk`: a run as the lines that are put to a program and the lines that it answers.

use std::sync::{Arc, Mutex, PoisonError};

use crate::child::{Command, Process};
use crate::cli::args::NodeTalkArgs;
use crate::cli::exit::{Exit, Failure, bad_run};
use crate::cli::load::{load, unplanned};
use crate::cli::printer::Printer;
use crate::many::BadRun;
use crate::own::{Ask, Cluster, Effects, Trouble};
use crate::run::{Clusters, Plan, Simulator};
use crate::text::printable_lines;
use crate::trace::Blind;

use super::Program;

/// Prints the conversation.
pub fn talk(args: &NodeTalkArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load(&args.source)?;
    let program = Arc::new(Program::load(&args.node, None)?);
    let heard = Arc::new(Mutex::new(String::new()));
    let plan = Plan::new(&loaded.scenario).map_err(|error| unplanned(&loaded.document, error))?;
    let clusters = Overheard { command: program.command.clone(), heard: Arc::clone(&heard) };
    super::load::refuse_knobs(loaded.document.overrides())?;
    let nodes = program.nodes(&loaded.scenario, Arc::new(clusters))?;
    let plan = plan.with_nodes(nodes);
    let mut simulator = Simulator::new(&plan);
    let outcome = simulator.run(args.seed, &mut Blind).clone();
    let text = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    printer.data((printable_lines(text.trim_end()) + "\n").as_bytes())?;
    let arguments = format!("{} --node {}", loaded.arguments, program.named);
    match BadRun::check(0, args.seed, &outcome, simulator.trouble()) {
        Ok(()) => Ok(Exit::Ok),
        Err(bad) => Ok(bad_run(&bad, &arguments, printer)),
    }
}

/// A program to whose conversation somebody listens.
#[derive(Debug)]
struct Overheard {
    command: Command,
    heard: Arc<Mutex<String>>,
}

impl Clusters for Overheard {
    fn start(&self) -> Result<Box<dyn Cluster>, Trouble> {
        let process = Process::start(&Command { keep: 1, ..self.command.clone() })?;
        Ok(Box::new(Line { process, heard: Arc::clone(&self.heard) }))
    }
}

struct Line {
    process: Process,
    heard: Arc<Mutex<String>>,
}

impl Cluster for Line {
    fn lanes(&self) -> u16 {
        1
    }

    fn ask(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut Vec<Effects>) -> Result<(), Trouble> {
        Process::ask(&mut self.process, asks, answers)?;
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        for (question, answer) in self.process.last_steps(0) {
            heard.push_str(&format!("> {question}\n< {answer}\n"));
        }
        Ok(())
    }

    fn blame(&self, lane: u16, what: String) -> Trouble {
        self.process.blame(lane, what)
    }
}
