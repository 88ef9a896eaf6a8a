//! Rules for what is expected of the runs: every name exists, every range can be met.
//!
//! Absent on purpose: whether the runs meet it.

use std::collections::BTreeMap;

use super::Check;
use super::people::no_proposer;
use crate::check::{Hazard, Verdict};
use crate::scenario::error::Problem;
use crate::scenario::escape::{short_number, shown};
use crate::scenario::model::{Bounds, Expect, Wanted};
use crate::scenario::node::Step;
use crate::scenario::suggest::did_you_mean;

type Table = BTreeMap<String, Bounds>;

/// What holds for a share.
const SHARE: &str = "a share is from 0 to 1";

impl Check<'_> {
    pub(super) fn expectations(&self) -> Result<(), Problem> {
        let Some(expect) = &self.scenario.expect else { return Ok(()) };
        if expect.seeds == Some(0) {
            return self.broken(&["expect", "seeds"].map(Step::from), "`seeds` is 0; write at least 1");
        }
        let names: Vec<&str> = self.scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect();
        let is_unknown = |name: &&String| *name != "undecided" && !names.contains(&name.as_str());
        if let Some(name) = expect.winner.keys().find(is_unknown) {
            return self.broken_key("winner", name, no_proposer(name, &names));
        }
        for outcome in expect.outcome.keys() {
            if let Err(why) = self.outcome(outcome) {
                return self.broken_key("outcome", outcome, why);
            }
        }
        self.words("verdict", &expect.verdict, &Verdict::ALL.map(Verdict::name))?;
        self.words("hazard", &expect.hazard, &Hazard::ALL.map(Hazard::name))?;
        self.words("mean", &expect.mean, &Expect::means())?;
        let within = |(name, wanted): (&String, &Wanted)| match wanted {
            Wanted::Within(bounds) => Some((name.clone(), *bounds)),
            Wanted::Exact => None,
        };
        self.ranges("winner", &expect.winner.iter().filter_map(within).collect(), 1.0, SHARE)?;
        for (table, bounds) in
            [("verdict", &expect.verdict), ("hazard", &expect.hazard), ("outcome", &expect.outcome)]
        {
            self.ranges(table, bounds, 1.0, SHARE)?;
        }
        self.ranges("mean", &expect.mean, f64::MAX, "a mean is a finite number from 0 on")?;
        let clients = self.scenario.client_names();
        let clients: Vec<&str> = clients.iter().map(String::as_str).collect();
        let times = [("answer_p50_ms", &expect.answer_p50_ms), ("answer_p99_ms", &expect.answer_p99_ms)];
        for (table, given) in [("answered", &expect.answered)].into_iter().chain(times) {
            if let Some(name) = given.keys().find(|name| !clients.contains(&name.as_str())) {
                let list = clients.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
                let hint = did_you_mean(name, &clients);
                let why = format!("there is no client {}{hint} (clients: {list})", shown(name));
                return self.broken_key(table, name, why);
            }
        }
        self.ranges("answered", &expect.answered, 1.0, SHARE)?;
        times.iter().try_for_each(|(table, given)| {
            self.ranges(table, given, f64::MAX, "a time in ms is a finite number from 0 on")
        })
    }

    fn broken_key(&self, table: &str, key: &str, why: String) -> Result<(), Problem> {
        let entry =
            self.root.get("expect").and_then(|expect| expect.get(table)).and_then(|table| table.entry(key));
        let at = entry
            .map_or_else(|| self.root.place(&["expect", table].map(Step::from)), |entry| entry.at.clone());
        Err(Problem::new(why).placed(at))
    }

    fn words(&self, table: &str, given: &Table, words: &[&str]) -> Result<(), Problem> {
        match given.keys().find(|word| !words.contains(&word.as_str())) {
            None => Ok(()),
            Some(word) => {
                let hint = did_you_mean(word, words);
                let list = words.join(", ");
                let why = format!("{} is not a {table} that is counted{hint} ({table}: {list})", shown(word));
                self.broken_key(table, word, why)
            }
        }
    }

    fn ranges(&self, table: &str, given: &Table, most: f64, rule: &str) -> Result<(), Problem> {
        for (key, bounds) in given {
            let ends = [("min", bounds.min), ("max", bounds.max)];
            for (end, value) in ends {
                if value.is_some_and(|value| !(0.0..=most).contains(&value)) {
                    let path = ["expect", table, key, end].map(Step::from);
                    return self.broken(&path, format!("`{end}` is out of range: {rule}"));
                }
            }
            let path = ["expect", table, key].map(Step::from);
            match (bounds.min, bounds.max) {
                (Some(min), Some(max)) if min > max => {
                    return self.broken(
                        &path,
                        format!(
                            "`min` {} is above `max` {}; swap them",
                            short_number(min),
                            short_number(max)
                        ),
                    );
                }
                (None, None) => return self.broken(&path, "no bound is given; write `min`, `max` or both"),
                _ => {}
            }
        }
        Ok(())
    }

    /// A joint outcome names every submission's client in order: `A:failed/2/1 B:own`.
    fn outcome(&self, outcome: &str) -> Result<(), String> {
        let scenario = self.scenario;
        let own = scenario.proposer.iter().map(|proposer| proposer.name.as_str());
        let clients = own.chain(scenario.submit.iter().map(|submit| submit.proposer.as_str()));
        let expected = || {
            let own = scenario.proposer.iter().map(|proposer| proposer.name.as_str());
            let clients = own.chain(scenario.submit.iter().map(|submit| submit.proposer.as_str()));
            let example = clients.map(|name| format!("{name}:own")).collect::<Vec<_>>().join(" ");
            format!(
                "{} is no joint outcome; write each client in order, as {}, each `own`, `other`, `none` or \
                 `failed/PHASE/COUNT`",
                shown(outcome),
                shown(&example)
            )
        };
        let mut rest = outcome;
        for (i, name) in clients.enumerate() {
            if i > 0 {
                rest = rest.strip_prefix(' ').ok_or_else(expected)?;
            }
            rest = rest.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')).ok_or_else(expected)?;
            let (word, after) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
            if !self.is_client_outcome(word) {
                return Err(expected());
            }
            rest = after;
        }
        if rest.is_empty() { Ok(()) } else { Err(expected()) }
    }

    fn is_client_outcome(&self, word: &str) -> bool {
        if ["own", "other", "none"].contains(&word) {
            return true;
        }
        let Some((phase, count)) = word.strip_prefix("failed/").and_then(|rest| rest.split_once('/')) else {
            return false;
        };
        let count = count.parse::<u8>().ok().filter(|number| number.to_string() == count);
        ["1", "2"].contains(&phase) && count.is_some_and(|count| count <= self.scenario.cluster.nodes)
    }
}
