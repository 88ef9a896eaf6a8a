//! A grading for people: on a terminal, and as Markdown for a job's summary.

use std::fmt::Write;

use super::{Climb, Fault, Grade};
use crate::report::numbers::grouped;

/// The output of `synod grade`.
pub fn grade_text(grade: &Grade) -> String {
    let mut text = format!("{}\n\n", grade.label);
    // Writing to a String cannot fail.
    for it in &grade.rungs {
        let _ = writeln!(
            text,
            "rung {:>2}  {:<10} {:>3} of {:>3} points  {}",
            it.rung.number,
            it.rung.name,
            it.points(),
            it.rung.points,
            said(it)
        );
    }
    let (points, all) = grade.points();
    let _ = writeln!(text, "\n{points} of {all} points");
    for (it, fault) in grade.faults() {
        let _ = writeln!(text, "\nrung {}, {}: {}", it.rung.number, it.rung.name, it.rung.asks);
        let _ = write!(text, "{}", told(fault));
    }
    text
}

/// What the line of a rung ends with.
fn said(it: &Climb) -> String {
    match (&it.fault, it.note) {
        (Some(fault), _) => fault.brief.clone(),
        (None, Some(note)) => note.to_owned(),
        (None, None) => format!("{} runs", grouped(it.runs)),
    }
}

/// All of a fault, indented.
pub(super) fn told(fault: &Fault) -> String {
    let mut text = format!("  {}\n", fault.brief);
    for line in &fault.lines {
        text.push_str(&format!("  {line}\n"));
    }
    if let Some(remedy) = &fault.remedy {
        text.push_str(&format!("  remedy   {remedy}\n"));
    }
    text.push_str(&format!("  see it   {}\n", fault.again));
    text
}

/// The same as Markdown.
pub fn grade_markdown(grade: &Grade) -> String {
    let (points, all) = grade.points();
    let mut text = format!(
        "## {points} of {all} points\n\n`{}`\n\n| rung | asks | points | |\n|---|---|---:|---|\n",
        grade.label.replace('`', "'")
    );
    for it in &grade.rungs {
        let said = said(it).replace('|', "\\|").replace('<', "&lt;");
        text.push_str(&format!(
            "| {} {} | {} | {} of {} | {said} |\n",
            it.rung.number,
            it.rung.name,
            it.rung.asks,
            it.points(),
            it.rung.points
        ));
    }
    for (it, fault) in grade.faults() {
        // What the nodes say cannot end the fence: no line of it begins at the margin.
        text.push_str(&format!(
            "\n### Rung {}, {}\n\n```text\n{}```\n",
            it.rung.number,
            it.rung.name,
            told(fault)
        ));
    }
    text
}
