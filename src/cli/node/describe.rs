//! `synod node describe`: what a program is, in the words of a scenario.

use crate::cli::args::OwnArg;
use crate::cli::args_node::NodeDescribeArgs;
use crate::cli::exit::{Exit, Failure, bad_run};
use crate::cli::load::{Loaded, unplanned};
use crate::cli::printer::Printer;
use crate::cli::progress::Bar;
use crate::cli::workers::workers;
use crate::many::{Driver, Seeds, Stopped};
use crate::sweep::{KNOBS, Likeness, digests_of, likeness};
use crate::text::quote_path;

use super::load::load_for;

/// Plays the seeds with the program, then with the built-in in all its settings, and prints those that do the same.
pub fn describe(args: &NodeDescribeArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_for(&args.source, &OwnArg { node: Some(args.node.clone()), preempt: None })?;
    let own = loaded.setup().plan().map_err(|error| unplanned(&loaded.document, error))?;
    let bar = Bar::new(args.seeds, printer);
    let driver = Driver { progress: &bar, stop: crate::cli::interrupt::flag() };
    let seeds = Seeds { first: args.first_seed, count: args.seeds };
    let found = workers(args.threads)?.on(|| {
        let mut theirs = Vec::new();
        let take = |digests| {
            theirs.extend(digests);
            Ok(())
        };
        driver.fold(seeds, PIECE, |piece| digests_of(driver, &own, piece), take)?;
        likeness(driver, &loaded.scenario, seeds, &theirs)
    });
    bar.clear();
    let found = match found {
        Ok(found) => found,
        Err(Stopped::Interrupted) => return Ok(Exit::Interrupted),
        Err(Stopped::BadRun(bad)) => return Ok(bad_run(&bad, &loaded.arguments, printer)),
    };
    let closed = own.own_nodes().map_or(Ok(()), crate::run::OwnNodes::close);
    closed.map_err(|trouble| Failure::Node(trouble.to_string()))?;
    printer.data(told(&loaded, &quote_path(&args.node), seeds.count, &found).as_bytes())?;
    Ok(if found.same == seeds.count { Exit::Ok } else { Exit::Mismatch })
}

/// Seeds that a thread takes at a time.
const PIECE: u64 = 16;

/// The result for people.
fn told(loaded: &Loaded, named: &str, runs: u64, found: &Likeness) -> String {
    let scenario = &loaded.arguments;
    let mut text = match found.same {
        0 => {
            return format!(
                "none of {runs} runs is the built-in's, whatever its settings; the first difference: synod node compare {scenario}\n"
            );
        }
        same if same == runs => {
            format!("{named} does what the built-in does in all {runs} runs, event by event, with\n")
        }
        same => {
            format!("{named} does what the built-in does in {same} of {runs} runs, event by event, with\n")
        }
    };
    let width = KNOBS.iter().map(|knob| knob.key.len()).max().unwrap_or(0);
    for (knob, values) in KNOBS.iter().zip(&found.values) {
        if let [value] = values[..] {
            text.push_str(&format!("  {:width$} = {value}\n", knob.key));
        }
    }
    if let [mutants @ .., last] = &found.mutants[..] {
        let others = if mutants.is_empty() { String::new() } else { format!("{} or ", mutants.join(", ")) };
        text.push_str(&format!("  and a bug: {:width$} {others}{last}\n", "mutant =", width = 0));
    }
    let alike: Vec<String> = KNOBS
        .iter()
        .zip(&found.values)
        .filter(|(_, values)| values.len() > 1)
        .map(|(knob, values)| format!("{} ({})", knob.key, values.join(", ")))
        .collect();
    if !alike.is_empty() {
        text.push_str(&format!("\nnot told apart by these runs\n  {}\n", alike.join("\n  ")));
    }
    if let Some(seed) = found.first_other {
        text.push_str(&format!("\nfirst run that differs: seed {seed}\n"));
    }
    text
}
