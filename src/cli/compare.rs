//! `synod compare`: two scenarios on the same seeds.

use std::path::PathBuf;

use super::args::{Against, CompareArgs, Format, OwnArg, PairArgs, Source};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, load, unplanned};
use super::node::{compared, load_named, seeds_of_twins};
use super::partial::Partial;
use super::printer::Printer;
use super::progress::Bar;
use super::size::check_runs;
use super::words::{scenario_word, set_words};
use super::workers::workers;
use crate::check::Checks;
use crate::report::{Comparison, Lineup, Side, comparison_json, comparison_text};
use crate::scenario::{Scenario, differences, hash, printable};
use crate::sweep::{Job, Matching, Paired, Until, compare as run_pairs, is_cut_short};
use crate::text::quote_path;

/// Runs the pairs and prints what they came to.
pub fn compare(args: &CompareArgs, printer: &Printer) -> Result<Exit, Failure> {
    let second = args.second.as_ref().unwrap_or(&args.first);
    let side = |scenario: &String, own: &[String], nodes: OwnArg| {
        let sets = shared_sets(args, scenario)?.into_iter().chain(own.iter().cloned()).collect();
        load_named(&Source::of(scenario.clone(), sets), &nodes)
    };
    let [nodes_a, nodes_b] = nodes(args)?;
    let sides = [side(&args.first, &args.sets_a, nodes_a)?, side(second, &args.sets_b, nodes_b)?];
    let paired = match pairs(&sides, &args.pairs, printer)? {
        Ok(paired) => paired,
        Err(exit) => return Ok(exit),
    };
    let horizon_ns = matching(&sides, &args.pairs)?.horizon_ns;
    let partial = partial(&paired, &args.pairs, horizon_ns);
    let comparison = comparison(&sides, paired, &args.pairs, command_line(args))?;
    match args.pairs.format {
        Format::Text => {
            printer.data((Partial::head(partial) + &comparison_text(&comparison)).as_bytes())?;
        }
        Format::Json => printer.json(&comparison_json(&comparison))?,
    }
    let exit = safety(&sides, &comparison.paired, printer);
    Ok(partial.map_or(exit, |partial| partial.say(None, printer)))
}

/// What is set in both: of a cell first its values, so that what is set in one alone stands over them.
fn shared_sets(args: &CompareArgs, scenario: &str) -> Result<Vec<String>, Failure> {
    if args.cell.is_none() {
        return Ok(args.sets.clone());
    }
    let cell = load(&Source { scenario: scenario.to_owned(), sets: args.sets.clone(), cell: args.cell })?;
    Ok(cell.document.overrides().iter().map(|(path, value)| format!("{path}={value}")).collect())
}

/// Whose nodes play the two.
fn nodes(args: &CompareArgs) -> Result<[OwnArg; 2], Failure> {
    let of = |file: &PathBuf| OwnArg { node: Some(file.clone()), preempt: None };
    match (args.nodes.as_slice(), args.against) {
        ([], _) => Ok(Default::default()),
        ([first], None) => Ok([of(first), of(first)]),
        ([first], Some(Against::BuiltIn)) => Ok([of(first), OwnArg::default()]),
        ([first, second], None) => Ok([of(first), of(second)]),
        ([..], _) => Err(Failure::Usage(
            "--node: a comparison has two sides; name one file for both, two files, or one and --against built-in"
                .to_owned(),
        )),
    }
}

/// Which checks watch the runs: all of them those of somebody's nodes, and then both sides.
fn checks(sides: &[Loaded; 2], args: &PairArgs) -> Checks {
    if sides.iter().any(|side| side.nodes.is_some()) { Checks::All } else { args.checks.into() }
}

/// Whether these are fewer pairs than were asked for.
pub fn partial(paired: &Paired, args: &PairArgs, horizon_ns: u64) -> Option<Partial> {
    let until = (args.until_width, horizon_ns);
    let done = if is_cut_short(paired, args.seeds, until) { paired.pairs } else { args.seeds };
    Partial::of(done, args.seeds, "pairs of runs")
}

/// Runs two loaded scenarios on the same seeds; on fewer if it is interrupted. An exit instead, of which is told, if that
/// cannot come to an end.
pub fn pairs(
    sides: &[Loaded; 2],
    args: &PairArgs,
    printer: &Printer,
) -> Result<Result<Paired, Exit>, Failure> {
    check_runs(args.seeds, 2)?;
    let matching = matching(sides, args)?;
    let checks = checks(sides, args);
    let is_own = sides.iter().any(|side| side.nodes.is_some());
    let job = |loaded: &Loaded| {
        let plan = loaded.setup().plan().map_err(|error| unplanned(&loaded.document, error))?;
        // Of own nodes no livelock can be proved; a side that stops at one would end before the other.
        let plan = if is_own { plan.without_proofs() } else { plan };
        Ok(Job { plan: plan.watched_by(checks), scenario_hash: hash(&loaded.scenario).0 })
    };
    let jobs = [job(&sides[0])?, job(&sides[1])?];
    let pool = workers(args.threads)?;
    let bar = Bar::new(args.seeds.saturating_mul(2), printer);
    let (seeds, stop) = ((args.first_seed, args.seeds), interrupt::flag());
    let found = pool.on(|| run_pairs(jobs.each_ref(), &matching, seeds, args.until_width, &bar, stop));
    bar.clear();
    let paired = match found {
        Ok(paired) => paired,
        Err(found) => return Ok(Err(bad_run(&found, &sides[found.cell].arguments, printer))),
    };
    let twins = seeds_of_twins(args.first_seed, paired.pairs, 2);
    for (side, job) in sides.iter().zip(&jobs).filter(|(side, _)| side.nodes.is_some()) {
        if let Err(exit) = compared(&job.plan, &twins, &side.arguments, printer)? {
            return Ok(Err(exit));
        }
        side.close()?;
    }
    Ok(Ok(paired))
}

