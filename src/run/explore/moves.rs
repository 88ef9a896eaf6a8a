//! What happens in the steps of a search, counted: a rule that is never used was not tested by it.
//!
//! Absent on purpose: what a step does (`act`, `packed::step`).

use crate::trace::Event;

/// Something that a step can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// A proposer begins its first attempt.
    Begins,
    /// It begins another.
    BeginsAgain,
    /// An acceptor's promise rises.
    Promises,
    /// An acceptor votes.
    Votes,
    /// An acceptor refuses a request.
    Refuses,
    /// A proposer has its promises, and proposes its own value.
    ProposesOwn,
    /// It proposes another's, which an acceptor has reported.
    Adopts,
    /// A proposer learns that a value is chosen.
    Learns,
    /// An attempt ends by refusals, or by calls that fail.
    Fails,
    /// A call comes back with an error.
    CallFails,
    /// A node crashes and comes back.
    Restarts,
}

impl Move {
    /// All of them.
    pub const ALL: [Move; 11] = [
        Move::Begins,
        Move::BeginsAgain,
        Move::Promises,
        Move::Votes,
        Move::Refuses,
        Move::ProposesOwn,
        Move::Adopts,
        Move::Learns,
        Move::Fails,
        Move::CallFails,
        Move::Restarts,
    ];

    /// What it is, in words.
    pub const fn name(self) -> &'static str {
        match self {
            Move::Begins => "first attempts",
            Move::BeginsAgain => "later attempts",
            Move::Promises => "promises",
            Move::Votes => "votes",
            Move::Refuses => "refusals",
            Move::ProposesOwn => "own values proposed",
            Move::Adopts => "values adopted",
            Move::Learns => "values learned",
            Move::Fails => "attempts that fail",
            Move::CallFails => "calls that fail",
            Move::Restarts => "restarts",
        }
    }
}

/// What one step does, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves(u16);

impl Moves {
    #[inline(always)]
    pub fn add(&mut self, it: Move) {
        self.0 |= 1 << it as u16;
    }

    /// What an event says.
    #[inline(always)]
    pub fn see(&mut self, event: &Event) {
        self.add(match *event {
            Event::Started { attempt: 1, .. } => Move::Begins,
            Event::Started { .. } => Move::BeginsAgain,
            Event::Promised { .. } => Move::Promises,
            Event::Voted { .. } => Move::Votes,
            // A client's value has its proposer's number.
            Event::Proposed { proposer, value, .. } if value == u16::from(proposer) => Move::ProposesOwn,
            Event::Proposed { .. } => Move::Adopts,
            Event::Learned { .. } => Move::Learns,
            Event::CallFailed { .. } => Move::CallFails,
            _ => return,
        });
    }
}

/// How many steps did what. Steps are counted by all that they do together: that is one addition for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MoveCounts(Vec<u64>);

impl Default for MoveCounts {
    fn default() -> Self {
        MoveCounts(vec![0; 1 << Move::ALL.len()])
    }
}

impl MoveCounts {
    #[inline(always)]
    pub fn count(&mut self, step: Moves) {
        if let Some(count) = self.0.get_mut(usize::from(step.0)) {
            *count += 1;
        }
    }

    /// Adds those of another search.
    pub fn add(&mut self, other: &MoveCounts) {
        self.0.iter_mut().zip(&other.0).for_each(|(all, more)| *all += more);
    }

    /// In how many steps each move happens, in the order of [`Move::ALL`].
    pub fn each(&self) -> Vec<u64> {
        let has = |it: Move| move |(step, _): &(usize, &u64)| step >> it as usize & 1 != 0;
        let count = |it| self.0.iter().enumerate().filter(has(it)).map(|(_, count)| count).sum();
        Move::ALL.map(count).to_vec()
    }

    /// The counts as they are kept, of [`Self::LEN`].
    pub fn raw(&self) -> &[u64] {
        &self.0
    }

    /// The reverse of [`Self::raw`].
    pub fn from_raw(counts: Vec<u64>) -> Self {
        MoveCounts(counts)
    }

    pub const LEN: usize = 1 << Move::ALL.len();
}
