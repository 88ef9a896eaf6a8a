//! Where two totals of a cell differ, number by number, in words.
//!
//! Absent on purpose: which of them is right.

use std::collections::BTreeMap;

use crate::check::joint_outcome;
use crate::check::{Counter, Hazard, Invariant, Verdict};
use crate::stats::{Fourfold, Histogram, Moments, Pairs};
use crate::sweep::{Paired, Part, Totals};

/// Differences that are told of one cell; the others are counted.
const MOST: usize = 3;

/// Each number that differs, as `winner A: 299 in the report, 149 when run again`; nothing if none does.
pub fn differences(proposers: &[String], clients: &[String], kept: &Part, again: &Part) -> Option<String> {
    if (&kept.totals, &kept.paired) == (&again.totals, &again.paired) {
        return None;
    }
    let numbers = |part: &Part| {
        let mut all = Numbers::default();
        all.totals(proposers, clients, &part.totals);
        if let Some(paired) = &part.paired {
            all.paired(proposers, paired);
        }
        all.0
    };
    let (kept, again) = (numbers(kept), numbers(again));
    let again_by_name: BTreeMap<&str, u128> = again.iter().map(|(name, is)| (name.as_str(), *is)).collect();
    let kept_by_name: BTreeMap<&str, u128> = kept.iter().map(|(name, is)| (name.as_str(), *is)).collect();
    let added = again.iter().filter(|(name, _)| !kept_by_name.contains_key(name.as_str()));
    let names = kept.iter().chain(added).map(|(name, _)| name.as_str());
    let of = |all: &BTreeMap<&str, u128>, name: &str| all.get(name).copied().unwrap_or_default();
    let mut told = Vec::new();
    let mut more = 0;
    for name in names {
        let (is, was) = (of(&again_by_name, name), of(&kept_by_name, name));
        if is == was {
            continue;
        }
        if told.len() < MOST {
            told.push(format!("{name}: {was} in the report, {is} when run again"));
        } else {
            more += 1;
        }
    }
    if more > 0 {
        told.push(format!("and {more} more of its numbers"));
    }
    Some(told.join("; "))
}

/// Numbers with their names.
#[derive(Default)]
struct Numbers(Vec<(String, u128)>);

impl Numbers {
    fn add(&mut self, name: impl Into<String>, is: impl Into<u128>) {
        self.0.push((name.into(), is.into()));
    }

    fn totals(&mut self, proposers: &[String], clients: &[String], t: &Totals) {
        self.add("runs", t.runs);
        for (i, wins) in t.winners.iter().enumerate() {
            self.add(format!("winner {}", name(proposers, i)), *wins);
        }
        self.add("undecided", t.undecided);
        for (verdict, runs) in Verdict::ALL.iter().zip(t.verdicts) {
            self.add(format!("verdict {}", verdict.name()), runs);
        }
        self.add("violations", t.violations);
        for (invariant, runs) in Invariant::ALL.iter().zip(t.violated) {
            self.add(format!("violations of {}", invariant.name()), runs);
        }
        self.seed("seed of the first violation", t.first_violation);
        for (hazard, runs) in Hazard::ALL.iter().zip(t.hazards) {
            self.add(format!("hazard {}", hazard.name()), runs);
        }
        for (joint, runs) in &t.outcomes {
            self.add(format!("outcome {}", joint_outcome(clients, joint)), *runs);
        }
        for (length, runs) in &t.duel_histogram {
            self.add(format!("duels of length {length}"), *runs);
        }
        for (length, runs) in &t.open_duels {
            self.add(format!("open duels of length {length}"), *runs);
        }
        self.moments("times of the first choice", &t.chosen_at);
        self.moments("ends", &t.ended_at);
        for counter in Counter::SUMMED {
            self.moments(counter.metric().plural, &t.counters[counter]);
        }
        for (i, own) in t.preempted.iter().enumerate() {
            self.moments(&format!("pre-emptions of {}", name(proposers, i)), own);
        }
        self.histogram("first choices", &t.chosen_at_histogram);
        self.histogram("runs cut off", &t.censored_at_histogram);
        for (i, times) in t.answers.iter().enumerate() {
            let who = clients.get(i).map_or_else(|| i.to_string(), |name| name.to_string());
            self.histogram(&format!("answers of submission {i} ({who})"), &times.at);
            self.histogram(&format!("ends before an answer of submission {i} ({who})"), &times.cut_off);
        }
    }

