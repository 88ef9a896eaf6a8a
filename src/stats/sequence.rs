//! Intervals that hold at all times at once, so that whoever looks again and again and stops when he likes is not misled.
//!
//! Shares and their paired differences are exact at every number of runs: the likelihood is mixed over all shares, and by
//! Ville's inequality the mixture exceeds 1/α times the true likelihood with probability at most α, ever (Robbins 1970).
//! Absent on purpose: means, which `betting` bounds by the same mixture.

use libm::{lgamma, log};

use super::{Fourfold, Interval, paired::solve};

/// The confidence sequence of a share, k of n so far: what the mixture over Beta(½, ½) does not refute.
pub fn share_sequence(k: u64, n: u64, alpha: f64) -> Interval {
    let k = k.min(n);
    // A share is a difference of which one side never happens; its ends are then inside [0, 1].
    let mixture = log_mixture(&[k, n - k]);
    let likely = |p: f64| times_log(k, p) + times_log(n - k, 1.0 - p);
    let from = if n == 0 { 0.5 } else { k as f64 / n as f64 };
    let found = solve(from, |p| (0.0..=1.0).contains(&p) && mixture - likely(p) < -log(alpha));
    Interval { low: found.low.max(0.0), high: found.high.min(1.0) }
}

impl Fourfold {
    /// The confidence sequence of the difference of shares: every difference for which some pair of shares is not refuted
    /// by the mixture over Dirichlet(½, ½, ½). Exact at every number of pairs, hence a little wide.
    pub fn sequence(&self, alpha: f64) -> Interval {
        let equal = self.n - self.only_a - self.only_b;
        let mixture = log_mixture(&[self.only_a, self.only_b, equal]);
        solve(self.difference().unwrap_or(0.0), |difference| {
            if self.n == 0 {
                return true;
            }
            let (b, a) = self.most_likely(difference);
            let likely =
                times_log(self.only_a, a) + times_log(self.only_b, b) + times_log(equal, 1.0 - a - b);
            mixture - likely < -log(alpha)
        })
    }
}

/// k · ln p, where nothing that did not happen costs anything.
pub(super) fn times_log(k: u64, p: f64) -> f64 {
    match k {
        0 => 0.0,
        _ if p <= 0.0 => f64::NEG_INFINITY,
        k => k as f64 * log(p),
    }
}

/// ln of the likelihood of a sequence with these counts, mixed over a Dirichlet distribution with all parameters ½.
fn log_mixture(counts: &[u64]) -> f64 {
    let half = 0.5 * counts.len() as f64;
    let n: f64 = counts.iter().map(|&k| k as f64).sum();
    let each: f64 = counts.iter().map(|&k| lgamma(k as f64 + 0.5) - lgamma(0.5)).sum();
    each + lgamma(half) - lgamma(n + half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::wilson;

    #[test]
    fn a_sequence_is_wider_than_an_interval_and_narrows() {
        for (k, n) in [(0, 200), (3, 400), (500, 1000), (1000, 1000), (70_000, 100_000)] {
            let (always, once) = (share_sequence(k, n, 0.05), wilson(k, n, 1.959963984540054));
            assert!(always.low <= once.low && once.high <= always.high, "{k} of {n}: {always:?} {once:?}");
            assert!(always.width() < 2.2 * once.width(), "{k} of {n}: {always:?} {once:?}");
            assert!(share_sequence(10 * k, 10 * n, 0.05).width() < always.width());
        }
        assert_eq!(share_sequence(0, 0, 0.05), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn a_difference_without_discordant_pairs_is_still_unsure() {
        let none = Fourfold { n: 1000, both: 400, only_a: 0, only_b: 0 }.sequence(0.05);
        assert!(none.low < 0.0 && none.high > 0.0 && none.width() < 0.03, "{none:?}");
        // By a maximiser and a root finder that share nothing with the closed form (scipy).
        for ((n, only_a, only_b), low, high) in [
            ((44, 0, 1), -0.137_027_553, 0.215_081_436),
            ((1000, 0, 0), -0.010_541_183, 0.010_541_183),
            ((1000, 10, 90), 0.039_706_946, 0.127_532_967),
        ] {
            let found = Fourfold { n, both: 3, only_a, only_b }.sequence(0.05);
            assert!((found.low - low).abs() < 1e-7 && (found.high - high).abs() < 1e-7, "{found:?}");
        }
    }

    /// The mixture of two categories is the arcsine law: of one trial each has ½, of n equal ones C(2n, n) / 4ⁿ.
    #[test]
    fn the_mixture_is_a_probability() {
        assert!((libm::exp(log_mixture(&[1, 0])) - 0.5).abs() < 1e-12);
        assert!((libm::exp(log_mixture(&[3, 0])) - 20.0 / 64.0).abs() < 1e-12);
        let three = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map(|k| libm::exp(log_mixture(&k)));
        assert!((three.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
