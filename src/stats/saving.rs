//! How many runs pairing saves, with its interval: a ratio of variances, of which a few runs can make anything.
//!
//! Absent on purpose: the ratio without its interval. It is about its logarithm, whose error is far more nearly normal.

use libm::{exp, log};

use super::{Fourfold, Interval, Pairs, Z95, student};

/// How many times as many runs independent seeds need for the same width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saving {
    /// The estimate.
    pub times: f64,
    /// Its 95 % interval.
    pub interval: Interval,
}

/// Groups of pairs, of which one after the other is left out to see how far the ratio moves.
pub const GROUPS: usize = 16;

/// Fewer pairs in a group leave nothing to see.
const FEWEST: u64 = 8;

/// Of sums over pairs in groups that have nothing in common, by the jackknife (Quenouille 1956; Miller 1974). None where a group
/// has few pairs, or a ratio is unknown or infinite.
pub fn saved(groups: &[Pairs; GROUPS]) -> Option<Saving> {
    let without = |left_out: Option<usize>| {
        let mut sums = Pairs::default();
        let kept = groups.iter().enumerate().filter(|(i, _)| Some(*i) != left_out);
        kept.for_each(|(_, group)| sums.merge(group));
        sums.reduction().map(log)
    };
    if groups.iter().any(|group| group.n() < FEWEST) {
        return None;
    }
    let each = (0..GROUPS).map(|i| without(Some(i))).collect::<Option<Vec<f64>>>()?;
    let count = GROUPS as f64;
    let mean = each.iter().sum::<f64>() / count;
    let squares: f64 = each.iter().map(|x| (x - mean) * (x - mean)).sum();
    let error = ((count - 1.0) / count * squares).sqrt();
    around(without(None)?, student(0.05, count - 1.0) * error)
}

/// Around a logarithm; none without a width.
fn around(value: f64, reach: f64) -> Option<Saving> {
    let interval = Interval { low: exp(value - reach), high: exp(value + reach) };
    (reach > 0.0 && interval.high.is_finite()).then_some(Saving { times: exp(value), interval })
}

impl Fourfold {
    /// The same of two indicators, (var a + var b) / var(b − a), with its error from the four counts (the delta method, which the
    /// jackknife over single pairs comes to). None where one of the variances is zero.
    pub fn saved(&self) -> Option<Saving> {
        let n = self.n as f64;
        let [both, only_a, only_b] = [self.both, self.only_a, self.only_b].map(|count| count as f64 / n);
        let (a, b) = (both + only_a, both + only_b);
        let difference = self.difference()?;
        let together = a * (1.0 - a) + b * (1.0 - b);
        let apart = only_a + only_b - difference * difference;
        if !(together > 0.0 && apart > 0.0) {
            return None;
        }
        // How the logarithm moves with the share of each of the four kinds of pairs.
        let moves = [
            (both, (2.0 - 2.0 * a - 2.0 * b) / together),
            (only_a, (1.0 - 2.0 * a) / together - (1.0 + 2.0 * difference) / apart),
            (only_b, (1.0 - 2.0 * b) / together - (1.0 - 2.0 * difference) / apart),
        ];
        let mean: f64 = moves.iter().map(|(share, by)| share * by).sum();
        let squares: f64 = moves.iter().map(|(share, by)| share * by * by).sum();
        around(log(together / apart), Z95 * ((squares - mean * mean) / n).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against leaving out one pair after the other, from the table itself.
    #[test]
    fn the_error_from_the_counts_is_the_jackknifes() {
        let ratio = |t: &Fourfold| {
            let n = t.n as f64;
            let share = |count: u64| count as f64 / n;
            let (a, b) = (share(t.both + t.only_a), share(t.both + t.only_b));
            let apart = share(t.only_a + t.only_b) - (b - a) * (b - a);
            log((a * (1.0 - a) + b * (1.0 - b)) / apart)
        };
        let t = Fourfold { n: 5000, both: 2000, only_a: 90, only_b: 140 };
        let kinds: [(u64, Fourfold); 4] = [
            (t.both, Fourfold { n: t.n - 1, both: t.both - 1, ..t }),
            (t.only_a, Fourfold { n: t.n - 1, only_a: t.only_a - 1, ..t }),
            (t.only_b, Fourfold { n: t.n - 1, only_b: t.only_b - 1, ..t }),
            (t.n - 2230, Fourfold { n: t.n - 1, ..t }),
        ];
        let n = t.n as f64;
        let mean = kinds.iter().map(|(k, t)| *k as f64 * ratio(t)).sum::<f64>() / n;
        let squares: f64 = kinds.iter().map(|(k, t)| *k as f64 * libm::pow(ratio(t) - mean, 2.0)).sum();
        let error = ((n - 1.0) / n * squares).sqrt();
        let found = t.saved().expect("it varies");
        let reach = 0.5 * log(found.interval.high / found.interval.low) / Z95;
        assert!((reach / error - 1.0).abs() < 1e-2, "{reach} and {error}");
        assert!((log(found.times) - ratio(&t)).abs() < 1e-9);
    }

    #[test]
    fn where_a_single_pair_makes_the_ratio_the_interval_says_so() {
        let mut groups = [Pairs::default(); GROUPS];
        for i in 0..1600_u64 {
            let a = 1000 + i * i % 37;
            groups[i as usize % GROUPS].record(a, if i == 5 { a + 400 } else { a });
        }
        let found = saved(&groups);
        assert!(found.is_none_or(|found| found.interval.high > 10.0 * found.interval.low), "{found:?}");
        assert_eq!(saved(&[Pairs::default(); GROUPS]), None);
    }
}
