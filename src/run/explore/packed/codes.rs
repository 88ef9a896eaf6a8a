//! Ballots as small numbers: those that can come about within the bounds, in their order.
//!
//! Absent on purpose: whose attempt is in which ballot (`layout`).

use crate::paxos::{Ballot, Ballots, NodeId};

use super::super::act::Model;

/// The numbers of ballots, 0 for none.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    /// By number.
    ballots: Vec<Ballot>,
    /// By number: whose ballot it is; nobody's at 0.
    owners: Vec<u8>,
    /// No ballot has this round or a lower one.
    base: u64,
    proposers: u64,
    /// By home: how many proposers' ballots of the same round are lower.
    ranks: Vec<u8>,
}

impl Codes {
    /// Of every ballot that an attempt can have; none where two proposers share a home.
    pub fn new(model: &Model<'_>) -> Option<Codes> {
        let planned = &model.plan.proposers;
        let mut order: Vec<(NodeId, u8)> = planned.iter().zip(0..).map(|(it, p)| (it.home, p)).collect();
        order.sort_unstable();
        if order.is_empty() || order.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let rounds = || planned.iter().map(|it| it.initial_round);
        let (base, highest) = (rounds().min()?, rounds().max()?);
        let attempts = u64::from(model.bounds.attempts);
        // Each attempt passes the highest round by one at most.
        let passed = match model.plan.rules.ballots {
            Ballots::Lab => attempts,
            Ballots::PastHighest | Ballots::PastSeen => attempts * planned.len() as u64,
        };
        let mut ranks = vec![0; order.iter().map(|&(home, _)| usize::from(home) + 1).max()?];
        for (rank, &(home, _)) in order.iter().enumerate() {
            ranks[usize::from(home)] = rank as u8;
        }
        let (mut ballots, mut owners) = (vec![Ballot::NONE], vec![0]);
        for round in base + 1..=highest + passed {
            ballots.extend(order.iter().map(|&(home, _)| Ballot::new(round, home)));
            owners.extend(order.iter().map(|&(_, p)| p));
        }
        Some(Codes { ballots, owners, base, proposers: planned.len() as u64, ranks })
    }

    /// The highest number.
    pub fn highest(&self) -> u64 {
        self.ballots.len() as u64 - 1
    }

    #[inline(always)]
    pub fn ballot(&self, code: u64) -> Ballot {
        self.ballots[code as usize]
    }

    #[inline(always)]
    pub fn owner(&self, code: u64) -> usize {
        usize::from(self.owners[code as usize])
    }

    #[inline(always)]
    pub fn code(&self, ballot: Ballot) -> u64 {
        if ballot == Ballot::NONE {
            return 0;
        }
        let rank = u64::from(self.ranks[usize::from(ballot.node())]);
        (ballot.round() - self.base - 1) * self.proposers + rank + 1
    }

    /// Rounds up to this are below all ballots.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// The numbers of all ballots of these rounds or lower ones, a bit each, and that of none.
    #[inline(always)]
    pub fn up_to(&self, round: u64) -> u64 {
        let codes = round.saturating_sub(self.base).saturating_mul(self.proposers).saturating_add(1);
        if codes >= 64 { u64::MAX } else { (1 << codes) - 1 }
    }
}
