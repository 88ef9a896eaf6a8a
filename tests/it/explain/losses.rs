//! Losses of every sort, as deviations: by draw, by a fault, of one of two copies, and as a blocking caller sees them.

use std::sync::atomic::AtomicBool;

use synod::run::{Record, Silent, explain, shrink};
use synod::scenario::Scenario;

const TWO: &str = "[[proposer]]\nname = 'A'\nnode = 1\n[[proposer]]\nname = 'B'\nnode = 3\n";

fn scenario(rest: &str) -> Scenario {
    Scenario::parse(&format!("{TWO}{rest}"), "losses.toml").unwrap_or_else(|error| panic!("{error}"))
}

/// Every run can be told in deviations, and what is left is its outcome.
#[track_caller]
fn all_shrink(scenario: &Scenario, seeds: impl IntoIterator<Item = u64>) {
    for seed in seeds {
        let record = Record::of(scenario, seed).expect("plays");
        let shrunk = shrink(scenario, &record, None, &Silent, &AtomicBool::new(false))
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let (left, was) = (&shrunk.record.outcome, &record.outcome);
        assert_eq!((left.winner, left.verdict), (was.winner, was.verdict), "seed {seed}");
    }
}

#[test]
fn a_blocking_caller_has_its_error_when_the_lost_message_was_due() {
    let s = scenario(
        "[protocol]\ntransport = 'sequential'\ngive_up = 'all-replies'\nballots = 'lab'\n\
         [network]\nloss = 0.3\ndelay = { exponential = { mean = '3ms' } }\n",
    );
    all_shrink(&s, (0..40).chain([162, 189, 326, 360]));
}

/// One copy of a message is lost to a crash, and the other arrives.
#[test]
fn of_two_copies_one_can_be_lost() {
    let s = scenario(
        "[protocol]\nretry = { uniform = { max = '10ms' } }\nphase_timeout = '20ms'\n\
         [network]\nduplicate = 0.5\ndelay = { exponential = { mean = '3ms' } }\n\
         [[fault]]\nat = '4ms'\ncrash = { nodes = [2] }\n[[fault]]\nat = '8ms'\nrestart = { nodes = [2] }\n",
    );
    all_shrink(&s, (0..40).chain([48]));
}

/// A caller that blocks does not learn of a cut, so the cut itself is what is told.
#[test]
fn a_cut_is_no_error_to_a_blocking_caller() {
    let s = scenario(
        "[protocol]\ntransport = 'sequential'\nrpc_timeout = '30ms'\nretry = { fixed = { delay = '5ms' } }\n\
         [network]\nloss = 0.1\ndelay = { exponential = { mean = '3ms' } }\n\
         [[fault]]\nat = '3ms'\npartition = { groups = [[1], [2, 3]] }\n[[fault]]\nat = '90ms'\nheal = {}\n",
    );
    all_shrink(&s, 0..40);
}

/// A message that was lost to a cut is lost again when it is kept: that is no other run. And where nobody wins in the other
/// runs, nobody else does.
#[test]
fn what_changes_nothing_is_not_played() {
    let mut s = scenario(
        "start = { constant = '30ms' }\n[protocol]\nphase_timeout = '20ms'\n\
         [network]\ndelay = { exponential = { mean = '3ms' } }\n\
         [[fault]]\nat = '0s'\npartition = { groups = [[1], [2, 3]] }\n",
    );
    s.title = "cut".to_owned();
    let record = Record::of(&s, 0).expect("plays");
    let explanation = explain(&s, &record).expect("plays");
    assert_eq!((explanation.played, explanation.critical.len()), (6, 5));
    assert!(explanation.critical.iter().all(|it| it.winner.is_none()));
    let with = |deviations: &str| Record::with(&s, 0, &deviations.parse().expect("reads")).expect("plays");
    assert_eq!(with("1.1.1a.2=kept").events, record.events);
}
