//! Every mutant is found by the default swarm, which knows nothing of it; the correct protocol passes the same runs.

use crate::support::env;
use synod::run::Record;
use synod::scenario::{Mutant, ReadReturns};
use synod::sweep::{Toll, alarm_names, swarm_scenario};

use super::{toll, toll_until};

/// Parts of the swarm that have nothing in common.
const BASES: [u64; 3] = [0, 1_000_000_000, 0xABCD_EF00_0000_0000];
const RUNS: u64 = 20_000;

fn mutants() -> impl Iterator<Item = Mutant> {
    Mutant::ALL.iter().copied().filter(|&mutant| mutant != Mutant::None)
}

#[test]
fn every_mutant_is_found_within_20_000_runs_from_three_places() {
    let mut missed = Vec::new();
    for mutant in mutants() {
        let after = BASES
            .map(|base| toll_until(mutant, base, RUNS, |toll| toll.killed > 0).first.map(|run| run - base));
        println!("{}: after {after:?} runs", mutant.name());
        if after.contains(&None) {
            missed.push(mutant.name());
        }
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn the_correct_protocol_raises_no_alarm() {
    let runs = env::size("SYNOD_SWARM_RUNS", 100_000, 10_000_000);
    let toll = toll(Mutant::None, 0, runs);
    assert_eq!((toll.runs, toll.killed, toll.first), (runs, 0, None));
    let share = toll.chosen as f64 / runs as f64;
    assert!((0.5..0.95).contains(&share), "a value is chosen in {share} of the runs");
    assert!(toll.flexible > runs / 10, "flexible quorums in only {} runs", toll.flexible);
}

/// Each check goes off for some mutant, so none of them could be left out unnoticed; but for validity and what is voted
/// for: no mutant of the list invents values or votes.
#[test]
fn every_alarm_goes_off_for_some_mutant() {
    let mut by: Vec<(&str, u64)> = alarm_names().map(|name| (name, 0)).collect();
    for mutant in mutants() {
        for (sum, count) in by.iter_mut().zip(toll(mutant, 0, 3_000).by) {
            sum.1 += count;
        }
    }
    let silent: Vec<&str> = by.iter().filter(|(_, count)| *count == 0).map(|(name, _)| *name).collect();
    assert_eq!(silent, ["validity", "vote-was-proposed"], "{by:?}");
}

/// A ballot that is used twice is seen when it is begun again, long before it does harm.
#[test]
fn every_way_to_use_a_ballot_twice_is_found_within_1_000_runs() {
    const SOON: u64 = 1_000;
    for mutant in [
        Mutant::ReusesBallotAfterRestart,
        Mutant::ForgetsRoundOnRestart,
        Mutant::TakesRoundFromPromiseOnRestart,
        Mutant::TakesRoundFromVoteOnRestart,
        Mutant::JoinsPromisedRound,
        Mutant::BallotsWithoutNode,
    ] {
        for base in BASES {
            let toll = toll(mutant, base, SOON);
            let found = alarm_names().zip(toll.by).find(|(name, _)| *name == "ballot-begun-once");
            println!("{}: {found:?} in {SOON} runs, first alarm after {:?}", mutant.name(), toll.first);
            assert!(found.is_some_and(|(_, runs)| runs > 0), "{} from run {base}", mutant.name());
        }
    }
}

/// What finds it is what the bug breaks: the kill matrix has no surprise in it.
#[test]
fn mutants_are_found_by_the_check_that_names_their_bug() {
    for (mutant, alarm) in [
        (Mutant::AcceptIgnoresPromise, "promises-kept"),
        (Mutant::AcceptComparesWithVote, "promises-kept"),
        (Mutant::AcceptDoesNotRaisePromise, "promises-kept"),
        (Mutant::AcceptUsesGreater, "progress"),
        (Mutant::AcceptedWithoutStoring, "learned-implies-chosen"),
        (Mutant::BallotsWithoutNode, "one-value-per-ballot"),
        (Mutant::ForgetsPromiseOnRestart, "promises-kept"),
        (Mutant::ForgetsVoteOnRestart, "replies-true"),
        (Mutant::PromiseReportsPromised, "replies-true"),
        (Mutant::AcceptedWithoutStoring, "replies-true"),
        (Mutant::TakesLowestVote, "adoption-rule"),
        (Mutant::TakesLastVote, "adoption-rule"),
        (Mutant::KeepsFirstValue, "adoption-rule"),
        (Mutant::NoneIsNothing, "adoption-rule"),
        (Mutant::CountsDuplicatePromises, "quorum-behind-step"),
        (Mutant::CountsDuplicateAccepteds, "quorum-behind-step"),
        (Mutant::CountsRejectionsAsPromises, "quorum-behind-step"),
        (Mutant::CountsOldPromises, "quorum-behind-step"),
        (Mutant::SkipsPhaseOneOnRetry, "quorum-behind-step"),
        (Mutant::MajorityIsHalf, "safe-at"),
        (Mutant::AcceptedWithoutStoring, "clients-agree"),
        (Mutant::JoinsPromisedRound, "ballot-begun-once"),
        (Mutant::IgnoresVotes, "proposal-safety"),
        (Mutant::RerunsPhaseTwo, "one-value-per-ballot"),
        (Mutant::LearnerMixesBallots, "learned-implies-chosen"),
        (Mutant::CountsOldAccepteds, "learned-implies-chosen"),
        (Mutant::ReadReturnsAccepted, "hazard"),
    ] {
        let of =
            |toll: &Toll| alarm_names().zip(toll.by).find(|(name, _)| *name == alarm).expect("an alarm").1;
        let toll = toll_until(mutant, 0, RUNS, |toll| of(toll) > 0);
        let found: Vec<(&str, u64)> = alarm_names().zip(toll.by).collect();
        let count = of(&toll);
        assert!(count > 0, "{}: {found:?}", mutant.name());
        if matches!(mutant, Mutant::AcceptUsesGreater | Mutant::ReadReturnsAccepted) {
            assert_eq!(toll.killed, count, "{}: nothing else finds it: {found:?}", mutant.name());
        }
    }
}

/// The shortest run that the gallery names is a run of its own right: made again alone, it is as bad.
#[test]
fn shortest_runs_replay() {
    for mutant in mutants() {
        let toll = toll_until(mutant, 0, RUNS, |toll| toll.killed > 0);
        let Some((events, run)) = toll.shortest else { panic!("{}", mutant.name()) };
        let mut scenario = swarm_scenario(run);
        scenario.protocol.mutant = mutant;
        let record = Record::of(&scenario, run).expect("plans");
        let misread = scenario.read.iter().all(|read| read.returns == ReadReturns::Learned)
            && record.outcome.hazards[0] > 0;
        let found = !record.violations.is_empty() || record.refused.is_some() || misread;
        assert!(found, "{}: run {run}", mutant.name());
        assert_eq!(record.outcome.events, events, "{}: run {run}", mutant.name());
        let correct = Record::of(&swarm_scenario(run), run).expect("plans");
        assert!(correct.violations.is_empty() && correct.refused.is_none(), "{}: run {run}", mutant.name());
    }
}
