//! A run for people: the replies as the clients saw them, the files, the verdict, the checks, the line that replays it.

use std::fmt::Write;

use super::weather::drawn_faults;
use super::{RunView, ms, reply};
use crate::check::{Evidence, Hazard, Invariant, Verdict, Violation};
use crate::report::numbers::counted;
use crate::run::Certificate;
use crate::scenario::{Stop, Ties, printable};
use crate::sim::EPOCH;
use crate::text::quote;
use crate::trace::{BallotId, Kind, StopReason, SubmissionId};

/// The output of `synod run`.
pub fn run_text(view: &RunView<'_>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, view);
    text
}

fn write_all(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    head(out, view)?;
    clients(out, view)?;
    files(out, view)?;
    verdict(out, view)?;
    checks(out, view)?;
    noted(out, view)?;
    out.write_str(&drawn_faults(view))?;
    writeln!(out, "\nreplay    synod replay {} --seed {}", view.arguments, view.record.seed)?;
    writeln!(out, "token     {}", view.record.token)
}

pub(super) fn head(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    let scenario = view.scenario;
    if !scenario.title.is_empty() {
        writeln!(out, "{}", printable(&scenario.title))?;
    }
    let ties = if scenario.run.ties == Ties::Seeded { "seeded" } else { "fifo" };
    writeln!(
        out,
        "seed {}, epoch {EPOCH}, scenario {}, ties {ties}",
        view.record.seed, view.record.scenario_hash
    )?;
    if let Some(nodes) = view.record.token.nodes {
        writeln!(out, "own nodes {nodes:032x}, votes as they say that they store them")?;
    }
    if !view.record.token.deviations.is_empty() {
        writeln!(out, "deviations {}", view.record.token.deviations)?;
    }
    for label in view.labels() {
        writeln!(out, "{label}")?;
    }
    writeln!(out)
}

fn clients(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    for client in &view.record.outcome.clients {
        let name = printable(view.name(client.proposer));
        if let Some(said) = view.record.replies.get(&client.submission) {
            writeln!(out, "client {name}  {}  (at {})", printable(said), ms(client.at_ns))?;
            continue;
        }
        match reply(client, |value| view.value(value)) {
            Some(reply) => writeln!(out, "client {name}  {}  (at {})", printable(&reply), ms(client.at_ns))?,
            None => writeln!(out, "client {name}  (no answer)")?,
        }
    }
    Ok(())
}

/// What each acceptor has accepted, chosen or not; as the lab's file, where the scenario names one.
fn files(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    let file = &view.scenario.file;
    // Whether somebody's own nodes keep it there is theirs to say.
    let is_kept = !file.is_empty() && view.record.token.nodes.is_none();
    let what = if is_kept { format!("$ cat {}", quote(file)) } else { "accepted".to_owned() };
    writeln!(out)?;
    for node in 1..=view.scenario.cluster.nodes {
        write!(out, "node {node}  {what}: ")?;
        match view.record.votes.of(node) {
            None => writeln!(out, "(nothing)")?,
            Some((_, value)) => {
                writeln!(out, "{}{}", printable(&view.value(value)), mark(view, value))?;
            }
        }
    }
    writeln!(out)
}

