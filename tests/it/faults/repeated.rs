//! A request that comes again, or after its successor: an acceptor and its own ballot.

use synod::check::Verdict;
use synod::scenario::{GiveUp, Repeated, Scenario};
use synod::trace::{Event, Failure};

use super::{run, scenario};

/// One proposer, five nodes, delays so different that accepts overtake their prepares.
fn alone(give_up: GiveUp, repeated: Repeated, duplicate: &str) -> Scenario {
    let mut s = scenario(&format!(
        "[cluster]\nnodes = 5\n[[proposer]]\nname = 'A'\nnode = 1\n[network]\n\
         delay = {{ exponential = {{ mean = '10ms' }} }}\nduplicate = {duplicate}\n"
    ));
    (s.protocol.give_up, s.protocol.repeated) = (give_up, repeated);
    s
}

const RULES: [GiveUp; 3] = [GiveUp::FirstReject, GiveUp::QuorumImpossible, GiveUp::TimeoutOnly];

/// Nobody pre-empts a lone proposer, and nothing is given up, whatever is copied or overtaken.
#[test]
fn a_lone_proposer_is_neither_pre_empted_nor_refused() {
    for (give_up, duplicate) in RULES.into_iter().flat_map(|rule| [(rule, "0.0"), (rule, "1.0")]) {
        let s = alone(give_up, Repeated::Answer, duplicate);
        for seed in 0..500 {
            let outcome = run(&s, seed).outcome;
            let seen = (outcome.verdict, outcome.preemptions, outcome.attempts);
            assert_eq!(seen, (Verdict::Decided, 0, 1), "{give_up:?}, {duplicate}, seed {seed}");
        }
    }
}

/// Where the acceptor is stricter, `first-reject` ends attempts, but no rival has done it; the other rules lose nothing.
#[test]
fn a_refusal_of_the_own_ballot_is_no_pre_emption_and_takes_nothing_from_a_quorum() {
    for give_up in RULES {
        let s = alone(give_up, Repeated::Reject, "1.0");
        let mut ended = 0;
        for seed in 0..500 {
            let record = run(&s, seed);
            assert_eq!(record.outcome.preemptions, 0, "{give_up:?}, seed {seed}");
            let own =
                |(_, event): &&(u64, Event)| matches!(event, Event::Failed { why: Failure::OwnBallot, .. });
            ended += record.events.iter().filter(own).count();
            let gave_up = record.outcome.verdict == Verdict::GaveUp;
            assert!(!gave_up || give_up == GiveUp::FirstReject, "{give_up:?}, seed {seed}");
        }
        assert_eq!(ended > 0, give_up == GiveUp::FirstReject, "{give_up:?}: {ended}");
    }
}
