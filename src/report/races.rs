//! A race table as text and as JSON.
//!
//! Absent on purpose: learning it (`sweep`).

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::run::{Pattern, Token};
use crate::scenario::{Scenario, printable};
use crate::stats::{clopper_pearson, share};
use crate::sweep::{ALPHA, Race, RaceTable};
use crate::trace::ProposerId;

/// A race table beside its scenario.
#[derive(Clone, Debug)]
pub struct RacesView<'a> {
    /// What was run.
    pub scenario: &'a Scenario,
    /// The first seed that was learnt from.
    pub first: u64,
    /// The table.
    pub table: &'a RaceTable,
    /// The tokens of the races that are shown, those at the top.
    pub tokens: &'a [Token],
}

/// The output of `synod explain --races`.
pub fn races_text(view: &RacesView<'_>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, view);
    text
}

fn write_all(out: &mut String, view: &RacesView<'_>) -> std::fmt::Result {
    let (scenario, table) = (view.scenario, view.table);
    if !scenario.title.is_empty() {
        writeln!(out, "{}", printable(&scenario.title))?;
    }
    for label in scenario.labels() {
        writeln!(out, "{label}")?;
    }
    let mixed = table.races.iter().filter(|race| race.winners.len() > 1).count();
    writeln!(
        out,
        "learnt    {} patterns of {} runs, from seed {} on",
        table.races.len(),
        table.learnt,
        view.first
    )?;
    if mixed > 0 {
        writeln!(
            out,
            "mixed     {mixed} of them leave the winner open; the table names the more frequent one"
        )?;
    }
    writeln!(
        out,
        "coverage  {} of {} fresh runs have a pattern of the table{}",
        table.known,
        table.fresh,
        interval(table.known, table.fresh)
    )?;
    writeln!(
        out,
        "right     {} of {} fresh runs are won as it says{}",
        table.right,
        table.fresh,
        interval(table.right, table.fresh)
    )?;
    writeln!(
        out,
        "pattern   requests that each node grants, in order, up to the choice; A1:P is the prepare of A's attempt 1, A1:A its accept"
    )?;
    let runs = |races: &[Race]| races.iter().map(Race::runs).sum::<u64>();
    writeln!(out, "\n  share    sum      winner")?;
    for (i, race) in table.races.iter().take(view.tokens.len()).enumerate() {
        let part = |runs: u64| share(runs, table.learnt).unwrap_or(0.0);
        writeln!(
            out,
            "  {:.5}  {:.5}  {}{}  {}",
            part(race.runs()),
            part(runs(&table.races[..=i])),
            name(scenario, race.winner()),
            if race.winners.len() > 1 {
                format!(" in {} of {}", race.winners[&race.winner()], race.runs())
            } else {
                String::new()
            },
            pattern(scenario, &race.pattern),
        )?;
        writeln!(out, "                    {}", view.tokens[i])?;
    }
    let hidden = table.races.len() - view.tokens.len();
    if hidden > 0 {
        let rest = runs(&table.races[view.tokens.len()..]);
        writeln!(out, "  and {hidden} patterns more, {rest} runs together; --patterns shows them")?;
    }
    Ok(())
}

fn interval(k: u64, n: u64) -> String {
    match share(k, n) {
        None => String::new(),
        Some(found) => {
            let exact = clopper_pearson(k, n, ALPHA);
            format!(": {found:.5} [{:.5}, {:.5}]", exact.low, exact.high)
        }
    }
}

fn name(scenario: &Scenario, winner: Option<ProposerId>) -> String {
    match winner {
        None => "nobody".to_owned(),
        Some(winner) => {
            scenario.proposer.get(usize::from(winner)).map_or("?".to_owned(), |p| printable(&p.name))
        }
    }
}

/// `1: A1:P A1:A | 2: A1:P`
fn pattern(scenario: &Scenario, pattern: &Pattern) -> String {
    let node = |(i, order): (usize, &Vec<crate::run::Arrival>)| {
        let arrivals = order.iter().map(|it| {
            let letter = if it.is_accept() { 'A' } else { 'P' };
            format!(" {}{}:{letter}", name(scenario, Some(it.proposer())), it.attempt())
        });
        format!("{}:{}", i + 1, arrivals.collect::<String>())
    };
    pattern.iter().enumerate().map(node).collect::<Vec<_>>().join(" | ")
}

/// The object of `synod explain --races --format json`.
pub fn races_json(view: &RacesView<'_>) -> Value {
    let (scenario, table) = (view.scenario, view.table);
    let winners = |race: &Race| -> Map<String, Value> {
        let named = |winner: Option<ProposerId>| {
            winner.map_or("undecided".to_owned(), |p| scenario.proposer[usize::from(p)].name.clone())
        };
        race.winners.iter().map(|(&winner, &runs)| (named(winner), runs.into())).collect()
    };
    let row = |(race, token): (&Race, &Token)| {
        json!({
            "pattern": pattern(scenario, &race.pattern),
            "winner": race.winner().map(|p| scenario.proposer[usize::from(p)].name.clone()),
            "runs": race.runs(),
            "winners": winners(race),
            "fresh": race.fresh,
            "fresh_right": race.fresh_right,
            "seed": race.seed,
            "token": token.to_string(),
        })
    };
    json!({
        "schema": "synod-races-1",
        "scenario": scenario.title,
        "labels": scenario.labels(),
        "first_seed": view.first,
        "learnt": table.learnt,
        "fresh": table.fresh,
        "patterns": table.races.len(),
        "known": table.known,
        "right": table.right,
        "races": table.races.iter().zip(view.tokens).map(row).collect::<Vec<_>>(),
    })
}
