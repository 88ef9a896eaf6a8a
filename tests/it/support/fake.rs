//! Totals that look real, from a small generator of their own, so that reports can be tested without simulating.
#![allow(dead_code)]

use std::sync::Arc;

use synod::check::ClientOutcome;
use synod::check::{Counter, Verdict};
use synod::report::{CellReport, Layout, Lineup, Proof, Quantity, SweepReport, Theory};
use synod::scenario::SweepFigure;
use synod::stats::{Histogram, Moments};
use synod::sweep::{AnswerTimes, Totals};

/// A linear congruential generator (Knuth's MMIX constants).
pub struct Lcg(pub u64);

impl Lcg {
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }
}

pub fn empty(proposers: usize) -> Totals {
    Totals {
        runs: 0,
        winners: vec![0; proposers],
        undecided: 0,
        verdicts: [0; 7],
        violations: 0,
        violated: [0; synod::check::Invariant::ALL.len()],
        first_violation: None,
        hazards: [0; 3],
        outcomes: Default::default(),
        chosen_at: Moments::default(),
        chosen_at_histogram: Histogram::new(),
        censored_at_histogram: Histogram::new(),
        ended_at: Moments::default(),
        duel_histogram: Default::default(),
        open_duels: Default::default(),
        counters: Default::default(),
        preempted: vec![Moments::default(); proposers],
        answers: vec![AnswerTimes::default(); proposers],
    }
}

pub struct Shape {
    pub proposers: usize,
    pub runs: u64,
    pub mean_ms: f64,
    pub again: f64,
    pub never: f64,
    pub cut_off: f64,
    pub horizon_ns: u64,
}

fn verdict(v: Verdict) -> usize {
    Verdict::ALL.iter().position(|w| *w == v).unwrap()
}

pub fn totals(shape: &Shape, seed: u64) -> Totals {
    let mut r = Lcg(seed.wrapping_mul(977) + 1);
    r.unit();
    let mut t = empty(shape.proposers);
    for _ in 0..shape.runs {
        one_run(shape, &mut r, &mut t);
    }
    t
}

fn one_run(shape: &Shape, r: &mut Lcg, t: &mut Totals) {
    t.runs += 1;
    let undecided_before = t.undecided;
    let mut duel = 0u64;
    while r.unit() < shape.again && duel < 300 {
        duel += 1;
    }
    let at = (0..3 + duel).map(|_| r.exponential(shape.mean_ms * 1e6)).sum::<f64>() as u64;
    let luck = r.unit();
    let mut clients = vec![ClientOutcome::Own; shape.proposers];
    if luck < shape.never {
        t.verdicts[verdict(Verdict::GaveUp)] += 1;
        t.undecided += 1;
        t.censored_at_histogram.record(at);
        t.ended_at.record(at);
        clients.fill(ClientOutcome::Failed { phase: 1, count: 1 });
    } else if luck < shape.never + shape.cut_off || at > shape.horizon_ns {
        t.verdicts[verdict(Verdict::Undecided)] += 1;
        t.undecided += 1;
        t.censored_at_histogram.record(shape.horizon_ns);
        t.ended_at.record(shape.horizon_ns);
        clients.fill(ClientOutcome::None);
    } else {
        t.verdicts[verdict(Verdict::Decided)] += 1;
        let winner = ((r.unit() * r.unit().sqrt()) * shape.proposers as f64) as usize;
        t.winners[winner] += 1;
        t.chosen_at.record(at);
        t.chosen_at_histogram.record(at);
        t.ended_at.record(at + 1000);
        for (i, c) in clients.iter_mut().enumerate() {
            if i != winner {
                let failed = ClientOutcome::Failed { phase: 1 + (duel % 2) as u8, count: (at % 2) as u8 };
                *c = if r.unit() < 0.5 { failed } else { ClientOutcome::Other };
            }
        }
        t.hazards[1] += u64::from(at.is_multiple_of(17));
    }
    for (i, (client, times)) in clients.iter().zip(&mut t.answers).enumerate() {
        match client {
            ClientOutcome::None => times.cut_off.record(shape.horizon_ns),
            _ => times.at.record((at + 1_000_000 * i as u64).min(shape.horizon_ns)),
        }
    }
    *t.outcomes.entry(clients).or_default() += 1;
    t.counters[Counter::Duel].record(duel);
    let lengths = if t.undecided == undecided_before { &mut t.duel_histogram } else { &mut t.open_duels };
    *lengths.entry(duel as u32).or_default() += 1;
    t.counters[Counter::Preemptions].record(duel + at % 2);
    for (p, own) in t.preempted.iter_mut().enumerate() {
        own.record(if p == 0 { duel + at % 2 } else { 0 });
    }
    t.counters[Counter::Attempts].record(duel + shape.proposers as u64);
    t.counters[Counter::Messages].record((duel + 2) * 8);
    t.counters[Counter::Lost].record(at % 3);
    t.counters[Counter::Events].record((duel + 2) * 9);
}

