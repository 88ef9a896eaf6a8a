//! A chain as files of other solvers: Storm's explicit format, and PRISM's.
//!
//! Rates are per millisecond. Absent on purpose: properties; whoever has the chain asks what it likes.
//!
//! ```text
//!   storm --explicit-drn chain.drn --prop 'P=? [F "won_A"]'
//!   prism -importtrans chain.tra -importlabels chain.lab -ctmc -pf 'P=? [F<=50 "done"]'
//! ```

use std::fmt::Write;

use crate::run::ExactChain;
use crate::stats::Target;

/// So many times as fast as the fastest state a made-up first one is left, where a chain begins in several.
const AT_ONCE: f64 = 1e9;
const NS_PER_MS: f64 = 1e6;

/// Each state with its rates, the ends last; and the state in which it begins.
struct Table {
    rates: Vec<Vec<(usize, f64)>>,
    first: usize,
    /// The first of the ends.
    ends: usize,
}

impl Table {
    fn of(it: &ExactChain) -> Table {
        let chain = &it.chain;
        let ends = chain.states();
        let at = |to: Target| to.get().unwrap_or_else(|end| ends + end);
        let merged = |moves: &[crate::stats::Move], rate: f64| {
            let mut all: Vec<(usize, f64)> =
                moves.iter().map(|it| (at(it.to), it.share * rate * NS_PER_MS)).collect();
            all.sort_by_key(|(to, _)| *to);
            all.dedup_by(|next, kept| {
                let is_same = next.0 == kept.0;
                kept.1 += if is_same { next.1 } else { 0.0 };
                is_same
            });
            all
        };
        let mut rates: Vec<Vec<(usize, f64)>> =
            (0..ends).map(|state| merged(chain.of(state), chain.rate(state))).collect();
        // What has ended stays there.
        rates.extend((0..chain.ends()).map(|end| vec![(ends + end, 1.0)]));
        let first = match chain.beginnings() {
            [only] => at(only.to),
            several => {
                rates.push(merged(several, AT_ONCE * chain.highest_rate()));
                rates.len() - 1
            }
        };
        Table { rates, first, ends }
    }
}

/// The files of a chain: their names and contents.
pub fn exact_files(it: &ExactChain) -> Vec<(&'static str, String)> {
    let table = Table::of(it);
    vec![
        ("chain.drn", drn(&table, &it.ends)),
        ("chain.tra", tra(&table)),
        ("chain.lab", lab(&table, &it.ends)),
    ]
}

/// The label of an end, as a word of these formats; every end but that of what was cut off is also `done`.
fn labels(end: &str) -> String {
    if end == "cut" { end.to_owned() } else { format!("{end} done") }
}

fn drn(table: &Table, ends: &[String]) -> String {
    let mut out =
        format!("@type: CTMC\n@parameters\n\n@reward_models\n\n@nr_states\n{}\n@model\n", table.rates.len());
    for (state, rates) in table.rates.iter().enumerate() {
        let total: f64 = rates.iter().map(|(_, rate)| rate).sum();
        let label = state.checked_sub(table.ends).and_then(|end| ends.get(end)).map(|end| labels(end));
        let init = (state == table.first).then(|| "init".to_owned());
        let words: Vec<String> = init.into_iter().chain(label).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "state {state} !{total} {}\n\taction 0", words.join(" "));
        for (to, rate) in rates {
            let _ = writeln!(out, "\t\t{to} : {rate}");
        }
    }
    out
}

fn tra(table: &Table) -> String {
    let moves: usize = table.rates.iter().map(Vec::len).sum();
    let mut out = format!("{} {moves}\n", table.rates.len());
    for (state, rates) in table.rates.iter().enumerate() {
        for (to, rate) in rates {
            let _ = writeln!(out, "{state} {to} {rate}");
        }
    }
    out
}

fn lab(table: &Table, ends: &[String]) -> String {
    let done = ends.len() + 2;
    let names: String = ends.iter().enumerate().map(|(at, end)| format!(" {}=\"{end}\"", at + 2)).collect();
    let mut out = format!("0=\"init\" 1=\"deadlock\"{names} {done}=\"done\"\n{}: 0\n", table.first);
    for (at, end) in ends.iter().enumerate() {
        let done = if end == "cut" { String::new() } else { format!(" {done}") };
        let _ = writeln!(out, "{}: {}{done}", table.ends + at, at + 2);
    }
    out
}
