//! A node: the acceptor, the learner and the round counter that the proposers on it share.

use super::{Acceptor, Ballot, Ballots, Mutant, Rules, Value, mutants};

/// What a node keeps; its proposers stand beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Node {
    /// Its acceptor.
    pub acceptor: Acceptor,
    /// Its learner.
    pub learner: Learner,
    /// The highest round that a proposer of this node has used. Shared by them, so that their ballots differ.
    pub round: u64,
}

impl Node {
    /// A new ballot for a proposer that has seen rejections up to round `seen`; `id` is the number that makes this
    /// node's ballots its own.
    #[inline]
    pub fn next_ballot(&mut self, id: u8, seen: u64, rules: &Rules) -> Ballot {
        let known = match rules.ballots {
            Ballots::PastHighest => self.round.max(seen).max(self.acceptor.promised.round()),
            Ballots::PastSeen => self.round.max(seen),
            Ballots::Lab => self.round,
        };
        self.round = mutants::next_round(known, id, self.acceptor.promised, rules);
        Ballot::new(self.round, mutants::ballot_id(id, rules))
    }

    /// Comes up again after a crash. Promise, vote and round were on its disk, for the argument rests on them.
    pub fn restart(&mut self, rules: &Rules) {
        if rules.mutant != Mutant::None {
            mutants::restart(self, rules);
        }
    }
}

/// A learner: believes what a proposer announces. In a correct run every announcement is of one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Learner {
    /// The value that it has learned.
    pub value: Option<Value>,
}

impl Learner {
    /// Takes an announcement; true if it is news.
    pub fn on_announce(&mut self, value: Value) -> bool {
        let news = self.value != Some(value);
        self.value = Some(value);
        news
    }
}
