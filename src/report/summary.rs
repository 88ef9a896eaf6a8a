//! A sweep's summary for a terminal: a few cells in full, many as a table of one line each, and where to find the rest.

use std::fmt::Write;

use super::data::{CellReport, SweepReport};
use super::facts::{CellFacts, TheoryFact, UNDECIDED, facts, has_endless_runs};
use super::figures::{runs, varying};
use super::first_choice::FirstChoice;
use super::means::Mean;
use super::numbers::{
    NOT_REACHED, counted, exact_time, mean, mean_interval, time, time_interval, time_or, time_with,
};
use super::table::{BOUNDED, Field, NOTHING_CHOSEN, in_unit, results, signed};
use crate::check::{Counter, Verdict};
use crate::scenario::printable;
use crate::stats::Interval;

/// Most cells that are told in full.
const FEW: usize = 3;
/// Most cells that get a line; the report has them all.
const MOST: usize = 60;
/// Most cells with a violation that are told in full below the table.
const MOST_VIOLATED: usize = 5;

/// The output of `synod sweep`; lines of tables are at most `wide` characters long, if that is given.
pub fn summary_text(report: &SweepReport, wide: Option<usize>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, report, wide);
    text
}

fn write_all(out: &mut String, report: &SweepReport, wide: Option<usize>) -> std::fmt::Result {
    if !report.title.is_empty() {
        writeln!(out, "{}", printable(&report.title))?;
    }
    for label in &report.labels {
        writeln!(out, "{label}")?;
    }
    if report.cells.len() <= FEW {
        report.cells.iter().try_for_each(|cell| write_cell(out, report, cell))?;
    } else {
        write_table(out, report, wide)?;
    }
    if report.cells.len() <= FEW {
        writeln!(out)?;
    }
    report.notes.iter().try_for_each(|note| writeln!(out, "note       {}", printable(note)))?;
    writeln!(out, "checks     {}", report.proof.checks.sentence())?;
    writeln!(out, "reproduce  {}", report.command_line)
}

/// One line a cell: what fits a terminal, without a column of what never happened.
fn write_table(out: &mut String, report: &SweepReport, wide: Option<usize>) -> std::fmt::Result {
    writeln!(out, "{}; [95 % intervals]\n", runs(report))?;
    let all: Vec<CellFacts> = report.cells.iter().take(MOST).map(|cell| facts(report, cell)).collect();
    let table = results(report, &all);
    let is_same = |at: usize| table.rows.windows(2).all(|rows| rows[0][at] == rows[1][at]);
    let is_kept = |at: &usize| match table.columns[*at].head.as_str() {
        "messages" | BOUNDED => false,
        "runs" | NOTHING_CHOSEN => !is_same(*at),
        _ => true,
    };
    let kept: Vec<usize> = (0..table.columns.len()).filter(is_kept).collect();
    let texts = |row: &Vec<Field>| -> Vec<String> {
        let text = |field: &Field| format!("{} {}", field.text, field.interval).trim_end().to_owned();
        kept.iter().map(|&at| text(&row[at])).collect()
    };
    let heads = kept.iter().map(|&at| table.columns[at].head.clone()).collect();
    let lines: Vec<Vec<String>> = [heads].into_iter().chain(table.rows.iter().map(texts)).collect();
    let numeric: Vec<bool> = kept.iter().map(|&at| table.columns[at].numeric).collect();
    write_folded(out, &lines, &numeric, 1 + varying(report).len(), wide)?;
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

/// A table of which the first columns say which cell it is; if it is too wide, in parts below each other, each with these.
fn write_folded(
    out: &mut String,
    lines: &[Vec<String>],
    numeric: &[bool],
    names: usize,
    wide: Option<usize>,
) -> std::fmt::Result {
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..numeric.len()).map(width).collect();
    let room = wide.unwrap_or(usize::MAX);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut used = 0;
    for at in names..widths.len() {
        used += widths[at] + 2;
        if parts.is_empty() || used > room.saturating_add(2) {
            parts.push((0..names).collect());
            used = (0..names).chain([at]).map(|at| widths[at] + 2).sum();
        }
        parts.last_mut().into_iter().for_each(|part| part.push(at));
    }
    for (nth, part) in parts.iter().enumerate() {
        if nth > 0 {
            writeln!(out)?;
        }
        for line in lines {
            let field = |&at: &usize| match numeric[at] {
                true => format!("{:>1$}", line[at], widths[at]),
                false => format!("{:<1$}", line[at], widths[at]),
            };
            writeln!(out, "{}", part.iter().map(field).collect::<Vec<_>>().join("  ").trim_end())?;
        }
    }
    Ok(())
}

