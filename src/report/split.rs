//! Two answers of a node to the same input, for people.

use crate::run::Split;
use crate::scenario::printable;

/// How much of an answer is shown, in characters.
const SHOWN: usize = 200;

/// In one line.
pub fn split_brief(split: &Split) -> String {
    format!("the nodes are not deterministic: in seed {} the same input has two answers", split.seed)
}

/// What differs first, where, and what usually causes it, line by line.
pub fn split_lines(split: &Split) -> Vec<String> {
    split_text(split).lines().skip(1).map(|line| line.trim_start().to_owned()).collect()
}

/// What differs first, where, and what usually causes it.
pub fn split_text(split: &Split) -> String {
    let Split { seed, step, at, cause, once, then } = split;
    let place = at.map_or_else(String::new, |(ns, node)| {
        format!(", at {}.{:06} ms, node {node}", ns / 1_000_000, ns % 1_000_000)
    });
    let short = |text: &str| {
        let whole = printable(text);
        let cut: String = whole.chars().take(SHOWN).collect();
        if cut.len() < whole.len() { cut + "…" } else { cut }
    };
    format!(
        "the nodes are not deterministic, so no number of them could be had again; nothing was written\n\
         seed {seed}, step {step}{place}, {}: the same input, two answers\n  once   {}\n  then   {}\n  \
         same up to here: {step} steps. Usual causes: iteration over a set or a dict of objects, id(), hash(), a real clock, \
         a global that outlives a run",
        printable(cause),
        short(once),
        short(then)
    )
}
