//! `synod check`: scenarios held to their expectations.

use serde_json::{Value, json};

use super::args::{CheckArgs, Format, Source};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, from_stdin, load, unplanned};
use super::printer::Printer;
use super::progress::Bar;
use super::size::check_runs;
use super::workers::workers;
use crate::check::Checks;
use crate::many::Stopped;
use crate::run::Plan;
use crate::scenario::{hash, printable};
use crate::sweep::{CellResult, Coverage, Finding, Job, findings, sweep};

/// Seeds, where nobody says otherwise.
const SEEDS: u64 = 10_000;

/// Checks each scenario; the worst exit of all.
pub fn check(args: &CheckArgs, printer: &Printer) -> Result<Exit, Failure> {
    let mut worst = Exit::Ok;
    let (mut is_said, mut results) = (false, Vec::new());
    for name in &args.scenarios {
        let loaded = match name.as_str() {
            "-" => from_stdin(&args.sets)?,
            name => load(&Source::of(name.to_owned(), args.sets.clone()))?,
        };
        let (exit, result) = check_one(args, &loaded, &mut is_said, printer)?;
        if exit == Exit::Interrupted {
            return Ok(exit);
        }
        results.extend(result);
        worst = match (worst, exit) {
            (Exit::Standstill, _) | (_, Exit::Standstill) => Exit::Standstill,
            (Exit::Violation, _) | (_, Exit::Violation) => Exit::Violation,
            (Exit::Expectation, _) | (_, Exit::Expectation) => Exit::Expectation,
            _ => Exit::Ok,
        };
    }
    if args.format == Format::Json {
        printer.json(&json!({ "schema": "synod-check/1", "scenarios": results }))?;
    }
    Ok(worst)
}

/// How one scenario fares, and what is to be printed of it as JSON. Says once, `is_said`, which checks watched, before the lines that
/// a command may end with.
fn check_one(
    args: &CheckArgs,
    loaded: &Loaded,
    is_said: &mut bool,
    printer: &Printer,
) -> Result<(Exit, Option<Value>), Failure> {
    let plan = Plan::new(&loaded.scenario).map_err(|error| unplanned(&loaded.document, error))?;
    if args.no_run {
        if args.format == Format::Text {
            printer.data(format!("{}: valid\n", loaded.arguments).as_bytes())?;
        }
        return Ok((Exit::Ok, Some(json!({ "scenario": loaded.arguments }))));
    }
    let expect = loaded.scenario.expect.clone().unwrap_or_default();
    let seeds = args.seeds.or(expect.seeds).unwrap_or(SEEDS);
    let plan = plan.watched_by(Checks::All);
    check_runs(seeds, 1)?;
    let job = Job { plan, scenario_hash: hash(&loaded.scenario).0 };
    let bar = Bar::of("checking", "runs", seeds, printer);
    let stop = interrupt::flag();
    let ran = workers(None)?.on(|| sweep(&[job], args.first_seed, seeds, Coverage::Sample, &bar, stop));
    bar.clear();
    let mut results = match ran {
        Ok(results) => results,
        Err(Stopped::BadRun(found)) => return Ok((bad_run(&found, &loaded.arguments, printer), None)),
        Err(Stopped::Interrupted) => return Ok((interrupted(loaded, printer), None)),
    };
    let Some(result) = results.pop() else { return Ok((interrupted(loaded, printer), None)) };
    if !std::mem::replace(is_said, true) {
        printer.say(&Checks::All.sentence());
    }
    let found = findings(&loaded.scenario, &expect, &result.totals);
    if args.format == Format::Text {
        printer.data(told(loaded, seeds, &found).as_bytes())?;
    }
    let exit = verdict(args, loaded, seeds, (&result, &found), printer);
    let value = json!({
        "scenario": loaded.arguments,
        "first_seed": args.first_seed,
        "seeds": seeds,
        "exit": exit.code(),
        "violations": result.totals.violations,
        "first_violation_seed": result.totals.first_violation,
        "expectations": found.iter().map(as_json).collect::<Vec<_>>(),
    });
    Ok((exit, Some(value)))
}

fn as_json(finding: &Finding) -> Value {
    json!({
        "what": finding.what,
        "min": finding.bounds.min,
        "max": finding.bounds.max,
        "found": finding.found,
        "holds": finding.holds(),
        "unknown": finding.unknown,
    })
}

/// What was run of a scenario says nothing of its expectations, which are about all of its seeds.
fn interrupted(loaded: &Loaded, printer: &Printer) -> Exit {
    interrupt::caught();
    printer.error(&format!(
        "interrupted while checking {}; of it nothing is known, and what is printed stands",
        loaded.arguments
    ));
    Exit::Interrupted
}

/// How many expectations hold, and which do not.
fn told(loaded: &Loaded, seeds: u64, findings: &[Finding]) -> String {
    let held = findings.iter().filter(|finding| finding.holds()).count();
    let labels: String = loaded.scenario.labels().iter().map(|label| format!("; {label}")).collect();
    let mut text = match findings.len() {
        // `0 of 0` would read as if something had been looked at.
        0 => format!(
            "{}: nothing is expected over {seeds} seeds, as there is no [expect] that says anything; only the checks watched{labels}\n",
            loaded.arguments
        ),
        all => {
            format!("{}: {held} of {all} expectations hold over {seeds} seeds{labels}\n", loaded.arguments)
        }
    };
    for finding in findings.iter().filter(|finding| !finding.holds()) {
        text.push_str(&format!("  FAILED {finding}\n"));
    }
    // Of nodes whose ballots are their own nothing is known.
    if let Some(note) = loaded.scenario.ties_note().filter(|_| loaded.nodes.is_none()) {
        text.push_str(&format!("  note: {}\n", printable(&note)));
    }
    text
}

/// How it ends, with the line that shows it again.
fn verdict(
    args: &CheckArgs,
    loaded: &Loaded,
    seeds: u64,
    (result, findings): (&CellResult, &[Finding]),
    printer: &Printer,
) -> Exit {
    let speaks_of_violations = findings.iter().any(|finding| finding.what == "violations");
    if let Some(seed) = result.totals.first_violation
        && !speaks_of_violations
    {
        printer.error(&format!("safety is violated in {} of {seeds} runs", result.totals.violations));
        printer.last_line(&format!("synod run {} --seed {seed}", loaded.arguments));
        return Exit::Violation;
    }
    if findings.iter().all(Finding::holds) {
        return Exit::Ok;
    }
    let first =
        if args.first_seed == 0 { String::new() } else { format!(" --first-seed {}", args.first_seed) };
    printer.last_line(&format!("synod check {}{first} --seeds {seeds}", loaded.arguments));
    Exit::Expectation
}
