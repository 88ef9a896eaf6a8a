//! A sweep's summary for a terminal: a few cells in full, many as a table of one line each, and where to find the rest.

use std::fmt::Write;

use super::data::{CellReport, SweepReport};
use super::facts::{CellFacts, Mean, TheoryFact, UNDECIDED, facts};
use super::figures::runs;
use super::numbers::{mean, mean_interval};
use super::table::{Field, in_unit, results, signed};
use crate::check::{Counter, Verdict};
use crate::scenario::printable;
use crate::stats::Interval;

/// Most cells that are told in full.
const FEW: usize = 3;
/// Most cells that get a line; the report has them all.
const MOST: usize = 60;
/// Most cells with a violation that are told in full below the table.
const MOST_VIOLATED: usize = 5;

/// The output of `synod sweep`.
pub fn summary_text(report: &SweepReport) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, report);
    text
}

fn write_all(out: &mut String, report: &SweepReport) -> std::fmt::Result {
    if !report.title.is_empty() {
        writeln!(out, "{}", printable(&report.title))?;
    }
    for label in &report.labels {
        writeln!(out, "{label}")?;
    }
    if report.cells.len() <= FEW {
        report.cells.iter().try_for_each(|cell| write_cell(out, report, cell))?;
    } else {
        write_table(out, report)?;
    }
    writeln!(
        out,
        "{}checks     {}",
        if report.cells.len() <= FEW { "\n" } else { "" },
        report.proof.checks.sentence()
    )?;
    writeln!(out, "reproduce  {}", report.command_line)
}

