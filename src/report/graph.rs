//! The states of a search as a graph for Graphviz.
//!
//! ```text
//!   dot -Tsvg states.dot > states.svg
//! ```
//!
//! Absent on purpose: finding them (`run::explore`), and laying them out.

use std::fmt::Write;

use crate::run::{Graph, GraphAcceptor, GraphState};
use crate::scenario::printable;
use crate::trace::BallotId;

/// Fills of states in which a value is chosen, by proposer, in turn; the others are white.
const FILLS: [&str; 8] =
    ["#cfe3f7", "#fbdcc4", "#d3ecd2", "#eedcf3", "#f7efc0", "#d5ecee", "#f6d4dc", "#e3e3e3"];

/// The graph in the language of Graphviz; `names` are the proposers'.
pub fn graph_dot(graph: &Graph, title: &str, names: &[&str]) -> String {
    let name = |p: usize| names.get(p).copied().unwrap_or("?");
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "// {} states, {} steps.", graph.states.len(), graph.steps.len());
    out.push_str(
        "// All states within the bounds, also behind what was asked for; none behind a broken invariant.\n",
    );
    out.push_str("// Filled: a value is chosen. Double border: the state that was asked for. Red: an invariant breaks.\n");
    let _ = writeln!(out, "digraph {} {{", quoted(title));
    out.push_str("  rankdir=TB; ranksep=0.6;\n");
    out.push_str("  node [shape=box, style=filled, fillcolor=white, fontname=\"Helvetica\", fontsize=9];\n");
    out.push_str("  edge [fontname=\"Helvetica\", fontsize=8, color=\"#555555\"];\n");
    for (number, state) in graph.states.iter().enumerate() {
        let fill = state.winner.map_or("white", |p| FILLS[usize::from(p) % FILLS.len()]);
        let border = if state.is_asked_for { ", peripheries=2" } else { "" };
        let text = quoted(&lines(state, &name).join("\n"));
        let _ = writeln!(out, "  {number} [fillcolor=\"{fill}\"{border}, label={text}];");
    }
    for step in &graph.steps {
        let broken = if step.breaks { ", color=red, fontcolor=red, penwidth=2" } else { "" };
        let _ = writeln!(out, "  {} -> {} [label={}{broken}];", step.from, step.to, quoted(&step.act));
    }
    out.push_str("}\n");
    out
}

/// A line for each proposer and each acceptor, and what is under way.
fn lines<'n>(state: &GraphState, name: &impl Fn(usize) -> &'n str) -> Vec<String> {
    let ballot = |it: BallotId| format!("{}.{}", it.round(), it.node());
    let mut lines = Vec::new();
    for (p, &(attempts, phase, is_answered)) in state.proposers.iter().enumerate() {
        let what = match (attempts, phase, is_answered) {
            (_, _, true) => "is told a value".to_owned(),
            (0, ..) => "has not begun".to_owned(),
            (_, 0, _) => format!("attempt {attempts} is over"),
            _ => format!("attempt {attempts}, phase {phase}"),
        };
        lines.push(format!("{}: {what}", name(p)));
    }
    for (node, GraphAcceptor { promised, vote }) in (1..).zip(&state.acceptors) {
        let promised = promised.map_or("–".to_owned(), ballot);
        let vote = vote.map_or(String::new(), |(at, value)| {
            format!(", votes {} in {}", name(usize::from(value)), ballot(at))
        });
        lines.push(format!("{node}: promises {promised}{vote}"));
    }
    lines.push(format!("{} under way", state.flight));
    if let Some(winner) = state.winner {
        lines.push(format!("{} is chosen", name(usize::from(winner))));
    }
    lines
}

/// Graphviz takes entities for the characters that they stand for.
fn escaped(line: &str) -> String {
    line.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"")
}

/// A text in quotes, in which nothing means anything but itself; lines are centred.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escaped(&printable(line))).collect();
    format!("\"{}\"", lines.join("\\n"))
}
