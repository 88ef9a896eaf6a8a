//! The workloads that speed is judged by, one thread, all checks on: `cargo bench`.
//!
//! A figure on its own means little on a shared machine; `benches/yardstick.py` compares with the bare loop in
//! alternation.

use std::sync::atomic::AtomicBool;

use divan::counter::ItemsCount;
use synod::run::{Plan, Record, Simulator, Threads};
use synod::scenario::{Scenario, hash, shipped};
use synod::sweep::{Coverage, Job, Silent, sweep};
use synod::trace::{Blind, DigestObserver, JsonLines};

fn main() {
    divan::main();
}

const WORKLOADS: [&str; 6] = ["w1", "w2", "w3", "lab2", "five-proposers", "duel"];
/// Runs of one measurement.
const RUNS: u64 = 2_000;

fn scenario(name: &str) -> Scenario {
    let shipped = shipped::find(name).expect("a shipped scenario");
    Scenario::parse(shipped.text, name).expect("valid")
}

/// The engine alone, with its checks.
#[divan::bench(args = WORKLOADS)]
fn simulate(bencher: divan::Bencher, name: &str) {
    let plan = Plan::new(&scenario(name)).expect("plans");
    let mut simulator = Simulator::new(&plan);
    let mut seeds = 0..;
    bencher.counter(ItemsCount::new(RUNS)).bench_local(|| {
        for _ in 0..RUNS {
            divan::black_box(simulator.run(seeds.next().unwrap_or(0), &mut Blind));
        }
    });
}

/// With the statistics of a sweep.
#[divan::bench(args = WORKLOADS)]
fn sweep_one_thread(bencher: divan::Bencher, name: &str) {
    let scenario = scenario(name);
    let job = [Job { plan: Plan::new(&scenario).expect("plans"), scenario_hash: hash(&scenario).0 }];
    let pool = Threads::start(1, 1 << 20).expect("a thread");
    let never = AtomicBool::new(false);
    bencher.counter(ItemsCount::new(RUNS)).bench_local(|| {
        pool.on(|| divan::black_box(sweep(&job, 0, RUNS, Coverage::Sample, &Silent, &never)))
    });
}

/// With the digest of every event.
#[divan::bench(args = WORKLOADS)]
fn digest_every_event(bencher: divan::Bencher, name: &str) {
    let scenario = scenario(name);
    let (plan, hash) = (Plan::new(&scenario).expect("plans"), hash(&scenario).0);
    let mut simulator = Simulator::new(&plan);
    let mut digest = DigestObserver::new(hash, 0);
    bencher.counter(ItemsCount::new(RUNS)).bench_local(|| {
        for seed in 0..RUNS {
            digest.begin(hash, seed);
            simulator.run(seed, &mut digest);
            divan::black_box(digest.finish());
        }
    });
}

/// With a full trace as JSON Lines.
#[divan::bench(args = WORKLOADS)]
fn trace_as_jsonl(bencher: divan::Bencher, name: &str) {
    let plan = Plan::new(&scenario(name)).expect("plans");
    let mut simulator = Simulator::new(&plan);
    bencher.counter(ItemsCount::new(RUNS / 20)).bench_local(|| {
        for seed in 0..RUNS / 20 {
            let mut lines = JsonLines::default();
            simulator.run(seed, &mut lines);
            divan::black_box(lines.bytes);
        }
    });
}

/// A single run with everything kept, as `synod run` does it.
#[divan::bench]
fn record_one_run(bencher: divan::Bencher) {
    let scenario = scenario("lab2");
    bencher.bench_local(|| divan::black_box(Record::of(&scenario, 7)));
}
