//! The safety checks on histories made by hand: each refuses a bad one and passes its nearest good neighbour; and a
//! planted bug is caught by simulation.

mod histories;
mod planted;
mod steps;

use histories::*;
use synod::check::{Invariant, Monitor, Safety};
use synod::trace::{Answer, BallotId, Event, Observer, StopReason};

/// Three nodes of which two choose, and two clients.
fn checker() -> Safety {
    Safety::new(3, 2, 2)
}

/// The history's event i happens at 10·(i + 1) ns.
fn judge(history: &[Event]) -> Safety {
    let mut safety = checker();
    for (at_ns, event) in (10..).step_by(10).zip(history) {
        safety.on(at_ns, event);
    }
    safety
}

/// How many events must be changed, added or removed to make one history of the other.
fn distance(a: &[Event], b: &[Event]) -> usize {
    let same_start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same_start..], &b[same_start..]);
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    (a.len() - same_end).max(b.len() - same_end)
}

#[test]
fn every_check_refuses_a_bad_history_and_passes_its_nearest_good_neighbours() {
    let mut refused = Vec::new();
    for case in cases() {
        let Case { name, invariant, bad, at, ballot, evidence, good } = case;
        let safety = judge(&bad);
        // No other check would have caught it.
        let violated: Vec<_> = safety.violated().iter().collect();
        assert_eq!(violated, [invariant], "{name}");
        let [violation] = safety.violations() else { panic!("{name}: {:?}", safety.violations()) };
        assert_eq!(violation.invariant, invariant, "{name}");
        assert_eq!(violation.at_ns, 10 * (at as u64 + 1), "{name}: at the event that breaks it");
        assert_eq!(violation.ballot, ballot, "{name}");
        assert_eq!(violation.evidence.to_string(), evidence, "{name}");
        assert!(!good.is_empty(), "{name}");
        for (i, good) in good.iter().enumerate() {
            assert_eq!(distance(&bad, good), 1, "{name}: neighbour {i} is not the nearest");
            assert_eq!(judge(good).violations(), [], "{name}: neighbour {i}");
        }
        refused.push(invariant);
    }
    refused.dedup();
    // What clients are told follows from what is chosen and that only this is told: it never breaks alone.
    refused.push(Invariant::ClientsAgree);
    assert_eq!(refused, Invariant::ALWAYS, "every check that watches every run, in the order of reports");
}

/// What is chosen is a fact about votes: a quorum, of one ballot, each acceptor counted once.
#[test]
fn a_value_is_chosen_by_a_quorum_of_one_ballot() {
    let chosen = |history: &[Event]| judge(history).chosen().map(|c| (c.value, c.ballot, c.at_ns));
    let (x, y) = (ballot(1, 1), ballot(2, 3));
    assert_eq!(chosen(&[submitted(0), voted(1, x, 0)]), None);
    assert_eq!(chosen(&[submitted(0), voted(1, x, 0), voted(1, x, 0)]), None, "one acceptor, twice");
    assert_eq!(chosen(&[submitted(0), voted(1, x, 0), voted(2, y, 0)]), None, "two ballots");
    assert_eq!(chosen(&[submitted(0), voted(1, x, 0), voted(2, x, 0)]), Some((0, x, 30)));
    // A vote that was overwritten still counts: it was cast.
    let overwritten = [submitted(0), voted(1, x, 0), voted(1, y, 0), voted(2, x, 0)];
    assert_eq!(chosen(&overwritten), Some((0, x, 40)));
    let again = [submitted(0), voted(1, x, 0), voted(2, x, 0), voted(1, y, 0), voted(3, y, 0)];
    assert_eq!(chosen(&again), Some((0, x, 30)), "the first choice stays");
}

/// A checker that is used again knows nothing of the run before, and a broken run keeps its first evidence only.
#[test]
fn a_cleared_checker_starts_afresh() {
    let mut safety = checker();
    for (at, case) in (0..).zip(cases()) {
        for event in &case.bad {
            safety.on(at, event);
        }
        let violated: Vec<_> = safety.violated().iter().collect();
        assert_eq!(violated, [case.invariant], "{} after other runs", case.name);
        safety.clear();
        assert!(safety.violated().is_empty() && safety.violations().is_empty() && safety.chosen().is_none());
        for event in &case.good[0] {
            safety.on(at, event);
        }
        assert_eq!(safety.violations(), [], "{}", case.name);
        safety.clear();
    }
    for round in 0..100 {
        safety.on(round, &promised(1, ballot(9, 1)));
    }
    assert_eq!(safety.violations().len(), 16);
    assert_eq!(safety.violations()[0].at_ns, 1, "the first repetition");
}

/// What the checker finds reaches the outcome of the run.
#[test]
fn violations_reach_the_outcome() {
    for case in cases() {
        let outcome = |history: &[Event]| {
            let mut monitor = Monitor::new(3, 2, &[0, 1]);
            history.iter().for_each(|event| monitor.on(5, event));
            monitor.on(9, &Event::Stopped { reason: StopReason::Quiescent });
            monitor.outcome().clone()
        };
        let violated: Vec<_> = outcome(&case.bad).violated.iter().collect();
        assert_eq!(violated, [case.invariant], "{}", case.name);
        assert!(outcome(&case.good[0]).violated.is_empty(), "{}", case.name);
    }
}

