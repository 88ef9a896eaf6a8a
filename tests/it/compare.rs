//! Paired comparison: it needs fewer runs, its intervals cover, stopping when one likes does not bias it, and threads
//! change nothing.
//!
//! `SYNOD_RUNS=1000000 cargo test --release --test it compare::` repeats 1,000 times each; the default is a tenth of that.

mod cells;
mod coverage;
mod peeking;
mod same;
mod saving;
mod stopping;

use std::sync::atomic::AtomicBool;

use crate::support::env;
use crate::support::totals::{job, shipped_with};
use synod::scenario::{Document, Scenario, shipped};
use synod::sweep::{Job, Matching, Paired, Silent, Until, compare};

const UNIFORM: &str = "{ uniform = { max = \"20ms\" } }";
const BACKOFF: &str = "{ backoff = { base = \"10ms\", cap = \"640ms\" } }";
const AT_ONCE: &str = "{ fixed = { delay = \"0ms\" } }";

/// Where the seeds begin on which statements are tested: no choice of method, constant or policy was made on any beyond.
/// (Those made at first used seeds below two millions.)
const FRESH: u64 = 1 << 40;

/// Repetitions.
fn repetitions() -> u64 {
    (env::runs(100_000) / 1_000).clamp(100, 1_000)
}

/// Two scenarios to be compared.
struct Two {
    jobs: [Job; 2],
    matching: Matching,
}

impl Two {
    fn new(first: &Scenario, second: &Scenario) -> Two {
        Two {
            jobs: [job(first), job(second)],
            matching: Matching::new(first, second).expect("the same names"),
        }
    }

    /// A shipped scenario under two retry policies.
    fn policies(name: &str, sets: &[(&str, &str)], policies: [&str; 2]) -> Two {
        let [first, second] = policies.map(|policy| {
            let retry = [("protocol.retry", policy)];
            shipped_with(name, &[sets, &retry[..]].concat())
        });
        Two::new(&first, &second)
    }

    fn pairs(&self, first: u64, count: u64) -> Paired {
        self.run(&self.matching, first, count, None)
    }

    /// With the differences counted that an interval at all times is made of.
    fn until(&self, first: u64, count: u64, until: Option<Until>) -> Paired {
        let mut matching = self.matching.clone();
        matching.counts_differences = true;
        self.run(&matching, first, count, until)
    }

    fn run(&self, matching: &Matching, first: u64, count: u64, until: Option<Until>) -> Paired {
        let never = AtomicBool::new(false);
        compare(self.jobs.each_ref(), matching, (first, count), until, &Silent, &never)
            .expect("uninterrupted")
    }
}
