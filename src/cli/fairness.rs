//! `synod fairness`: what two proposers' nodes and starts are worth, by swapping them.

use super::args::{FairnessArgs, Format};
use super::compare::{arguments_of, comparison, pairs, partial, safety};
use super::exit::{Exit, Failure, quote};
use super::load::{Loaded, failure};
use super::node::load_named;
use super::printer::Printer;
use super::words::{scenario_word, set_words};
use crate::report::{Fairness, fairness_json, fairness_text};
use crate::scenario::{Scenario, Swap, printable};

/// Runs the swaps and prints what they came to.
pub fn fairness(args: &FairnessArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_named(&args.source, &args.own)?;
    let two = two(&loaded.scenario, &args.of)?;
    if args.pairs.until_width.is_some() {
        let why = "--until-width is for `synod compare`, which takes the line after `by` as its --set-b";
        return Err(Failure::Usage(why.to_owned()));
    }
    let (mut swaps, mut exit, mut cut) = (Vec::new(), Exit::Ok, None);
    for swap in Swap::ALL {
        let sets = loaded.scenario.swapped(two, swap);
        if sets.is_empty() {
            swaps.push((swap, None));
            continue;
        }
        let sides = [loaded.clone(), turned(&loaded, &sets)?];
        let paired = match pairs(&sides, &args.pairs, printer)? {
            Ok(paired) => paired,
            Err(exit) => return Ok(exit),
        };
        // Without a width to stop at, no horizon is asked for.
        cut = partial(&paired, &args.pairs, 0);
        let found = safety(&sides, &paired, printer);
        exit = if exit == Exit::Ok { found } else { exit };
        swaps.push((swap, Some(comparison(&sides, paired, &args.pairs, String::new())?)));
        if cut.is_some() {
            break;
        }
    }
    let names = two.map(|i| loaded.scenario.proposer[i].name.clone());
    let command_line = command_line(args);
    let fairness = Fairness { names, command_line, interrupted: cut.is_some(), swaps };
    match args.pairs.format {
        Format::Text => printer.data(fairness_text(&fairness).as_bytes())?,
        Format::Json => printer.json(&fairness_json(&fairness))?,
    }
    Ok(cut.map_or(exit, |cut| cut.say(None, printer)))
}

/// The two proposers: those that are named, or the only two.
fn two(scenario: &Scenario, of: &[String]) -> Result<[usize; 2], Failure> {
    let names: Vec<String> = scenario.proposer.iter().map(|p| printable(&p.name)).collect();
    let number = |name: &String| scenario.proposer.iter().position(|p| p.name == *name);
    match (of, names.len()) {
        ([], 2) => Ok([0, 1]),
        ([a, b], _) => match (number(a), number(b)) {
            (Some(a), Some(b)) if a != b => Ok([a, b]),
            _ => Err(Failure::Usage(format!(
                "--of {},{}: name two of the proposers {}",
                printable(a),
                printable(b),
                names.join(", ")
            ))),
        },
        _ => Err(Failure::Usage(format!("name two of the proposers {} with --of A,B", names.join(", ")))),
    }
}

/// The scenario with these values set.
fn turned(loaded: &Loaded, sets: &[(String, String)]) -> Result<Loaded, Failure> {
    let mut turned = loaded.clone();
    for (path, value) in sets {
        turned.document.set(path, value).map_err(failure)?;
        turned.arguments.push_str(&format!(" --set {}", quote(&format!("{path}={value}"))));
    }
    turned.scenario = turned.document.scenario().map_err(failure)?;
    Ok(turned)
}

/// The command that makes it again.
fn command_line(args: &FairnessArgs) -> String {
    let mut line = format!("synod fairness {}", scenario_word(&args.source.scenario));
    line.push_str(&set_words("--set", &args.source.sets));
    if !args.of.is_empty() {
        let of = args.of.join(",");
        // What begins with a dash is a value only behind `=`.
        let parted = if of.starts_with('-') { '=' } else { ' ' };
        line.push_str(&format!(" --of{parted}{}", quote(&of)));
    }
    line + &args.own.words() + &arguments_of(&args.pairs)
}
