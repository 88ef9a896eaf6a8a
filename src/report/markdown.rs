//! `report.md`: the write-up as Markdown, to be pasted into a lab report.
//!
//! Absent on purpose: HTML, so that every Markdown reader shows the same.

use std::fmt::Write as _;

use super::data::SweepReport;
use super::facts::CellFacts;
use super::figures::Figure;
use super::finding::finding;
use super::names::{printable, sentence};
use super::table::{self, Table};
use super::{numbers, prose};
use crate::text::printable_lines;

/// Cells beyond these have their outcomes and commands in `summary.json` only.
const MOST_CELLS: usize = 40;

/// The file. Writing to a `String` cannot fail, so results of `write!` are dropped.
pub fn report(report: &SweepReport, all: &[CellFacts], figures: &[Figure]) -> Vec<u8> {
    let mut out = format!("# {}\n", escaped(&prose::title(report)));
    for label in &report.labels {
        let _ = write!(out, "\n> **{}**\n", escaped(label));
    }
    if let Some(broken) = prose::violations(report) {
        let _ = write!(out, "\n> **{}**\n", escaped(&broken));
    }
    let _ = write!(out, "\n{}\n", escaped(&finding(report, all)));
    let _ = write!(
        out,
        "\n## Results\n\n{}\n{}\n",
        tabular(&table::results(report, all)),
        escaped(&prose::columns(report))
    );
    let differences = table::differences(report, all);
    if !differences.rows.is_empty() {
        let (table, meaning) = (tabular(&differences), prose::differences(report));
        let _ = write!(out, "\n## Differences, paired by seed\n\n{table}\n{}\n", escaped(&meaning));
    }
    let theory = table::theory(report, all);
    if !theory.rows.is_empty() {
        let _ = write!(out, "\n## Theory\n\n{}\n{}\n", tabular(&theory), escaped(prose::theory()));
    }
    let answers = table::answers(report, all);
    if !answers.rows.is_empty() {
        let meaning = escaped(&prose::answers(report));
        let _ = write!(out, "\n## When clients are answered\n\n{}\n{meaning}\n", tabular(&answers));
    }
    let (preemptions, meaning) = (table::preemptions(report, all), escaped(prose::preemptions()));
    let _ = write!(out, "\n## Pre-emptions by proposer\n\n{}\n{meaning}\n", tabular(&preemptions));
    let tails = table::tails(report, all);
    if !tails.rows.is_empty() {
        let _ = write!(out, "\n## Tails of the duels\n\n{}\n{}\n", tabular(&tails), escaped(prose::tails()));
    }
    if !figures.is_empty() {
        out.push_str("\n## Figures\n");
    }
    for (i, figure) in figures.iter().enumerate() {
        let (title, name) = (escaped(&figure.title), figure.name);
        let _ = write!(out, "\n![{title}](figures/{name}.svg)\n\n");
        let _ = writeln!(
            out,
            "*Figure {}. {}* {}",
            i + 1,
            escaped(&sentence(&figure.title)),
            escaped(&figure.caption)
        );
    }
    outcomes(&mut out, report, all);
    let _ = write!(
        out,
        "\n## Methods\n\n{}\n\n{}\n",
        escaped(&prose::methods(report)),
        escaped(&prose::intervals(report))
    );
    let _ = write!(out, "\n## Reproduce\n\nAll of it:\n\n{}", fenced(&report.command_line, "sh"));
    let determinism = prose::determinism(report);
    if !determinism.is_empty() {
        let _ = writeln!(out, "\n{} (chunks of seeds that were run twice)", escaped(&determinism));
    }
    out.push_str("\nOne run of each cell:\n\n");
    let lines: Vec<String> = report.cells.iter().take(MOST_CELLS).map(|c| printable(&c.reproduce)).collect();
    out.push_str(&fenced(&lines.join("\n"), "sh"));
    out.push_str(&and_more(report));
    let _ = write!(out, "\nThe scenario:\n\n{}", fenced(&report.scenario_text, "toml"));
    out.into_bytes()
}

/// The report's tables, each by its name; all that have rows.
pub fn tables(report: &SweepReport, all: &[CellFacts]) -> Vec<(&'static str, String)> {
    let tables = [
        ("results", table::results(report, all)),
        ("differences", table::differences(report, all)),
        ("theory", table::theory(report, all)),
        ("answers", table::answers(report, all)),
        ("preemptions", table::preemptions(report, all)),
        ("tails", table::tails(report, all)),
    ];
    let found = tables.iter().filter(|(_, table)| !table.rows.is_empty());
    found.map(|(name, table)| (*name, tabular(table))).collect()
}

fn and_more(report: &SweepReport) -> String {
    match report.cells.len().saturating_sub(MOST_CELLS) {
        0 => String::new(),
        more => format!("\n{} in `summary.json`.\n", numbers::counted(more as u64, "further cell")),
    }
}

/// What the clients were told, by cell.
fn outcomes(out: &mut String, report: &SweepReport, all: &[CellFacts]) {
    out.push_str("\n## What the clients were told\n\n| cell | joint outcome | runs | % | verdicts |\n|---:|:--|---:|---:|:--|\n");
    for (cell, facts) in report.cells.iter().zip(all).take(MOST_CELLS) {
        let verdicts: Vec<String> = facts
            .verdicts
            .iter()
            .filter(|v| v.count > 0)
            .map(|v| format!("{} {}", v.name, numbers::grouped(v.count)))
            .collect();
        for (i, outcome) in facts.outcomes.iter().take(8).enumerate() {
            let share = outcome.share.map_or_else(|| "–".into(), |s| numbers::percent(s, outcome.interval));
            let verdicts = if i == 0 { verdicts.join(", ") } else { String::new() };
            let _ = writeln!(
                out,
                "| {} | {} | {} | {share} {} | {verdicts} |",
                cell.index,
                escaped(&outcome.name),
                numbers::grouped(outcome.count),
                escaped(&numbers::percent_interval(outcome.interval)),
            );
        }
    }
    out.push_str(&and_more(report));
}

fn tabular(table: &Table) -> String {
    let heads: Vec<String> = table.columns.iter().map(|c| escaped(&c.head)).collect();
    let rules: Vec<&str> = table.columns.iter().map(|c| if c.numeric { "---:" } else { ":--" }).collect();
    let mut out = format!("| {} |\n|{}|\n", heads.join(" | "), rules.join("|"));
    for row in &table.rows {
        let fields = row.iter().map(|f| match f.interval.as_str() {
            "" => escaped(&f.text),
            interval => format!("{} {}", escaped(&f.text), escaped(interval)),
        });
        let _ = writeln!(out, "| {} |", fields.collect::<Vec<_>>().join(" | "));
    }
    if let Some(more) = table.more() {
        let _ = writeln!(out, "\n{}", escaped(&more));
    }
    out
}

/// Without a meaning to Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// As code, within a fence that is longer than any in it.
fn fenced(code: &str, language: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for c in code.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", printable_lines(code))
}
