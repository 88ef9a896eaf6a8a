//! Sweeps three retry policies on the same seeds, on all cores, and prints how often A wins, with intervals.
//!
//! `cargo run --release --example sweep`

use std::error::Error;
use std::sync::atomic::AtomicBool;

use synod::run::Plan;
use synod::scenario::{Duration, Retry, RetryUniform, Scenario, hash, shipped};
use synod::stats::simultaneous;
use synod::sweep::{Coverage, Job, Silent, sweep};

fn main() -> Result<(), Box<dyn Error>> {
    let text = shipped::find("random-retry").ok_or("random-retry comes along")?.text;
    let base = Scenario::parse(text, "random-retry.toml")?;
    let wider = Retry::Uniform(RetryUniform { max: Duration::from_ns(40_000_000) });
    let policies = [("none", Retry::None), ("as it is", base.protocol.retry), ("up to 40 ms", wider)];

    let mut jobs = Vec::new();
    for (_, retry) in &policies {
        let mut scenario = base.clone();
        scenario.protocol.retry = *retry;
        scenario.validate()?;
        jobs.push(Job { plan: Plan::new(&scenario)?, scenario_hash: hash(&scenario).0 });
    }

    let cells = sweep(&jobs, 0, 100_000, Coverage::Sample, &Silent, &AtomicBool::new(false))?;
    for ((name, _), cell) in policies.iter().zip(&cells) {
        let totals = &cell.totals;
        let shares = simultaneous(&[totals.winners[0], totals.winners[1], totals.undecided], 0.05);
        let [low, high] = [shares[0].low, shares[0].high];
        println!("retry {name}: A wins {} of {} runs [{low:.4}, {high:.4}]", totals.winners[0], totals.runs);
    }
    Ok(())
}
