//! Which directed links are cut.
//!
//! Nodes are numbered from 1; number 0 stands for all callers that live on no node. Absent on purpose: when links are
//! cut, and what becomes of the messages that meet a cut.

/// Sets of nodes are words, a bit each.
const NUMBERS: usize = 64;

/// The cuts that are in force.
#[derive(Clone, Debug)]
pub struct Cuts {
    /// By sender: whom a partition keeps it from.
    partition: [u64; NUMBERS],
    /// By sender: whom cuts of single directions keep it from.
    one_way: [u64; NUMBERS],
}

impl Default for Cuts {
    fn default() -> Self {
        Cuts { partition: [0; NUMBERS], one_way: [0; NUMBERS] }
    }
}

impl Cuts {
    /// Heals everything.
    pub fn clear(&mut self) {
        *self = Cuts::default();
    }

    /// Whom a sender cannot reach.
    pub fn from(&self, sender: u8) -> u64 {
        let at = usize::from(sender) % NUMBERS;
        self.partition[at] | self.one_way[at]
    }

    /// Whether nothing passes in this direction.
    pub fn is_cut(&self, from: u8, to: u8) -> bool {
        self.from(from) >> (to & 63) & 1 != 0
    }

    /// Two of the nodes that take part talk exactly if some group holds both: groups that overlap make a bridge.
    ///
    /// `nodes` are the cluster's; those that no group names are one group more. Number 0 takes part only where a
    /// group names it. Another partition takes the place of the one before.
    pub fn partition(&mut self, groups: &[u64], nodes: u64) {
        let named = groups.iter().fold(0, |all, group| all | group);
        let rest = nodes & !named;
        let all = nodes | named;
        for (sender, cut) in self.partition.iter_mut().enumerate() {
            let me = 1u64 << sender;
            let mine = |group: &&u64| **group & me != 0;
            let friends = groups.iter().chain([&rest]).filter(mine).fold(me, |all, group| all | group);
            *cut = if all & me != 0 { all & !friends } else { 0 };
        }
    }

    /// Cuts the way from each of `from` to each of `to`, and not the way back.
    pub fn one_way(&mut self, from: u64, to: u64) {
        for (sender, cut) in self.one_way.iter_mut().enumerate() {
            let me = 1u64 << sender;
            if from & me != 0 {
                *cut |= to & !me;
            }
        }
    }

    /// Heals every link from or to one of these.
    pub fn heal(&mut self, nodes: u64) {
        for sender in 0..NUMBERS {
            let keep = if nodes >> sender & 1 != 0 { 0 } else { !nodes };
            self.partition[sender] &= keep;
            self.one_way[sender] &= keep;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u64 = 0b11_1110;

    fn talk(cuts: &Cuts) -> Vec<(u8, u8)> {
        let pairs = (0..6).flat_map(|from| (0..6).map(move |to| (from, to)));
        pairs.filter(|&(from, to)| from < to && !cuts.is_cut(from, to) && !cuts.is_cut(to, from)).collect()
    }

    #[test]
    fn groups_talk_among_themselves_and_a_bridge_talks_to_both() {
        let mut cuts = Cuts::default();
        cuts.partition(&[0b110], ALL);
        let outside = [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)];
        assert_eq!(talk(&cuts), [&outside[..], &[(1, 2), (3, 4), (3, 5), (4, 5)]].concat());
        // 3 is in both.
        cuts.partition(&[0b1110, 0b11_1000], ALL);
        let bridge = [(1, 2), (1, 3), (2, 3), (3, 4), (3, 5), (4, 5)];
        assert_eq!(talk(&cuts), [&outside[..], &bridge].concat());
        cuts.partition(&[0b111], ALL);
        assert_eq!(talk(&cuts), [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)]);
    }

    #[test]
    fn one_way_is_one_way_and_healing_mends_what_it_names() {
        let mut cuts = Cuts::default();
        cuts.one_way(0b10, 0b1110);
        assert!(cuts.is_cut(1, 2) && cuts.is_cut(1, 3) && !cuts.is_cut(2, 1) && !cuts.is_cut(1, 1));
        cuts.partition(&[0b10, 0b100, 0b1000], 0b1110);
        cuts.heal(0b100);
        assert!(!cuts.is_cut(1, 2) && !cuts.is_cut(2, 3) && cuts.is_cut(1, 3) && cuts.is_cut(3, 1));
        cuts.heal(!0);
        assert!((0..64).all(|from| cuts.from(from) == 0));
    }
}
