//! What the lab measures, and what a pasted terminal output means, in sentences.
//!
//! Absent on purpose: finding it out (`run::lab`, `sweep::races`).

use std::fmt::Write;

use super::names::printable;
use super::numbers::{counted, grouped};
use crate::run::lab::{Client, Execution, Explanation, Finding, Line, Reading, Setting, Told, Way, schedule};
use crate::stats::{Interval, clopper_pearson};
use crate::sweep::ALPHA;
use crate::sweep::{Cause, Meetings};

/// What all orders of a setting come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllOrders {
    /// Orders.
    pub orders: u64,
    /// Of them, those in which a value is chosen.
    pub chosen: u64,
    /// The most executions of one order.
    pub longest: usize,
}

/// The output of `synod lab`.
pub fn lab_text(
    (title, labels): (&str, &[String]),
    names: &[&str],
    races: &Meetings,
    orders: Option<AllOrders>,
    again: &str,
) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = headed(&mut out, title, labels).and_then(|()| measured(&mut out, names, races));
    if let Some(all) = orders {
        let _ = no_livelock(&mut out, &all);
    }
    let _ = writeln!(out, "\nreproduce  {again}");
    out
}

fn headed(out: &mut String, title: &str, labels: &[String]) -> std::fmt::Result {
    if !title.is_empty() {
        writeln!(out, "{}", printable(title))?;
    }
    labels.iter().try_for_each(|label| writeln!(out, "{label}"))
}

fn measured(out: &mut String, names: &[&str], races: &Meetings) -> std::fmt::Result {
    writeln!(out, "{}\n", counted(races.runs, "run"))?;
    let apart = races.runs - races.met;
    share(out, "decided by the sleep", apart, races.runs)?;
    writeln!(out, "  one client had its answer before the other began: {}", wins(names, races, 0))?;
    share(out, "decided by a race", races.met, races.runs)?;
    writeln!(out, "  both were under way at the same time: {}", wins(names, races, 1))?;
    writeln!(out, "  in {} of them another won than the one that began first", grouped(races.overtaken))?;
    if races.failures.is_empty() {
        return writeln!(out, "\nno client was told FAILED");
    }
    writeln!(out, "\nwhy clients were told FAILED")?;
    let mut causes: Vec<_> = races.failures.iter().collect();
    causes.sort_by_key(|(cause, (runs, _))| (std::cmp::Reverse(*runs), (*cause).clone()));
    for (cause, (runs, seed)) in causes {
        let name = printable(names.get(usize::from(cause.proposer)).copied().unwrap_or("?"));
        let what = if cause.phase == 1 { "promises" } else { "accepts" };
        let message = format!("FAILED in Phase {} (only {} {what})", cause.phase, cause.count);
        writeln!(out, "  {name} {message}: {}, first with --seed {seed}", counted(*runs, "run"))?;
        writeln!(out, "    {}", because(cause, names))?;
    }
    Ok(())
}

fn share(out: &mut String, what: &str, count: u64, of: u64) -> std::fmt::Result {
    let Interval { low, high } = clopper_pearson(count, of, ALPHA);
    let share = count as f64 / of.max(1) as f64;
    writeln!(out, "{what:<21} {share:.5}  [{low:.5}, {high:.5}]  {}", grouped(count))
}

fn wins(names: &[&str], races: &Meetings, met: usize) -> String {
    let mut parts: Vec<String> = names
        .iter()
        .zip(&races.winners)
        .map(|(name, counts)| format!("{} wins {}", printable(name), grouped(counts[met])))
        .collect();
    let nothing = races.winners.last().map_or(0, |counts| counts[met]);
    if nothing > 0 {
        parts.push(format!("nothing chosen {}", grouped(nothing)));
    }
    parts.join(", ")
}

fn because(cause: &Cause, names: &[&str]) -> String {
    let mut parts = Vec::new();
    if !cause.refused.is_empty() {
        let by: Vec<String> =
            cause.by.iter().filter_map(|&p| names.get(usize::from(p)).map(|n| printable(n))).collect();
        let whose = if by.is_empty() {
            "a higher number".to_owned()
        } else {
            format!("{}'s higher number", list(&by))
        };
        parts.push(format!("{} had promised {whose}", nodes(&cause.refused)));
    }
    if !cause.unreached.is_empty() {
        parts.push(format!("{} gave no answer", nodes(&cause.unreached)));
    }
    if parts.is_empty() { "no node said no".to_owned() } else { parts.join("; ") }
}

