//! `synod lab`: what the lab measures; and what a pasted terminal output of it means.

use std::io::Read;
use std::path::Path;

use super::args::{LabArgs, Source};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, failure, load, unplanned};
use super::partial::Partial;
use super::printer::Printer;
use super::progress::Bar;
use super::size::check_runs;
use super::verify::read_file;
use super::wording::Wording;
use super::workers::workers;
use crate::report::{AllOrders, lab_text, reading_text, tally_text};
use crate::run::Plan;
use crate::run::lab::{Client, Line, ReadError, Setting, Tally, explain_lines, mixes, read, read_as, runs};
use crate::scenario::{Ballots, Retry, Scenario, Transport, printable};
use crate::sweep::{Meetings, meetings};
use crate::text::quote_path;

/// Longest text that is read, bytes.
const MOST_TEXT: u64 = 1 << 20;

/// Measures the lab, or explains what its clients printed.
pub fn lab(args: &LabArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load(&Source::of(args.scenario.clone(), args.sets.clone()))?;
    is_lab(&loaded.scenario)?;
    check_runs(args.seeds, 1)?;
    let (text, partial) = match &args.read {
        Some(file) => match explained(&loaded, args, file, printer)? {
            Ok(text) => text,
            Err(exit) => return Ok(exit),
        },
        None => match measured(&loaded, args, printer)? {
            Ok(measured) => measured,
            Err(exit) => return Ok(exit),
        },
    };
    printer.data((Partial::head(partial) + &text).as_bytes())?;
    Ok(partial.map_or(Exit::Ok, |partial| partial.say(None, printer)))
}

/// The sentences about the lab are about its semantics, and no other.
fn is_lab(scenario: &Scenario) -> Result<(), Failure> {
    let refuse = |key: &str, is: &str| {
        Err(Failure::Usage(format!(
            "this is not the lab: `{key}` must be {is}; start from `synod scenario show lab2`"
        )))
    };
    let protocol = &scenario.protocol;
    if protocol.transport != Transport::Sequential {
        return refuse("protocol.transport", "\"sequential\"");
    }
    if protocol.ballots != Ballots::Lab {
        return refuse("protocol.ballots", "\"lab\"");
    }
    if protocol.retry != Retry::None {
        return refuse("protocol.retry", "\"none\"");
    }
    if scenario.script.is_some() {
        return refuse("script", "absent");
    }
    Ok(())
}

/// A text, or how the command ends without one.
type Found = Result<(String, Option<Partial>), Exit>;

/// What the lab's runs come to.
fn model(loaded: &Loaded, args: &LabArgs, printer: &Printer) -> Result<Result<Meetings, Exit>, Failure> {
    let scenario = &loaded.scenario;
    let plan = Plan::new(scenario).map_err(|error| unplanned(&loaded.document, error))?;
    let homes: Vec<u8> = scenario.proposer.iter().map(|p| p.node).collect();
    let bar = Bar::new(args.seeds, printer);
    let (seeds, stop) = ((args.first_seed, args.seeds), interrupt::flag());
    let cluster = (scenario.cluster.nodes, &homes[..]);
    let found = workers(args.threads)?.on(|| meetings(&plan, cluster, seeds, &bar, stop));
    bar.clear();
    Ok(found.map_err(|found| bad_run(&found, &loaded.arguments, printer)))
}

/// The line that measures the same again.
fn again(loaded: &Loaded, args: &LabArgs) -> String {
    let mut again = format!("synod lab {} --seeds {}", loaded.arguments, args.seeds);
    if args.first_seed != 0 {
        again.push_str(&format!(" --first-seed {}", args.first_seed));
    }
    again
}

fn measured(loaded: &Loaded, args: &LabArgs, printer: &Printer) -> Result<Found, Failure> {
    let scenario = &loaded.scenario;
    let found = match model(loaded, args, printer)? {
        Ok(found) => found,
        Err(exit) => return Ok(Err(exit)),
    };
    let partial = Partial::of(found.runs, args.seeds, "runs");
    let names: Vec<&str> = scenario.proposer.iter().map(|p| p.name.as_str()).collect();
    let again = again(loaded, args);
    // The orders take a second of their own.
    let orders = if partial.is_some() { None } else { all_orders(scenario) };
    let text = lab_text((&scenario.title, &scenario.labels()), &names, &found, orders, &again);
    Ok(Ok((text, partial)))
}

