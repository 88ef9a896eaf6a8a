//! `synod swarm`: the default swarm, with every check and every look-out.

use super::args::{Format, SwarmArgs, SwarmRuns};
use super::exit::{Exit, Failure};
use super::interrupt;
use super::printer::Printer;
use super::progress::Bar;
use super::sweep::pool;
use crate::report::{replay_line, swarm_json, swarm_text};
use crate::scenario::Mutant;
use crate::sweep::{Runs, SwarmError, Toll, run_swarm};

/// Runs the swarm and prints what it met.
pub fn swarm(args: &SwarmArgs, printer: &Printer) -> Result<Exit, Failure> {
    let runs = Runs { mutant: args.mutant, first: args.runs.first_seed, count: args.seeds, situations: true };
    check_size(&args.runs, args.seeds)?;
    let bar = Bar::new(args.seeds, printer);
    let toll = run(runs, &args.runs, &bar);
    bar.clear();
    let Some(toll) = toll? else {
        printer.error("interrupted; nothing was printed");
        return Ok(Exit::Interrupted);
    };
    match args.runs.format {
        Format::Text => printer.data(swarm_text(&runs, &toll).as_bytes())?,
        Format::Json => printer.data(json(&swarm_json(&runs, &toll))?.as_bytes())?,
    }
    Ok(verdict(runs.mutant, &toll, printer))
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
    const MOST_RUNS: u64 = 1_000_000_000_000;
    if seeds > MOST_RUNS || runs.first_seed.checked_add(seeds - 1).is_none() {
        let why = format!(
            "{seeds} runs from {} on are more than {MOST_RUNS}, or go past 2^64; take fewer --seeds or a lower --first-seed",
            runs.first_seed
        );
        return Err(Failure::Usage(why));
    }
    Ok(())
}

/// Runs part of the swarm; none if interrupted.
pub fn run(runs: Runs, args: &SwarmRuns, bar: &Bar) -> Result<Option<Toll>, Failure> {
    let stop = interrupt::flag();
    match pool(args.threads)?.install(|| run_swarm(runs, bar, stop)) {
        Ok(toll) => Ok(Some(toll)),
        Err(SwarmError::Stopped) => Ok(None),
        Err(error) => Err(Failure::Usage(error.to_string())),
    }
}

/// JSON for stdout.
pub fn json(value: &serde_json::Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| crate::text::visible_json(&text) + "\n")
        .map_err(|error| Failure::Io(format!("failed to write JSON: {error}")))
}
