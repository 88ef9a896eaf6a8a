//! A comparison for a terminal: what differs, each figure on both sides, the seeds that tell the two apart.
//!
//! Absent on purpose: figures that are the same on both sides in every pair, but for one line that says so.

use std::fmt::Write;

use super::rows::{Row, Source, Value, decimals};
use super::{Comparison, methods, rows};
use crate::report::names::printable;
use crate::report::numbers::{chance, exact_time, grouped, saved_times, significant, time_unit};
use crate::stats::{Interval, clopper_pearson};
use crate::sweep::{ALPHA, Until, is_cut_short};

/// Keys that differ, and pairs of replay lines, at most.
const MOST_KEYS: usize = 12;
const MOST_SEEDS: usize = 3;

/// The output of `synod compare`.
pub fn comparison_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, comparison);
    text
}

fn write_all(out: &mut String, c: &Comparison) -> std::fmt::Result {
    for (name, side) in ["first ", "second"].iter().zip(&c.sides) {
        writeln!(out, "{name}  {}", side.arguments)?;
        if !side.title.is_empty() {
            writeln!(out, "        {}", printable(&side.title))?;
        }
        side.labels.iter().try_for_each(|label| writeln!(out, "        {label}"))?;
    }
    write_differences(out, c)?;
    let p = &c.paired;
    writeln!(out, "\n{}", seeds(c))?;
    let rows = rows(p, &c.lineup, c.horizon_ns, c.until.is_some());
    // An interval would say that something may differ that cannot.
    if is_one_scenario(c) && rows.iter().all(is_zero) {
        let names: Vec<String> = rows.iter().map(|row| printable(&row.name)).collect();
        writeln!(out, "  the same in every pair, for both sides run the same: {}", names.join(", "))?;
    } else {
        write_table(out, &rows)?;
    }
    let waited = p.at_horizon.iter().any(|&runs| runs > 0);
    if p.cut == 0 {
        let until = exact_time(c.horizon_ns);
        let [a, b] = p.at_horizon.map(grouped);
        let never =
            if waited { format!(" (in {a} and {b} runs nothing was chosen by then)") } else { String::new() };
        writeln!(
            out,
            "first_choice_both: mean time of the first choice where both runs of a pair choose by {until}; first_choice: of all \
             pairs, where a run that has not chosen by {until} counts {until}{never}"
        )?;
    } else {
        writeln!(
            out,
            "first choice: not compared, for {} pairs were cut off by the event budget before {}; raise run.max_events, \
             or take a shorter --horizon",
            grouped(p.cut),
            exact_time(c.horizon_ns)
        )?;
    }
    for note in &c.notes {
        writeln!(out, "note: {}", printable(note))?;
    }
    writeln!(out, "{}", methods(c.until))?;
    writeln!(out, "Safety: {}.", c.checks.sentence())?;
    write_parted(out, c)?;
    writeln!(out, "\nreproduce  {}", c.command_line)
}

/// Whether both sides run the same, so that every difference is zero whatever the seeds.
fn is_one_scenario(c: &Comparison) -> bool {
    let [first, second] = &c.sides;
    c.differences.is_empty() && first.labels == second.labels
}

fn write_differences(out: &mut String, c: &Comparison) -> std::fmt::Result {
    if c.differences.is_empty() {
        let what = if is_one_scenario(c) { "nothing: every difference is zero" } else { "whose nodes play" };
        return writeln!(out, "differ in  {what}");
    }
    for (i, d) in c.differences.iter().take(MOST_KEYS).enumerate() {
        let value = |v: &Option<String>| printable(v.as_deref().unwrap_or("(default)"));
        let head = if i == 0 { "differ in " } else { "" };
        writeln!(out, "{head:10} {}: {} | {}", printable(&d.path), value(&d.values[0]), value(&d.values[1]))?;
    }
    match c.differences.len().saturating_sub(MOST_KEYS) {
        0 => Ok(()),
        more => writeln!(out, "           and {more} more keys"),
    }
}

/// How many pairs, of which seeds, and why no more.
fn seeds(c: &Comparison) -> String {
    let p = &c.paired;
    let last = c.first_seed.wrapping_add(p.pairs.saturating_sub(1));
    let text = format!("{} pairs of runs, seeds {} to {last}", grouped(p.pairs), c.first_seed);
    let width = match c.until {
        None => return text,
        Some(Until::Share(width)) => format!("of every difference of shares of winners is at most {width}"),
        Some(Until::Time(ns)) => {
            format!("of the difference of first choices is at most {}", exact_time(ns as u64))
        }
    };
    if is_cut_short(p, c.seeds, (c.until, c.horizon_ns)) {
        format!("{text}: interrupted, not yet the interval {width}")
    } else if c.until.is_some_and(|until| until.is_reached(p, c.horizon_ns)) {
        format!("{text}: stopped, for the interval {width}")
    } else {
        format!("{text}: all that were allowed, though not yet the interval {width}")
    }
}

