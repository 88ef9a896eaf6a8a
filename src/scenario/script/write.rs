//! Steps written in the notation.
//!
//! Absent on purpose: which steps (`run::explore` and `run::session` find them).

use super::{Act, Part, quoted, show};
use crate::trace::ProposerId;

/// A schedule of these steps; each attempt's beginning opens a line, and a request whose answer is delivered next is one word
/// with it.
pub fn write(acts: &[Act], names: &[&str]) -> String {
    let name = |p: ProposerId| names.get(usize::from(p)).copied().unwrap_or("?");
    let mut text = String::new();
    let mut at = 0;
    while let Some(&act) = acts.get(at) {
        at += 1;
        let word = match act {
            Act::Start(p) => format!("start {};", quoted(name(p))),
            Act::Timeout(p) => format!("timeout {};", quoted(name(p))),
            Act::GiveUp(p) => format!("giveup {};", quoted(name(p))),
            Act::Crash(node) => format!("crash {node};"),
            Act::Restart(node) => format!("restart {node};"),
            Act::Read(node) => format!("read {node};"),
            Act::Deliver(exchange, part) => {
                let answered = part == Part::Request
                    && acts.get(at).is_some_and(|next| *next == Act::Deliver(exchange, Part::Answer));
                at += usize::from(answered);
                let sign = match part {
                    Part::Request if !answered => ">",
                    Part::Request | Part::Both => "",
                    Part::Answer => "<",
                    Part::Failure => "!",
                };
                format!("{}{sign}", show(exchange, name(exchange.proposer)))
            }
        };
        let gap = match (text.is_empty(), act) {
            (true, _) => "",
            (_, Act::Start(_)) => "\n",
            _ => " ",
        };
        text.push_str(gap);
        text.push_str(&word);
    }
    text.trim_end_matches(';').to_owned()
}
