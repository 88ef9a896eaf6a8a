//! Differences between two runs of one seed: of counts and times by their integer sums, of yes and no by a table of four.
//!
//! Absent on purpose: the runs themselves. Sums and counts are all that a paired interval needs, so that pairs merge in
//! any order and take no memory.

use super::moments::cube;
use super::skew::{Spread, central, spread};
use super::{Interval, Moments, binomial_at_least, normal_cdf};

/// Sums over pairs (a, b) of unsigned integers, and over their differences b − a.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// The first of each pair.
    pub a: Moments,
    /// The second.
    pub b: Moments,
    /// Σ (b − a)², which stays at `u128::MAX` once it has come there.
    pub sum_squares: u128,
    /// Σ (b − a)³ over the pairs with b above a, and Σ (a − b)³ over the others; they stay there as well.
    pub cubes: [u128; 2],
    /// Pairs whose two differ.
    pub apart: u64,
}

impl Pairs {
    /// Takes one pair.
    #[inline]
    pub fn record(&mut self, a: u64, b: u64) {
        self.a.record(a);
        self.b.record(b);
        // Most pairs are of equal values.
        if a != b {
            let apart = u128::from(a.abs_diff(b));
            let square = apart * apart;
            self.apart += 1;
            self.sum_squares = self.sum_squares.saturating_add(square);
            let cubes = &mut self.cubes[usize::from(a > b)];
            *cubes = cubes.saturating_add(cube(apart, square));
        }
    }

    /// Of so few pairs of counts (below 2⁶⁴) that no sum leaves its type: nothing is held against its bound.
    pub fn of_counts(pairs: impl Iterator<Item = (u32, u32)>) -> Self {
        let (mut sums, mut n, mut sum) = (Pairs::default(), 0u64, [0u64; 2]);
        for (a, b) in pairs {
            n += 1;
            sum[0] += u64::from(a);
            sum[1] += u64::from(b);
            let square = |x: u32| u128::from(u64::from(x) * u64::from(x));
            let cube = |x: u32| cube(x.into(), square(x));
            sums.a.sum_squares += square(a);
            sums.b.sum_squares += square(b);
            sums.a.sum_cubes += cube(a);
            sums.b.sum_cubes += cube(b);
            // Most pairs are of equal counts.
            if a != b {
                sums.apart += 1;
                sums.sum_squares += square(a.abs_diff(b));
                sums.cubes[usize::from(a > b)] += cube(a.abs_diff(b));
            }
        }
        (sums.a.n, sums.a.sum) = (n, sum[0].into());
        (sums.b.n, sums.b.sum) = (n, sum[1].into());
        sums
    }

    /// Adds what another has taken.
    pub fn merge(&mut self, other: &Pairs) {
        self.a.merge(&other.a);
        self.b.merge(&other.b);
        self.sum_squares = self.sum_squares.saturating_add(other.sum_squares);
        for (mine, theirs) in self.cubes.iter_mut().zip(other.cubes) {
            *mine = mine.saturating_add(theirs);
        }
        self.apart = self.apart.saturating_add(other.apart);
    }

    /// How many pairs.
    pub fn n(&self) -> u64 {
        self.a.n
    }

    /// Σ (b − a), if it is known exactly.
    pub fn sum(&self) -> Option<i128> {
        i128::try_from(self.b.sum).ok()?.checked_sub(i128::try_from(self.a.sum).ok()?)
    }

    /// The mean of b − a, if there is any pair.
    pub fn mean(&self) -> Option<f64> {
        (self.n() > 0).then_some(())?;
        Some(self.sum()? as f64 / self.n() as f64)
    }

    /// The unbiased variance of b − a, if there are two pairs. Subtracted in integers, as [`Moments::variance`] does it.
    pub fn variance(&self) -> Option<f64> {
        if self.n() < 2 || self.sum_squares == u128::MAX {
            return None;
        }
        let (n, sum) = (i128::from(self.n()), self.sum()?);
        let (q, r) = (sum.div_euclid(n), sum.rem_euclid(n));
        // With Σd = n·q + r: Σ(d − q)² = Σd² − q·Σd − q·r, and the mean is r/n above q.
        let squares = i128::try_from(self.sum_squares).ok()?;
        let around_q = squares.checked_sub(q.checked_mul(sum)?)?.checked_sub(q.checked_mul(r)?)?;
        let around_mean = match around_q.checked_mul(n) {
            Some(scaled) => scaled.checked_sub(r * r)? as f64 / n as f64,
            None => around_q as f64 - (r * r) as f64 / n as f64,
        };
        Some(around_mean / (n - 1) as f64)
    }