pub fn cell(index: u64, parameters: &[(&str, &str)], shape: &Shape) -> CellReport {
    let own: Vec<(String, String)> = parameters.iter().map(|(p, v)| (p.to_string(), v.to_string())).collect();
    let sets: Vec<String> = own.iter().map(|(p, v)| format!(" --set '{p}={v}'")).collect();
    CellReport {
        index,
        parameters: own,
        lineup: Arc::default(),
        horizon_ns: shape.horizon_ns,
        until_ns: shape.horizon_ns,
        paired_until_ns: shape.horizon_ns,
        ties: "seeded".into(),
        totals: totals(shape, index),
        digest: format!("{:032x}", index.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        digest_coverage: "every run, in chunks of 4,096 seeds".into(),
        reproduce: format!("synod run scenarios/duel.toml{} --seed 0", sets.concat()),
        theory: Vec::new(),
        paired: None,
    }
}

pub fn report(title: &str, proposers: &[&str], mut cells: Vec<CellReport>) -> SweepReport {
    let names: Vec<String> = proposers.iter().map(|n| n.to_string()).collect();
    let lineup = Arc::new(Lineup { proposers: names.clone(), clients: names.clone() });
    cells.iter_mut().for_each(|cell| cell.lineup = Arc::clone(&lineup));
    SweepReport {
        title: title.into(),
        scenario_text: "title = \"a duel\"\n[cluster]\nnodes = 3 # <three> & no more\n".into(),
        model: "cluster: nodes 3".into(),
        scenario_hash: "3f9a0c55d1e27b8840b1c9d2e6f7a813".into(),
        epoch: 1,
        version: "0.1.0".into(),
        command_line: "synod sweep scenarios/duel.toml --seeds 20000".into(),
        first_seed: 0,
        seeds: cells.first().map_or(0, |c| c.totals.runs),
        until: None,
        bound: None,
        labels: Vec::new(),
        proposers: names,
        cells,
        notes: Vec::new(),
        baseline: None,
        phase: None,
        deadline: None,
        layout: Layout::default(),
        proof: Proof::default(),
    }
}

const SECOND: u64 = 1_000_000_000;

/// One cell, two proposers, everything decided.
pub fn lab() -> SweepReport {
    let shape = Shape {
        proposers: 2,
        runs: 20_000,
        mean_ms: 8.0,
        again: 0.0,
        never: 0.0,
        cut_off: 0.0,
        horizon_ns: 60 * SECOND,
    };
    let mut report = report("CISC-5597 Lab 2: two clients at once", &["A", "B"], vec![cell(0, &[], &shape)]);
    report.cells[0].theory = vec![
        Theory {
            label: "P(A chosen), exponential delays".into(),
            value: 15.0 / 64.0,
            bound: None,
            what: Quantity::Winner(0),
        },
        Theory {
            label: "E[time of first chosen] = 3 m".into(),
            value: 24e6,
            bound: None,
            what: Quantity::MeanChosenAt,
        },
    ];
    report
}

/// Three cells of one axis, with losses that keep some runs from choosing.
pub fn three() -> SweepReport {
    let cells = [
        ("none", 0.0, 0.05),
        ("fixed 0ms", 0.62, 0.0),
        ("{ backoff = { base = \"10ms\", cap = \"640ms\" } }", 0.35, 0.0),
    ];
    let cells = cells.iter().enumerate().map(|(i, (name, again, never))| {
        let shape = Shape {
            proposers: 2,
            runs: 20_000,
            mean_ms: 5.0 + 4.0 * i as f64,
            again: *again,
            never: *never,
            cut_off: 0.004,
            horizon_ns: 10 * SECOND,
        };
        cell(i as u64, &[("protocol.retry", name)], &shape)
    });
    report("Two clients duel over a lossy network", &["A", "B"], cells.collect())
}

/// A numeric axis.
pub fn numeric() -> SweepReport {
    let cells =
        ["1ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms"].iter().enumerate().map(|(i, value)| {
            let shape = Shape {
                proposers: 3,
                runs: 2_000,
                mean_ms: 1.0 + i as f64,
                again: 0.1 * i as f64,
                never: 0.03 * i as f64,
                cut_off: 0.0,
                horizon_ns: SECOND / 2,
            };
            cell(i as u64, &[("network.delay.exponential.mean", value)], &shape)
        });
    report("Three proposers", &["A", "B", "C"], cells.collect())
}

/// `n` cells of a grid of three axes.
pub fn grid(n: u64, runs: u64) -> SweepReport {
    let retries = [
        "none",
        "fixed 0ms",
        "{ uniform = { max = \"20ms\" } }",
        "{ backoff = { base = \"10ms\", cap = \"640ms\" } }",
    ];
    let losses = ["0", "0.01", "0.05", "0.1"];
    let cells = (0..n).map(|i| {
        let (a, b, c) = ((i % 4) as usize, (i / 4 % 4) as usize, i / 16);
        let shape = Shape {
            proposers: 2,
            runs,
            mean_ms: 1.0 + 3.0 * b as f64,
            again: 0.2 * a as f64 + 0.02 * c as f64 % 0.2,
            never: 0.02 * b as f64,
            cut_off: 0.0,
            horizon_ns: SECOND,
        };
        let start = format!("{}ms", 5 * c);
        let parameters = [
            ("network.loss", losses[b]),
            ("protocol.retry", retries[a]),
            ("proposer.B.start.constant", &start),
        ];
        cell(i, &parameters, &shape)
    });
    report("Grid: loss, retry policy and head start", &["A", "B"], cells.collect())
}

/// The paths of a report's axes, each with its values.
fn axes_of(report: &SweepReport) -> Vec<(String, Vec<String>)> {
    let mut axes: Vec<(String, Vec<String>)> = Vec::new();
    for (i, (path, _)) in report.cells[0].parameters.iter().enumerate() {
        let mut values: Vec<String> = Vec::new();
        for cell in &report.cells {
            let value = &cell.parameters[i].1;
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        axes.push((path.clone(), values));
    }
    axes
}

/// The same report with figures as a scenario asks for them.
pub fn laid_out(mut report: SweepReport, asked: &str) -> SweepReport {
    let asked: SweepFigure = serde_json::from_str(asked).expect("a figure");
    report.layout = Layout::of(&asked, &axes_of(&report));
    report
}

/// A complete grid of two axes.
pub fn phase() -> SweepReport {
    let retries = [
        "none",
        "fixed 0ms",
        "{ uniform = { max = \"20ms\" } }",
        "{ backoff = { base = \"10ms\", cap = \"640ms\" } }",
    ];
    let losses = ["0", "0.01", "0.02", "0.05", "0.1", "0.2"];
    let cells = (0..24).map(|i| {
        let (a, b) = (i / 6, i % 6);
        let shape = Shape {
            proposers: 2,
            runs: 1_500,
            mean_ms: 4.0,
            again: 0.1 * a as f64,
            never: 0.19 * b as f64 * (1.0 - 0.2 * a as f64),
            cut_off: 0.0,
            horizon_ns: SECOND,
        };
        cell(i as u64, &[("protocol.retry", retries[a]), ("network.loss", losses[b])], &shape)
    });
    report("Loss against retry policy", &["A", "B"], cells.collect())
}

/// A phase diagram with cells of every kind and a closed form that runs along the plot's edge.
pub fn plane() -> SweepReport {
    use synod::scenario::{PlaneAxis, Scale};
    use synod::sweep::{Crossing, Drawn, Kind, Phase};
    let retries = [1.0, 3.0, 5.0, 7.0, 9.0];
    let losses = [0.0, 0.1, 0.2, 0.3];
    let cells = (0..20).map(|i| {
        let (a, b) = (i / 4, i % 4);
        let shape = Shape {
            proposers: 2,
            runs: 400,
            mean_ms: 4.0,
            again: 0.3,
            never: 0.08 * (a * b) as f64,
            cut_off: 0.0,
            horizon_ns: SECOND,
        };
        let (retry, loss) = (format!("{}ms", retries[a]), losses[b].to_string());
        cell(i as u64, &[("protocol.retry.fixed.delay", &retry), ("network.loss", &loss)], &shape)
    });
    let mut report = report("Retry against loss", &["A", "B"], cells.collect());
    let axis = |path: &str, scale, values: Vec<f64>| PlaneAxis { path: path.into(), scale, values };
    let kinds = (0..20).map(|i| match i / 4 * (i % 4) {
        0 => Kind::Chosen,
        12 => Kind::Proved,
        _ => Kind::Mixed,
    });
    let crossing = |along, at, between| Crossing { along, at, between, kinds: [Kind::Mixed, Kind::Proved] };
    report.phase = Some(Phase {
        axes: [
            axis("protocol.retry.fixed.delay", Scale::Time, retries.map(|ms| ms * 1e6).to_vec()),
            axis("network.loss", Scale::Real, losses.to_vec()),
        ],
        kinds: kinds.collect(),
        crossings: vec![crossing(0, 0.3, [7.2e6, 7.3e6]), crossing(1, 9e6, [0.24, 0.25])],
        halvings: 4,
        form: Some(Drawn {
            label: "retry above a bound",
            regions: vec![vec![(7.25e6, 0.245), (1e7, 0.245), (1e7, 0.35), (7.25e6, 0.35)]],
            cells: [12, 12],
            crossed: 2,
        }),
    });
    report
}

/// Seven proposers with long names, more than there are colours.
pub fn crowd() -> SweepReport {
    let names: Vec<String> = (1..=7).map(|i| format!("proposer number {i} with a long name")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let cells = (0..3).map(|i| {
        let shape = Shape {
            proposers: 7,
            runs: 1_000 * (i + 1),
            mean_ms: 0.3,
            again: 0.97,
            never: 0.1,
            cut_off: 0.01,
            horizon_ns: SECOND * (i + 1),
        };
        cell(i, &[("run.horizon", &format!("{}s", i + 1))], &shape)
    });
    report("A crowd", &names, cells.collect())
}

/// Every text from outside is an attack.
pub fn hostile() -> SweepReport {
    let evil = "</svg></text><script>alert(1)</script> & \"quotes\" 'single' \u{1b}[31m\u{202e}desrever\0 \\input{x} $x_1^2$ ```` | =cmd() %s 漢字 <!-- -->";
    let mut report = three();
    report.title = format!("{evil} {evil} {evil}");
    report.scenario_text = format!("# {evil}\r\n```\n</pre></script>]]>\n");
    report.proposers = vec!["=HYPERLINK(\"x\")".into(), format!("B {evil}")];
    report.labels = vec!["MUTANT accept-ignores-promise".into(), format!("UNSAFE QUORUMS {evil}")];
    report.command_line = format!("synod sweep '{evil}'");
    let (proposers, clients) = (report.proposers.clone(), report.proposers.clone());
    let lineup = Arc::new(Lineup { proposers, clients });
    for c in &mut report.cells {
        c.lineup = Arc::clone(&lineup);
        c.parameters =
            vec![(format!("network.{evil}"), format!("{evil} {}", c.index)), ("=a".into(), "@b".into())];
        c.reproduce = format!("synod run '{evil}'");
        c.digest_coverage = evil.into();
    }
    report
}

/// Cells without runs.
pub fn nothing() -> SweepReport {
    let shape = Shape {
        proposers: 2,
        runs: 0,
        mean_ms: 1.0,
        again: 0.0,
        never: 0.0,
        cut_off: 0.0,
        horizon_ns: SECOND,
    };
    let mut report =
        report("", &["A", "B"], vec![cell(0, &[("a.b", "1")], &shape), cell(1, &[("a.b", "2")], &shape)]);
    report.cells[1].totals.runs = 0;
    report
}