fn no_livelock(out: &mut String, all: &AllOrders) -> std::fmt::Result {
    writeln!(out, "\nwhy there is no livelock")?;
    writeln!(
        out,
        "  A livelock needs proposers that try again, and here nobody does: a submission makes at most six calls, and\n  \
         then its client has an answer. With every server well, the calls of these submissions can be executed in\n  \
         {} orders. All were walked through: each ends after at most {} executions, and a value is chosen in {}.",
        grouped(all.orders),
        all.longest,
        if all.chosen == all.orders { "every one".to_owned() } else { grouped(all.chosen) }
    )
}

/// The output of `synod lab --read`.
pub fn reading_text(clients: &[Client], lines: &[Line], readings: &[Reading]) -> String {
    let mut out = String::new();
    let _ = write_readings(&mut out, clients, lines, readings);
    out
}

fn write_readings(
    out: &mut String,
    clients: &[Client],
    lines: &[Line],
    readings: &[Reading],
) -> std::fmt::Result {
    for (i, reading) in readings.iter().enumerate() {
        if readings.len() > 1 {
            writeln!(out, "{}reading {} of {}", if i > 0 { "\n" } else { "" }, i + 1, readings.len())?;
        }
        for (line, &client) in lines.iter().zip(&reading.clients) {
            writeln!(out, "line {}: {}", line.number, said(line, &clients[client]))?;
        }
        if let Some(foreign) = foreign(clients, lines) {
            writeln!(out, "\n{foreign}")?;
        }
        for explanation in &reading.explanations {
            writeln!(out)?;
            write_explanation(out, explanation)?;
        }
    }
    Ok(())
}

fn said(line: &Line, client: &Client) -> String {
    let number = line.counter.map(|counter| format!(" (number {})", Setting::number(counter, client.node)));
    let told = match &line.told {
        Ok(value) => format!("SUCCEEDED with {:?}", printable(value)),
        Err((phase, count)) => {
            format!(
                "FAILED in Phase {phase} (only {count} {})",
                if *phase == 1 { "promises" } else { "accepts" }
            )
        }
    };
    format!(
        "client {}, which submits to node {}{}: {told}",
        printable(&client.name),
        client.node,
        number.unwrap_or_default()
    )
}

/// A value that nobody here submits.
fn foreign(clients: &[Client], lines: &[Line]) -> Option<String> {
    let value = lines.iter().find_map(|line| {
        let value = line.told.as_ref().ok()?;
        (!clients.iter().any(|c| c.value == *value)).then_some(value)
    })?;
    Some(format!(
        "The value {:?} is submitted by none of these clients: a node had accepted it before. This is no fresh cluster;\n\
         or the clients submit other texts: name them, e.g. --set 'proposer.A.value=\"…\"'.",
        printable(value)
    ))
}

fn write_explanation(out: &mut String, explanation: &Explanation) -> std::fmt::Result {
    match explanation {
        Explanation::Fresh(found) => {
            write!(out, "a fresh cluster, every server well: ")?;
            one(
                out,
                found.as_ref(),
                "NO order of the calls gives this; it cannot come from a fresh cluster whose servers are well",
            )
        }
        Explanation::Counted(found) => {
            write!(
                out,
                "not a fresh cluster (the numbers show submissions from before), every server well: "
            )?;
            one(out, found.as_ref(), "no order of the calls gives this")
        }
        Explanation::Isolated(all) => {
            writeln!(
                out,
                "nodes that are cut off from the others (a wrong address, another AUTHKEY; where no client submits also: stopped):"
            )?;
            each(out, all, |finding| format!("without {}", nodes(&finding.setting.isolated)))
        }
        Explanation::Earlier(all) => {
            writeln!(out, "not a fresh cluster, a counter that has run ahead:")?;
            each(out, all, earlier)
        }
        Explanation::Stale(all) => {
            writeln!(
                out,
                "not a fresh cluster, servers that were not restarted with the others and hold a higher promise:"
            )?;
            each(out, all, |finding| format!("with {}", nodes(&finding.setting.stale)))
        }
    }
}

