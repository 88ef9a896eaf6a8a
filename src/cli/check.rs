//! `synod check`: scenarios held to their expectations.

use super::args::{CheckArgs, Source};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, load, unplanned};
use super::printer::Printer;
use super::progress::Bar;
use super::size::check_runs;
use super::workers::workers;
use crate::check::Checks;
use crate::many::Stopped;
use crate::run::Plan;
use crate::scenario::hash;
use crate::sweep::{CellResult, Coverage, Finding, Job, findings, sweep};

/// Seeds, where nobody says otherwise.
const SEEDS: u64 = 10_000;

/// Checks each scenario; the worst exit of all.
pub fn check(args: &CheckArgs, printer: &Printer) -> Result<Exit, Failure> {
    let mut worst = Exit::Ok;
    let mut is_said = false;
    for name in &args.scenarios {
        let loaded = load(&Source::of(name.clone(), Vec::new()))?;
        let exit = check_one(args, &loaded, &mut is_said, printer)?;
        if exit == Exit::Interrupted {
            return Ok(exit);
        }
        worst = match (worst, exit) {
            (Exit::Standstill, _) | (_, Exit::Standstill) => Exit::Standstill,
            (Exit::Violation, _) | (_, Exit::Violation) => Exit::Violation,
            (Exit::Expectation, _) | (_, Exit::Expectation) => Exit::Expectation,
            _ => Exit::Ok,
        };
    }
    Ok(worst)
}

/// Says once, `is_said`, which checks watched, before the lines that a command may end with.
fn check_one(
    args: &CheckArgs,
    loaded: &Loaded,
    is_said: &mut bool,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let plan = Plan::new(&loaded.scenario).map_err(|error| unplanned(&loaded.document, error))?;
    if args.no_run {
        printer.data(format!("{}: valid\n", loaded.arguments).as_bytes())?;
        return Ok(Exit::Ok);
    }
    let expect = loaded.scenario.expect.clone().unwrap_or_default();
    let seeds = args.seeds.or(expect.seeds).unwrap_or(SEEDS);
    let plan = plan.watched_by(Checks::All);
    check_runs(seeds, 1)?;
    let job = Job { plan, scenario_hash: hash(&loaded.scenario).0 };
    let bar = Bar::of("checking", "runs", seeds, printer);
    let stop = interrupt::flag();
    let ran = workers(None)?.on(|| sweep(&[job], 0, seeds, Coverage::Sample, &bar, stop));
    bar.clear();
    let mut results = match ran {
        Ok(results) => results,
        Err(Stopped::BadRun(found)) => return Ok(bad_run(&found, &loaded.arguments, printer)),
        Err(Stopped::Interrupted) => return Ok(interrupted(loaded, printer)),
    };
    let Some(result) = results.pop() else { return Ok(interrupted(loaded, printer)) };
    if !std::mem::replace(is_said, true) {
        printer.say(&Checks::All.sentence());
    }
    report(loaded, seeds, &result, &findings(&loaded.scenario, &expect, &result.totals), printer)
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

fn report(
    loaded: &Loaded,
    seeds: u64,
    result: &CellResult,
    findings: &[Finding],
    printer: &Printer,
) -> Result<Exit, Failure> {
    let failed: Vec<&Finding> = findings.iter().filter(|finding| !finding.holds()).collect();
    let held = findings.len() - failed.len();
    let labels: String = loaded.scenario.labels().iter().map(|label| format!("; {label}")).collect();
    let mut text = format!(
        "{}: {held} of {} expectations hold over {seeds} seeds{labels}\n",
        loaded.arguments,
        findings.len()
    );
    for finding in &failed {
        text.push_str(&format!("  FAILED {finding}\n"));
    }
    printer.data(text.as_bytes())?;
    let speaks_of_violations = findings.iter().any(|finding| finding.what == "violations");
    if let Some(seed) = result.totals.first_violation
        && !speaks_of_violations
    {
        printer.error(&format!("safety is violated in {} of {seeds} runs", result.totals.violations));
        printer.last_line(&format!("synod run {} --seed {seed}", loaded.arguments));
        return Ok(Exit::Violation);
    }
    if failed.is_empty() {
        return Ok(Exit::Ok);
    }
    printer.last_line(&format!("synod check {} --seeds {seeds}", loaded.arguments));
    Ok(Exit::Expectation)
}
