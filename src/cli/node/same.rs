//! `synod node compare`: the same seeds by a program and by the built-in, message by message, and the first difference.

use std::collections::BTreeMap;

use crate::check::Checks;
use crate::cli::args::{NodeCompareArgs, OwnArg};
use crate::cli::exit::{Exit, Failure, bad_run};
use crate::cli::load::{Loaded, unplanned};
use crate::cli::printer::Printer;
use crate::cli::progress::Bar;
use crate::cli::workers::workers;
use crate::many::{Driver, Runner, Seeds, Stopped};
use crate::report::event_in_words;
use crate::run::Plan;
use crate::text::{printable, quote_path};
use crate::trace::{Event, Recorder};

use super::load::load_for;

/// Seeds that a thread takes at a time.
const PIECE: u64 = 16;

/// How the two runs of a seed differ.
struct Difference {
    seed: u64,
    /// What the program does first that the built-in does not; none if it does nothing more.
    at: usize,
    theirs: Option<(u64, Event)>,
    ours: Option<(u64, Event)>,
}

/// Plays the seeds twice and says how the runs differ.
pub fn compare(args: &NodeCompareArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_for(&args.source, &OwnArg { node: Some(args.node.clone()), preempt: None })?;
    let unplanned = |error| unplanned(&loaded.document, error);
    let (built_in, against) = match &args.against {
        None => {
            let plan = Plan::new(&loaded.scenario).map_err(unplanned)?;
            (plan.watched_by(Checks::All).without_proofs(), "built-in".to_owned())
        }
        Some(other) => {
            let other = OwnArg { node: Some(other.clone()), preempt: None };
            let second = load_for(&args.source, &other)?;
            let plan = second.setup().plan().map_err(unplanned)?;
            (plan, quote_path(args.against.as_deref().unwrap_or(&args.node)))
        }
    };
    let own = loaded.setup().plan().map_err(unplanned)?;
    let bar = Bar::new(2 * args.seeds, printer);
    let driver = Driver { progress: &bar, stop: crate::cli::interrupt::flag() };
    let seeds = Seeds { first: args.first_seed, count: args.seeds };
    let mut found = Vec::new();
    let mut done = 0;
    let ended = workers(args.threads)?.on(|| {
        let work = |seeds: Seeds| -> Result<Vec<Difference>, Stopped> {
            let (mut theirs, mut ours) = (Runner::new(driver, &own, 0), Runner::new(driver, &built_in, 0));
            let mut all = Vec::new();
            for seed in seeds.iter() {
                let (mut of_theirs, mut of_ours) = (Recorder::default(), Recorder::default());
                theirs.run(seed, &mut of_theirs)?;
                ours.run(seed, &mut of_ours)?;
                all.extend(first_difference(seed, &of_theirs.events, &of_ours.events));
            }
            Ok(all)
        };
        let take = |(ran, differences): (u64, Vec<Difference>)| {
            done += ran;
            found.extend(differences);
            Ok(())
        };
        driver.fold(seeds, PIECE, |piece| Ok((piece.count, work(piece)?)), take)
    });
    bar.clear();
    let is_whole = match ended {
        Ok(()) => true,
        Err(Stopped::Interrupted) => false,
        Err(Stopped::BadRun(bad)) => {
            return Ok(bad_run(&bad, &loaded.arguments, printer));
        }
    };
    for plan in [&own, &built_in] {
        let closed = plan.own_nodes().map_or(Ok(()), crate::run::OwnNodes::close);
        closed.map_err(|trouble| Failure::Node(trouble.to_string()))?;
    }
    printer.data(told(&loaded, &[quote_path(&args.node), against], done, &found, is_whole).as_bytes())?;
    Ok(match (is_whole, found.is_empty()) {
        (false, _) => Exit::Interrupted,
        (true, true) => Exit::Ok,
        (true, false) => Exit::Mismatch,
    })
}

fn first_difference(seed: u64, theirs: &[(u64, Event)], ours: &[(u64, Event)]) -> Option<Difference> {
    if theirs == ours {
        return None;
    }
    let at = theirs.iter().zip(ours).take_while(|(a, b)| a == b).count();
    Some(Difference { seed, at, theirs: theirs.get(at).copied(), ours: ours.get(at).copied() })
}

/// The result for people.
fn told(
    loaded: &Loaded,
    [named, against]: &[String; 2],
    done: u64,
    found: &[Difference],
    is_whole: bool,
) -> String {
    let differ = found.len() as u64;
    let partial = if is_whole { "" } else { "PARTIAL, interrupted: " };
    let mut text = format!(
        "{partial}{done} pairs of runs: {} the same, event by event, {differ} differ\n",
        done - differ
    );
    let Some(first) = found.first() else { return text };
    let say = |event: &Option<(u64, Event)>| match event {
        Some((at_ns, event)) => event_in_words(&loaded.scenario, *at_ns, event),
        None => "nothing more".to_owned(),
    };
    let (theirs, ours) = (say(&first.theirs), say(&first.ours));
    // Where words do not tell them apart, all that they are made of does.
    let exact = |event: &Option<(u64, Event)>, said: &str| {
        let event =
            event.as_ref().filter(|_| theirs == ours).and_then(|(_, it)| serde_json::to_string(it).ok());
        event.map_or_else(|| said.to_owned(), |json| format!("{said}  {json}"))
    };
    text.push_str(&format!(
        "\nfirst in seed {}, after {} events that are the same\n  {}  {}\n  {}  {}\n",
        first.seed,
        first.at,
        printable(named),
        exact(&first.theirs, &theirs),
        printable(against),
        exact(&first.ours, &ours)
    ));
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for difference in found {
        let kind = format!("{}, {} {}", kind(&difference.theirs), printable(against), kind(&difference.ours));
        kinds.entry(kind).or_insert((0, difference.seed)).0 += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, (count, seed))| (std::cmp::Reverse(*count), *seed));
    text.push_str("\nfirst differences by kind\n");
    for (kind, (count, seed)) in kinds {
        text.push_str(&format!("  {count:6}  {kind} (as in seed {seed})\n"));
    }
    text
}

/// What an event is, without its particulars.
fn kind(event: &Option<(u64, Event)>) -> String {
    let Some((_, event)) = event else { return "nothing more".to_owned() };
    let value = serde_json::to_value(event).unwrap_or_default();
    let name = value.as_object().and_then(|fields| fields.keys().next().cloned());
    let message = match event {
        Event::Sent { message, .. } | Event::Delivered { message } => {
            format!(" {:?}", message.kind).to_lowercase()
        }
        _ => String::new(),
    };
    format!("{}{message}", name.unwrap_or_default())
}
