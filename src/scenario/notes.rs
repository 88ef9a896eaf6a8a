//! What whoever reads a scenario's figures had better know of it, though nothing is wrong.
//!
//! Absent on purpose: errors (`validate`), and what outputs must be labelled with (`labels`).

use super::model::{Delay, Proposer, Scenario};

impl Scenario {
    /// That proposers start at one constant instant, so that ties between their ballots go to the same one in every run: a sentence
    /// without its full stop; none if they do not, or if a script says who comes first.
    pub fn ties_note(&self) -> Option<String> {
        if self.script.is_some() {
            return None;
        }
        let begins = |it: &Proposer| match it.start {
            Delay::Constant(at) => Some((at, it.initial_round)),
            _ => None,
        };
        let alike = |first: &Proposer| -> Vec<&Proposer> {
            let first = begins(first);
            self.proposer.iter().filter(|it| first.is_some() && begins(it) == first).collect()
        };
        let mut together = self.proposer.iter().map(alike).max_by_key(Vec::len)?;
        // Whoever lives on no node has ballots above those of all nodes; stable, for these go by their order.
        together.sort_by_key(|it| if it.node == 0 { u8::MAX } else { it.node });
        let (last, others) = together.split_last().filter(|(_, others)| !others.is_empty())?;
        let others: Vec<&str> = others.iter().map(|it| it.name.as_str()).collect();
        Some(format!(
            "{} and {} start at the same instant, and of equal rounds the ballot of the higher node is the larger: ties go to {} in \
             every run. Random starts compare policies without that",
            others.join(", "),
            last.name,
            last.name
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    fn note(starts: [&str; 2], more: &str) -> Option<String> {
        let [a, b] = starts;
        let text = format!(
            "title = \"t\"\n[[proposer]]\nname = \"A\"\nnode = 1\n{a}\n[[proposer]]\nname = \"B\"\nnode = 3\n{b}\n{more}"
        );
        Scenario::parse(&text, "t").expect("a scenario").ties_note()
    }

    #[test]
    fn equal_constant_starts_are_noted_and_others_are_not() {
        let at = |time: &str| format!("start = {{ constant = \"{time}\" }}");
        let note_of = note(["", ""], "").expect("both start at 0");
        assert!(note_of.starts_with("A and B start at the same instant"), "{note_of}");
        assert!(note_of.contains("ties go to B in every run"), "{note_of}");
        assert!(note([&at("5ms"), &at("5000us")], "").is_some());
        assert_eq!(note([&at("5ms"), ""], ""), None);
        assert_eq!(
            note(["", "initial_round = 4"], ""),
            None,
            "its first ballot is the larger, whatever its node"
        );
        let random = "start = { uniform = { min = \"0s\", max = \"5ms\" } }";
        assert_eq!(note([random, random], ""), None);
        assert_eq!(note(["", ""], "[script]\nschedule = \"start A\"\n"), None);
    }
}