/// What is to be said of a stored value that is not the one which was chosen first.
fn mark(view: &RunView<'_>, value: SubmissionId) -> &'static str {
    let is_second =
        |v: &Violation| matches!(v.evidence, Evidence::ChosenTwice { value: second, .. } if second == value);
    match view.record.outcome.chosen {
        Some(first) if first == value => "",
        _ if view.record.violations.iter().any(is_second) => "   <- chosen as well",
        // More was broken than is kept: it may have been chosen.
        _ if view.record.outcome.violated.contains(Invariant::Agreement) => "",
        _ => "   <- never chosen",
    }
}

/// What somebody's nodes report of what misleads in their own code.
fn noted(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    const MOST: usize = 10;
    let hazards = view.record.notes.iter().filter_map(|note| Some((note, note.hazard.as_ref()?)));
    for (note, hazard) in hazards.clone().take(MOST) {
        let (hazard, text) = (printable(hazard), printable(&note.text));
        writeln!(out, "noted     {hazard}, node {} at {}: {text}", note.node, ms(note.at_ns))?;
    }
    match hazards.count() {
        count if count > MOST => writeln!(out, "noted     and {} more", count - MOST),
        _ => Ok(()),
    }
}

fn verdict(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    let outcome = &view.record.outcome;
    write!(out, "verdict   {}", outcome.verdict.name())?;
    match (outcome.chosen, outcome.chosen_at_ns) {
        (Some(value), Some(at)) => {
            let winner = outcome.winner.map_or("?", |winner| view.name(winner));
            write!(
                out,
                ": {} wins, {:?} chosen at {}",
                printable(winner),
                printable(&view.value(value)),
                ms(at)
            )?;
        }
        _ => write!(out, ": no value is chosen")?,
    }
    writeln!(out, "{}", because(view))?;
    if let Some(proof) = &view.record.livelock {
        writeln!(out, "proof     {}", proved(proof))?;
    }
    writeln!(
        out,
        "counted   {}, {}, {}, {} of which {} lost, {}, {} in the trace",
        many(outcome.attempts, "attempt"),
        many(outcome.preemptions, "pre-emption"),
        many(outcome.timeouts, "time-out"),
        many(outcome.messages_sent, "message"),
        outcome.messages_lost,
        many(outcome.events, "scheduled event"),
        counted(view.record.count() as u64, "event")
    )?;
    if outcome.duplicates > 0 {
        writeln!(out, "copies    {} second copies of messages", outcome.duplicates)?;
    }
    for hazard in Hazard::ALL {
        if outcome.hazards[hazard as usize] > 0 {
            writeln!(out, "hazard    {}: {}", hazard.name(), told(hazard))?;
        }
    }
    Ok(())
}

fn because(view: &RunView<'_>) -> String {
    let outcome = &view.record.outcome;
    let at = ms(outcome.ended_at_ns);
    match (outcome.stopped, outcome.verdict) {
        (StopReason::Horizon, Verdict::Unfinished) => {
            format!("; the horizon of {at} was reached, and a client had no answer by then")
        }
        (StopReason::Horizon, _) => format!("; the horizon of {at} was reached"),
        (StopReason::ScriptEnded, Verdict::Unfinished | Verdict::Undecided) => {
            format!("; the script ended at {at} with messages in flight, and a client waits")
        }
        (StopReason::Cycle, Verdict::Starved) => {
            format!("; by {at} it is proved that the rest goes round for ever, and a client waits")
        }
        (StopReason::Cycle, _) if view.scenario.script.is_some() => {
            format!("; by {at} it is proved that the schedule's rounds, gone on with, never choose one")
        }
        (StopReason::Cycle, _) => format!("; by {at} it is proved that none ever will be"),
        (StopReason::NodeFailed, _) => format!("; a node failed at {at}"),
        (StopReason::Standstill, _) => format!("; time stands still at {at}"),
        (StopReason::MaxEvents, Verdict::Unfinished) => {
            format!("; the event budget was spent at {at}, and a client had no answer by then")
        }
        (StopReason::MaxEvents, _) => format!("; the event budget was spent at {at}"),
        (StopReason::Quiescent, Verdict::Blocked | Verdict::Starved) => {
            format!("; nothing is scheduled any more at {at}, and a client waits")
        }
        (StopReason::Quiescent, _) if view.scenario.run.stop != Stop::Quiescent => {
            format!("; nothing is scheduled any more at {at}")
        }
        _ => String::new(),
    }
}

fn many(n: u32, one: &str) -> String {
    counted(u64::from(n), one)
}

/// A certificate in words.
fn proved(proof: &Certificate) -> String {
    let ends = match (proof.preemptions_per_period, proof.timeouts_per_period) {
        (preemptions, 0) => many(preemptions, "pre-emption"),
        (0, timeouts) => many(timeouts, "time-out"),
        (preemptions, timeouts) => {
            format!("{} and {}", many(preemptions, "pre-emption"), many(timeouts, "time-out"))
        }
    };
    format!(
        "from {} on (scheduled event {}) the run repeats itself every {} ({}): {ends}, {}, rounds {} up; state {}",
        ms(proof.prefix_ns),
        proof.prefix_events,
        ms(proof.period_ns),
        many(proof.period_events, "scheduled event"),
        many(proof.attempts_per_period, "attempt"),
        proof.round_shift,
        proof.state
    )
}

fn told(hazard: Hazard) -> &'static str {
    match hazard {
        Hazard::UnchosenRead => "get_value returned a value that was not chosen then",
        Hazard::FailedButChosen => "a client was told FAILED, and its value is chosen all the same",
        Hazard::StaleRead => "get_value did not return the value that was chosen then",
    }
}

fn checks(out: &mut String, view: &RunView<'_>) -> std::fmt::Result {
    let violated = view.record.outcome.violated;
    let held: Vec<&str> =
        Invariant::ALL.iter().filter(|&&i| !violated.contains(i)).map(|i| i.name()).collect();
    writeln!(out, "checks    {} of {} held: {}", held.len(), Invariant::ALL.len(), held.join(", "))?;
    for violation in &view.record.violations {
        let (what, at) = (violation.invariant.name(), ms(violation.at_ns));
        write!(out, "VIOLATED  {what} at {at}")?;
        if violation.ballot != BallotId::NONE {
            write!(out, " in ballot {}", view.ballot(violation.ballot))?;
        }
        writeln!(out, ": {}", view.evidence(violation))?;
    }
    match view.record.refused {
        Some(it) => writeln!(
            out,
            "PROGRESS  at {} in ballot {}: node {} has promised {} and does not {}",
            ms(it.at_ns),
            view.ballot(it.ballot),
            it.node,
            if it.kind == Kind::Prepare { "nothing as high" } else { "nothing higher" },
            if it.kind == Kind::Prepare { "promise" } else { "vote" },
        ),
        None => Ok(()),
    }
}