    fn paired(&mut self, proposers: &[String], p: &Paired) {
        self.add("pairs", p.pairs);
        for (i, table) in p.winners.iter().enumerate() {
            let who = if i < proposers.len() { name(proposers, i) } else { "nobody".to_owned() };
            self.table(&format!("pairs won by {who}"), table);
        }
        for (verdict, table) in Verdict::ALL.iter().zip(&p.verdicts) {
            self.table(&format!("pairs with verdict {}", verdict.name()), table);
        }
        self.table("pairs with a pre-emption", &p.preempted);
        for (i, table) in p.answered.iter().enumerate() {
            self.table(&format!("pairs that answer submission {i}"), table);
        }
        let counters = Counter::COMPARED.map(|counter| (counter.metric().plural, &p.counters[counter]));
        for (what, pairs) in [("first choices", &p.first_choice)].into_iter().chain(counters) {
            self.pairs(what, pairs);
        }
        self.pairs("first choices of which one is late", &p.times.alone);
        for (i, group) in p.times.both.iter().enumerate() {
            self.pairs(&format!("first choices of group {i}"), group);
        }
        self.table("pairs with a late run", &p.times.late);
        self.add("pairs without known times", p.cut);
        self.add("pairs with different winners", p.parted);
        for side in 0..2 {
            self.add(format!("paired runs of side {side} at the horizon"), p.at_horizon[side]);
            self.add(format!("paired runs of side {side} with a violation"), p.violations[side]);
            self.seed(&format!("first violation of side {side}"), p.first_violation[side]);
        }
        for (i, parted) in p.first_parted.iter().enumerate() {
            self.add(format!("seed {i} with different winners"), parted.seed);
            for (side, winner) in parted.winners.into_iter().enumerate() {
                self.seed(&format!("winner of side {side} of seed {i}"), winner.map(u64::from));
            }
        }
    }

    fn pairs(&mut self, what: &str, pairs: &Pairs) {
        self.moments(&format!("paired {what} of the baseline"), &pairs.a);
        self.moments(&format!("paired {what}"), &pairs.b);
        self.add(format!("differences of paired {what}, sum of squares"), pairs.sum_squares);
        self.add(format!("paired {what} that differ"), pairs.apart);
        for (cubes, side) in pairs.cubes.into_iter().zip(["above", "below"]) {
            self.add(format!("differences of paired {what}, sum of cubes {side} 0"), cubes);
        }
    }

    /// None is a number, too, which 2⁶⁴ stands for.
    fn seed(&mut self, name: &str, is: Option<u64>) {
        self.add(name, is.map_or(1_u128 << 64, u128::from));
    }

    fn table(&mut self, name: &str, table: &Fourfold) {
        self.add(name, table.n);
        self.add(format!("{name}, both"), table.both);
        self.add(format!("{name}, the baseline alone"), table.only_a);
        self.add(format!("{name}, not the baseline"), table.only_b);
    }

    fn moments(&mut self, name: &str, moments: &Moments) {
        self.add(format!("{name}, number"), moments.n);
        self.add(format!("{name}, sum"), moments.sum);
        self.add(format!("{name}, sum of squares"), moments.sum_squares);
        self.add(format!("{name}, sum of cubes"), moments.sum_cubes);
    }

    fn histogram(&mut self, name: &str, histogram: &Histogram) {
        for bucket in histogram.buckets() {
            self.add(format!("{name} from {} ns on", bucket.low), bucket.count);
        }
    }
}

fn name(names: &[String], i: usize) -> String {
    names.get(i).cloned().unwrap_or_else(|| i.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named_and_the_rest_is_counted() {
        let names = ["A".to_owned(), "B".to_owned()];
        let part = |winners: [u64; 2]| Part {
            totals: Totals { runs: 300, winners: winners.to_vec(), ..Totals::default() },
            ..Part::default()
        };
        let told = |a: &Part, b: &Part| differences(&names, &names, a, b);
        assert_eq!(told(&part([149, 151]), &part([149, 151])), None);
        let told_of = told(&part([299, 1]), &part([149, 151])).unwrap_or_default();
        assert_eq!(
            told_of,
            "winner A: 299 in the report, 149 when run again; winner B: 1 in the report, 151 when run again"
        );
        let mut other = part([149, 151]);
        (other.totals.undecided, other.totals.verdicts) = (1, [1; 7]);
        let told_of = told(&part([149, 151]), &other).unwrap_or_default();
        assert!(told_of.ends_with("; and 5 more of its numbers"), "{told_of}");
    }
}
