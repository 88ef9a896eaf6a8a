//! The race table of a scenario: from the order in which requests arrive at the acceptors to the winner.
//!
//! It is learnt from the first half of the seeds and held against the second. Absent on purpose: rendering, and anything
//! about a run but the orders of arrival and who won.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use crate::run::{Arrivals, Pace, Pattern, Plan, PlanError, Simulator};
use crate::scenario::{Scenario, Stop};
use crate::trace::ProposerId;

use super::pool::{CHUNK, Progress};
use super::prefix::take_in_order;
use super::stopped::{Standstill, Stopped};

/// A pattern of arrivals and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Race {
    /// The order of arrivals at each node, up to the choice.
    pub pattern: Pattern,
    /// How many of the learnt runs have it, by winner; none for runs in which nothing is chosen.
    pub winners: BTreeMap<Option<ProposerId>, u64>,
    /// The first seed that has it.
    pub seed: u64,
    /// How many of the fresh runs have it.
    pub fresh: u64,
    /// And of these, how many are won by the winner that most of the learnt runs have.
    pub fresh_right: u64,
}

impl Race {
    /// How many of the learnt runs have it.
    pub fn runs(&self) -> u64 {
        self.winners.values().sum()
    }

    /// Who wins most of them; of equals the first.
    pub fn winner(&self) -> Option<ProposerId> {
        let most = self.winners.values().max().copied().unwrap_or(0);
        self.winners.iter().find(|(_, runs)| **runs == most).and_then(|(winner, _)| *winner)
    }
}

/// What a scenario's races come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaceTable {
    /// The most frequent first; of equals the one with the lower first seed.
    pub races: Vec<Race>,
    /// Runs that were learnt from.
    pub learnt: u64,
    /// Runs that it was held against.
    pub fresh: u64,
    /// Of these, those whose pattern is in the table.
    pub known: u64,
    /// And of those, the ones that are won by the winner that the table names.
    pub right: u64,
}

/// What a chunk of runs showed: by pattern, the winners with their counts, and the first seed.
type Seen = BTreeMap<Pattern, (BTreeMap<Option<ProposerId>, u64>, u64)>;

/// Learns the table of a scenario from the first half of seeds `first..first + count`, and holds it against the rest. Once
/// `stop` is set it ends with what was learnt and tried of the seeds up to the first that was not run.
///
/// # Errors
/// When the scenario asks for what the engine cannot do; inside, where time stands still in a run.
pub fn race_table(
    scenario: &Scenario,
    first: u64,
    count: u64,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Result<RaceTable, Standstill>, PlanError> {
    // What comes after the choice has no part in the race.
    let mut until_choice = scenario.clone();
    until_choice.run.stop = Stop::Chosen;
    let plan = Plan::new(&until_choice)?;
    let learnt = count.div_ceil(2);
    let see =
        |from: u64, runs: u64| see(&plan, &until_choice, first.wrapping_add(from), runs, progress, stop);
    // What is begun after the flag is set ends with nothing seen.
    let halves = see(0, learnt).and_then(|seen| Ok((seen, see(learnt, count - learnt)?)));
    Ok(halves.map(|((seen, learnt), (fresh, tried))| table(seen, &fresh, learnt, tried)))
}

/// What these seeds show, as far as they were run, and how many were.
fn see(
    plan: &Plan,
    scenario: &Scenario,
    first: u64,
    count: u64,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<(Seen, u64), Standstill> {
    let chunk = |i: u64| {
        let (mut simulator, mut arrivals) = (Simulator::new(plan), Arrivals::new(scenario));
        let (mut seen, mut pace) = (Seen::new(), Pace::new(progress));
        let (from, to) = (i * CHUNK, ((i + 1) * CHUNK).min(count));
        for seed in (from..to).map(|i| first.wrapping_add(i)) {
            arrivals.clear();
            let ran = simulator.run_unless(stop, seed, &mut arrivals);
            let outcome = ran.ok_or(Stopped::Interrupted)?;
            pace.ran(outcome.events);
            Standstill::check(0, seed, outcome)?;
            note(&mut seen, &arrivals.pattern, outcome.winner, 1, seed.wrapping_sub(first));
        }
        Ok((seen, to - from))
    };
    let (mut seen, mut runs) = (Seen::new(), 0);
    let take = |(more, of_chunk): (Seen, u64)| {
        runs += of_chunk;
        for (pattern, (winners, seed)) in more {
            for (winner, runs) in winners {
                note(&mut seen, &pattern, winner, runs, seed);
            }
        }
    };
    let ran = take_in_order(0..count.div_ceil(CHUNK), chunk, take, |why| *why != Stopped::Interrupted);
    if let Err(Stopped::Standstill(found)) = ran {
        return Err(found);
    }
    seen.values_mut().for_each(|(_, seed)| *seed = first.wrapping_add(*seed));
    Ok((seen, runs))
}

fn note(seen: &mut Seen, pattern: &Pattern, winner: Option<ProposerId>, runs: u64, offset: u64) {
    let entry = match seen.get_mut(pattern) {
        Some(entry) => entry,
        None => seen.entry(pattern.clone()).or_insert((BTreeMap::new(), offset)),
    };
    *entry.0.entry(winner).or_insert(0) += runs;
    entry.1 = entry.1.min(offset);
}

fn table(seen: Seen, fresh: &Seen, learnt: u64, fresh_runs: u64) -> RaceTable {
    let race = |(pattern, (winners, seed)): (Pattern, (BTreeMap<_, _>, u64))| {
        let mut race = Race { pattern, winners, seed, fresh: 0, fresh_right: 0 };
        if let Some((winners, _)) = fresh.get(&race.pattern) {
            race.fresh = winners.values().sum();
            race.fresh_right = winners.get(&race.winner()).copied().unwrap_or(0);
        }
        race
    };
    let mut races: Vec<Race> = seen.into_iter().map(race).collect();
    races.sort_by_key(|race| (std::cmp::Reverse(race.runs()), race.seed));
    RaceTable {
        known: races.iter().map(|race| race.fresh).sum(),
        right: races.iter().map(|race| race.fresh_right).sum(),
        races,
        learnt,
        fresh: fresh_runs,
    }
}