/// All orders of one submission each, where that is what the scenario has and they are not too many.
fn all_orders(scenario: &Scenario) -> Option<AllOrders> {
    // The orders are those of sound handlers and majorities.
    if !scenario.labels().is_empty()
        || !scenario.submit.is_empty()
        || scenario.proposer.iter().any(|p| p.node == 0)
    {
        return None;
    }
    let clients = clients(scenario).into_iter().map(|client| Client { submissions: 1, ..client }).collect();
    let setting = Setting { nodes: scenario.cluster.nodes, clients, ..Setting::default() };
    let mut all = AllOrders::default();
    let orders = mixes(&setting, &|_, _, _| true, &mut |mix| {
        all.chosen += u64::from(mix.ending.chosen.is_some());
        all.longest = all.longest.max(mix.order.len());
    });
    all.orders = orders.ok()?;
    Some(all)
}

fn clients(scenario: &Scenario) -> Vec<Client> {
    let client = |p: &crate::scenario::Proposer| Client {
        name: p.name.clone(),
        node: p.node,
        value: p.text(),
        counter: 0,
        submissions: 0,
    };
    scenario.proposer.iter().map(client).collect()
}

/// What one run means; of many, how often what was told, beside the model.
fn explained(loaded: &Loaded, args: &LabArgs, file: &Path, printer: &Printer) -> Result<Found, Failure> {
    let scenario = &loaded.scenario;
    let clients = clients(scenario);
    let names: Vec<&str> = clients.iter().map(|client| client.name.as_str()).collect();
    let shown = printable(&file.to_string_lossy());
    let lines = lines_of(&pasted(file)?, &names, args.wording.as_deref(), &shown)?;
    let all = runs(&lines);
    if all.len() > 1 {
        let found = match model(loaded, args, printer)? {
            Ok(found) => found,
            Err(exit) => return Ok(Err(exit)),
        };
        let partial = Partial::of(found.runs, args.seeds, "runs");
        let name = if file == Path::new("-") { "-".to_owned() } else { quote_path(file) };
        let mut again = format!("{} --read {name}", again(loaded, args));
        if let Some(wording) = &args.wording {
            again.push_str(&format!(" --wording {}", quote_path(wording)));
        }
        return Ok(Ok((tally_text(&clients, &Tally::of(&clients, &all), &found, &again), partial)));
    }
    let readings = explain_lines(scenario.cluster.nodes, &clients, &lines);
    let readings = readings.map_err(|why| Failure::Usage(format!("{shown}: {why}")))?;
    Ok(Ok((reading_text(&clients, &lines, &readings), None)))
}

/// The messages in a text, in the lab's words or in those of a file; `shown` is the text's name.
fn lines_of(text: &str, names: &[&str], wording: Option<&Path>, shown: &str) -> Result<Vec<Line>, Failure> {
    let Some(file) = wording else {
        return read(text, names).map_err(|error| Failure::Usage(format!("{shown}: {error}")));
    };
    let wording = Wording::load(file).map_err(failure)?;
    read_as(text, names, &|line| wording.find(line)).map_err(|error| {
        let why = match error {
            ReadError::Empty => {
                format!("no line fits a regular expression of {}", quote_path(file))
            }
            ReadError::Message(..) => error.to_string(),
        };
        Failure::Usage(format!("{shown}: {why}"))
    })
}

/// The text; of `-`, what stands on stdin. Bytes that are no UTF-8 are replaced: terminals print what they like.
fn pasted(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        let read = std::io::stdin().lock().take(MOST_TEXT).read_to_end(&mut bytes);
        read.map_err(|error| Failure::io("read what stands on stdin", &error))?;
    } else {
        bytes = read_file(file, "no such file; name one that holds what the clients printed")?;
        bytes.truncate(MOST_TEXT as usize);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
