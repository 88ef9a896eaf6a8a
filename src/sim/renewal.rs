//! Faults that come by themselves: well for an exponential time, ill for a while, well again.
//!
//! Each kind of fault at each node is such a process of its own, drawn at addresses of its own. Absent on purpose: what
//! the fault is.

use super::delay::{Distribution, DistributionError, Sampler};
use super::words::{Rare, Words};

/// One source of faults.
#[derive(Clone, Debug)]
pub struct Renewal {
    /// The kind of fault; names its words.
    kind: u8,
    /// The node that it strikes, or 0.
    node: u8,
    /// From the end of the fault before to the next one.
    gap: Sampler,
    /// How long it lasts.
    lasts: Sampler,
    /// None begins at this time or later, ns.
    until: u64,
}

/// A fault that was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Its beginning, ns.
    pub from: u64,
    /// Its end, ns; after its beginning.
    pub to: u64,
    /// A word about whom it strikes.
    pub word: u64,
}

/// Cycles whose words stand at one address.
const CYCLES: u32 = 2048;

impl Renewal {
    /// A source of faults of this `kind` that strikes `node` (or 0) once in `mean_gap` ns on average while it is well.
    ///
    /// # Errors
    /// When the gap makes no distribution.
    pub fn new(
        kind: u8,
        node: u8,
        mean_gap: u64,
        lasts: Sampler,
        until: u64,
    ) -> Result<Self, DistributionError> {
        let gap = Distribution::Exponential { mean: mean_gap }.sampler()?;
        Ok(Renewal { kind, node, gap, lasts, until })
    }

    /// The fault of cycle `cycle` (from 0) after time `after`; none if it would begin too late.
    pub fn spell(&self, words: &mut Words, cycle: u32, after: u64) -> Option<Spell> {
        let number = u32::from(self.node) | (cycle / CYCLES) << 8;
        let first = 4 * (cycle % CYCLES) as usize;
        let mut word = |i| words.of_rare(Rare::Faults, self.kind, number, first + i);
        let from = after.saturating_add(self.gap.sample((word(0) >> 32) as u32));
        if from >= self.until {
            return None;
        }
        let to = from.saturating_add(self.lasts.sample((word(1) >> 32) as u32).max(1));
        Some(Spell { from, to, word: word(2) })
    }
}

/// Divides nodes 1 to `nodes` in two by a word, neither side empty; the side of the first set bits. None for one node.
pub fn split(word: u64, nodes: u8) -> Option<u64> {
    if nodes < 2 {
        return None;
    }
    let all = ((1u128 << (nodes + 1)) - 2) as u64;
    let side = word & all;
    if side != 0 && side != all {
        return Some(side);
    }
    // All on one side: the lowest bits, which no node has used but node 1, say who stands alone.
    let alone = 1 + ((u128::from(word.rotate_left(32)) * u128::from(nodes)) >> 64) as u8;
    Some(1 << alone.min(nodes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_follow_each_other_and_come_at_their_rate() {
        let renewal = Renewal::new(0, 2, 1_000_000, Sampler::Constant(500_000), 1 << 40).expect("a rate");
        let mut words = Words::new(1, 3);
        words.begin_run(7);
        let (mut at, mut gaps) = (0, 0);
        for cycle in 0..5000 {
            let spell = renewal.spell(&mut words, cycle, at).expect("early enough");
            assert!(spell.from >= at && spell.to == spell.from + 500_000);
            gaps += spell.from - at;
            at = spell.to;
        }
        // 5000 exponential gaps: the standard error of their mean is 1/71 of it.
        let mean = gaps as f64 / 5000.0;
        assert!((mean - 1e6).abs() < 4.0 * 1e6 / 5000_f64.sqrt(), "{mean}");
        assert_eq!(renewal.spell(&mut words, 0, 1 << 40), None);
    }

    #[test]
    fn both_sides_of_a_split_have_somebody() {
        assert_eq!(split(5, 1), None);
        for nodes in 2..=63 {
            let all = ((1u128 << (nodes + 1)) - 2) as u64;
            for word in [0, !0, 1, 6, 0x9234_5678_1234_5678, all, !all, 1 << 63] {
                let side = split(word, nodes).expect("two nodes");
                assert!(side != 0 && side & !all == 0 && side != all, "{word:#x} of {nodes}: {side:#x}");
            }
        }
    }
}