    /// The mean of b − a with its spread and skewness; none where all pairs differ by the same, and where the sums have become too
    /// large for their type.
    pub fn spread(&self) -> Option<Spread> {
        let whole = |sum: u128| i128::try_from(sum).ok();
        let cubes = whole(self.cubes[0])?.checked_sub(whole(self.cubes[1])?)?;
        let (_, cube) = central(self.n(), self.sum()?, whole(self.sum_squares)?, cubes)?;
        spread(self.n(), self.mean()?, self.variance()?, cube)
    }

    /// Whether the pairs that differ may do so with a heavy tail: fewer than 15 do, which shows none; or their own skewness is above
    /// 4, twice that of an exponential law, so that the largest difference may be still to come. True where the sums have become
    /// too large to tell.
    pub fn is_heavy(&self) -> bool {
        const FEWEST: u64 = 15;
        const LARGEST: f64 = 4.0;
        let only =
            Pairs { a: Moments { n: self.apart, ..self.a }, b: Moments { n: self.apart, ..self.b }, ..*self };
        let is_light = |spread: Spread| libm::fabs(spread.skewness) <= LARGEST;
        let is_known = only.variance() == Some(0.0) || only.spread().is_some_and(is_light);
        self.apart < FEWEST || !is_known
    }

    /// mean ± z standard errors of b − a; none where all pairs differ by the same, which bounds nothing.
    pub fn interval(&self, z: f64) -> Option<Interval> {
        let (mean, error) = (self.mean()?, (self.variance()? / self.n() as f64).sqrt());
        (error > 0.0).then_some(Interval { low: mean - z * error, high: mean + z * error })
    }

    /// How many times as many runs two independent sets of seeds need for the same width: (var a + var b) / var(b − a).
    /// None where one of these is unknown or zero.
    pub fn reduction(&self) -> Option<f64> {
        let (apart, together) = (self.variance()?, self.a.variance()? + self.b.variance()?);
        (apart > 0.0 && together > 0.0).then_some(together / apart)
    }
}

/// How often something is true of both runs of a pair, of one, of neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fourfold {
    /// Pairs.
    pub n: u64,
    /// True of both.
    pub both: u64,
    /// True of the first alone.
    pub only_a: u64,
    /// True of the second alone.
    pub only_b: u64,
}

impl Fourfold {
    /// Takes one pair.
    #[inline]
    pub fn record(&mut self, a: bool, b: bool) {
        self.n += 1;
        self.both += u64::from(a && b);
        self.only_a += u64::from(a && !b);
        self.only_b += u64::from(b && !a);
    }

    /// Adds what another has taken.
    pub fn merge(&mut self, other: &Fourfold) {
        self.n += other.n;
        self.both += other.both;
        self.only_a += other.only_a;
        self.only_b += other.only_b;
    }

    /// The share of the second runs minus that of the first, if there is any pair.
    pub fn difference(&self) -> Option<f64> {
        (self.n > 0).then(|| (self.only_b as f64 - self.only_a as f64) / self.n as f64)
    }

    /// Tango's score interval for that difference (Tango 1998), the paired counterpart of Wilson's: never of width
    /// zero, [−1, 1] without pairs.
    pub fn interval(&self, z: f64) -> Interval {
        let from = self.difference().unwrap_or(0.0);
        solve(from, |difference| {
            if self.n == 0 {
                return true;
            }
            let n = self.n as f64;
            let (_, only_a) = self.most_likely(difference);
            let variance = n * (2.0 * only_a + difference * (1.0 - difference));
            let apart = self.only_b as f64 - self.only_a as f64 - n * difference;
            apart * apart <= z * z * variance
        })
    }

