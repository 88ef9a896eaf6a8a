//! A text that holds the output of many runs: where each begins, and what all of them come to.
//!
//! Absent on purpose: what the model says to it (`report`).

use std::collections::BTreeMap;

use super::Client;
use super::read::{Line, Who};

/// What many runs come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Runs.
    pub runs: u64,
    /// By client: runs in which somebody was told SUCCEEDED with its value.
    pub winners: Vec<u64>,
    /// Runs in which clients were told different values.
    pub contradictions: Vec<usize>,
    /// Runs in which nobody was told SUCCEEDED.
    pub undecided: u64,
    /// Runs in which a client was told FAILED so: client, phase, promises or accepts.
    pub failures: BTreeMap<(usize, u8, usize), u64>,
}

/// The lines run by run. A run ends where a client is told something again without the next number: its server was restarted, or,
/// where lines have no numbers, a client that has its answer submits once more.
pub fn runs(lines: &[Line]) -> Vec<&[Line]> {
    let (mut runs, mut first) = (Vec::new(), 0);
    for (i, line) in lines.iter().enumerate() {
        let before = lines[first..i].iter().rev().find(|other| line.who.is_some() && other.who == line.who);
        let goes_on = before.is_none_or(|before| match (before.counter, line.counter) {
            (Some(before), Some(counter)) => counter > before,
            _ => false,
        });
        if !goes_on {
            runs.push(&lines[first..i]);
            first = i;
        }
    }
    runs.push(&lines[first..]);
    runs
}

impl Tally {
    /// Of these runs. A line that does not say whose it is counts for its value alone.
    pub fn of(clients: &[Client], runs: &[&[Line]]) -> Self {
        let mut tally = Tally { winners: vec![0; clients.len()], ..Tally::default() };
        for lines in runs {
            tally.add(clients, lines);
        }
        tally
    }

    fn add(&mut self, clients: &[Client], lines: &[Line]) {
        self.runs += 1;
        let mut values: Vec<&str> = lines.iter().filter_map(|line| line.told.as_deref().ok()).collect();
        values.sort_unstable();
        values.dedup();
        match values[..] {
            [] => self.undecided += 1,
            [value] => {
                if let Some(client) = clients.iter().position(|client| client.value == value) {
                    self.winners[client] += 1;
                }
            }
            _ => self.contradictions.extend(lines.first().map(|line| line.number)),
        }
        for line in lines {
            let client = match &line.who {
                Some(Who::Client(client)) => Some(*client),
                Some(Who::Node(node)) => clients.iter().position(|client| client.node == *node),
                None => None,
            };
            if let (Some(client), Err((phase, count))) = (client, &line.told) {
                *self.failures.entry((client, *phase, *count)).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    #[test]
    fn a_run_begins_where_a_number_or_an_answer_comes_again() {
        let sizes = |text: &str| {
            let lines = read(text, &["A", "B"]).expect("the lab's lines");
            runs(&lines).iter().map(|run| run.len()).collect::<Vec<_>>()
        };
        let (won, lost) =
            ("SubmitValue SUCCEEDED. Chosen value = x", "SubmitValue FAILED in Phase 1 (only 0 promises).");
        let numbered = |who: &str, n: u8, told: &str| format!("{who}: Proposal Num: {n}, {told}\n");
        let twice = numbered("A", 1, won) + &numbered("B", 1, lost);
        assert_eq!(sizes(&twice.repeat(3)), [2, 2, 2]);
        assert_eq!(
            sizes(&(twice.clone() + &numbered("A", 2, won) + &numbered("B", 2, won) + &twice)),
            [4, 2]
        );
        let bare = format!("client A: {won}\nclient B: {lost}\n");
        assert_eq!(sizes(&bare.repeat(2)), [2, 2]);
        assert_eq!(sizes(&format!("{won}\n{won}\n")), [2], "nobody says whose they are");
    }
}
