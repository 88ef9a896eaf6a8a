//! `synod hunt`: the first seeds whose runs satisfy a condition, as tokens.
//!
//! A token is printed as soon as it is known to be the next; ^C keeps what was found. Absent on purpose: the search
//! itself (`sweep`), and conditions (`run`).

use serde_json::{Value, json};

use super::args::{Format, HuntArgs};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, unplanned};
use super::node::load_for;
use super::printer::Printer;
use super::progress::Bar;
use super::size::check_runs;
use super::workers::workers;
use crate::check::Outcome;
use crate::report::grouped;
use crate::run::{Condition, Deviations, Token};
use crate::sweep::{Hunt, Hunted};

/// Hunts and prints tokens.
pub fn hunt(args: &HuntArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_for(&args.source, &args.own)?;
    let condition = Condition::parse(&args.until, &loaded.scenario);
    let condition = condition.map_err(|error| Failure::Usage(format!("--until: {error}")))?;
    let plan = loaded.setup().plan().map_err(|error| unplanned(&loaded.document, error))?;
    let checks = condition.checks().max(args.checks.into());
    let plan = plan.watched_by(checks);
    check_runs(args.seeds, 1)?;
    loaded.say_axes(printer);
    let holds = |outcome: &Outcome| condition.holds(outcome);
    let hunt =
        Hunt { plan: &plan, condition: &holds, first: args.first_seed, seeds: args.seeds, count: args.count };
    let (bar, stop) = (Bar::new(args.seeds, printer), interrupt::flag());
    let (mut found, mut failure) = (Vec::new(), None);
    let mut tell = |seed: u64, outcome: &Outcome| {
        let token = loaded.setup().token(seed, Deviations::default(), outcome);
        if args.format == Format::Text {
            let line = format!("{token}\n");
            failure = bar.suspend(|| printer.data(line.as_bytes())).err();
        } else {
            found.push(to_json(&loaded, seed, outcome, &token));
        }
        failure.is_none()
    };
    let hunted = workers(args.threads)?.on(|| hunt.go(&bar, stop, &mut tell));
    bar.clear();
    interrupt::caught();
    if let Some(failure) = failure {
        return Err(failure);
    }
    if args.format == Format::Json {
        printer.json(&whole(args, &hunted, found))?;
    }
    Ok(match hunted.standstill {
        Some(found) => bad_run(&found, &loaded.arguments, printer),
        None => end(args, &hunted, &loaded.arguments, printer),
    })
}

/// Says how it went.
fn end(args: &HuntArgs, hunted: &Hunted, arguments: &str, printer: &Printer) -> Exit {
    let (found, searched) = (hunted.found, grouped(hunted.searched));
    if hunted.interrupted {
        printer.error(&format!("interrupted after {searched} seeds; {found} found, and printed"));
        return Exit::Interrupted;
    }
    if found == 0 {
        printer.say(&format!("nothing found: no run of {searched} seeds satisfies {}", shown(&args.until)));
        return Exit::Expectation;
    } else if found < args.count {
        printer.say(&format!("{found} found, and no more in {searched} seeds"));
    } else {
        printer.say(&format!("{found} found in the first {searched} seeds"));
    }
    if found > 0 && args.format == Format::Text {
        printer.say(&format!("see one with  synod replay {arguments} --token TOKEN"));
    }
    Exit::Ok
}

fn shown(text: &str) -> String {
    crate::scenario::printable(text.trim())
}

fn to_json(loaded: &Loaded, seed: u64, outcome: &Outcome, token: &Token) -> Value {
    let name = |p: u8| loaded.scenario.proposer.get(usize::from(p)).map(|it| it.name.clone());
    json!({
        "seed": seed,
        "token": token.to_string(),
        "winner": outcome.winner.and_then(name),
        "verdict": outcome.verdict.name(),
        "duel": outcome.duel,
        "chosen_at_ns": outcome.chosen_at_ns,
    })
}

fn whole(args: &HuntArgs, hunted: &Hunted, found: Vec<Value>) -> Value {
    json!({
        "schema": "synod-hunt-1",
        "until": args.until.trim(),
        "first_seed": args.first_seed,
        "searched": hunted.searched,
        "interrupted": hunted.interrupted,
        "found": found,
    })
}
