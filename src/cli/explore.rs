//! `synod explore`: every order of deliveries of a small scenario.
//!
//! Absent on purpose: the search itself (`run::explore`). The time that it took is said on stderr, for it is no result.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use super::args::{ExploreArgs, Format};
use super::exit::{Exit, Failure, quote};
use super::explore_coverage::{alike, coverage, missed, moves, stuck};
use super::explore_graph::{check_apart, draw, keep};
use super::explore_keep::Kept;
use super::explore_question::{Question, script};
use super::interrupt;
use super::load::{Loaded, failure, load, unplanned};
use super::outputs::check_new;
use super::printer::Printer;
use super::progress::Bar;
use super::size::{check_memory, megabytes, room};
use super::workers::workers;
use crate::check::Invariant;
use crate::report::grouped;
use crate::run::{
    Bounds, Counterexample, EXPLORED, Exploration, ExploreError, Keeper, Move, Record, Untold,
    explore_kept as visit, room_for,
};
use crate::scenario::printable;
use crate::text::quote_path;

/// Memory that states may take, bytes, where nobody says otherwise.
const MEMORY: u64 = 2_000_000_000;

/// Explores and prints what was found.
pub fn explore(args: &ExploreArgs, printer: &Printer) -> Result<Exit, Failure> {
    args.out.as_deref().map_or(Ok(()), |path| check_new("--out", path))?;
    check_apart(args)?;
    let loaded = load(&args.source)?;
    let bounds = bounds(args, &loaded)?;
    let pool = workers(args.threads)?;
    let refused = |error| refused(args, &loaded, error);
    let question = Question::of(args, &loaded)?;
    draw(args, (&loaded, &bounds), question.asked().to, printer, refused)?;
    let room = room_for(&loaded.scenario, &bounds).map_err(refused)?;
    if args.memory.is_some() {
        printer.say(&format!(
            "memory     {} MB hold about {} states",
            megabytes(bounds.most_bytes),
            grouped(room)
        ));
    }
    #[expect(
        clippy::disallowed_types,
        clippy::disallowed_methods,
        reason = "how long it took is said, not kept"
    )]
    let started = std::time::Instant::now();
    let bar = Bar::of("exploring", "states", room, printer);
    let mut kept = Kept::new(args.resume.as_deref(), &bar)?;
    let keeps = kept.keeps();
    let found =
        pool.on(|| visit(&loaded.scenario, &bounds, question.asked(), (&mut kept as &mut dyn Keeper, keeps)));
    bar.clear();
    let found = found.map_err(|error| match error {
        ExploreError::Kept(why) => kept.failure(&why),
        other => refused(other),
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let is_open = !found.complete && found.violation.is_none() && found.reached.is_none();
    let stopped = is_open && interrupt::caught();
    print(args, (&loaded, &bounds, &question), (&found, stopped), printer)?;
    let rate = found.states.saturating_sub(kept.begun_with()) as f64 / seconds.max(1e-9);
    printer.say(&format!("time       {seconds:.2} s, {rate:.0} states a second"));
    if is_open {
        kept.tell(stopped, printer)?;
    } else {
        kept.forget()?;
    }
    if let Some(what) = found.untold {
        return Ok(untold(what, (&question, stopped), printer));
    }
    if stopped {
        printer.error("interrupted: not every state was visited");
        return Ok(Exit::Interrupted);
    }
    conclude(args, &loaded, (&question, &found), printer)
}

/// Why there is no search, with its place.
fn refused(args: &ExploreArgs, loaded: &Loaded, error: ExploreError) -> Failure {
    match error {
        ExploreError::Plan(error) => unplanned(&loaded.document, error),
        ExploreError::Outside { key, why } => failure(loaded.document.key_error(&key, &why)),
        ExploreError::Unpacked => {
            let option = match (args.exact, &args.from) {
                (true, _) => "--exact",
                (false, Some(_)) => "--from",
                (false, None) => "--resume",
            };
            Failure::Usage(format!("{option}: {}; leave it out", ExploreError::Unpacked))
        }
        ExploreError::Kept(why) => Failure::Refused(why),
    }
}

/// Prints what was found.
fn print(
    args: &ExploreArgs,
    (loaded, bounds, question): (&Loaded, &Bounds, &Question),
    (found, stopped): (&Exploration, bool),
    printer: &Printer,
) -> Result<(), Failure> {
    match args.format {
        Format::Text => {
            let mut told = String::new();
            // Writing to a String cannot fail.
            let _ = write_all(&mut told, loaded, (bounds, question, stopped), found);
            told.push_str(&question.text(found));
            printer.data(told.as_bytes())
        }
        Format::Json => {
            let mut told = to_json(loaded, bounds, found);
            told["question"] = question.to_json(found);
            told["from"] = question.beginning_json(found);
            printer.json(&told)
        }
    }
}

/// How a command ends that knows of something, and not of the way there.
fn untold(what: Untold, (question, stopped): (&Question, bool), printer: &Printer) -> Exit {
    let (there, exit) = match what {
        Untold::Violation => ("an invariant breaks", Exit::Violation),
        Untold::Reached => ("a state that was asked for is there", question.exit(None, printer)),
    };
    let why = if stopped { "interrupted" } else { "memory ended" };
    printer.error(&format!(
        "{there}, but {why} before the way to it was found; run it again, with --memory if need be"
    ));
    if stopped { Exit::Interrupted } else { exit }
}

/// What comes of a search that was not interrupted: what it found is run, and kept where that is asked for.
fn conclude(
    args: &ExploreArgs,
    loaded: &Loaded,
    (question, found): (&Question, &Exploration),
    printer: &Printer,
) -> Result<Exit, Failure> {
    match (&found.violation, &found.reached) {
        (None, None) => Ok(question.unanswered(found, printer)),
        (Some(counterexample), _) => confirm(args, loaded, counterexample, printer),
        (None, Some(reached)) => {
            // It runs, as every script that is told.
            Record::of(&reached.scenario, 0).map_err(|error| unplanned(&loaded.document, error))?;
            args.out.as_deref().map_or(Ok(()), |path| keep(path, &reached.scenario.to_toml()))?;
            Ok(question.exit(args.out.as_deref(), printer))
        }
    }
}

/// The invariants that are looked at, by name.
fn explored() -> String {
    EXPLORED.map(Invariant::name).join(", ")
}

/// The memory that states may take; refused before the search begins, if it is not there.
fn bytes(args: &ExploreArgs) -> Result<u64, Failure> {
    match args.memory {
        None => Ok(MEMORY.min(room())),
        Some(bytes) => check_memory(bytes, "--memory allows for", "lower it").map(|()| bytes),
    }
}

fn bounds(args: &ExploreArgs, loaded: &Loaded) -> Result<Bounds, Failure> {
    let until = match &args.until {
        None => None,
        Some(name) => Some(EXPLORED.into_iter().find(|i| i.name() == name).ok_or_else(|| {
            let (name, names) = (printable(name), explored());
            let why = if Invariant::ALL.iter().any(|i| i.name() == name) {
                format!("explore does not look at `{name}`; `synod run`, `check` and `swarm` do (explore looks at: {names})")
            } else {
                format!("no invariant is named `{name}` (invariants: {names})")
            };
            Failure::Usage(why)
        })?),
    };
    Ok(Bounds {
        attempts: args.attempts.unwrap_or_else(|| Bounds::usual_attempts(&loaded.scenario)),
        duplicates: args.duplicates,
        restarts: args.restarts,
        timeouts: !args.no_timeouts,
        full: args.full,
        reductions: !(args.full || args.apart),
        after_script: args.after_script,
        packed: true,
        exact: args.exact,
        until,
        most_states: u64::MAX,
        most_bytes: bytes(args)?,
    })
}

/// Replays the schedule under the checker of every other run, and says how to see it again.
fn confirm(
    args: &ExploreArgs,
    loaded: &Loaded,
    found: &Counterexample,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let record = Record::of(&found.scenario, 0).map_err(|error| unplanned(&loaded.document, error))?;
    if !record.outcome.violated.contains(found.invariant) {
        printer.error("the schedule does not break the invariant when it is replayed; please report this");
    }
    if let Some(path) = &args.out {
        keep(path, &found.scenario.to_toml())?;
        printer.error(&format!("safety is violated: {}", found.invariant.name()));
        printer.last_line(&format!("synod replay {}", quote_path(path)));
    } else {
        printer
            .error(&format!("safety is violated: {}; --out FILE keeps the script", found.invariant.name()));
        printer.last_line(&again(args, loaded));
    }
    Ok(Exit::Violation)
}

fn again(args: &ExploreArgs, loaded: &Loaded) -> String {
    let mut line = format!("synod explore {}", loaded.arguments);
    if let Some(attempts) = args.attempts {
        let _ = write!(line, " --attempts {attempts}");
    }
    let flags = [
        (args.duplicates, " --duplicates"),
        (args.no_timeouts, " --no-timeouts"),
        (args.full, " --full"),
        (args.apart, " --apart"),
        (args.exact, " --exact"),
        (args.after_script, " --after-script"),
    ];
    for (given, flag) in flags {
        line.push_str(if given { flag } else { "" });
    }
    if args.restarts > 0 {
        let _ = write!(line, " --restarts {}", args.restarts);
    }
    if let Some(condition) = &args.from {
        let _ = write!(line, " --from {}", quote(condition));
    }
    if let Some(name) = &args.until {
        let _ = write!(line, " --until {}", quote(name));
    }
    line + " --out violation.toml"
}

fn write_all(
    out: &mut String,
    loaded: &Loaded,
    (bounds, question, stopped): (&Bounds, &Question, bool),
    found: &Exploration,
) -> std::fmt::Result {
    let scenario = &loaded.scenario;
    if !scenario.title.is_empty() {
        writeln!(out, "{}", printable(&scenario.title))?;
    }
    for label in scenario.labels() {
        writeln!(out, "{label}")?;
    }
    writeln!(
        out,
        "explored   {} proposers, {} acceptors, at most {} attempt{} each; losses, {}, {}",
        scenario.proposer.len(),
        scenario.cluster.nodes,
        bounds.attempts,
        if bounds.attempts == 1 { "" } else { "s" },
        if found.coverage.timeouts { "time-outs at any moment" } else { "no time-outs" },
        if bounds.duplicates { "duplicates" } else { "no duplicates" },
    )?;
    coverage(out, &found.coverage)?;
    out.push_str(&question.beginning(found));
    let whole = match (found.complete, &found.violation) {
        (true, _) if found.beginning.is_some() => "these and all that follow",
        (true, _) => "all there are",
        (_, Some(_)) => "up to the violation",
        _ if found.untold == Some(Untold::Violation) => "up to the violation",
        _ if found.reached.is_some() || found.untold.is_some() => "up to the state that was asked for",
        _ if stopped => "NOT all there are: interrupted",
        _ => "NOT all there are: raise --memory",
    };
    let is_counted = !found.moves.is_empty();
    let transitions = if is_counted { format!(" {} transitions,", found.transitions) } else { String::new() };
    writeln!(out, "states     {} ({whole}),{transitions} {} steps deep", found.states, found.depth)?;
    alike(out, &found.alike)?;
    for (proposer, count) in scenario.proposer.iter().zip(&found.chosen) {
        writeln!(out, "chosen     {} in {count} states", printable(&proposer.name))?;
    }
    stuck(out, found)?;
    moves(out, scenario, bounds, found)?;
    missed(out, found, bounds)?;
    match &found.violation {
        None if found.untold == Some(Untold::Violation) => {
            writeln!(out, "VIOLATED   an invariant; the search was ended before the way to it was found")
        }
        None => {
            let seen = if found.complete { "" } else { " that was visited" };
            let looked_at = bounds.until.map_or_else(explored, |it| it.name().to_owned());
            writeln!(out, "checks     every invariant holds in every state{seen}, of these: {looked_at}")
        }
        Some(it) => {
            let about = it.ballot.as_ref().map_or_else(String::new, |ballot| format!(" in ballot {ballot}"));
            writeln!(
                out,
                "VIOLATED   {} after {} steps{about}: {}",
                it.invariant.name(),
                it.steps,
                it.evidence
            )?;
            writeln!(out, "{}", script(&it.schedule))
        }
    }
}

fn to_json(loaded: &Loaded, bounds: &Bounds, found: &Exploration) -> serde_json::Value {
    let names = loaded.scenario.proposer.iter().map(|proposer| proposer.name.clone());
    let chosen: serde_json::Map<_, _> =
        names.zip(&found.chosen).map(|(name, &count)| (name, count.into())).collect();
    json!({
        "scenario": loaded.arguments,
        "labels": loaded.scenario.labels(),
        "attempts": bounds.attempts,
        "duplicates": bounds.duplicates,
        "restarts": bounds.restarts,
        "timeouts": found.coverage.timeouts,
        "states": found.states,
        "transitions": (!found.moves.is_empty()).then_some(found.transitions),
        "depth": found.depth,
        "complete": found.complete,
        "chosen": chosen,
        "stuck": found.stuck,
        "alike": found.alike,
        "moves": Move::ALL.iter().zip(&found.moves).map(|(it, count)| (it.name(), *count)).collect::<BTreeMap<_, _>>(),
        "collision": if bounds.exact { 0.0 } else { found.collision() },
        "checks": EXPLORED.iter().filter(|it| bounds.until.is_none_or(|one| one == **it)).map(|it| it.name()).collect::<Vec<_>>(),
        "absent": found.coverage.absent,
        "left_out": found.coverage.left_out,
        "wider": found.coverage.wider,
        "narrower": found.coverage.narrower,
        "untold": found.untold.map(|it| if it == Untold::Violation { "violation" } else { "reached" }),
        "violation": found.violation.as_ref().map(|it| json!({
            "invariant": it.invariant.name(),
            "ballot": it.ballot,
            "evidence": it.evidence,
            "steps": it.steps,
            "schedule": it.schedule,
        })),
    })
}
