//! The one memory of a run's ballots, promises and votes, and the invariants that are asked of it.
//!
//! Whoever checks a run step by step and whoever explores all states show it the same events (a ballot is begun, a value is
//! proposed, an acceptor promises or votes, somebody learns, a client is told), and it names what breaks. So each invariant
//! is written once. How ballots are stored is left to a [`Shelf`]: a table where runs are fast, a list where states are
//! copied and compared. Absent on purpose: time.

use super::evidence::Evidence;
use super::invariant::Invariant;
use crate::trace::{Answer, BallotId, Event, NodeId, ProposerId, SubmissionId};

/// What is known of one ballot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ballot {
    /// The value first proposed or voted for, once `has_value`.
    value: SubmissionId,
    has_value: bool,
    /// Whether a proposer has asked for votes in it.
    is_proposed: bool,
    /// How many acceptors have voted for its value.
    votes: u8,
    /// Which.
    voters: u64,
}

impl Ballot {
    /// The value that the ballot stands for: this one, if it is the first that is proposed or voted for.
    #[inline(always)]
    fn value_or(&mut self, value: SubmissionId) -> SubmissionId {
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

    #[cfg(test)]
    pub(super) fn votes(&self) -> u8 {
        self.votes
    }
}

/// Where what is known of ballots is kept.
pub trait Shelf {
    /// What is known of a ballot, a new record if it has none.
    fn of(&mut self, ballot: BallotId) -> &mut Ballot;
    /// What is known of a ballot, if anything.
    fn known(&self, ballot: BallotId) -> Option<&Ballot>;
    /// All that is known.
    fn each(&self) -> impl Iterator<Item = (BallotId, &Ballot)>;
    /// Notes that a ballot is begun; false if it was before.
    fn begin(&mut self, ballot: BallotId) -> bool;
}

/// Ballots in a list, in their order: small, and equal to another that knows the same.
///
/// Of the ballots of each node that were begun it keeps the highest alone: a correct node begins them in rising order, and
/// what more could be kept would tell states apart that nothing else does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct BallotList {
    ballots: Vec<(BallotId, Ballot)>,
    begun: Vec<BallotId>,
}

impl Shelf for BallotList {
    fn of(&mut self, ballot: BallotId) -> &mut Ballot {
        let place = match self.ballots.binary_search_by_key(&ballot, |&(b, _)| b) {
            Ok(place) => place,
            Err(place) => {
                self.ballots.insert(place, (ballot, Ballot::default()));
                place
            }
        };
        &mut self.ballots[place].1
    }

    fn known(&self, ballot: BallotId) -> Option<&Ballot> {
        let place = self.ballots.binary_search_by_key(&ballot, |&(b, _)| b).ok()?;
        Some(&self.ballots[place].1)
    }

    fn each(&self) -> impl Iterator<Item = (BallotId, &Ballot)> {
        self.ballots.iter().map(|(ballot, known)| (*ballot, known))
    }

    fn begin(&mut self, ballot: BallotId) -> bool {
        match self.begun.binary_search_by_key(&ballot.node(), |b| b.node()) {
            Ok(place) => {
                let before = self.begun[place];
                self.begun[place] = before.max(ballot);
                before != ballot
            }
            Err(place) => {
                self.begun.insert(place, ballot);
                true
            }
        }
    }
}

/// Is told of what breaks: the invariant, the ballot that it is about if any, and what was seen.
pub trait Report: FnMut(Invariant, BallotId, Evidence) {}
impl<F: FnMut(Invariant, BallotId, Evidence)> Report for F {}

/// What has been begun, proposed, promised, voted and told so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History<S> {
    /// How many votes choose.
    quorum: u8,
    /// By node number: the highest ballot that it promised or voted in.
    bounds: Vec<BallotId>,
    pub(super) ballots: S,
    /// Votes for another value than their ballot's, which no correct run has: ballot, value, voters.
    strays: Vec<(BallotId, SubmissionId, u64)>,
    highest_proposal: BallotId,
    /// The lowest ballot in which a value is chosen.
    lowest: Option<(BallotId, SubmissionId)>,
    /// The value that was chosen first.
    first: Option<SubmissionId>,
    /// The value that a client was told first.
    told: Option<SubmissionId>,
}

