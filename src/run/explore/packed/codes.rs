//! Ballots as small numbers: those that can come about within the bounds, in their order.
//!
//! Absent on purpose: whose attempt is in which ballot (`layout`).

use crate::paxos::{Ballot, Ballots, NodeId};

use super::super::act::Model;

/// The numbers of ballots, 0 for none.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    /// By number.
    ballots: [Ballot; 64],
    /// By number: whose ballot it is; nobody's at 0.
    owners: [u8; 64],
    highest: u64,
    /// No ballot has this round or a lower one.
    base: u64,
    proposers: u64,
    /// By home: how many proposers' ballots of the same round are lower.
    ranks: [u8; 256],
}

impl Codes {
    /// Of every ballot that an attempt can have; none where two proposers share a home, or where there are too many.
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
        let mut ranks = [0; 256];
        for (rank, &(home, _)) in order.iter().enumerate() {
            ranks[usize::from(home)] = rank as u8;
        }
        let proposers = planned.len() as u64;
        let all = (highest - base + passed) * proposers;
        if all >= 64 {
            return None;
        }
        let (mut ballots, mut owners) = ([Ballot::NONE; 64], [0; 64]);
        let rounds = base + 1..=highest + passed;
        let each = rounds.flat_map(|round| order.iter().map(move |&(home, p)| (Ballot::new(round, home), p)));
        for ((ballot, p), code) in each.zip(1..) {
            (ballots[code], owners[code]) = (ballot, p);
        }
        Some(Codes { ballots, owners, highest: all, base, proposers, ranks })
    }

    /// The highest number.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    #[inline(always)]
    pub fn ballot(&self, code: u64) -> Ballot {
        self.ballots[code as usize & 63]
    }

    #[inline(always)]
    pub fn owner(&self, code: u64) -> usize {
        usize::from(self.owners[code as usize & 63])
    }

    #[inline(always)]
    pub fn code(&self, ballot: Ballot) -> u64 {
        if ballot == Ballot::NONE {
            return 0;
        }
        let rank = u64::from(self.ranks[usize::from(ballot.node())]);
        let rounds = ballot.round().wrapping_sub(self.base + 1);
        rounds.wrapping_mul(self.proposers).wrapping_add(rank + 1)
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
