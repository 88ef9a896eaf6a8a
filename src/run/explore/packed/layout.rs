//! Where everything of a state stands in its words.
//!
//! ```text
//!   head     by proposer:  phase │ attempts │ answered │ seen
//!            by attempt:   value proposed, from 1 │ ballot (where it does not follow from the attempt)
//!   column   promised │ ballot of the vote │ by attempt: voted │ by attempt: prepare under way │ accept under way
//!            by proposer:  promise under way │ accepted under way │ said no │ rejections under way, of both phases
//! ```
//!
//! An attempt is named by its proposer and its number: A1, A2, B1, B2. What does not stand here follows from what does: a
//! proposer's round is that of its last attempt, a promise's value is what was proposed in its vote's ballot, a choice is a
//! quorum of voters. Absent on purpose: reading and writing it.

use crate::paxos::{Ballot, Ballots, Mutant, Transport};

use super::super::act::Model;
use super::codes::Codes;
use super::word::Field;

/// How rejections under way are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejections {
    /// None matters.
    Never,
    /// One of each exchange at most: the number of the ballot that it names, 0 for none.
    One,
    /// Any number, of as many copies of a request: bit i for the ballot of number i + 1.
    Many,
}

/// Of a proposer, in the head.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seat {
    /// 0 idle, 1, 2.
    pub phase: Field,
    pub attempts: Field,
    pub answered: Field,
    /// The highest round that a rejection named, less the rounds below all.
    pub seen: Field,
}

/// Of a proposer, in every column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ear {
    /// A promise under way: 1 + the number of the reported vote's ballot.
    pub promise: Field,
    pub accepted: Field,
    /// Whether this acceptor has said no in this phase.
    pub no: Field,
    /// By phase.
    pub rejections: [Field; 2],
    /// All of it.
    pub all: Field,
}

/// Of an attempt, in the head.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    /// 1 + what is proposed in it; 0 while nothing is.
    pub value: Field,
    /// The number of its ballot; without bits where that follows from the attempt.
    pub code: Field,
    /// The number of its ballot where that follows from the attempt.
    pub fixed: u64,
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub attempts: usize,
    pub proposers: usize,
    // As many as there can be: so nobody has to look whether a number is one of them.
    seats: [Seat; 8],
    slots: [Slot; 64],
    ears: [Ear; 8],
    /// By place of an attempt: whose it is.
    owners: [u8; 64],
    pub promised: Field,
    pub vote: Field,
    /// By attempt, a bit each: votes, and requests of both phases under way.
    pub voters: Field,
    pub requests: [Field; 2],
    /// Both of these in one: first the prepares, then the accepts.
    pub all_requests: Field,
    pub rejections: Rejections,
    /// Whether an attempt's ballot follows from its number.
    pub fixed: bool,
    /// Bits of a word that are needed.
    pub bits: u32,
}

/// Hands out bits.
#[derive(Default)]
struct Bits(u32);

impl Bits {
    fn take(&mut self, bits: u32) -> Field {
        let field = Field { at: if bits == 0 { 0 } else { self.0 }, mask: ones(bits) };
        self.0 += bits;
        field
    }
}

fn ones(bits: u32) -> u64 {
    if bits >= 64 { u64::MAX } else { (1 << bits) - 1 }
}

/// Bits that hold 0 to `highest`.
fn bits_of(highest: u64) -> u32 {
    64 - highest.leading_zeros()
}

/// Whether a packed state holds all that a state of this model does.
fn holds(model: &Model<'_>) -> bool {
    let (plan, bounds) = (model.plan, model.bounds);
    let rules = &plan.rules;
    // These remember nothing of attempts that are over, and report votes as they were cast.
    let remembers_nothing = matches!(
        rules.mutant,
        Mutant::None | Mutant::IgnoresVotes | Mutant::TakesLowestVote | Mutant::NoneIsNothing
    );
    let is_safe = rules.mutant == Mutant::None && plan.promising + plan.choosing > rules.nodes;
    // Which of the older attempts a ballot belongs to is forgotten by a state and would be kept here.
    let is_told_apart = rules.ballots == Ballots::Lab || bounds.attempts <= 2;
    model.reduces()
        && bounds.restarts == 0
        && remembers_nothing
        && rules.transport == Transport::Broadcast
        && !plan.local_preemption
        // Where a search goes on behind a violation, a state holds what no safe run leads to.
        && (is_safe || bounds.until.is_none())
        && is_told_apart
        && plan.proposers.len() <= 8
        && plan.proposers.len() * usize::from(bounds.attempts) <= 64
}

