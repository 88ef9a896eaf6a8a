//! The command line: the only user of clap, indicatif, stdout, stderr and exit codes.
//!
//! ```text
//!   arguments ── args ──▶ a command ──▶ library ──▶ printer (data on stdout, talk on stderr) ──▶ exit code
//! ```

mod again;
mod amounts;
mod args;
mod args_check;
mod args_exact;
mod args_explore;
mod args_grade;
mod args_node;
mod args_pairs;
mod args_view;
mod check;
mod checks_arg;
mod claim;
mod compare;
mod compared;
mod coupled;
mod exact;
mod examples;
mod excerpt;
mod exit;
mod explain;
mod explore;
mod explore_coverage;
mod explore_graph;
mod explore_keep;
mod explore_question;
mod fairness;
mod grade;
mod grid;
mod hunt;
mod interrupt;
mod journal;
mod lab;
mod load;
mod lock;
mod man;
mod manifest;
mod merge;
mod mutants;
mod node;
mod outputs;
mod own_arg;
mod partial;
mod patient;
mod phase;
mod printer;
mod progress;
mod rebuilt;
mod recorded;
mod replay;
mod report;
mod rows;
mod run;
mod scenario;
mod selftest;
mod share_args;
mod shown;
mod shrink;
mod size;
mod slurm;
mod stage;
mod stream;
mod swarm;
mod sweep;
mod threads;
mod verify;
mod wording;
mod words;
mod workers;
mod write;
mod writeup;

use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Args, Command};
use exit::{Exit, Failure};
use printer::Printer;

/// Parses the arguments, obeys them, and says how it went.
pub fn main() -> ExitCode {
    exit::install_panic_hook();
    if let Err(why) = words::check(std::env::args_os().skip(1)) {
        return exit::refused(&why);
    }
    let parsed = examples::command().try_get_matches().and_then(|found| Args::from_arg_matches(&found));
    let args = match parsed {
        Ok(args) => args,
        Err(error) => return exit::usage(&error),
    };
    let printer = Printer::new(&args.output);
    interrupt::install(&printer);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| obey(&args, &printer)));
    exit::finish(result, &printer)
}

fn obey(args: &Args, printer: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Run(command) => run::run(command, printer),
        Command::Replay(command) => replay::replay(command, printer),
        Command::Explain(command) => explain::explain(command, printer),
        Command::Hunt(command) => hunt::hunt(command, printer),
        Command::Shrink(command) => shrink::shrink(command, printer),
        Command::Sweep(command) => sweep::sweep(command, printer),
        Command::Compare(command) => compare::compare(command, printer),
        Command::Fairness(command) => fairness::fairness(command, printer),
        Command::Explore(command) => explore::explore(command, printer),
        Command::Exact(command) => exact::exact(command, printer),
        Command::Merge(command) => merge::merge(command, printer),
        Command::Verify(command) => verify::verify(command, printer),
        Command::Selftest => selftest::selftest(printer),
        Command::Slurm(command) => slurm::slurm(command, printer),
        Command::Lab(command) => lab::lab(command, printer),
        Command::Report(command) => report::report(command, printer),
        Command::Writeup(command) => writeup::writeup(command, printer),
        Command::Check(command) => check::check(command, printer),
        Command::Swarm(command) => swarm::swarm(command, printer),
        Command::Mutants(command) => mutants::mutants(command, printer),
        Command::Scenario(command) => scenario::scenario(command, printer),
        Command::Node(command) => node::node(command, printer),
        Command::Grade(command) => grade::grade(command, printer),
        Command::Man(command) => man::man(command, printer),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut examples::command(), "synod", &mut script);
            printer.data(&script)?;
            Ok(Exit::Ok)
        }
    }
}