    /// The shares (`only_b`, `only_a`) of greatest likelihood among those that differ by this.
    pub(super) fn most_likely(&self, difference: f64) -> (f64, f64) {
        let (n, b, c) = (self.n as f64, self.only_b as f64, self.only_a as f64);
        // The root of 2n·x² + B·x − c·δ(1 − δ); written by the branch that does not cancel.
        let linear = (2.0 * n - b + c) * difference - b - c;
        let constant = -c * difference * (1.0 - difference);
        let root = (linear * linear - 8.0 * n * constant).max(0.0).sqrt();
        let x = if linear <= 0.0 { (root - linear) / (4.0 * n) } else { -2.0 * constant / (linear + root) };
        let only_a = x.max(0.0).max(-difference);
        (only_a + difference, only_a)
    }

    /// McNemar's score test: the probability, if neither is true more often than the other, of a table at least as lopsided as this
    /// one. Tango's interval at 1 − α leaves 0 out exactly where it is below α. 1 where no pair is discordant.
    pub fn p(&self) -> f64 {
        let (apart, discordant) = (self.only_b as f64 - self.only_a as f64, self.only_a + self.only_b);
        if discordant == 0 { 1.0 } else { 2.0 * normal_cdf(-libm::fabs(apart) / (discordant as f64).sqrt()) }
    }

    /// McNemar's test in its exact form: the probability, if neither is true more often than the other, of a table at
    /// least as lopsided as this one. 1 where no pair is discordant.
    pub fn mcnemar(&self) -> f64 {
        let discordant = self.only_a + self.only_b;
        let more = self.only_a.max(self.only_b);
        (2.0 * binomial_at_least(more, discordant, 0.5)).min(1.0)
    }
}