fn write_table(out: &mut String, rows: &[Row]) -> std::fmt::Result {
    let mut lines =
        vec![["", "first", "second", "difference", "95 % interval", "p", "runs saved"].map(String::from)];
    let (shown, equal): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| differs(row));
    lines.extend(shown.into_iter().map(line));
    let columns: Vec<usize> =
        (0..7).map(|i| lines.iter().map(|line| width_in_columns(&line[i])).max().unwrap_or(0)).collect();
    for line in &lines {
        let mut text = String::from("  ");
        for (i, (cell, column)) in line.iter().zip(&columns).enumerate() {
            let room = " ".repeat(column - width_in_columns(cell));
            let padded = if i == 0 { format!("{cell}{room}") } else { format!("  {room}{cell}") };
            text.push_str(&padded);
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    let (equal, without): (Vec<&Row>, Vec<&Row>) = equal.into_iter().partition(|row| pairs_of(row) > 0);
    let listed = |rows: &[&Row]| rows.iter().map(|row| printable(&row.name)).collect::<Vec<_>>().join(", ");
    if !without.is_empty() {
        writeln!(out, "  of no pair: {}", listed(&without))?;
    }
    if !equal.is_empty() {
        let fewest = equal.iter().map(|row| pairs_of(row)).min().unwrap_or(0);
        let others = clopper_pearson(0, fewest, ALPHA).high;
        writeln!(
            out,
            "  the same in every pair: {} (pairs that differ, in each of these: at most {} %)",
            listed(&equal),
            significant(100.0 * others, 2)
        )?;
    }
    Ok(())
}

/// Whether all pairs are the same.
fn is_zero(row: &Row) -> bool {
    match row.source {
        Source::Table(t) => t.only_a + t.only_b == 0,
        Source::Sums(pairs) => pairs.sum_squares == 0,
    }
}

/// How many pairs a row is of.
fn pairs_of(row: &Row) -> u64 {
    match row.source {
        Source::Table(t) => t.n,
        Source::Sums(pairs) => pairs.n(),
    }
}

/// Whether any pair differs.
fn differs(row: &Row) -> bool {
    match row.source {
        // Its interval is about what was not seen, too.
        Source::Sums(_) if row.name == "first_choice" => true,
        _ => !is_zero(row),
    }
}

fn line(row: &Row) -> [String; 7] {
    let (unit, scale) = match row.value {
        Value::Time => time_unit(row.sides[0].unwrap_or(0.0)),
        _ => ("", 1.0),
    };
    let name = if unit.is_empty() { printable(&row.name) } else { format!("{} ({unit})", row.name) };
    let digits = decimals(row.interval, scale);
    let plain = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{:.digits$}", x / scale));
    let signed = |x: f64| format!("{:+.digits$}", x / scale).replace('-', "−");
    let interval = row.interval.map_or_else(
        || row.remark(),
        |Interval { low, high }| {
            let few = if row.is_carried_by_few { ", carried by few" } else { "" };
            format!("[{}, {}]{few}", signed(low), signed(high))
        },
    );
    let star = if row.stands { " *" } else { "" };
    let p = row.p.map_or_else(String::new, |p| chance(p) + star);
    let saved = row.saved.map_or_else(String::new, |saved| saved_times(&saved));
    let [first, second] = row.sides.map(plain);
    [name, first, second, row.difference.map_or_else(|| "–".into(), signed), interval, p, saved]
}

fn width_in_columns(text: &str) -> usize {
    text.chars().count()
}

fn write_parted(out: &mut String, c: &Comparison) -> std::fmt::Result {
    let p = &c.paired;
    if p.parted == 0 {
        return Ok(());
    }
    writeln!(out, "\nthe winners differ in {} of {} pairs, as in", grouped(p.parted), grouped(p.pairs))?;
    for parted in p.first_parted.iter().take(MOST_SEEDS) {
        let name = |winner: Option<u8>| match winner.and_then(|i| c.lineup.proposers.get(usize::from(i))) {
            Some(name) => format!("{} wins", printable(name)),
            None => "nothing is chosen".to_owned(),
        };
        let [first, second] = parted.winners.map(name);
        writeln!(out, "  seed {}: {first} under the first, {second} under the second", parted.seed)?;
        for side in &c.sides {
            writeln!(out, "    synod replay {} --seed {}", side.arguments, parted.seed)?;
        }
    }
    Ok(())
}
