//! The chain as files of other solvers: what they say, solved here by nothing but substitution, is what was found.
//!
//! `benches/storm.py` holds them against Storm, which this machine need not have.

use std::collections::BTreeMap;

use synod::report::exact_files;
use synod::run::exact_chain;
use synod::scenario::Scenario;

use super::{known_of, limits};
use crate::support::totals::shipped_with;

/// A chain as Storm reads it.
#[derive(Debug, Default, PartialEq)]
struct Read {
    /// By state: where it is left for, and how often a millisecond.
    rates: Vec<Vec<(usize, f64)>>,
    labels: BTreeMap<String, Vec<usize>>,
}

impl Read {
    fn label(&mut self, state: usize, label: &str) {
        self.labels.entry(label.to_owned()).or_default().push(state);
    }

    fn drn(text: &str) -> Read {
        let mut it = Read::default();
        let (head, model) = text.split_once("@model\n").expect("it has a model");
        let header = |name: &str| -> usize {
            let (_, rest) = head.split_once(name).unwrap_or_else(|| panic!("no {name} in {head}"));
            rest.lines().nth(1).and_then(|line| line.parse().ok()).expect("it is a number")
        };
        for line in model.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["state", number, rate, ..] => {
                    assert_eq!(number, it.rates.len().to_string());
                    assert!(rate.starts_with('!'), "{line}");
                    words[3..].iter().for_each(|label| it.label(it.rates.len(), label));
                    it.rates.push(Vec::new());
                }
                ["action", "0"] => {}
                [to, ":", rate] => {
                    let all = it.rates.last_mut().expect("a state comes first");
                    all.push((to.parse().expect("a state"), rate.parse().expect("a rate")));
                }
                _ => panic!("{line}"),
            }
        }
        assert_eq!(header("@nr_states"), it.rates.len());
        assert_eq!(header("@nr_choices"), it.rates.len());
        it
    }

    /// The same from PRISM's two files.
    fn prism(tra: &str, lab: &str) -> Read {
        let mut it = Read::default();
        let mut lines = tra.lines();
        let head: Vec<usize> =
            lines.next().expect("a head").split(' ').map(|it| it.parse().expect("a number")).collect();
        it.rates = vec![Vec::new(); head[0]];
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let [from, to] = [0, 1].map(|at| words[at].parse::<usize>().expect("a state"));
            it.rates[from].push((to, words[2].parse().expect("a rate")));
        }
        assert_eq!(it.rates.iter().map(Vec::len).sum::<usize>(), head[1]);
        let mut lines = lab.lines();
        let names: Vec<&str> = lines.next().expect("names").split('"').skip(1).step_by(2).collect();
        for line in lines {
            let (state, labels) = line.split_once(": ").expect("a state with labels");
            for label in labels.split(' ') {
                let at: usize = label.parse().expect("a label");
                it.label(state.parse().expect("a state"), names[at]);
            }
        }
        it
    }

    /// For each state what it is worth: an end what it is given, any other its time (`per_ms`) and the mean of what follows.
    fn worth(&self, end: impl Fn(usize) -> Option<f64>, per_ms: f64) -> f64 {
        let mut worth = vec![0.0; self.rates.len()];
        for _ in 0..100_000 {
            let mut moved = 0.0_f64;
            for state in (0..self.rates.len()).rev() {
                let total: f64 = self.rates[state].iter().map(|(_, rate)| rate).sum();
                let mean = || {
                    let sum: f64 = self.rates[state].iter().map(|(to, rate)| rate * worth[*to]).sum();
                    (sum + per_ms) / total
                };
                let next = end(state).unwrap_or_else(mean);
                moved = moved.max((next - worth[state]).abs());
                worth[state] = next;
            }
            if moved < 1e-13 {
                return worth[self.labels["init"][0]];
            }
        }
        panic!("it does not settle");
    }

    fn is_end(&self, state: usize) -> bool {
        self.rates[state] == [(state, 1.0)]
    }

    fn share(&self, label: &str) -> f64 {
        let Some(ends) = self.labels.get(label) else { return 0.0 };
        self.worth(|state| self.is_end(state).then(|| f64::from(u8::from(ends.contains(&state)))), 0.0)
    }

    /// Until an end, ms.
    fn mean(&self) -> f64 {
        self.worth(|state| self.is_end(state).then_some(0.0), 1.0)
    }
}

fn read(scenario: &Scenario) -> Read {
    let chain = exact_chain(scenario, &limits(), &mut |_| true).expect("it has a chain");
    let files: BTreeMap<_, _> = exact_files(&chain).into_iter().collect();
    let drn = Read::drn(&files["chain.drn"]);
    assert_eq!(drn, Read::prism(&files["chain.tra"], &files["chain.lab"]));
    drn
}

#[test]
fn what_the_files_say_is_what_was_found() {
    let retry = ("protocol.retry", "{ exponential = { mean = \"10ms\" } }");
    let give_up = ("protocol.give_up", "\"quorum-impossible\"");
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("lab2-exponential", &[]),
        ("duel", &[]),
        // A chain that begins in several states: some of the first messages are lost.
        ("duel", &[("network.loss", "0.2")]),
        ("duel", &[("proposer.B.start", "{ exponential = { mean = \"5ms\" } }"), ("network.loss", "0.1")]),
        ("duel", &[retry, give_up, ("protocol.max_attempts", "2"), ("network.loss", "0.1")]),
    ];
    for (name, keys) in cases {
        let scenario = shipped_with(name, keys);
        let (found, it) = (known_of(&scenario), read(&scenario));
        let near = |what: &str, value: f64, bound: f64, known: f64| {
            assert!(
                (value - known).abs() <= bound + 1e-11 * known.max(1.0),
                "{name} {keys:?} {what}: {value}, {known}"
            );
        };
        for (at, winner) in found.winners.iter().enumerate() {
            near("winner", it.share(&format!("won_{}", at + 1)), winner.bound, winner.value);
        }
        near("nothing", it.share("nothing"), found.nothing.bound, found.nothing.value);
        if found.nothing.value == 0.0 && found.extent.cut == 0.0 {
            let first = &found.first.as_ref().expect("something is chosen").mean;
            near("first choice", it.mean(), first.bound / 1e6, first.value / 1e6);
        }
    }
}

/// A solver that counts ticks of the fastest clock would count for ever if one were much faster than the messages.
#[test]
fn no_state_is_left_faster_than_messages_arrive() {
    let it = read(&shipped_with("duel", &[("network.loss", "0.2")]));
    let fastest =
        it.rates.iter().map(|rates| rates.iter().map(|(_, rate)| rate).sum::<f64>()).fold(0.0, f64::max);
    // Six messages of 10 ms at most are under way at once; an end turns around once a millisecond.
    assert!(fastest <= 1.0, "{fastest} a millisecond");
}