/// One line a cell: what fits a terminal, without a column of what never happened.
fn write_table(out: &mut String, report: &SweepReport) -> std::fmt::Result {
    writeln!(out, "{}; [95 % intervals]\n", runs(report))?;
    let all: Vec<CellFacts> = report.cells.iter().take(MOST).map(|cell| facts(report, cell)).collect();
    let table = results(report, &all);
    let is_same = |at: usize| table.rows.windows(2).all(|rows| rows[0][at] == rows[1][at]);
    let is_kept = |at: &usize| match table.columns[*at].head.as_str() {
        "messages" => false,
        "runs" | "nothing chosen (%)" => !is_same(*at),
        _ => true,
    };
    let kept: Vec<usize> = (0..table.columns.len()).filter(is_kept).collect();
    let texts = |row: &Vec<Field>| -> Vec<String> {
        let text = |field: &Field| format!("{} {}", field.text, field.interval).trim_end().to_owned();
        kept.iter().map(|&at| text(&row[at])).collect()
    };
    let heads = kept.iter().map(|&at| table.columns[at].head.clone()).collect();
    let lines: Vec<Vec<String>> = [heads].into_iter().chain(table.rows.iter().map(texts)).collect();
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..kept.len()).map(width).collect();
    for line in &lines {
        let mut text = String::new();
        for ((field, &width), &at) in line.iter().zip(&widths).zip(&kept) {
            match table.columns[at].numeric {
                true => write!(text, "{field:>width$}  ")?,
                false => write!(text, "{field:<width$}  ")?,
            }
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    if report.cells.len() > MOST {
        writeln!(out, "… and {} more cells", report.cells.len() - MOST)?;
    }
    let exact = report.cells.iter().zip(&all).filter_map(|(cell, facts)| Some((cell.index, exact(facts)?)));
    for (at, (index, exact)) in exact.enumerate() {
        writeln!(out, "{}exact      cell {index}: {exact}", if at == 0 { "\n" } else { "" })?;
    }
    let violated = report.cells.iter().filter(|cell| cell.totals.violations > 0);
    violated.take(MOST_VIOLATED).try_for_each(|cell| write_cell(out, report, cell))?;
    writeln!(out, "\nin full    in the report of --out DIR, or with --format json")
}

fn write_cell(out: &mut String, report: &SweepReport, cell: &CellReport) -> std::fmt::Result {
    let (totals, facts) = (&cell.totals, facts(report, cell));
    writeln!(out)?;
    for (path, value) in &cell.parameters {
        writeln!(out, "{} = {}", printable(path), printable(value))?;
    }
    writeln!(out, "{} runs{}, digest {}", totals.runs, why_no_more(report, cell), cell.digest)?;
    let digits = digits(&facts.winners.iter().map(|won| won.interval).collect::<Vec<_>>());
    for won in &facts.winners {
        let name = if won.name == UNDECIDED { "no choice" } else { &won.name };
        let (share, Interval { low, high }) = (won.share.unwrap_or_default(), won.interval);
        writeln!(
            out,
            "  {:<12} {share:.digits$}  [{low:.digits$}, {high:.digits$}]  {}",
            printable(name),
            won.count
        )?;
    }
    let verdicts = Verdict::ALL.iter().filter(|&&v| totals.verdicts[v as usize] > 0);
    let verdicts: Vec<String> =
        verdicts.map(|&v| format!("{} {}", v.name(), totals.verdicts[v as usize])).collect();
    writeln!(out, "  verdicts     {}", verdicts.join(", "))?;
    // A run in which nothing is chosen has a duel that is longer than what was seen of it.
    let (at_least, of_chosen) = if totals.undecided > 0 { ("≥ ", " (where chosen)") } else { ("", "") };
    let plain = |m: Option<f64>, unit: f64| m.map_or_else(|| "-".to_owned(), |m| format!("{:.4}", m / unit));
    writeln!(
        out,
        "  means        chosen at {} ms{of_chosen}, duel {at_least}{}, attempts {}, messages {}",
        plain(totals.chosen_at.mean(), 1e6),
        plain(facts.means[Counter::Duel].value, 1.0),
        plain(facts.means[Counter::Attempts].value, 1.0),
        plain(facts.means[Counter::Messages].value, 1.0)
    )?;
    let own = facts.preempted.iter().map(|(name, mean)| preempted(name, *mean));
    writeln!(out, "  pre-empted   {}", own.collect::<Vec<_>>().join(", "))?;
    if let Some(exact) = exact(&facts) {
        writeln!(out, "  exact        {exact}")?;
    }
    if totals.violations > 0 {
        writeln!(out, "  SAFETY VIOLATED in {} runs; the first: {}", totals.violations, cell.reproduce)?;
    }
    Ok(())
}

/// The exact figures of a cell, each with how many standard errors the runs' is off: `A wins 15.301 %, z −1.12; …`.
fn exact(facts: &CellFacts) -> Option<String> {
    let told = |it: &TheoryFact| {
        let (what, value) = (it.label.trim_end_matches(": exact"), in_unit(it, it.value));
        let z = it.z.map_or_else(String::new, |z| format!(", z {}", signed(z)));
        format!("{}: {value}{z}", printable(what))
    };
    let all: Vec<String> = facts.theory.iter().filter(|it| it.bound.is_some()).map(told).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Where cells stop by themselves: whether this one has.
fn why_no_more(report: &SweepReport, cell: &CellReport) -> &'static str {
    match report.until {
        None => "",
        Some(until) if until.is_reached_by(&cell.totals, cell.horizon_ns) => {
            " (stopped: the interval is narrow enough)"
        }
        Some(_) => " (all that were allowed; the interval is not yet narrow enough)",
    }
}

/// A proposer's mean number of pre-emptions a run: `A 0.521 [0.514, 0.528]`.
fn preempted(name: &str, Mean { value, interval }: Mean) -> String {
    let ends = interval.map_or_else(String::new, |interval| format!(" {}", mean_interval(interval)));
    format!("{} {}{ends}", printable(name), mean(value.unwrap_or_default(), interval))
}

/// So many decimals that no interval looks as if it had no width.
fn digits(intervals: &[Interval]) -> usize {
    const FEWEST: usize = 5;
    const MOST: usize = 15;
    let narrow = |digits: usize| {
        intervals.iter().any(|Interval { low, high }| format!("{low:.digits$}") == format!("{high:.digits$}"))
    };
    (FEWEST..MOST).find(|&digits| !narrow(digits)).unwrap_or(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_interval_is_still_seen_to_have_a_width() {
        assert_eq!(digits(&[Interval { low: 0.1, high: 0.2 }]), 5);
        assert_eq!(digits(&[Interval { low: 0.1, high: 0.2 }, Interval { low: 0.0, high: 0.000_001_4 }]), 6);
    }
}
