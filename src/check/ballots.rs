//! What is known of each ballot of a run: its value and its voters.
//!
//! A hash table of its own, for speed and for determinism: entries carry the run's number, so a new run costs
//! nothing, and nothing is allocated once the table has grown to a scenario's needs.

use crate::trace::{BallotId, NodeId, SubmissionId};

/// What is known of one ballot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    ballot: BallotId,
    /// The run that this entry belongs to; of another run, it is free.
    run: u32,
    /// The value proposed or voted for, once `has_value`.
    value: SubmissionId,
    has_value: bool,
    /// Whether a proposer has asked for votes in it.
    pub(super) is_proposed: bool,
    /// How many acceptors have voted in it.
    votes: u8,
    /// Which.
    voters: u64,
}

impl Record {
    /// The value that the ballot stands for: this one, if it is the first that is proposed or voted for.
    #[inline(always)]
    pub(super) fn value_or(&mut self, value: SubmissionId) -> SubmissionId {
        if !self.has_value {
            (self.has_value, self.value) = (true, value);
        }
        self.value
    }

    /// Counts an acceptor's vote; how many have voted.
    #[inline(always)]
    pub(super) fn vote(&mut self, node: NodeId) -> u8 {
        let bit = 1 << (node & 63);
        self.votes += u8::from(self.voters & bit == 0);
        self.voters |= bit;
        self.votes
    }
}

#[derive(Clone, Debug)]
pub(super) struct Ballots {
    records: Vec<Record>,
    shift: u32,
    run: u32,
    used: usize,
    /// The highest ballot that has a record in this run.
    highest: BallotId,
}

const SMALLEST: usize = 64;

impl Ballots {
    pub(super) fn new() -> Self {
        Ballots {
            records: vec![Record::default(); SMALLEST],
            shift: 64 - SMALLEST.trailing_zeros(),
            run: 1,
            used: 0,
            highest: BallotId::NONE,
        }
    }

    /// Forgets the ballots of the run before.
    #[inline]
    pub(super) fn clear(&mut self) {
        (self.used, self.highest) = (0, BallotId::NONE);
        self.run = self.run.wrapping_add(1);
        if self.run == 0 {
            self.records.fill(Record::default());
            self.run = 1;
        }
    }

    /// The record of a ballot, a new one if it is not known yet.
    #[inline(always)]
    pub(super) fn of(&mut self, ballot: BallotId) -> &mut Record {
        let mut at = self.slot(ballot);
        let mask = self.records.len() - 1;
        while self.records[at].run == self.run && self.records[at].ballot != ballot {
            at = (at + 1) & mask;
        }
        if self.records[at].run != self.run {
            if self.used * 2 >= self.records.len() {
                self.grow();
                return self.of(ballot);
            }
            self.used += 1;
            self.highest = self.highest.max(ballot);
            self.records[at] = Record { ballot, run: self.run, ..Record::default() };
        }
        &mut self.records[at]
    }

    /// The highest proposal above `ballot` for another value than `value`, if there is one: its ballot and value.
    #[cold]
    pub(super) fn contradiction(
        &self,
        ballot: BallotId,
        value: SubmissionId,
    ) -> Option<(BallotId, SubmissionId)> {
        let known = self.records.iter().filter(|record| record.run == self.run);
        let above = known.filter(|it| it.is_proposed && it.ballot > ballot && it.value != value);
        above.map(|it| (it.ballot, it.value)).max()
    }

    /// A copy without what is known of ballots below `lowest`.
    pub(super) fn since(&self, lowest: BallotId) -> Ballots {
        let mut copy = Ballots::new();
        let mut take = |record: &Record| {
            let run = copy.run;
            *copy.of(record.ballot) = Record { run, ..*record };
        };
        // A long run has many records, of few rounds that are still of interest.
        const NODES: u64 = 256;
        let rounds = lowest.round()..=self.highest.round();
        if (rounds.end().saturating_sub(*rounds.start()) + 1).saturating_mul(NODES)
            < self.records.len() as u64
        {
            let ballots = rounds.flat_map(|round| (0..NODES).map(move |node| BallotId(round << 8 | node)));
            ballots.filter(|&b| b >= lowest).filter_map(|b| self.known(b)).for_each(take);
        } else {
            let known = self.records.iter().filter(|r| r.run == self.run && r.ballot >= lowest);
            known.for_each(&mut take);
        }
        copy
    }

    /// The record of a ballot, if it has one.
    fn known(&self, ballot: BallotId) -> Option<&Record> {
        let (mut at, mask) = (self.slot(ballot), self.records.len() - 1);
        while self.records[at].run == self.run {
            if self.records[at].ballot == ballot {
                return Some(&self.records[at]);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Who has voted in a ballot, node n as bit n.
    pub(super) fn voters(&self, ballot: BallotId) -> u64 {
        self.known(ballot).map_or(0, |record| record.voters)
    }

    #[inline(always)]
    fn slot(&self, ballot: BallotId) -> usize {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
        (ballot.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![Record::default(); self.records.len() * 2];
        let old = std::mem::replace(&mut self.records, larger);
        self.shift -= 1;
        let mask = self.records.len() - 1;
        for record in old.into_iter().filter(|r| r.run == self.run) {
            let mut at = self.slot(record.ballot);
            while self.records[at].run == self.run {
                at = (at + 1) & mask;
            }
            self.records[at] = record;
        }
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
                let record = ballots.of(BallotId(b << 8 | 3));
                assert_eq!(record.votes, 0, "run {run}");
                record.votes = (b % 200) as u8 + 1;
            }
            for b in 1..1000 {
                assert_eq!(ballots.of(BallotId(b << 8 | 3)).votes, (b % 200) as u8 + 1);
            }
            ballots.clear();
        }
    }
}
