//! Runs a chunk of a cell's seeds.

use super::gather::Gather;
use super::job::{Coverage, Job};
use super::pieces::fold;
use super::totals::Totals;
use crate::check::Outcome;
use crate::many::{Driver, Runner, Seeds, Stopped};
use crate::trace::{Blind, Digest, DigestObserver};

/// Runs these seeds of a chunk of the `cell`-th job, and shows each run to `see`. Their digest, and what they add up to.
pub(super) fn run_chunk(
    driver: Driver<'_>,
    (cell, job): (usize, &Job),
    seeds: Seeds,
    coverage: Coverage,
    mut see: impl FnMut(u64, &Outcome),
) -> Result<(Digest, Totals), Stopped> {
    let mut runner = Runner::new(driver, &job.plan, cell);
    let mut gather = Gather::new(job.plan.proposers());
    let mut observer = DigestObserver::new(job.scenario_hash, 0);
    let digested = seeds.count.min(coverage.runs());
    let mut digests = Vec::with_capacity(digested as usize);
    for (i, seed) in (0..).zip(seeds.iter()) {
        let outcome = if i < digested {
            observer.begin(job.scenario_hash, seed);
            runner.digest(seed, &mut observer)?
        } else {
            runner.run(seed, &mut Blind)?
        };
        gather.add(seed, outcome);
        see(seed, outcome);
        if i < digested {
            digests.push(observer.finish());
        }
    }
    Ok((fold(&digests), gather.take(job.plan.submissions().len())))
}