impl<S: Shelf> History<S> {
    /// Nothing so far, of `nodes` acceptors of which `quorum` votes choose.
    pub fn new(nodes: u8, quorum: u8, ballots: S) -> Self {
        History {
            quorum,
            bounds: vec![BallotId::NONE; usize::from(nodes) + 1],
            ballots,
            strays: Vec::new(),
            highest_proposal: BallotId::NONE,
            lowest: None,
            first: None,
            told: None,
        }
    }

    /// Forgets everything; the shelf was emptied by whoever owns it.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.bounds.fill(BallotId::NONE);
        self.strays.clear();
        self.highest_proposal = BallotId::NONE;
        (self.lowest, self.first, self.told) = (None, None, None);
    }

    /// The same with other ballots.
    pub(super) fn with(&self, ballots: S) -> Self {
        let (bounds, strays) = (self.bounds.clone(), self.strays.clone());
        History { bounds, strays, ballots, ..*self }
    }

    /// What is chosen: in the lowest ballot in which a quorum voted for one value.
    pub fn chosen(&self) -> Option<(BallotId, SubmissionId)> {
        self.lowest
    }

    /// What a client was told first.
    pub fn told(&self) -> Option<SubmissionId> {
        self.told
    }

    /// Who has voted for the value of a ballot, overwritten votes included: node n as bit n.
    pub fn voters(&self, ballot: BallotId) -> u64 {
        self.ballots.known(ballot).map_or(0, |known| known.voters)
    }

    /// What was proposed in a ballot, as its first value.
    pub fn proposed(&self, ballot: BallotId) -> Option<SubmissionId> {
        self.ballots.known(ballot).filter(|known| known.is_proposed).map(|known| known.value)
    }

    /// Whether this value was proposed in this ballot, as its first.
    pub(super) fn is_proposed(&self, ballot: BallotId, value: SubmissionId) -> bool {
        self.proposed(ballot) == Some(value)
    }

    /// Takes one event; true if by it a quorum of a ballot has voted for one value, which is what choosing means.
    #[inline(always)]
    pub fn on(&mut self, event: &Event, report: &mut impl Report) -> bool {
        match *event {
            Event::Started { proposer, ballot, .. } => self.begin(proposer, ballot, report),
            Event::Proposed { ballot, value, .. } => self.propose(ballot, value, report),
            Event::Promised { node, ballot } => self.promise(node, ballot, report),
            Event::Voted { node, ballot, value } => return self.vote(node, ballot, value, report),
            Event::Learned { ballot, value, .. } => self.learn(ballot, value, report),
            Event::NodeLearned { value, .. } => self.learn(BallotId::NONE, value, report),
            Event::Answered { answer: Answer::Succeeded { value }, .. } => self.tell(value, report),
            _ => {}
        }
        false
    }

    /// A ballot is begun.
    #[inline(always)]
    fn begin(&mut self, proposer: ProposerId, ballot: BallotId, report: &mut impl Report) {
        if !self.ballots.begin(ballot) {
            report(Invariant::BallotBegunOnce, ballot, Evidence::BegunAgain { proposer });
        }
    }

    /// A proposer asks for votes.
    #[inline(always)]
    pub(super) fn propose(&mut self, ballot: BallotId, value: SubmissionId, report: &mut impl Report) {
        let record = self.ballots.of(ballot);
        record.is_proposed = true;
        let known = record.value_or(value);
        if known != value {
            report(Invariant::OneValuePerBallot, ballot, Evidence::TwoValues { value, known });
        }
        if let Some((before, chosen)) = self.lowest
            && before < ballot
            && chosen != value
        {
            report(Invariant::ProposalSafety, ballot, Evidence::UnsafeProposal { value, chosen, before });
        }
        self.highest_proposal = self.highest_proposal.max(ballot);
    }

    /// An acceptor's promise changes: it may only rise.
    #[inline(always)]
    pub(super) fn promise(&mut self, node: NodeId, ballot: BallotId, report: &mut impl Report) {
        let before = self.bounds[usize::from(node)];
        if ballot <= before {
            report(Invariant::PromisesKept, ballot, Evidence::PromiseFell { node, ballot, before });
        }
        self.bounds[usize::from(node)] = ballot.max(before);
    }

    /// An acceptor votes, which it may in no ballot below its promise; true if now a quorum of the ballot has voted for
    /// this value.
    #[inline(always)]
    pub(super) fn vote(
        &mut self,
        node: NodeId,
        ballot: BallotId,
        value: SubmissionId,
        report: &mut impl Report,
    ) -> bool {
        let promised = self.bounds[usize::from(node)];
        // A vote binds as a promise does, whether or not the acceptor says so.
        self.bounds[usize::from(node)] = promised.max(ballot);
        if ballot < promised {
            report(Invariant::PromisesKept, ballot, Evidence::PromiseBroken { node, ballot, promised });
        }
        let record = self.ballots.of(ballot);
        let known = record.value_or(value);
        let votes = if known == value {
            record.vote(node)
        } else {
            report(Invariant::OneValuePerBallot, ballot, Evidence::TwoValues { value, known });
            self.stray(node, ballot, value)
        };
        let is_chosen = votes >= self.quorum;
        if is_chosen && self.lowest.is_none_or(|(lowest, chosen)| ballot < lowest || value != chosen) {
            self.choose(ballot, value, report);
        }
        is_chosen
    }

    /// Counts a vote for another value than its ballot's.
    #[cold]
    #[inline(never)]
    fn stray(&mut self, node: NodeId, ballot: BallotId, value: SubmissionId) -> u8 {
        let place = match self.strays.binary_search_by_key(&(ballot, value), |&(b, v, _)| (b, v)) {
            Ok(place) => place,
            Err(place) => {
                self.strays.insert(place, (ballot, value, 0));
                place
            }
        };
        let voters = &mut self.strays[place].2;
        *voters |= 1 << (node & 63);
        voters.count_ones() as u8
    }

    /// At most one value is chosen. Where a ballot is the lowest so far, proposals are looked at again: the contradiction
    /// is the same in the other order of time.
    #[cold]
    fn choose(&mut self, ballot: BallotId, value: SubmissionId, report: &mut impl Report) {
        if let Some((before, first)) = self.lowest
            && first != value
        {
            report(Invariant::Agreement, ballot, Evidence::ChosenTwice { value, first, before });
        }
        self.first = self.first.or(Some(value));
        if self.lowest.is_none_or(|(lowest, _)| ballot < lowest) {
            self.lowest = Some((ballot, value));
            if self.highest_proposal > ballot
                && let Some((above, other)) = self.contradiction(ballot, value)
            {
                let evidence = Evidence::UnsafeChoice { other, value, lower: ballot };
                report(Invariant::ProposalSafety, above, evidence);
            }
        }
    }

    /// The highest proposal above `ballot` for another value than `value`, if there is one.
    fn contradiction(&self, ballot: BallotId, value: SubmissionId) -> Option<(BallotId, SubmissionId)> {
        let above = self.ballots.each().filter(|&(b, it)| it.is_proposed && b > ballot && it.value != value);
        above.map(|(b, it)| (b, it.value)).max()
    }

    /// A proposer or learner believes that a value is chosen.
    #[inline(always)]
    fn learn(&self, ballot: BallotId, value: SubmissionId, report: &mut impl Report) {
        if !self.is_chosen(value) {
            let evidence = Evidence::Learned { value, chosen: self.first };
            report(Invariant::LearnedImpliesChosen, ballot, evidence);
        }
    }

    /// A client is told that a value is chosen: it must be, and all clients must be told the same.
    #[inline(always)]
    fn tell(&mut self, value: SubmissionId, report: &mut impl Report) {
        if !self.is_chosen(value) {
            let evidence = Evidence::Told { value, chosen: self.first };
            report(Invariant::ReportedImpliesChosen, BallotId::NONE, evidence);
        }
        match self.told {
            Some(before) if before != value => {
                report(Invariant::ClientsAgree, BallotId::NONE, Evidence::ToldTwice { value, before });
            }
            Some(_) => {}
            None => self.told = Some(value),
        }
    }

    /// Whether a value is chosen in any ballot.
    #[inline(always)]
    fn is_chosen(&self, value: SubmissionId) -> bool {
        self.lowest.is_some_and(|(_, chosen)| chosen == value) || self.is_chosen_above(value)
    }

    /// The same beyond the lowest ballot, where agreement is broken.
    #[cold]
    #[inline(never)]
    fn is_chosen_above(&self, value: SubmissionId) -> bool {
        let straight = |(_, it): (BallotId, &Ballot)| it.value == value && it.votes >= self.quorum;
        let stray =
            |&(_, v, voters): &(_, _, u64)| v == value && voters.count_ones() >= u32::from(self.quorum);
        self.lowest.is_some() && (self.ballots.each().any(straight) || self.strays.iter().any(stray))
    }
}

