//! What follows a failed attempt: when the next one begins, or that there is none.

use crate::scenario::model;
use crate::sim::{Distribution, DistributionError, Sampler};

/// The retry policy, ready to be drawn from.
#[derive(Clone, Debug)]
pub(super) enum Retry {
    None,
    After(Sampler),
    /// Full jitter: U(0, min(cap, base · 2^(k−1))) at the k-th failure.
    Backoff {
        base: u64,
        cap: u64,
    },
}

impl Retry {
    pub(super) fn new(retry: &model::Retry) -> Result<Retry, DistributionError> {
        let after = match *retry {
            model::Retry::None => return Ok(Retry::None),
            model::Retry::Backoff(b) => return Ok(Retry::Backoff { base: b.base.ns(), cap: b.cap.ns() }),
            model::Retry::Fixed(fixed) => Distribution::Constant(fixed.delay.ns()),
            model::Retry::Uniform(uniform) if uniform.max.ns() == 0 => Distribution::Constant(0),
            model::Retry::Uniform(uniform) => Distribution::Uniform { min: 0, max: uniform.max.ns() },
            model::Retry::Exponential(exponential) => {
                Distribution::Exponential { mean: exponential.mean.ns() }
            }
        };
        Ok(Retry::After(after.sampler()?))
    }

    /// Whether no attempt follows a failed one.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Retry::None)
    }

    /// Whether there is a next attempt after each failure, and no word makes a difference to its delay.
    pub(super) fn is_endless_and_certain(&self) -> bool {
        match self {
            Retry::None => false,
            Retry::After(sampler) => sampler.is_certain(),
            Retry::Backoff { base, cap } => *base == 0 || *cap <= 1,
        }
    }

    /// Whether some word gives this delay, ns, after the `failures`-th failure of a submission.
    pub(super) fn can_be(&self, failures: u32, ns: u64) -> bool {
        match self {
            Retry::After(sampler) => sampler.can_be(ns),
            Retry::None | Retry::Backoff { .. } => {
                let end = |word| self.delay_ns(failures.max(1), word);
                end(0).zip(end(u64::MAX)).is_some_and(|(least, most)| (least..=most).contains(&ns))
            }
        }
    }

    /// The delay in ns before the attempt that follows the `failures`-th failure of a submission; none if there is no
    /// such attempt.
    #[inline(always)]
    pub(super) fn delay_ns(&self, failures: u32, word: u64) -> Option<u64> {
        let word = (word >> 32) as u32;
        match self {
            Retry::None => None,
            Retry::After(sampler) => Some(sampler.sample(word)),
            Retry::Backoff { base, cap } => {
                let doublings = (failures - 1).min(63);
                let width = base.checked_mul(1 << doublings).unwrap_or(u64::MAX).min(*cap);
                Some(Sampler::Uniform { min: 0, width }.sample(word))
            }
        }
    }
}
