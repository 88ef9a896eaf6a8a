//! The race table of a scenario: from the order in which requests arrive at the acceptors to the winner.
//!
//! It is learnt from the first half of the seeds and held against the second. Absent on purpose: rendering, and anything
//! about a run but the orders of arrival and who won.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::job::CHUNK;
use crate::many::{BadRun, Driver, Runner, Seeds, Stopped};
use crate::run::{Arrivals, Pattern, Plan, PlanError, Progress, Setup};
use crate::scenario::{Scenario, Stop};
use crate::trace::ProposerId;

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
pub fn race_table<'a>(
    setup: impl Into<Setup<'a>>,
    first: u64,
    count: u64,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Result<RaceTable, BadRun>, PlanError> {
    // What comes after the choice has no part in the race.
    let setup = setup.into();
    let mut until_choice = setup.scenario.clone();
    until_choice.run.stop = Stop::Chosen;
    let plan = setup.with_scenario(&until_choice).plan()?;
    let (driver, seeds) = (Driver { progress, stop }, Seeds { first, count });
    let learnt = count.div_ceil(2);
    let see = |seeds| see(driver, &plan, &until_choice, seeds);
    // What is begun after the flag is set ends with nothing seen.
    let halves = see(seeds.take(learnt)).and_then(|seen| Ok((seen, see(seeds.skip(learnt))?)));
    Ok(halves.map(|((seen, learnt), (fresh, tried))| table(seen, &fresh, learnt, tried)))
}

/// What these seeds show, as far as they were run, and how many were.
fn see(driver: Driver<'_>, plan: &Plan, scenario: &Scenario, seeds: Seeds) -> Result<(Seen, u64), BadRun> {
    let chunk = |seeds: Seeds| {
        let (mut runner, mut arrivals) = (Runner::new(driver, plan, 0), Arrivals::new(scenario));
        let mut seen = Seen::new();
        for seed in seeds.iter() {
            arrivals.clear();
            let winner = runner.run(seed, &mut arrivals)?.winner;
            note(&mut seen, &arrivals.pattern, winner, 1, seed);
        }
        Ok((seen, seeds.count))
    };
    let (mut seen, mut runs) = (Seen::new(), 0);
    let take = |(more, of_chunk): (Seen, u64)| {
        runs += of_chunk;
        for (pattern, (winners, seed)) in more {
            for (winner, runs) in winners {
                note(&mut seen, &pattern, winner, runs, seed);
            }
        }
        Ok(())
    };
    Stopped::or_partial(driver.fold(seeds, CHUNK, chunk, take))?;
    Ok((seen, runs))
}

/// Adds runs to those that are seen, in the order of their seeds.
fn note(seen: &mut Seen, pattern: &Pattern, winner: Option<ProposerId>, runs: u64, seed: u64) {
    let entry = match seen.get_mut(pattern) {
        Some(entry) => entry,
        None => seen.entry(pattern.clone()).or_insert((BTreeMap::new(), seed)),
    };
    *entry.0.entry(winner).or_insert(0) += runs;
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