/// What Lamport's `SafeAt` asks: whether something else than a value can be chosen below its ballot.
impl<S: Shelf> History<S> {
    /// Whether the votes of a ballot, with those that may still be cast in it, can choose another value than `but`: an
    /// acceptor may still vote in it if it has not, and is bound by nothing higher.
    pub(super) fn can_choose(&self, ballot: BallotId, but: Option<SubmissionId>) -> bool {
        let known = self.ballots.known(ballot).copied().unwrap_or_default();
        let others = if but == Some(known.value) { 0 } else { known.voters };
        let strays = self.strays.iter().filter(|&&(b, v, _)| b == ballot && but != Some(v));
        let others = strays.fold(others, |voters, &(_, _, more)| voters | more);
        let open = |&node: &usize| {
            let voted = known.voters >> (node & 63) & 1 != 0;
            others >> (node & 63) & 1 != 0 || !voted && self.bounds[node] <= ballot
        };
        (1..self.bounds.len()).filter(open).count() >= usize::from(self.quorum)
    }

    /// How many acceptors are bound by no ballot as high as this.
    pub(super) fn unbound(&self, ballot: BallotId) -> usize {
        self.bounds[1..].iter().filter(|&&bound| bound < ballot).count()
    }

    /// How many votes choose.
    pub(super) fn quorum(&self) -> u8 {
        self.quorum
    }
}

