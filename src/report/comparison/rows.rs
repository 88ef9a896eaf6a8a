//! The figures of a comparison: each with its value on both sides, the difference and its interval.
//!
//! Absent on purpose: words and digits.

use crate::check::{Counter, Verdict};
use crate::report::numbers::time_unit;
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

impl Row {
    /// The difference and its interval as tables write them: shares in percentage points, times with their unit.
    pub fn written(&self) -> (String, String) {
        let Some(value) = self.difference else { return (String::new(), String::new()) };
        let largest = self.interval.map_or(value, |i| if i.high > -i.low { i.high } else { i.low });
        let (unit, scale) = match self.value {
            Value::Share => ("", 0.01),
            Value::Time => time_unit(libm::fabs(largest)),
            Value::Count => ("", 1.0),
        };
        let digits = decimals(self.interval, scale);
        let signed = |x: f64| format!("{:+.digits$}", x / scale).replace('-', "−");
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        let interval = self.interval.map(|i| format!("[{}, {}]{unit}", signed(i.low), signed(i.high)));
        (signed(value) + &unit, interval.unwrap_or_default())
    }
}

/// Decimals that show two digits of the interval's half width.
pub fn decimals(interval: Option<Interval>, scale: f64) -> usize {
    match interval.map(|i| i.width() / 2.0 / scale) {
        Some(half) if half > 0.0 => (1 - libm::floor(libm::log10(half)) as i32).clamp(0, 9) as usize,
        _ => 4,
    }
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
        rows.push(of_sums("first_choice".into(), &paired.first_choice, Value::Time, peeked));
    }
    for counter in Counter::COMPARED {
        let name = format!("mean.{}", counter.metric().word);
        rows.push(of_sums(name, &paired.counters[counter], Value::Count, peeked));
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

fn of_sums(name: String, pairs: &Pairs, value: Value, peeked: bool) -> Row {
    Row {
        name,
        value,
        sides: [&pairs.a, &pairs.b].map(Moments::mean),
        difference: pairs.mean(),
        interval: if peeked { pairs.sequence(ALPHA) } else { pairs.interval(Z95) },
        reduction: pairs.reduction(),
        source: Source::Sums(*pairs),
    }
}
