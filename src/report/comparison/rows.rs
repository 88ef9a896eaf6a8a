//! The figures of a comparison: each with its value on both sides, the difference and its interval.
//!
//! Absent on purpose: words and digits.

use crate::check::{Counter, Verdict};
use crate::report::lineup::Lineup;
use crate::report::numbers::{significant, time_unit};
use crate::stats::{
    Fourfold, Interval, Moments, Pairs, Saving, Z95, clopper_pearson, holm, normal_quantile, saved,
};
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
    /// Its interval; none where all pairs differ by the same, and of a time with a heavy tail.
    pub interval: Option<Interval>,
    /// The probability, if the sides do not differ, of a difference at least as far from 0: of the test that the interval inverts,
    /// adjusted as the interval is. None where there is no such test, and where the runs were looked at on the way.
    pub p: Option<f64>,
    /// Whether it differs from 0 even when all rows of the table are taken together (Holm, 5 %).
    pub stands: bool,
    /// Whether so few pairs make it what it is that it says little: n < 25 g², g their skewness.
    pub is_carried_by_few: bool,
    /// Where all pairs differ by the same: the share of them that may still do otherwise, at most.
    pub others: Option<f64>,
    /// How many times as many runs independent seeds need for the same width.
    pub saved: Option<Saving>,
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
        (signed(value) + &unit, interval.unwrap_or_else(|| self.remark()))
    }

    /// Its p as a single test, whatever else is asked at the same time.
    pub fn alone(&self) -> Option<f64> {
        match &self.source {
            Source::Table(table) if self.p.is_some() => Some(table.p()),
            _ => self.p,
        }
    }

    /// Why there is no interval, or what is to be known of it, in a few words; empty if it is an ordinary one.
    pub fn remark(&self) -> String {
        match (self.others, self.is_carried_by_few) {
            (Some(others), _) => format!("all alike, others ≤ {} %", significant(100.0 * others, 2)),
            (None, true) => "carried by few".to_owned(),
            (None, false) => String::new(),
        }
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

/// All rows: winners, nothing chosen, the verdicts that occur, pre-empted runs, clients that are not always answered; then times up to a bound (ns), and counts. With
/// `peeked` the intervals of shares and of the time up to the bound hold at all times at once, and there is no p.
pub fn rows(paired: &Paired, lineup: &Lineup, until_ns: u64, peeked: bool) -> Vec<Row> {
    let names =
        lineup.proposers.iter().map(|name| format!("winner.{name}")).chain(["winner.undecided".into()]);
    let family = paired.winners.len() as f64;
    let mut rows: Vec<Row> =
        names.zip(&paired.winners).map(|(name, table)| of_table(name, table, family, peeked)).collect();
    let reached = |table: &Fourfold| table.both + table.only_a + table.only_b > 0;
    for (verdict, table) in Verdict::ALL.into_iter().zip(&paired.verdicts).filter(|(_, t)| reached(t)) {
        rows.push(of_table(format!("verdict.{}", verdict.name()), table, 1.0, peeked));
    }
    rows.push(of_table("preempted".into(), &paired.preempted, 1.0, peeked));
    for (name, table) in lineup.client_names().into_iter().zip(&paired.answered) {
        if table.both < table.n {
            rows.push(of_table(format!("answered.{name}"), table, 1.0, peeked));
        }
    }
    if paired.cut == 0 {
        rows.extend(of_times(paired, until_ns, peeked));
    }
    for counter in Counter::COMPARED {
        let name = format!("mean.{}", counter.metric().word);
        rows.push(of_sums(name, &paired.counters[counter], Value::Count, peeked));
    }
    // The winners' intervals are already adjusted to each other; here each row is a test of its own.
    let stand = holm(&rows.iter().map(Row::alone).collect::<Vec<_>>(), ALPHA);
    rows.iter_mut().zip(stand).for_each(|(row, stands)| row.stands = stands);
    rows
}

/// Times of the first choice: the mean difference over the pairs in which both choose; the share of late runs, where the bound is
/// one that not only runs without a choice are late for; the difference of the means up to the bound.
fn of_times(paired: &Paired, until_ns: u64, peeked: bool) -> Vec<Row> {
    let times = &paired.times;
    let both = times.both_chose();
    let mut rows = vec![Row {
        saved: saved(&times.both),
        ..of_sums("first_choice_both".into(), &both, Value::Time, peeked)
    }];
    if paired.winners.last() != Some(&times.late) {
        rows.push(of_table("late".into(), &times.late, 1.0, peeked));
    }
    let found = times.difference(until_ns, Z95);
    let interval = if peeked { times.sequence(until_ns, ALPHA) } else { found.map(|found| found.1) };
    rows.push(Row {
        interval,
        difference: found.map(|found| found.0).or(paired.first_choice.mean()),
        p: None,
        is_carried_by_few: false,
        others: None,
        ..of_sums("first_choice".into(), &paired.first_choice, Value::Time, peeked)
    });
    rows
}

/// Of a share, in a family of so many whose intervals hold together.
fn of_table(name: String, table: &Fourfold, family: f64, peeked: bool) -> Row {
    let share = |count: u64| (table.n > 0).then(|| count as f64 / table.n as f64);
    let alpha = ALPHA / family;
    let interval =
        if peeked { table.sequence(alpha) } else { table.interval(normal_quantile(1.0 - alpha / 2.0)) };
    Row {
        name,
        value: Value::Share,
        sides: [share(table.both + table.only_a), share(table.both + table.only_b)],
        difference: table.difference(),
        interval: Some(interval),
        p: (!peeked && table.n > 0).then(|| (family * table.p()).min(1.0)),
        stands: false,
        is_carried_by_few: false,
        others: None,
        saved: table.saved(),
        source: Source::Table(*table),
    }
}

/// Of a mean, with the test that its interval inverts; a time that few pairs carry has neither, unless it is because few
/// differ at all, and those not wildly.
fn of_sums(name: String, pairs: &Pairs, value: Value, peeked: bool) -> Row {
    let spread = pairs.spread();
    let is_carried_by_few = spread.is_some_and(|spread| spread.is_carried_by_few());
    let is_heavy = value == Value::Time && is_carried_by_few && pairs.is_heavy();
    let shown = spread.filter(|spread| !is_heavy && !spread.is_of_few());
    let is_alike = pairs.n() < 2 || pairs.variance() == Some(0.0);
    Row {
        name,
        value,
        sides: [&pairs.a, &pairs.b].map(Moments::mean),
        difference: pairs.mean(),
        interval: shown.map(|spread| spread.interval(Z95)),
        p: shown.filter(|_| !peeked).map(|spread| spread.p(0.0)),
        stands: false,
        is_carried_by_few,
        others: (is_alike && pairs.n() > 0).then(|| clopper_pearson(0, pairs.n(), ALPHA).high),
        saved: None,
        source: Source::Sums(*pairs),
    }
}
