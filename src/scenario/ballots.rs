//! How people read a ballot: as the scenario's rule makes it.
//!
//! Absent on purpose: how the next one is picked, which the protocol's own room knows.

use super::model::Ballots;
use crate::trace::BallotId;

impl Ballots {
    /// The lab's number, or round.node; of own nodes whose ballots are plain numbers that number.
    pub fn spelled(self, ballot: BallotId) -> String {
        if self == Ballots::Lab {
            (ballot.round() * 10 + u64::from(ballot.node())).to_string()
        } else if ballot.node() == 0 && ballot != BallotId::NONE {
            ballot.round().to_string()
        } else {
            format!("{}.{}", ballot.round(), ballot.node())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ballot_is_spelt_as_its_rule_makes_it() {
        let ballot = |round: u64, node: u64| BallotId(round << 8 | node);
        assert_eq!(Ballots::Lab.spelled(ballot(1, 3)), "13");
        assert_eq!(Ballots::PastHighest.spelled(ballot(1, 3)), "1.3");
        assert_eq!(Ballots::PastSeen.spelled(ballot(7, 0)), "7");
        assert_eq!(Ballots::PastSeen.spelled(BallotId::NONE), "0.0");
    }
}
