//! `synod swarm`: the default swarm, with every check and every look-out.

use super::args::{Format, SwarmArgs, SwarmRuns};
use super::exit::{Exit, Failure};
use super::interrupt;
use super::partial::Partial;
use super::printer::Printer;
use super::progress::Bar;
use super::size::MOST_RUNS;
use super::workers::workers;
use crate::report::{replay_line, swarm_json, swarm_text};
use crate::scenario::Mutant;
use crate::sweep::{Runs, Toll, run_swarm};

/// Runs the swarm and prints what it met.
pub fn swarm(args: &SwarmArgs, printer: &Printer) -> Result<Exit, Failure> {
    let runs = Runs { mutant: args.mutant, first: args.runs.first_seed, count: args.seeds, situations: true };
    check_size(&args.runs, args.seeds)?;
    let bar = Bar::new(args.seeds, printer);
    let toll = run(runs, &args.runs, &bar);
    bar.clear();
    let toll = toll?;
    let partial = Partial::of(toll.runs, args.seeds, "runs");
    match args.runs.format {
        Format::Text => printer.data((Partial::head(partial) + &swarm_text(&runs, &toll)).as_bytes())?,
        Format::Json => printer.json(&Partial::mark(partial, swarm_json(&runs, &toll)))?,
    }
    let exit = verdict(runs.mutant, &toll, printer);
    Ok(partial.map_or(exit, |partial| partial.say(Some(&rest(args, &toll)), printer)))
}

/// The command that runs what is left.
fn rest(args: &SwarmArgs, toll: &Toll) -> String {
    let (first, left) = (args.runs.first_seed + toll.runs, args.seeds - toll.runs);
    let mutant = match args.mutant {
        Mutant::None => String::new(),
        mutant => format!(" --mutant {}", mutant.name()),
    };
    format!("synod swarm --first-seed {first} --seeds {left}{mutant}")
}

/// An alarm is bad news, and the last line shows its shortest run again.
pub fn verdict(mutant: Mutant, toll: &Toll, printer: &Printer) -> Exit {
    let Some((_, run)) = toll.shortest else { return Exit::Ok };
    printer.error(&format!("an alarm went off in {} of {} runs", toll.killed, toll.runs));
    printer.last_line(&replay_line(mutant, run));
    Exit::Violation
}

/// Refuses what would run past the last seed, or for ever.
pub fn check_size(runs: &SwarmRuns, seeds: u64) -> Result<(), Failure> {
    if seeds > MOST_RUNS || runs.first_seed.checked_add(seeds - 1).is_none() {
        let why = format!(
            "{seeds} runs from {} on are more than {MOST_RUNS}, or go past 2^64; take fewer --seeds or a lower --first-seed",
            runs.first_seed
        );
        return Err(Failure::Usage(why));
    }
    Ok(())
}

/// Runs part of the swarm; less of it if interrupted.
pub fn run(runs: Runs, args: &SwarmRuns, bar: &Bar) -> Result<Toll, Failure> {
    let stop = interrupt::flag();
    let ran = workers(args.threads)?.on(|| run_swarm(runs, bar, stop));
    ran.map_err(|error| Failure::Usage(error.to_string()))
}
