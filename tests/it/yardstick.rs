//! The three workloads of the speed comparison against the statistics of an independent, hand-written loop, by both
//! simulators.
//!
//! The figures are those of the yardstick's own README ("Reference statistics"): a bare loop that shares no code, no
//! random numbers and no author with the engine. `SYNOD_RUNS` scales the runs (100,000 unless it is set).

use crate::reference::Reading;
use crate::reference::measure::{Mean, each_as};
use crate::support::build::*;
use crate::support::env::runs;
use crate::support::totals::{shipped, shipped_with, totals};
use synod::check::Counter;
use synod::scenario::model::*;
use synod::stats::Moments;

/// A figure as it was published: the value, and half a unit of its last digit.
struct Figure(f64, f64);

struct Reference {
    workload: &'static str,
    /// P(A) and its published standard error, from which follows how many runs the reference made.
    share: (f64, f64),
    attempts: Figure,
    chosen_ms: Figure,
    end_ms: Figure,
    events: Figure,
}

const REFERENCES: [Reference; 3] = [
    Reference {
        workload: "w1",
        share: (0.4768, 0.0003),
        attempts: Figure(2.703, 0.0005),
        chosen_ms: Figure(762.3, 0.05),
        end_ms: Figure(1520.6, 0.05),
        events: Figure(28.66, 0.005),
    },
    Reference {
        workload: "w2",
        share: (0.2167, 0.0002),
        attempts: Figure(3.787, 0.0005),
        chosen_ms: Figure(79.57, 0.005),
        end_ms: Figure(319.7, 0.05),
        events: Figure(36.99, 0.005),
    },
    Reference {
        workload: "w3",
        share: (0.0355, 0.0003),
        attempts: Figure(22.46, 0.005),
        chosen_ms: Figure(137.0, 0.05),
        end_ms: Figure(778.2, 0.05),
        events: Figure(338.0, 0.05),
    },
];

/// A mean of so many runs, and the variance of one.
#[derive(Clone, Copy)]
struct Sample {
    n: f64,
    mean: f64,
    variance: f64,
}

/// A wins; attempts; first chosen, ms; end, ms; events.
type Five = [Sample; 5];

const NAMES: [&str; 5] = ["P(A)", "attempts", "first chosen", "end", "events"];

fn by_engine(scenario: &Scenario, runs: u64) -> Five {
    let totals = totals(scenario, runs);
    assert_eq!((totals.violations, totals.undecided), (0, 0));
    let n = totals.runs as f64;
    let share = totals.winners[0] as f64 / n;
    let mean = |moments: &Moments, unit: f64| Sample {
        n,
        mean: moments.mean().expect("runs") / unit,
        variance: moments.variance().expect("runs") / (unit * unit),
    };
    [
        Sample { n, mean: share, variance: share * (1.0 - share) },
        mean(&totals.counters[Counter::Attempts], 1.0),
        mean(&totals.chosen_at, 1e6),
        mean(&totals.ended_at, 1e6),
        mean(&totals.counters[Counter::Events], 1.0),
    ]
}

fn by_reference(scenario: &Scenario, reading: Reading, runs: u64) -> Five {
    let mut five = [Mean::default(); 5];
    each_as(scenario, reading, runs, |o| {
        assert_eq!(o.agreement_violations, 0);
        five[0].add(o.winner == Some(0));
        five[1].add(o.attempts);
        five[2].add(o.chosen_at_ns.unwrap_or(0) as f64 / MS as f64);
        five[3].add(o.ended_at_ns as f64 / MS as f64);
        five[4].add(o.events);
    });
    let n = runs as f64;
    five.map(|mean| {
        let error = mean.standard_error();
        Sample { n, mean: mean.mean(), variance: error * error * n }
    })
}

