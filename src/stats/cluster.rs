//! A share of runs that come in blocks with something in common: they count for as many as would tell as much.
//!
//! Absent on purpose: what the blocks have in common.

use super::{Interval, beta_quantile, share, student};

/// Sums over blocks of their runs `m` and of those of them that count, `y`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Blocks.
    pub blocks: u64,
    /// Σ m.
    pub runs: u64,
    /// Σ y.
    pub count: u64,
    /// Σ y².
    pub squares: u64,
    /// Σ y m.
    pub products: u64,
    /// Σ m².
    pub sizes: u64,
}

impl Blocks {
    /// Takes a block of so many runs, of which so many count.
    pub fn record(&mut self, runs: u64, count: u64) {
        self.merge(&Blocks {
            blocks: 1,
            runs,
            count,
            squares: count * count,
            products: count * runs,
            sizes: runs * runs,
        });
    }

    /// Adds other blocks.
    pub fn merge(&mut self, other: &Blocks) {
        self.blocks += other.blocks;
        self.runs += other.runs;
        self.count += other.count;
        self.squares += other.squares;
        self.products += other.products;
        self.sizes += other.sizes;
    }

    /// The share that counts; none of no runs.
    pub fn share(&self) -> Option<f64> {
        share(self.count, self.runs)
    }

    /// How many independent runs tell as much as these: at most all of them. Where none counts, or all do, nothing shows how
    /// alike a block's runs are, and each block stands for one.
    pub fn effective(&self) -> f64 {
        let (blocks, runs) = (self.blocks as f64, self.runs as f64);
        let Some(p) = self.share().filter(|p| *p > 0.0 && *p < 1.0 && self.blocks > 1) else { return blocks };
        let apart = self.squares as f64 - 2.0 * p * self.products as f64 + p * p * self.sizes as f64;
        let variance = blocks / (blocks - 1.0) * apart / (runs * runs);
        if variance <= 0.0 { runs } else { (p * (1.0 - p) / variance).min(runs) }
    }

    /// The interval of the share (Korn and Graubard 1998): Clopper and Pearson's for the effective number of runs, which is
    /// further reduced where blocks are too few to know it well. [0, 1] of no runs.
    pub fn interval(&self, alpha: f64) -> Interval {
        let Some(p) = self.share() else { return Interval { low: 0.0, high: 1.0 } };
        let freedom = self.blocks.saturating_sub(1) as f64;
        let varies = p > 0.0 && p < 1.0 && self.blocks > 1;
        let known =
            if varies { student(alpha, self.runs as f64 - 1.0) / student(alpha, freedom) } else { 1.0 };
        let n = self.effective() * known * known;
        let end = |k: f64| if k <= 0.0 { 0.0 } else { beta_quantile(k, n - k + 1.0, 0.5 * alpha) };
        Interval { low: end(p * n), high: 1.0 - end((1.0 - p) * n) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::clopper_pearson;

    fn of(blocks: impl IntoIterator<Item = (u64, u64)>) -> Blocks {
        let mut sums = Blocks::default();
        blocks.into_iter().for_each(|(runs, count)| sums.record(runs, count));
        sums
    }

    /// Whole blocks of one kind tell no more than one run of each does.
    #[test]
    fn blocks_of_equal_runs_count_once() {
        let blocks = of((0..1000).map(|i| (32, if i % 4 == 0 { 32 } else { 0 })));
        assert!((blocks.effective() - 999.0).abs() < 1e-6, "{}", blocks.effective());
        let (found, once) = (blocks.interval(0.05), clopper_pearson(250, 1000, 0.05));
        assert!((found.low - once.low).abs() < 2e-4 && (found.high - once.high).abs() < 2e-4, "{found:?}");
    }

    /// Runs that are as different within blocks as between them are as good as independent.
    #[test]
    fn blocks_of_one_run_are_independent_runs() {
        let blocks = of((0..500).map(|i| (1, u64::from(i % 5 == 0))));
        let (found, plain) = (blocks.interval(0.05), clopper_pearson(100, 500, 0.05));
        assert!((found.low - plain.low).abs() < 2e-4 && (found.high - plain.high).abs() < 2e-4, "{found:?}");
    }

    #[test]
    fn where_none_counts_a_block_stands_for_one_run() {
        let found = of([(32, 0); 100]).interval(0.05);
        assert_eq!(found, clopper_pearson(0, 100, 0.05));
        assert_eq!(Blocks::default().interval(0.05), Interval { low: 0.0, high: 1.0 });
    }
}
