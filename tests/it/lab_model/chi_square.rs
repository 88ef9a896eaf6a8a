//! Whether two tables of counts come from one distribution: Pearson's chi-square test of homogeneity.

use std::collections::BTreeMap;

/// Cells with fewer counts in both tables together are pooled: the approximation needs five expected in each.
const LEAST: u64 = 10;

/// The statistic, its degrees of freedom, and the probability of a larger one by chance.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    pub statistic: f64,
    pub freedom: usize,
    pub p: f64,
}

/// Compares two tables.
pub fn compare<K: Ord + Clone>(a: &BTreeMap<K, u64>, b: &BTreeMap<K, u64>) -> Verdict {
    let keys: std::collections::BTreeSet<K> = a.keys().chain(b.keys()).cloned().collect();
    let count = |table: &BTreeMap<K, u64>, key: &K| table.get(key).copied().unwrap_or(0);
    let (mut cells, mut rest) = (Vec::new(), (0, 0));
    for key in &keys {
        let (x, y) = (count(a, key), count(b, key));
        if x + y < LEAST {
            rest = (rest.0 + x, rest.1 + y);
        } else {
            cells.push((x, y));
        }
    }
    if rest.0 + rest.1 >= LEAST {
        cells.push(rest);
    }
    let (n, m) =
        (cells.iter().map(|c| c.0).sum::<u64>() as f64, cells.iter().map(|c| c.1).sum::<u64>() as f64);
    let term = |&(x, y): &(u64, u64)| {
        let all = (x + y) as f64;
        let (ex, ey) = (all * n / (n + m), all * m / (n + m));
        (x as f64 - ex) * (x as f64 - ex) / ex + (y as f64 - ey) * (y as f64 - ey) / ey
    };
    let statistic = cells.iter().map(term).sum();
    let freedom = cells.len().saturating_sub(1);
    Verdict { statistic, freedom, p: above(statistic, freedom) }
}

/// The upper tail of the chi-square distribution, by its finite sums for whole and half degrees (Abramowitz and
/// Stegun 26.4.4 and 26.4.5).
pub fn above(x: f64, freedom: usize) -> f64 {
    if freedom == 0 {
        return 1.0;
    }
    let (mut term, mut sum) = if freedom.is_multiple_of(2) {
        (libm::exp(-x / 2.0), libm::exp(-x / 2.0))
    } else {
        let density = libm::sqrt(2.0 * x / std::f64::consts::PI) * libm::exp(-x / 2.0);
        (density, if freedom > 1 { density } else { 0.0 })
    };
    let first = if freedom.is_multiple_of(2) { 2 } else { 3 };
    for k in (first..freedom.saturating_sub(1)).step_by(2) {
        term *= x / k as f64;
        sum += term;
    }
    if freedom.is_multiple_of(2) { sum } else { sum + libm::erfc(libm::sqrt(x / 2.0)) }
}