/// The deviations of all five figures in combined standard errors: of these runs, of the reference's, of its rounding.
fn deviations(reference: &Reference, five: &Five) -> [(&'static str, f64); 5] {
    let (p, error) = reference.share;
    let reference_runs = p * (1.0 - p) / (error * error);
    let figures =
        [&Figure(p, 0.0), &reference.attempts, &reference.chosen_ms, &reference.end_ms, &reference.events];
    std::array::from_fn(|i| {
        let (Sample { n, mean, variance }, Figure(figure, half_digit)) = (five[i], figures[i]);
        let rounding = half_digit * half_digit / 3.0;
        let combined = (variance / n + variance / reference_runs + rounding).sqrt();
        (NAMES[i], (mean - figure) / combined)
    })
}

fn hold(reference: &Reference, five: &Five) {
    let deviations = deviations(reference, five);
    println!("{}: {deviations:+.2?}", reference.workload);
    for (figure, z) in deviations {
        assert!(z.abs() <= 4.0, "{}, {figure}: {z:+.2} combined standard errors off", reference.workload);
    }
}

#[test]
fn the_workloads_have_the_reference_statistics() {
    for reference in &REFERENCES {
        hold(reference, &by_engine(&shipped(reference.workload), runs(60_000)));
    }
}

/// Counter ballots, first rejection ends the attempt, own messages by network, 200 ms a phase.
fn workload(name: &str) -> Scenario {
    let together = || constant(0);
    let (nodes, proposers, delay, loss) = match name {
        "w1" => {
            let start = || uniform(0, 2_000 * MS);
            (3, vec![(1, start()), (3, start())], uniform(5 * MS, 50 * MS), 0.05)
        }
        "w2" => (3, vec![(1, together()), (3, together())], exponential(20 * MS), 0.10),
        "w3" => (5, (1..=5).map(|node| (node, together())).collect(), uniform(5 * MS, 50 * MS), 0.05),
        _ => panic!("{name} is none of the three"),
    };
    let mut s = contest(nodes, &proposers, delay);
    s.network.loss = probability(loss);
    s.protocol.ballots = Ballots::Lab;
    s.protocol.repeated = Repeated::Reject;
    s.protocol.give_up = GiveUp::FirstReject;
    s.protocol.own_messages = OwnMessages::Network;
    s.protocol.phase_timeout = Some(ns(200 * MS));
    s.protocol.retry = Retry::Uniform(RetryUniform { max: ns(100 * MS) });
    s
}

/// Runs of the second simulator, which is slower: of W3, where a run has ten times the events, a fifth.
fn reference_runs(workload: &str) -> u64 {
    let runs = runs(30_000);
    if workload == "w3" { runs / 5 } else { runs }
}

#[test]
fn so_has_the_second_simulator() {
    for reference in &REFERENCES {
        let runs = reference_runs(reference.workload);
        hold(reference, &by_reference(&workload(reference.workload), Reading::DECIDED, runs));
    }
}

/// The yardstick's specification says "messages for another phase are ignored", but its figures need a late rejection of
/// phase 1 to end phase 2 (D6).
#[test]
fn the_figures_need_late_rejections_to_end_an_attempt() {
    let ignoring = Reading { late_rejection_ends: false, ..Reading::DECIDED };
    for reference in &REFERENCES[1..] {
        let runs = reference_runs(reference.workload);
        let found = by_reference(&workload(reference.workload), ignoring, runs);
        let (what, z) = deviations(reference, &found)[1];
        assert!(z.abs() > 4.5, "{}, {what}: {z:+.2} when late rejections are ignored", reference.workload);
    }
}

/// The comparison can tell: slightly other workloads are refused, each by a figure that it should move.
#[test]
fn slightly_other_workloads_are_refused() {
    for (workload, path, value) in [
        ("w1", "network.loss", "0.065"),
        ("w2", "network.delay.exponential.mean", "21ms"),
        ("w2", "protocol.phase_timeout", "180ms"),
        ("w3", "protocol.retry.uniform.max", "96ms"),
        ("w3", "protocol.give_up", "quorum-impossible"),
        ("w3", "protocol.own_messages", "instant"),
    ] {
        let reference = REFERENCES.iter().find(|r| r.workload == workload).expect("one of three");
        let deviations = deviations(reference, &by_engine(&shipped_with(workload, &[(path, value)]), 30_000));
        let worst = deviations.iter().map(|(_, z)| z.abs()).fold(0.0, f64::max);
        println!("{workload}, {path} = {value}: {worst:.1}");
        assert!(worst > 5.0, "{workload} passes with {path} = {value}: {deviations:+.2?}");
    }
}