/// How rejections are held.
fn rejections(model: &Model<'_>) -> Rejections {
    let names_rounds = model.plan.rules.ballots != Ballots::Lab && model.bounds.attempts > 1;
    let ends = [false, true].iter().any(|&last| model.end_matters(last, true));
    match (model.plan.nack && (names_rounds || ends), model.bounds.duplicates) {
        (false, _) => Rejections::Never,
        (true, false) => Rejections::One,
        (true, true) => Rejections::Many,
    }
}

impl Layout {
    /// Of the states of a model, if they can be packed.
    pub fn new(model: &Model<'_>, codes: &Codes) -> Option<Layout> {
        if !holds(model) {
            return None;
        }
        let (proposers, attempts) = (model.plan.proposers.len(), usize::from(model.bounds.attempts));
        let slots = proposers * attempts;
        let fixed = model.plan.rules.ballots == Ballots::Lab;
        let code = bits_of(codes.highest());
        let rejections = rejections(model);
        let (mut head, mut column) = (Bits::default(), Bits::default());
        let mut seats = [Seat::default(); 8];
        for seat in seats.iter_mut().take(proposers) {
            *seat = Seat {
                phase: head.take(2),
                attempts: head.take(bits_of(attempts as u64)),
                answered: head.take(1),
                seen: head.take(if fixed || rejections == Rejections::Never { 0 } else { code }),
            };
        }
        let (mut places, mut owners) = ([Slot::default(); 64], [0; 64]);
        for (s, place) in places.iter_mut().enumerate().take(slots) {
            let planned = &model.plan.proposers[s / attempts];
            let round = planned.initial_round + (s % attempts) as u64 + 1;
            let number = if fixed { codes.code(Ballot::new(round, planned.home)) } else { 0 };
            let value = head.take(bits_of(proposers as u64));
            *place = Slot { value, code: head.take(if fixed { 0 } else { code }), fixed: number };
            owners[s] = (s / attempts) as u8;
        }
        let (promised, vote) = (column.take(code), column.take(code));
        let voters = column.take(slots as u32);
        let requests = [column.take(slots as u32), column.take(slots as u32)];
        let all_requests = Field { at: requests[0].at, mask: ones(2 * slots as u32) };
        if 2 * slots > 64 {
            return None;
        }
        let mut ears = [Ear::default(); 8];
        for place in ears.iter_mut().take(proposers) {
            *place = ear(&mut column, codes.highest(), rejections);
            if place.all.mask == 0 {
                return None;
            }
        }
        let bits = head.0.max(column.0);
        let slots = places;
        Some(Layout {
            attempts,
            proposers,
            seats,
            slots,
            ears,
            owners,
            promised,
            vote,
            voters,
            requests,
            all_requests,
            rejections,
            fixed,
            bits,
        })
    }

    #[inline(always)]
    pub fn seat(&self, p: usize) -> &Seat {
        &self.seats[p & 7]
    }

    #[inline(always)]
    pub fn ear(&self, p: usize) -> &Ear {
        &self.ears[p & 7]
    }

    /// Of the attempt at this place.
    #[inline(always)]
    pub fn slot(&self, place: usize) -> &Slot {
        &self.slots[place & 63]
    }

    /// Of all attempts, by place.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().take(self.places())
    }

    /// How many attempts there can be.
    #[inline(always)]
    pub fn places(&self) -> usize {
        self.first(self.proposers)
    }

    /// The place of a proposer's first attempt.
    #[inline(always)]
    pub fn first(&self, p: usize) -> usize {
        p.wrapping_mul(self.attempts)
    }

    /// Whose attempt is at this place.
    #[inline(always)]
    pub fn owner(&self, place: usize) -> usize {
        usize::from(self.owners[place & 63])
    }
}

/// The next proposer's fields of a column; without any mask of all where they are too many bits for one field.
fn ear(column: &mut Bits, highest: u64, rejections: Rejections) -> Ear {
    let from = column.0;
    let said_no = u32::from(rejections != Rejections::Never);
    let rejection = match rejections {
        Rejections::Never => 0,
        Rejections::One => bits_of(highest),
        Rejections::Many => highest as u32,
    };
    let mut ear = Ear {
        promise: column.take(bits_of(highest + 1)),
        accepted: column.take(1),
        no: column.take(said_no),
        rejections: [column.take(rejection), column.take(rejection)],
        all: Field::default(),
    };
    if column.0 - from <= 64 {
        ear.all = Field { at: from, mask: ones(column.0 - from) };
    }
    ear
}
