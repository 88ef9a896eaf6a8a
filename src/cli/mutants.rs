//! `synod mutants`: the gallery of deliberate bugs and what finds them.

use super::args::{Format, MutantsArgs};
use super::exit::{Exit, Failure};
use super::printer::Printer;
use super::progress::Bar;
use super::swarm::{check_size, json, run, verdict};
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
        match run(runs, &args.runs, &bar)? {
            Some(toll) => tolls.push((mutant, toll)),
            None => {
                bar.clear();
                printer.error("interrupted; nothing was printed");
                return Ok(Exit::Interrupted);
            }
        }
    }
    bar.clear();
    let gallery = Gallery { first: args.runs.first_seed, seeds: args.seeds, tolls };
    match args.runs.format {
        Format::Text => printer.data(gallery_text(&gallery).as_bytes())?,
        Format::Json => printer.data(json(&gallery_json(&gallery))?.as_bytes())?,
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
