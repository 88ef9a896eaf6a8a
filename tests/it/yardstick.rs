//! The three workloads of the speed comparison against the statistics of an independent, hand-written loop.
//!
//! The figures are those of the yardstick's own README ("Reference statistics"): a bare loop that shares no code, no
//! random numbers and no author with the engine. `SYNOD_RUNS` scales the runs (100,000 unless it is set).

use crate::support::env::runs;
use crate::support::totals::{shipped, shipped_with, totals};
use synod::check::Counter;
use synod::stats::Moments;
use synod::sweep::Totals;

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

/// The deviations of all five figures in combined standard errors: of these runs, of the reference's, of its rounding.
fn deviations(reference: &Reference, totals: &Totals) -> [(&'static str, f64); 5] {
    let (p, error) = reference.share;
    let variance = p * (1.0 - p);
    let reference_runs = variance / (error * error);
    let n = totals.runs as f64;
    let share = totals.winners[0] as f64 / n;
    let z_share = (share - p) / (variance / n + error * error).sqrt();
    let z_mean = |moments: &Moments, unit: f64, Figure(figure, half_digit): &Figure| {
        let variance = moments.variance().expect("runs") / (unit * unit);
        let rounding = half_digit * half_digit / 3.0;
        let combined = (variance / moments.n as f64 + variance / reference_runs + rounding).sqrt();
        (moments.mean().expect("runs") / unit - figure) / combined
    };
    [
        ("P(A)", z_share),
        ("attempts", z_mean(&totals.counters[Counter::Attempts], 1.0, &reference.attempts)),
        ("first chosen", z_mean(&totals.chosen_at, 1e6, &reference.chosen_ms)),
        ("end", z_mean(&totals.ended_at, 1e6, &reference.end_ms)),
        ("events", z_mean(&totals.counters[Counter::Events], 1.0, &reference.events)),
    ]
}

#[test]
fn the_workloads_have_the_reference_statistics() {
    for reference in &REFERENCES {
        let totals = totals(&shipped(reference.workload), runs(100_000));
        assert_eq!(totals.violations, 0);
        assert_eq!(totals.undecided, 0);
        let deviations = deviations(reference, &totals);
        println!("{}: {deviations:+.2?}", reference.workload);
        for (figure, z) in deviations {
            assert!(z.abs() <= 4.0, "{}, {figure}: {z:+.2} combined standard errors off", reference.workload);
        }
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
        let deviations = deviations(reference, &totals(&shipped_with(workload, &[(path, value)]), 30_000));
        let worst = deviations.iter().map(|(_, z)| z.abs()).fold(0.0, f64::max);
        println!("{workload}, {path} = {value}: {worst:.1}");
        assert!(worst > 5.0, "{workload} passes with {path} = {value}: {deviations:+.2?}");
    }
}