/// The interval around `from`, inside [−1, 1], in which `holds` is true: it must be true at `from` and false beyond two
/// bounds. Bisected until `f64` ends.
pub(super) fn solve(from: f64, holds: impl Fn(f64) -> bool) -> Interval {
    let end = |far: f64| {
        if holds(far) {
            return far;
        }
        let (mut inside, mut outside) = (from, far);
        for _ in 0..60 {
            let middle = 0.5 * (inside + outside);
            if holds(middle) { inside = middle } else { outside = middle }
        }
        outside
    };
    Interval { low: end(-1.0), high: end(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Z95, wilson};

    /// The differences' moments from the differences themselves.
    fn plainly(pairs: &[(u64, u64)]) -> (f64, f64) {
        let apart: Vec<f64> = pairs.iter().map(|&(a, b)| b as f64 - a as f64).collect();
        let mean = apart.iter().sum::<f64>() / apart.len() as f64;
        let squares: f64 = apart.iter().map(|d| (d - mean) * (d - mean)).sum();
        (mean, squares / (apart.len() - 1) as f64)
    }

    #[test]
    fn sums_give_the_mean_and_the_variance_of_the_differences() {
        let pairs = [(5, 9), (7, 7), (100, 2), (0, 3), (60, 61)];
        let mut sums = Pairs::default();
        pairs.iter().for_each(|&(a, b)| sums.record(a, b));
        let (mean, variance) = plainly(&pairs);
        assert!((sums.mean().unwrap() - mean).abs() < 1e-12);
        assert!((sums.variance().unwrap() / variance - 1.0).abs() < 1e-12);
    }

    #[test]
    fn counts_taken_at_once_are_those_taken_one_by_one() {
        let pairs: Vec<(u32, u32)> =
            (0..500u32).map(|i| (i.wrapping_mul(2_654_435_761), i * i % 97)).collect();
        let mut sums = Pairs::default();
        pairs.iter().for_each(|&(a, b)| sums.record(a.into(), b.into()));
        assert_eq!(Pairs::of_counts(pairs.iter().copied()), sums);
        let most = Pairs::of_counts([(u32::MAX, 0); 3].into_iter());
        assert_eq!(most.sum_squares, 3 * u128::from(u32::MAX).pow(2));
    }

    #[test]
    fn a_large_offset_costs_no_digit() {
        let (mut near, mut far) = (Pairs::default(), Pairs::default());
        for i in 0..1000u64 {
            near.record(i % 7, i % 11);
            far.record(1_000_000_000_000_000 + i % 7, 1_000_000_000_000_000 + i % 11);
        }
        assert_eq!(near.variance(), far.variance());
        assert_eq!(near.reduction(), far.reduction());
    }

    #[test]
    fn few_pairs_that_differ_are_no_heavy_tail() {
        let (mut few, mut heavy) = (Pairs::default(), Pairs::default());
        for i in 0..5000u64 {
            few.record(100, if i % 250 == 0 { 100 + i } else { 100 });
            heavy.record(100, 100 + i % 7 + if i == 9 { 90_000 } else { 0 });
        }
        assert!(few.spread().is_some_and(|spread| spread.is_carried_by_few()) && !few.is_heavy());
        let fewer = Pairs::of_counts((0..5000).map(|i| (100, if i % 500 == 0 { 100 + i } else { 100 })));
        assert!(fewer.apart == 9 && fewer.is_heavy(), "so few show nothing");
        assert!(heavy.spread().is_some_and(|spread| spread.is_carried_by_few()) && heavy.is_heavy());
        assert_eq!((few.apart, heavy.apart), (19, 4285));
    }

    #[test]
    fn equal_differences_bound_nothing() {
        let mut pairs = Pairs::default();
        (0..10).for_each(|i| pairs.record(i, i + 4));
        assert_eq!((pairs.mean(), pairs.interval(Z95), pairs.reduction()), (Some(4.0), None, None));
    }

    fn table(n: u64, both: u64, only_a: u64, only_b: u64) -> Fourfold {
        Fourfold { n, both, only_a, only_b }
    }

    #[test]
    fn tangos_interval_is_that_of_a_numeric_likelihood() {
        // By a maximiser and a root finder that share nothing with the closed form (scipy).
        for (t, low, high) in [
            (table(44, 43, 0, 1), -0.059_393_231, 0.118_077_097),
            (table(100, 60, 25, 5), -0.303_484_024, -0.099_612_907),
            (table(1000, 990, 0, 0), -0.003_826_758, 0.003_826_758),
            (table(1000, 300, 10, 90), 0.062_030_517, 0.100_249_981),
        ] {
            let found = t.interval(Z95);
            assert!((found.low - low).abs() < 1e-8 && (found.high - high).abs() < 1e-8, "{t:?} {found:?}");
        }
    }

    #[test]
    fn without_a_discordant_pair_the_width_is_wilsons_at_zero() {
        let found = table(50, 20, 0, 0).interval(Z95);
        let one_sided = wilson(0, 50, Z95).high;
        assert!((found.high - one_sided).abs() < 1e-9 && (found.low + one_sided).abs() < 1e-9, "{found:?}");
        assert_eq!(Fourfold::default().interval(Z95), Interval { low: -1.0, high: 1.0 });
    }

    #[test]
    fn swapping_the_pairs_turns_the_interval_round() {
        for (a, b) in [(0, 0), (3, 0), (12, 40), (500, 1)] {
            let (one, other) = (table(600, 9, a, b).interval(Z95), table(600, 9, b, a).interval(Z95));
            assert!((one.low + other.high).abs() < 1e-9 && (one.high + other.low).abs() < 1e-9);
            assert!(one.contains(table(600, 9, a, b).difference().unwrap()));
        }
    }

    /// They are one test: below 5 % exactly where the interval at 95 % leaves 0 out.
    #[test]
    fn the_score_test_and_tangos_interval_never_contradict_each_other() {
        let mut refuted = 0;
        for (a, b) in (0..40).flat_map(|a| (0..40).map(move |b| (a, b))) {
            let t = table(5000, 60, a, b);
            let (interval, p) = (t.interval(Z95), t.p());
            assert_eq!(!interval.contains(0.0), p < 0.05, "{a} and {b}: {interval:?}, p {p}");
            refuted += u32::from(p < 0.05);
        }
        assert!(refuted > 100 && refuted < 1500, "{refuted}");
        // The exact test says something else of a few: the reason why it does not stand beside that interval.
        let few = table(5000, 60, 0, 4);
        assert!(few.p() < 0.05 && few.mcnemar() > 0.05);
    }

    #[test]
    fn mcnemars_test_is_the_sign_test_on_the_discordant_pairs() {
        assert_eq!(table(9, 4, 0, 0).mcnemar(), 1.0);
        assert!((table(20, 4, 0, 5).mcnemar() - 2.0 / 32.0).abs() < 1e-12);
        assert!((table(20, 4, 1, 5).mcnemar() - 14.0 / 64.0).abs() < 1e-12);
    }
}
