//! How often which kind of first run goes with which kind of second: every table of four at once.
//!
//! Absent on purpose: what the kinds are.

use super::Fourfold;

/// Pairs by the kind of the first and the kind of the second of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint {
    kinds: usize,
    /// `counts[a · kinds + b]`.
    counts: Vec<u64>,
}

impl Joint {
    /// Of these pairs of kinds, each of them below `kinds`.
    pub fn of(kinds: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut counts = vec![0; kinds * kinds];
        pairs.for_each(|(a, b)| counts[a * kinds + b] += 1);
        Joint { kinds, counts }
    }

    /// For each kind, how often both, one, or neither of a pair are of it.
    pub fn tables(&self) -> impl Iterator<Item = Fourfold> {
        let n = self.counts.iter().sum();
        let row = |a: usize| self.counts[a * self.kinds..][..self.kinds].iter().sum::<u64>();
        let column = |b: usize| self.counts.iter().skip(b).step_by(self.kinds).sum::<u64>();
        (0..self.kinds).map(move |kind| {
            let both = self.counts[kind * self.kinds + kind];
            Fourfold { n, both, only_a: row(kind) - both, only_b: column(kind) - both }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_of_each_kind_asked_for_by_itself() {
        let pairs: Vec<(usize, usize)> = (0..97).map(|i: usize| (i * i % 5, i * 7 % 11 % 5)).collect();
        let asked = |kind: usize| {
            let mut table = Fourfold::default();
            pairs.iter().for_each(|&(a, b)| table.record(a == kind, b == kind));
            table
        };
        let tables: Vec<Fourfold> = Joint::of(5, pairs.iter().copied()).tables().collect();
        assert_eq!(tables, (0..5).map(asked).collect::<Vec<_>>());
        assert!(tables.iter().any(|t| t.both > 0 && t.only_a > 0 && t.only_b > 0 && t.only_a != t.only_b));
    }

    #[test]
    fn of_no_pairs_every_table_is_empty() {
        assert_eq!(Joint::of(2, std::iter::empty()).tables().collect::<Vec<_>>(), [Fourfold::default(); 2]);
    }
}