#[cfg(test)]
mod tests {
    use super::super::ballots::Ballots;
    use super::*;

    /// The same facts in both shelves: the same is reported.
    #[test]
    fn a_table_and_a_list_know_the_same() {
        let (mut table, mut list) =
            (History::new(5, 3, Ballots::new()), History::new(5, 3, BallotList::default()));
        let mut word = 1_u64;
        let mut broken = 0;
        for step in 0..20_000 {
            // Knuth's linear congruential generator: any mixture of good and bad steps will do.
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let of = |shift: u32, most: u64| (word >> shift) % most;
            let (node, value) = (of(33, 5) as u8 + 1, of(37, 2) as u16);
            let ballot = BallotId(((step / 40 + of(41, 5)) << 8) | (of(45, 3) + 1));
            let (mut by_table, mut by_list) = (Vec::new(), Vec::new());
            let kind = of(50, 6);
            macro_rules! both {
                ($act:ident $($arg:expr),*) => {{
                    let _ = table.$act($($arg,)* &mut |i, b, e| by_table.push((i, b, e)));
                    let _ = list.$act($($arg,)* &mut |i, b, e| by_list.push((i, b, e)));
                }};
            }
            match kind {
                0 => both!(promise node, ballot),
                1 => both!(propose ballot, value),
                2 | 3 => both!(vote node, ballot, value),
                4 => both!(learn ballot, value),
                _ => both!(tell value),
            }
            assert_eq!(by_table, by_list, "step {step}");
            assert_eq!(table.chosen(), list.chosen(), "step {step}");
            assert_eq!(table.can_choose(ballot, Some(value)), list.can_choose(ballot, Some(value)));
            broken += by_table.len();
        }
        assert!(broken > 1000 && table.chosen().is_some(), "{broken}");
    }
}
