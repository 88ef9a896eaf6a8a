//! What is known of each ballot of a run, by ballot: a hash table for speed.
//!
//! A table of its own, for speed and for determinism: entries carry the run's number, so a new run costs nothing, and
//! nothing is allocated once the table has grown to a scenario's needs.

use super::history::{Ballot, Shelf};
use crate::trace::BallotId;

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    ballot: BallotId,
    /// The run that this entry belongs to; of another run, it is free.
    run: u32,
    known: Ballot,
}

/// Ballots by their hash.
#[derive(Clone, Debug)]
pub(super) struct Ballots {
    entries: Vec<Entry>,
    shift: u32,
    run: u32,
    used: usize,
    /// The highest ballot that has an entry in this run.
    highest: BallotId,
    /// The ballots that were begun: a run of many attempts has millions, most of which come to nothing.
    begun: Vec<BallotId>,
    /// By node: the highest of them.
    tops: Vec<BallotId>,
}

const SMALLEST: usize = 64;

impl Ballots {
    pub(super) fn new() -> Self {
        Ballots {
            entries: vec![Entry::default(); SMALLEST],
            shift: 64 - SMALLEST.trailing_zeros(),
            run: 1,
            used: 0,
            highest: BallotId::NONE,
            begun: Vec::new(),
            tops: Vec::new(),
        }
    }

    /// Forgets the ballots of the run before.
    #[inline]
    pub(super) fn clear(&mut self) {
        (self.used, self.highest) = (0, BallotId::NONE);
        self.begun.clear();
        self.tops.fill(BallotId::NONE);
        self.run = self.run.wrapping_add(1);
        if self.run == 0 {
            self.entries.fill(Entry::default());
            self.run = 1;
        }
    }

    /// The entry of a ballot, a new one if it has none yet.
    #[inline(always)]
    fn entry(&mut self, ballot: BallotId) -> &mut Entry {
        let mut at = self.slot(ballot);
        let mask = self.entries.len() - 1;
        while self.entries[at].run == self.run && self.entries[at].ballot != ballot {
            at = (at + 1) & mask;
        }
        if self.entries[at].run != self.run {
            // Three quarters full: an endless duel has millions of ballots, and memory for twice as many is dear.
            if self.used * 4 >= self.entries.len() * 3 {
                self.grow();
                return self.entry(ballot);
            }
            self.used += 1;
            self.highest = self.highest.max(ballot);
            self.entries[at] = Entry { ballot, run: self.run, ..Entry::default() };
        }
        &mut self.entries[at]
    }

    /// Whether a ballot is begun for the first time that is not above its node's highest, or the first of its node.
    #[cold]
    fn is_new(&mut self, ballot: BallotId) -> bool {
        let node = usize::from(ballot.node());
        if node >= self.tops.len() {
            self.tops.resize(node + 1, BallotId::NONE);
        }
        self.tops[node] = self.tops[node].max(ballot);
        !self.begun.contains(&ballot)
    }

    /// A copy without what is known of ballots below `lowest`.
    pub(super) fn since(&self, lowest: BallotId) -> Ballots {
        let mut copy = Ballots::new();
        let mut take = |entry: &Entry| {
            let run = copy.run;
            *copy.entry(entry.ballot) = Entry { run, ..*entry };
        };
        // A long run has many entries, of few rounds that are still of interest.
        const NODES: u64 = 256;
        let rounds = lowest.round()..=self.highest.round();
        if (rounds.end().saturating_sub(*rounds.start()) + 1).saturating_mul(NODES)
            < self.entries.len() as u64
        {
            let ballots = rounds.flat_map(|round| (0..NODES).map(move |node| BallotId(round << 8 | node)));
            ballots.filter(|&b| b >= lowest).filter_map(|b| self.find(b)).for_each(take);
        } else {
            let known = self.entries.iter().filter(|it| it.run == self.run && it.ballot >= lowest);
            known.for_each(&mut take);
        }
        // Enough for a protocol whose ballots rise; no other is run on from a copy.
        copy.tops.clone_from(&self.tops);
        copy
    }

    /// The entry of a ballot, if it has one.
    fn find(&self, ballot: BallotId) -> Option<&Entry> {
        let (mut at, mask) = (self.slot(ballot), self.entries.len() - 1);
        while self.entries[at].run == self.run {
            if self.entries[at].ballot == ballot {
                return Some(&self.entries[at]);
            }
            at = (at + 1) & mask;
        }
        None
    }

    #[inline(always)]
    fn slot(&self, ballot: BallotId) -> usize {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
        (ballot.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![Entry::default(); self.entries.len() * 2];
        let old = std::mem::replace(&mut self.entries, larger);
        self.shift -= 1;
        let mask = self.entries.len() - 1;
        for entry in old.into_iter().filter(|it| it.run == self.run) {
            let mut at = self.slot(entry.ballot);
            while self.entries[at].run == self.run {
                at = (at + 1) & mask;
            }
            self.entries[at] = entry;
        }
    }
}

impl Shelf for Ballots {
    #[inline(always)]
    fn of(&mut self, ballot: BallotId) -> &mut Ballot {
        &mut self.entry(ballot).known
    }

    fn known(&self, ballot: BallotId) -> Option<&Ballot> {
        self.find(ballot).map(|entry| &entry.known)
    }

    fn each(&self) -> impl Iterator<Item = (BallotId, &Ballot)> {
        self.entries.iter().filter(|it| it.run == self.run).map(|it| (it.ballot, &it.known))
    }

    #[inline(always)]
    fn begin(&mut self, ballot: BallotId) -> bool {
        // A correct node's ballots rise.
        let is_new = match self.tops.get_mut(usize::from(ballot.node())) {
            Some(top) if *top < ballot => {
                *top = ballot;
                true
            }
            _ => self.is_new(ballot),
        };
        if is_new {
            self.begun.push(ballot);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_ballots_are_kept_apart_and_forgotten_at_the_next_run() {
        let mut ballots = Ballots::new();
        for run in 0..3 {
            for b in 1..1000 {
                let ballot = BallotId(b << 8 | 3);
                assert!(ballots.begin(ballot), "run {run}");
                let known = ballots.of(ballot);
                assert_eq!(known.votes(), 0, "run {run}");
                (0..b % 60).for_each(|node| _ = known.vote(node as u8));
            }
            for b in 1..1000 {
                let ballot = BallotId(b << 8 | 3);
                assert_eq!(u64::from(ballots.of(ballot).votes()), b % 60);
                assert!(!ballots.begin(ballot));
            }
            assert_eq!(ballots.each().count(), 999);
            ballots.clear();
        }
    }
}
