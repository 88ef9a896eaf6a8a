//! `synod mutants`: the gallery of deliberate bugs and what finds them.

use super::args::{Format, MutantsArgs};
use super::exit::{Exit, Failure};
use super::partial::Partial;
use super::printer::Printer;
use super::progress::Bar;
use super::swarm::{check_size, run, verdict};
use crate::report::{Gallery, gallery_json, gallery_text, survivors};
use crate::scenario::Mutant;
use crate::sweep::Runs;

/// Runs the swarm with each mutant, and with none, and prints the kill matrix.
pub fn mutants(args: &MutantsArgs, printer: &Printer) -> Result<Exit, Failure> {
    check_size(&args.runs, args.seeds)?;
    let mut mutants = if args.mutant.is_empty() { Mutant::ALL.to_vec() } else { args.mutant.clone() };
    mutants.sort();
    mutants.dedup();
    let bar = Bar::new(args.seeds.saturating_mul(mutants.len() as u64), printer);
    let mut tolls = Vec::new();
    for &mutant in &mutants {
        let runs = Runs { mutant, first: args.runs.first_seed, count: args.seeds, situations: false };
        let toll = run(runs, &args.runs, &bar)?;
        let is_whole = toll.runs == args.seeds;
        tolls.push((mutant, toll));
        if !is_whole {
            break;
        }
    }
    bar.clear();
    let done = tolls.iter().map(|(_, toll)| toll.runs).sum();
    let all = args.seeds.saturating_mul(mutants.len() as u64);
    let partial = Partial::of(done, all, "runs");
    let last = tolls.last().map_or(0, |(_, toll)| toll.runs);
    let gallery = Gallery { first: args.runs.first_seed, seeds: args.seeds, tolls };
    match args.runs.format {
        Format::Text => {
            let head = partial.map_or_else(String::new, |_| {
                let (ran, of) = (gallery.tolls.len(), mutants.len());
                format!(
                    "PARTIAL   interrupted: {ran} of {of} mutants were run, the last of them {last} times\n"
                )
            });
            printer.data((head + &gallery_text(&gallery)).as_bytes())?;
        }
        Format::Json => {
            printer.json(&Partial::mark(partial, gallery_json(&gallery)))?;
        }
    }
    if let Some(partial) = partial {
        return Ok(partial.say(None, printer));
    }
    finish(&gallery, printer)
}

/// The correct protocol must raise no alarm, and every mutant that can be told from it must be found.
fn finish(gallery: &Gallery, printer: &Printer) -> Result<Exit, Failure> {
    if let Some((mutant, toll)) = gallery.tolls.iter().find(|(mutant, _)| *mutant == Mutant::None)
        && toll.killed > 0
    {
        return Ok(verdict(*mutant, toll, printer));
    }
    let alive = survivors(gallery);
    if alive.is_empty() {
        return Ok(Exit::Ok);
    }
    let names: Vec<_> = alive.iter().map(|mutant| mutant.name()).collect();
    printer.error(&format!("not found in {} runs: {}", gallery.seeds, names.join(", ")));
    let flags: String = names.iter().map(|name| format!(" --mutant {name}")).collect();
    let first = if gallery.first == 0 { String::new() } else { format!(" --first-seed {}", gallery.first) };
    printer.last_line(&format!("synod mutants --seeds {}{first}{flags}", gallery.seeds));
    Ok(Exit::Expectation)
}