/// `A had submitted 2 times before (numbers 11 and 21)`, and who ran unseen.
fn earlier(finding: &Finding) -> String {
    let before = finding.setting.clients.iter().filter(|c| c.counter > 0).map(|c| {
        let numbers: Vec<String> = (1..=c.counter).map(|i| Setting::number(i, c.node).to_string()).collect();
        let times = if c.counter == 1 { "once".to_owned() } else { format!("{} times", c.counter) };
        let word = if numbers.len() == 1 { "number" } else { "numbers" };
        format!("{} had submitted {times} before ({word} {})", printable(&c.name), list(&numbers))
    });
    let under_way =
        finding.setting.clients.iter().enumerate().filter(|(i, _)| is_unseen(finding, *i)).map(|(_, c)| {
            format!(
                ", and submits again (number {}) at the same time",
                Setting::number(c.counter + 1, c.node)
            )
        });
    before.collect::<Vec<_>>().join("; ") + &under_way.collect::<String>()
}

/// Whether a client's submission is one that the text does not show: then it was told something nobody wrote down.
fn is_unseen(finding: &Finding, client: usize) -> bool {
    let it = &finding.setting.clients[client];
    let acts = |way: &Way| way.example.order.iter().any(|e| e.client == client);
    it.counter > 0 && it.submissions == 1 && finding.ways.iter().any(acts)
}

fn one(out: &mut String, found: Option<&Finding>, none: &str) -> std::fmt::Result {
    match found {
        None => writeln!(out, "{none}"),
        Some(finding) => {
            writeln!(out, "{} of {} orders give this", grouped(finding.orders), grouped(finding.of))?;
            details(out, finding, "  ")
        }
    }
}

fn each(out: &mut String, all: &[Finding], name: impl Fn(&Finding) -> String) -> std::fmt::Result {
    for finding in all {
        writeln!(
            out,
            "  {}: {} of {} orders give this",
            name(finding),
            grouped(finding.orders),
            grouped(finding.of)
        )?;
        details(out, finding, "    ")?;
    }
    Ok(())
}

fn details(out: &mut String, finding: &Finding, indent: &str) -> std::fmt::Result {
    for way in &finding.ways {
        if finding.ways.len() > 1 {
            let orders = if way.orders == 1 {
                "1 order".to_owned()
            } else {
                format!("{} orders", grouped(way.orders))
            };
            writeln!(out, "{indent}in {orders}, {}", refusals(finding, way))?;
        } else if !way.refused.is_empty() {
            writeln!(out, "{indent}{}", refusals(finding, way))?;
        }
        for fact in &way.always {
            let (first, then) = (call(finding, &fact.first), call(finding, &fact.then));
            writeln!(out, "{indent}  at node {}: {first} before {then}", fact.first.node)?;
        }
        let clients = finding.setting.clients.iter().zip(&way.example.ending.told);
        let told = clients.flat_map(|(client, told)| {
            told.iter().map(|told| format!("{} {}", printable(&client.name), short(told, finding)))
        });
        writeln!(out, "{indent}  e.g. {}", printable(&schedule(&finding.setting, &way.example)))?;
        writeln!(out, "{indent}       {}", told.collect::<Vec<_>>().join(", "))?;
    }
    Ok(())
}

/// `A's prepare is refused by nodes 2 and 3`.
fn refusals(finding: &Finding, way: &Way) -> String {
    let same =
        |a: &Execution, b: &Execution| (a.client, a.submission, a.phase) == (b.client, b.submission, b.phase);
    let parts: Vec<String> = way
        .refused
        .chunk_by(same)
        .map(|group| {
            let at: Vec<u8> = group.iter().map(|e| e.node).collect();
            format!("{} is refused by {}", call(finding, &group[0]), nodes(&at))
        })
        .collect();
    if parts.is_empty() { "no node refuses anything".to_owned() } else { parts.join(", ") }
}

fn short(told: &Told, finding: &Finding) -> String {
    match told {
        Told::Succeeded(whose) => {
            let name = finding.setting.clients.get(*whose).map_or_else(String::new, |c| printable(&c.name));
            format!("SUCCEEDED with {name}'s value")
        }
        Told::Failed(1, count) => format!("FAILED in Phase 1 (only {count} promises)"),
        Told::Failed(_, count) => format!("FAILED in Phase 2 (only {count} accepts)"),
    }
}

fn call(finding: &Finding, it: &Execution) -> String {
    let client = &finding.setting.clients[it.client];
    let which = if client.submissions > 1 { format!(" {}", it.submission + 1) } else { String::new() };
    format!("{}'s {}{which}", printable(&client.name), if it.phase == 1 { "prepare" } else { "accept" })
}

fn nodes(nodes: &[u8]) -> String {
    let names: Vec<String> = nodes.iter().map(u8::to_string).collect();
    format!("node{} {}", if nodes.len() == 1 { "" } else { "s" }, list(&names))
}

/// `a`, `a and b`, `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
