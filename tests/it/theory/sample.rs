//! What many runs came to, in one form for both simulators.

use std::collections::BTreeMap;

use crate::reference::measure::{Mean, each};
use crate::reference::{Verdict, joint_outcome};
use crate::support::totals::totals;
use synod::check::ClientOutcome;
use synod::check::{Counter, Hazard};
use synod::scenario::Scenario;
use synod::stats::Moments;

/// What a closed form may say of a scenario.
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    /// The share of runs in which this proposer's value is chosen.
    Wins(usize),
    /// The share of runs in which clients are told what begins so.
    Told(&'static str),
    /// How many different things clients are told, together.
    Outcomes,
    /// The share of runs in which a client is told FAILED, and its value is chosen.
    FailedButChosen,
    /// The share of runs in which every client is answered.
    Decided,
    /// The mean time of the first choice, in a unit of so many ns.
    FirstChosen(u64),
    /// The mean number of pre-emptions before the choice.
    Duel,
    /// The share of runs with so many.
    DuelIs(u32),
    /// The share of runs with more.
    DuelAbove(u32),
}

/// A mean and its standard error.
type Estimate = (f64, f64);

/// So many runs.
#[derive(Default)]
pub struct Sample {
    runs: u64,
    wins: Vec<u64>,
    decided: u64,
    failed_but_chosen: u64,
    told: BTreeMap<String, u64>,
    first_chosen_ns: Estimate,
    duel: Estimate,
    duels: BTreeMap<u32, u64>,
}

impl Sample {
    /// A figure, and its standard error if it is in truth `exact`.
    pub fn figure(&self, figure: &Figure, exact: f64) -> Estimate {
        let n = self.runs as f64;
        let share = |count: u64| (count as f64 / n, (exact * (1.0 - exact) / n).sqrt());
        let duels =
            |is: &dyn Fn(u32) -> bool| self.duels.iter().filter(|(k, _)| is(**k)).map(|(_, n)| n).sum();
        match *figure {
            Figure::Wins(proposer) => share(self.wins[proposer]),
            Figure::Told(what) => {
                share(self.told.iter().filter(|(told, _)| told.starts_with(what)).map(|(_, n)| n).sum())
            }
            Figure::Outcomes => (self.told.len() as f64, 0.0),
            Figure::FailedButChosen => share(self.failed_but_chosen),
            Figure::Decided => share(self.decided),
            Figure::FirstChosen(unit) => {
                (self.first_chosen_ns.0 / unit as f64, self.first_chosen_ns.1 / unit as f64)
            }
            Figure::Duel => self.duel,
            Figure::DuelIs(length) => share(duels(&|k| k == length)),
            Figure::DuelAbove(length) => share(duels(&|k| k > length)),
        }
    }
}

/// By the engine.
pub fn by_engine(scenario: &Scenario, runs: u64) -> Sample {
    let totals = totals(scenario, runs);
    assert_eq!(totals.violations, 0);
    let estimate =
        |moments: &Moments| (moments.mean().unwrap_or(0.0), moments.standard_error().unwrap_or(0.0));
    let told = |(joint, count): (&Vec<ClientOutcome>, &u64)| {
        let one = |(proposer, told): (&synod::scenario::model::Proposer, &ClientOutcome)| match *told {
            ClientOutcome::Own => format!("{}:own", proposer.name),
            ClientOutcome::Other => format!("{}:other", proposer.name),
            ClientOutcome::Failed { phase, count } => format!("{}:failed/{phase}/{count}", proposer.name),
            ClientOutcome::None => format!("{}:none", proposer.name),
        };
        (scenario.proposer.iter().zip(joint).map(one).collect::<Vec<_>>().join(" "), *count)
    };
    Sample {
        runs,
        decided: totals.verdicts[synod::check::Verdict::Decided as usize],
        failed_but_chosen: totals.hazards[Hazard::FailedButChosen as usize],
        told: totals.outcomes.iter().map(told).collect(),
        first_chosen_ns: estimate(&totals.chosen_at),
        duel: estimate(&totals.counters[Counter::Duel]),
        duels: totals.all_duels(),
        wins: totals.winners,
    }
}

/// By the second simulator.
pub fn by_reference(scenario: &Scenario, runs: u64) -> Sample {
    let mut sample = Sample { runs, wins: vec![0; scenario.proposer.len()], ..Sample::default() };
    let (mut chosen, mut duel) = (Mean::default(), Mean::default());
    each(scenario, runs, |o| {
        o.winner.into_iter().for_each(|winner| sample.wins[winner] += 1);
        sample.decided += u64::from(o.verdict == Verdict::Decided);
        let told = joint_outcome(scenario, o);
        sample.failed_but_chosen += u64::from(o.failed_but_chosen > 0);
        *sample.told.entry(told).or_default() += 1;
        o.chosen_at_ns.into_iter().for_each(|at| chosen.add(at as f64));
        duel.add(o.duel);
        *sample.duels.entry(o.duel).or_default() += 1;
    });
    sample.first_chosen_ns = (chosen.mean(), chosen.standard_error());
    sample.duel = (duel.mean(), duel.standard_error());
    sample
}