/// An acceptor that votes has promised to take part in nothing lower, even if it forgets to say so.
#[test]
fn a_vote_is_a_promise() {
    for below in [voted(1, ballot(1, 1), 1), promised(1, ballot(1, 1))] {
        let safety = judge(&[submitted(0), submitted(1), voted(1, ballot(2, 3), 0), below]);
        assert!(safety.violated().contains(Invariant::PromisesKept), "{below:?}");
        assert_ne!(safety.violations()[0].ballot, BallotId::NONE);
    }
}

/// The same contradiction in the other order of time: the lower ballot is chosen after the higher one was proposed.
#[test]
fn a_proposal_is_unsafe_also_when_the_lower_ballot_is_chosen_later() {
    let (low, high) = (ballot(1, 1), ballot(2, 3));
    let history =
        |value| [submitted(0), submitted(1), voted(1, low, 0), proposed(high, value), voted(2, low, 0)];
    let safety = judge(&history(1));
    assert_eq!(safety.violated().iter().collect::<Vec<_>>(), [Invariant::ProposalSafety]);
    let [violation] = safety.violations() else { panic!("{:?}", safety.violations()) };
    assert_eq!((violation.at_ns, violation.ballot), (50, high), "at the choice, and about the higher ballot");
    assert_eq!(
        violation.evidence.to_string(),
        "value 1 was proposed, and value 0 is chosen in the lower ballot 1.1"
    );
    assert_eq!(judge(&history(0)).violations(), [], "the same value");
    // A vote without a proposal is no proposal, and a lower proposal binds nobody above it.
    let below = [submitted(0), submitted(1), proposed(low, 1), voted(1, high, 0), voted(2, high, 0)];
    assert_eq!(judge(&below).violations(), []);
}

fn broken(history: &[Event]) -> Vec<(Invariant, u64, BallotId, String)> {
    let one = |it: &synod::check::Violation| (it.invariant, it.at_ns, it.ballot, it.evidence.to_string());
    judge(history).violations().iter().map(one).collect()
}

/// A choice in a lower ballot than the first looks at the proposals above it again; one made after both is held against
/// the lower.
#[test]
fn proposals_are_held_against_the_lowest_choice_whenever_it_comes() {
    let (low, middle, high) = (ballot(1, 1), ballot(2, 3), ballot(3, 1));
    let mut history = vec![
        submitted(0),
        submitted(1),
        voted(1, low, 0),
        proposed(middle, 1),
        voted(1, high, 0),
        voted(3, high, 0),
    ];
    assert_eq!(broken(&history), [], "chosen in 3.1: nothing is known of what was below it");
    history.push(voted(2, low, 0));
    let told = "value 1 was proposed, and value 0 is chosen in the lower ballot 1.1".to_owned();
    assert_eq!(broken(&history), [(Invariant::ProposalSafety, 70, middle, told)]);
    // The same, proposed after both choices.
    history.remove(3);
    assert_eq!(broken(&history), []);
    history.push(proposed(middle, 1));
    let told = "value 1 is proposed, and value 0 was chosen in ballot 1.1".to_owned();
    assert_eq!(broken(&history), [(Invariant::ProposalSafety, 70, middle, told)]);
    history.pop();
    history.push(proposed(middle, 0));
    assert_eq!(broken(&history), [], "the same value");
}

/// Choosing takes a quorum for one value: votes for two values of one ballot are not added up.
#[test]
fn votes_for_two_values_of_a_ballot_choose_neither() {
    let one = ballot(1, 1);
    let mut history = vec![submitted(0), submitted(1), voted(1, one, 0), voted(2, one, 1)];
    assert_eq!(judge(&history).chosen(), None);
    assert_eq!(broken(&history).len(), 1, "one value per ballot, and nothing else");
    history.push(voted(3, one, 1));
    assert_eq!(
        judge(&history).chosen().map(|it| it.value),
        Some(1),
        "two of three, beside the ballot's first value"
    );
    history.push(voted(2, one, 0));
    assert!(judge(&history).violated().contains(Invariant::Agreement));
}

/// What is chosen and what clients are told have checks of their own: a broken learner breaks one, not the other.
#[test]
fn clients_that_are_told_different_values_are_seen_where_agreement_holds() {
    let one = ballot(1, 1);
    let told = |value| told(Answer::Succeeded { value });
    let chosen = [submitted(0), submitted(1), voted(1, one, 0), voted(2, one, 0)];
    let safety = judge(&[&chosen[..], &[told(0), told(1)]].concat());
    let violated: Vec<_> = safety.violated().iter().collect();
    assert_eq!(violated, [Invariant::ReportedImpliesChosen, Invariant::ClientsAgree]);
    let evidence = safety.violations()[1].evidence.to_string();
    assert_eq!(evidence, "a client is told that value 1 is chosen, and one was told that value 0 is");
    assert_eq!(judge(&[&chosen[..], &[told(0), told(0)]].concat()).violations(), []);
    // Where two values are chosen, each client is told one that is: only together are they wrong.
    let two =
        [&chosen[..], &[voted(2, ballot(2, 3), 1), voted(3, ballot(2, 3), 1), told(0), told(1)]].concat();
    let violated: Vec<_> = judge(&two).violated().iter().collect();
    assert_eq!(violated, [Invariant::Agreement, Invariant::ClientsAgree]);
}
