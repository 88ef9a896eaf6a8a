//! The figures of a comparison: each with its value on both sides, the difference and its interval.
//!
//! Absent on purpose: words and digits.

use crate::check::Verdict;
use crate::stats::{Fourfold, Interval, Moments, Pairs, Z95, normal_quantile};
use crate::sweep::{ALPHA, Paired};

/// What a row's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Shares of the runs.
    Share,
    /// Mean times, ns.
    Time,
    /// Mean counts.
    Count,
}

/// One figure on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Of what; its key in JSON.
    pub name: String,
    /// What the numbers are.
    pub value: Value,
    /// On the first and the second side; none without runs.
    pub sides: [Option<f64>; 2],
    /// Second minus first.
    pub difference: Option<f64>,
    /// Its interval; none where all pairs differ by the same, which bounds nothing.
    pub interval: Option<Interval>,
    /// How many times as many runs independent seeds need for the same width.
    pub reduction: Option<f64>,
    /// The integers that it was made from.
    pub source: Source,
}

/// The integers behind a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A table of four.
    Table(Fourfold),
    /// Sums.
    Sums(Pairs),
}

/// All rows: winners, nothing chosen, the verdicts that occur, pre-empted runs; then times and counts. With `peeked` the
/// intervals hold at all times at once.
pub fn rows(paired: &Paired, proposers: &[String], peeked: bool) -> Vec<Row> {
    let names = proposers.iter().map(|name| format!("winner.{name}")).chain(["winner.undecided".into()]);
    let each = ALPHA / paired.winners.len() as f64;
    let mut rows: Vec<Row> =
        names.zip(&paired.winners).map(|(name, table)| of_table(name, table, each, peeked)).collect();
    let reached = |table: &Fourfold| table.both + table.only_a + table.only_b > 0;
    for (verdict, table) in Verdict::ALL.into_iter().zip(&paired.verdicts).filter(|(_, t)| reached(t)) {
        rows.push(of_table(format!("verdict.{}", verdict.name()), table, ALPHA, peeked));
    }
    rows.push(of_table("preempted".into(), &paired.preempted, ALPHA, peeked));
    if paired.cut == 0 {
        rows.push(of_sums("first_choice", &paired.first_choice, Value::Time, peeked));
    }
    for (name, pairs) in [
        ("mean.preemptions", &paired.preemptions),
        ("mean.attempts", &paired.attempts),
        ("mean.messages", &paired.messages),
    ] {
        rows.push(of_sums(name, pairs, Value::Count, peeked));
    }
    rows
}

fn of_table(name: String, table: &Fourfold, alpha: f64, peeked: bool) -> Row {
    let share = |count: u64| (table.n > 0).then(|| count as f64 / table.n as f64);
    let interval =
        if peeked { table.sequence(alpha) } else { table.interval(normal_quantile(1.0 - alpha / 2.0)) };
    Row {
        name,
        value: Value::Share,
        sides: [share(table.both + table.only_a), share(table.both + table.only_b)],
        difference: table.difference(),
        interval: Some(interval),
        reduction: table.reduction(),
        source: Source::Table(*table),
    }
}

fn of_sums(name: &str, pairs: &Pairs, value: Value, peeked: bool) -> Row {
    Row {
        name: name.to_owned(),
        value,
        sides: [&pairs.a, &pairs.b].map(Moments::mean),
        difference: pairs.mean(),
        interval: if peeked { pairs.sequence(ALPHA) } else { pairs.interval(Z95) },
        reduction: pairs.reduction(),
        source: Source::Sums(*pairs),
    }
}
