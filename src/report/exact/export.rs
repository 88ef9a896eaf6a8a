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
use crate::stats::{Move, Target};

const NS_PER_MS: f64 = 1e6;

/// Where a state is left for, and how often a millisecond.
type Rates = Vec<(usize, f64)>;

/// Each state with its rates, the ends last; and the state in which it begins.
///
/// These formats know one first state. A chain that begins in several gets one that does what they do by the first tick of
/// a clock that is as fast as the fastest of them (uniformization): at a tick each of them moves or stays as often as it
/// would, so from then on nothing differs, and before it nothing has happened. Only an end with which a chain begins is
/// reached at that tick, not at once.
struct Table {
    rates: Vec<Rates>,
    first: usize,
    /// The first of the ends.
    ends: usize,
}

impl Table {
    fn of(it: &ExactChain) -> Table {
        let chain = &it.chain;
        let ends = chain.states();
        let at = |to: Target| to.get().unwrap_or_else(|end| ends + end);
        let moves = |state: usize, share: f64| {
            let rate = share * chain.rate(state) * NS_PER_MS;
            chain.of(state).iter().map(move |it| (at(it.to), it.share * rate))
        };
        let mut rates: Vec<Rates> = (0..ends).map(|state| merged(moves(state, 1.0).collect())).collect();
        // What has ended stays there.
        rates.extend((0..chain.ends()).map(|end| vec![(ends + end, 1.0)]));
        let first = match chain.beginnings() {
            [only] => at(only.to),
            several => {
                let begun = |it: &Move| it.to.get().ok().map(|state| chain.rate(state) * NS_PER_MS);
                let highest = several.iter().filter_map(begun).fold(0.0, f64::max);
                let highest = if highest > 0.0 { highest } else { 1.0 };
                let mut all: Rates = Vec::new();
                for it in several {
                    all.extend(it.to.get().ok().into_iter().flat_map(|state| moves(state, it.share)));
                    all.push((at(it.to), it.share * (highest - begun(it).unwrap_or(0.0))));
                }
                rates.push(merged(all));
                rates.len() - 1
            }
        };
        Table { rates, first, ends }
    }
}

/// In the order of their states, with those to the same one together.
fn merged(mut rates: Rates) -> Rates {
    rates.retain(|(_, rate)| *rate > 0.0);
    rates.sort_by_key(|(to, _)| *to);
    rates.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        kept.1 += if is_same { next.1 } else { 0.0 };
        is_same
    });
    rates
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
    // A chain has one choice in every state.
    let states = table.rates.len();
    let mut out = format!(
        "@type: CTMC\n@parameters\n\n@reward_models\n\n@nr_states\n{states}\n@nr_choices\n{states}\n@model\n"
    );
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
