//! The acceptor: two numbers and a value, and the two rules that keep consensus safe.

use super::{Ballot, Mutant, Repeated, Reply, Request, Rules, Value, Vote, mutants};

/// An acceptor's durable state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acceptor {
    /// The highest ballot it takes part in (maxBal). It never falls.
    pub promised: Ballot,
    /// Its latest vote (maxVBal, maxVal).
    pub vote: Vote,
}

impl Acceptor {
    /// Handles a request of ballot `ballot`.
    #[inline(always)]
    pub fn on_request(&mut self, ballot: Ballot, request: Request, rules: &Rules) -> Reply {
        if rules.mutant != Mutant::None {
            return mutants::on_request(self, ballot, request, rules);
        }
        self.handle(ballot, request, rules)
    }

    #[inline(always)]
    pub(super) fn handle(&mut self, ballot: Ballot, request: Request, rules: &Rules) -> Reply {
        match request {
            Request::Prepare => self.on_prepare(ballot, rules),
            Request::Accept(value) => self.on_accept(ballot, value),
        }
    }

    /// Phase 1b. The promise binds from now on: it is what lets the proposer trust the reported vote to be the last
    /// one below its ballot. Only a *higher* ballot's promise stands in the way; to give the same promise again
    /// (a prepare came twice, or after its own accept) changes nothing.
    #[inline(always)]
    fn on_prepare(&mut self, ballot: Ballot, rules: &Rules) -> Reply {
        let again = ballot == self.promised && rules.repeated == Repeated::Answer;
        if ballot > self.promised || again { self.promise(ballot) } else { Reply::Reject(self.promised) }
    }

    #[inline(always)]
    pub(super) fn promise(&mut self, ballot: Ballot) -> Reply {
        self.promised = ballot;
        Reply::Promise(self.vote)
    }

    /// Phase 2b. `≥`, for the proposer's own promise must not stand in its way. A vote is also a promise: an acceptor
    /// that missed the prepare must refuse lower ballots from now on.
    #[inline(always)]
    fn on_accept(&mut self, ballot: Ballot, value: Value) -> Reply {
        if ballot >= self.promised { self.vote_for(ballot, value) } else { Reply::Reject(self.promised) }
    }

    #[inline(always)]
    pub(super) fn vote_for(&mut self, ballot: Ballot, value: Value) -> Reply {
        self.promised = ballot;
        self.vote = Vote { ballot, value };
        Reply::Accepted
    }
}