fn write_cell(out: &mut String, report: &SweepReport, cell: &CellReport) -> std::fmt::Result {
    let (totals, facts) = (&cell.totals, facts(report, cell));
    writeln!(out)?;
    for (path, value) in &cell.parameters {
        writeln!(out, "{} = {}", printable(path), printable(value))?;
    }
    writeln!(out, "{}{}, digest {}", counted(totals.runs, "run"), why_no_more(report, cell), cell.digest)?;
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
    write_first_choice(out, &facts.first_choice)?;
    let known = |mean: Mean| if has_endless_runs(totals) { at_least(mean) } else { said(mean) };
    let [attempts, messages] = [Counter::Attempts, Counter::Messages].map(|c| known(facts.means[c]));
    writeln!(out, "  duel         {}, mean number of pre-emptions before the first choice", duel(&facts))?;
    let own = facts.preempted.iter().map(|(name, mean)| format!("{} {}", printable(name), known(*mean)));
    let own = own.collect::<Vec<_>>().join(", ");
    writeln!(out, "  pre-empted   {own}, mean number of times in a run, also after the first choice")?;
    writeln!(out, "  means        attempts {attempts}, messages {messages}")?;
    write_answers(out, &facts)?;
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
        Some(until) if until.is_reached_by(&cell.totals, cell.until_ns) => {
            " (stopped: the interval is narrow enough)"
        }
        Some(_) => " (all that were allowed; the interval is not yet narrow enough)",
    }
}

/// The three numbers that say when runs choose.
fn write_first_choice(out: &mut String, first: &FirstChoice) -> std::fmt::Result {
    let head = "  first choice ";
    match (first.chosen.value, first.chosen.interval) {
        (None, _) => writeln!(out, "{head}in no run")?,
        (Some(mean), Some(interval)) => {
            writeln!(out, "{head}{}, mean of the runs that chose", time_with(mean, Some(interval)))?;
        }
        (Some(mean), None) => {
            let quantiles = first.quantiles[1];
            let p90 = format!("{} {}", time_or(quantiles.value, NOT_REACHED), time_interval(quantiles.ends));
            let remark = match first.chosen.remark() {
                remark if first.chosen.is_carried_by_few => {
                    format!("{remark} runs: no interval; 90 % by {p90}")
                }
                remark => remark,
            };
            writeln!(out, "{head}{}, mean of the runs that chose; {remark}", time(mean))?;
        }
    }
    let (share, interval) = (first.never.share.unwrap_or_default(), first.never.interval);
    let digits = digits(&[interval]);
    let Interval { low, high } = interval;
    writeln!(
        out,
        "  never chosen {share:.digits$}  [{low:.digits$}, {high:.digits$}]  {}",
        first.never.count
    )?;
    let until = exact_time(first.until_ns);
    match (first.bounded, first.bounded_interval) {
        (Some(mean), Some(interval)) => writeln!(
            out,
            "  up to {until:<6} {}, mean where a run that has not chosen counts {until}",
            time_with(mean, Some(interval))
        ),
        _ => writeln!(
            out,
            "  up to {until:<6} not known: runs were cut off before, by their event budget or as too few to tell"
        ),
    }
}

/// A line for each client: how often it has its answer in time, and when.
fn write_answers(out: &mut String, facts: &CellFacts) -> std::fmt::Result {
    for answer in &facts.answers {
        let joined = |(text, ends): (String, String)| format!("{text} {ends}").trim_end().to_owned();
        let ((share, ends), [median, late]) = (answer.share(), [0, 1].map(|at| joined(answer.quantile(at))));
        writeln!(
            out,
            "  answer {:<5} {share} % {ends} by {}; half by {median}, 99 % by {late}",
            printable(&answer.name),
            exact_time(answer.deadline_ns)
        )?;
    }
    Ok(())
}

/// The duels of the runs that chose, and what is known of the others.
fn duel(facts: &CellFacts) -> String {
    match facts.open_duels() {
        open if open.is_empty() => said(facts.duel),
        open if facts.duel.value.is_none() => open,
        open => format!("{} where a value was chosen, {open}", said(facts.duel)),
    }
}

/// A mean of which some runs know only a lower bound.
fn at_least(it: Mean) -> String {
    it.value.map_or_else(|| "-".to_owned(), |value| format!("≥ {}", mean(value, None)))
}

/// A mean number a run with what is known of it: `0.521 [0.514, 0.528]`.
fn said(it: Mean) -> String {
    let value = it.value.map_or_else(|| "-".to_owned(), |value| mean(value, it.interval));
    let ends = it.interval.map_or_else(String::new, |interval| format!(" {}", mean_interval(interval)));
    let remark = if it.remark().is_empty() { String::new() } else { format!(" ({})", it.remark()) };
    format!("{value}{ends}{remark}")
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