fn matching(sides: &[Loaded; 2], args: &PairArgs) -> Result<Matching, Failure> {
    let names = |s: &Scenario| {
        let names: Vec<String> = s.proposer.iter().map(|p| printable(&p.name)).collect();
        names.join(", ")
    };
    let [first, second] = sides.each_ref().map(|side| &side.scenario);
    let mut matching = Matching::new(first, second).ok_or_else(|| {
        Failure::Usage(format!(
            "the scenarios have other proposers, so their winners can't be paired: {} in the first, {} in the second; give \
             them the same names",
            names(first),
            names(second)
        ))
    })?;
    matching.counts_differences = matches!(args.until_width, Some(Until::Time(_)));
    Ok(match args.horizon {
        Some(horizon) => matching.until(horizon.ns()),
        None => matching,
    })
}

/// The data of a comparison of two loaded scenarios.
pub fn comparison(
    sides: &[Loaded; 2],
    paired: Paired,
    args: &PairArgs,
    command_line: String,
) -> Result<Comparison, Failure> {
    let side = |loaded: &Loaded| Side {
        title: loaded.scenario.title.clone(),
        arguments: loaded.arguments.clone(),
        hash: hash(&loaded.scenario).to_string(),
        labels: loaded.whose.iter().cloned().chain(loaded.scenario.labels()).collect(),
    };
    let [first, second] = sides.each_ref().map(|side| &side.scenario);
    Ok(Comparison {
        sides: sides.each_ref().map(side),
        differences: differences(first, second),
        lineup: Lineup::of(first),
        horizon_ns: matching(sides, args)?.horizon_ns,
        first_seed: args.first_seed,
        seeds: args.seeds,
        until: args.until_width,
        checks: checks(sides, args),
        notes: notes(first, second),
        command_line,
        paired,
    })
}

/// What makes two scenarios less comparable than they look.
fn notes(first: &Scenario, second: &Scenario) -> Vec<String> {
    let mut notes = Vec::new();
    if first.run.horizon != second.run.horizon {
        notes.push(format!(
            "the horizons differ ({} and {}): verdicts and counts are each up to its own",
            first.run.horizon, second.run.horizon
        ));
    }
    if first.run.stop != second.run.stop {
        notes.push(
            "run.stop differs: attempts, messages and pre-emptions are counted up to another moment".into(),
        );
    }
    if first.run.ties != second.run.ties {
        notes.push("run.ties differs: events of one instant are ordered by another rule".into());
    }
    if first.cluster.nodes != second.cluster.nodes {
        notes.push(
            "the clusters have other sizes: only messages between nodes of both have a common fate".into(),
        );
    }
    if first.proposer.iter().zip(&second.proposer).any(|(a, b)| a.name != b.name) {
        notes.push(
            "the proposers stand in another order, by which draws are addressed: no message has a common fate; write them \
             in the same order"
                .into(),
        );
    }
    notes
}

/// The command that makes it again: without threads.
fn command_line(args: &CompareArgs) -> String {
    let mut line = format!("synod compare {}", scenario_word(&args.first));
    if let Some(second) = &args.second {
        line.push_str(&format!(" {}", scenario_word(second)));
    }
    for (flag, sets) in [("--set", &args.sets), ("--set-a", &args.sets_a), ("--set-b", &args.sets_b)] {
        line.push_str(&set_words(flag, sets));
    }
    if let Some(cell) = args.cell {
        line.push_str(&format!(" --cell {cell}"));
    }
    for file in &args.nodes {
        line.push_str(&format!(" --node {}", quote_path(file)));
    }
    if args.against.is_some() {
        line.push_str(" --against built-in");
    }
    line + &arguments_of(&args.pairs)
}

/// The arguments that change a comparison.
pub fn arguments_of(args: &PairArgs) -> String {
    let mut line = format!(" --seeds {}", args.seeds);
    if args.first_seed != 0 {
        line.push_str(&format!(" --first-seed {}", args.first_seed));
    }
    if let Some(until) = args.until_width {
        line.push_str(&format!(" --until-width {until}"));
    }
    if let Some(horizon) = args.horizon {
        line.push_str(&format!(" --horizon {horizon}"));
    }
    line + args.checks.written()
}

/// Whether safety held on both sides; the last line shows a run in which it did not.
pub fn safety(sides: &[Loaded; 2], paired: &Paired, printer: &Printer) -> Exit {
    for (i, side) in sides.iter().enumerate() {
        let expected = side.scenario.expect.as_ref().and_then(|e| e.violations).is_some_and(|n| n > 0);
        if let Some(seed) = paired.first_violation[i].filter(|_| !expected) {
            let which = ["first", "second"][i];
            let (broken, runs) = (paired.violations[i], paired.pairs);
            printer.error(&format!("safety is violated in {broken} of {runs} runs of the {which} scenario"));
            printer.last_line(&format!("synod run {} --seed {seed}", side.arguments));
            return Exit::Violation;
        }
    }
    Exit::Ok
}
