//! Can this be reached, and what can still be chosen? Exam questions with their answers.

use synod::run::{Bounds, Condition, Exploration, Record, explore_until};

use super::{ONCE, TWICE, TWO, protocol, scenario};

const THREE: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 2\n[[proposer]]\nname = \"C\"\nnode = 3\n";
const LAB: &str = "[protocol]\nballots = \"lab\"\n";

fn ask(text: &str, bounds: &Bounds, condition: &str) -> Exploration {
    let scenario = scenario(text);
    let condition =
        Condition::of_states(condition, &scenario).unwrap_or_else(|error| panic!("{condition}: {error}"));
    let found = explore_until(&scenario, bounds, Some(&condition), &mut |_| true);
    found.unwrap_or_else(|error| panic!("{error}"))
}

/// The steps of a shortest schedule, which runs; none if every state was visited in vain.
#[track_caller]
fn reach(text: &str, bounds: &Bounds, condition: &str) -> Option<u32> {
    let found = ask(text, &Bounds { reductions: true, ..*bounds }, condition);
    assert_eq!(found.violation, None);
    assert_eq!(found.complete, found.reached.is_none(), "{condition}");
    let it = found.reached?;
    let record = Record::of(&it.scenario, 0).unwrap_or_else(|error| panic!("{condition}: {error}"));
    assert!(record.outcome.violated.is_empty(), "{}", it.schedule);
    Some(it.steps)
}

/// Three acceptors hold (1, x), (2, y), (3, z): the quorum of the highest of these ballots would have met the vote below.
#[test]
fn three_votes_for_three_values_cannot_be() {
    let text = format!("{THREE}{LAB}");
    assert_eq!(reach(&text, &ONCE, "vote.1 = \"A\" && vote.2 = \"B\" && vote.3 = \"C\""), None);
    assert_eq!(reach(&text, &ONCE, "vote.1 = C && vote.2 = A && vote.3 = B"), None);
}

/// (1, x), (2, y), –: the second proposer has heard the two that had not voted.
#[test]
fn two_votes_for_two_values_can_be() {
    let text = format!("{THREE}{LAB}");
    let asked = "vote.1 = \"A\" && voted.1 = \"1.1\" && vote.2 = \"B\" && voted.2 = \"1.2\" && vote.3 = none";
    // Each begins, is promised by two, hears them, and has one vote: by the count of single deliveries.
    assert_eq!(reach(&text, &ONCE, asked), Some(2 * (1 + 2 + 2 + 1)));
    // The lower ballot's vote is cast first, or the acceptor would have refused: not where both promised.
    let later = "voted.1 = \"1.1\" && promised.1 = \"1.2\" && vote.2 = \"B\" && winner = \"A\"";
    assert_eq!(reach(&text, &ONCE, later), None);
}

/// (22, y), (20, x), (18, x) and their like: any quorum of the highest meets a voter below it.
#[test]
fn a_vote_above_two_for_another_value_cannot_be() {
    let text = protocol("ballots = \"lab\"");
    let above =
        "vote.1 = \"B\" && vote.2 = \"A\" && vote.3 = \"A\" && voted.1 > voted.2 && voted.1 > voted.3";
    // B's only ballot is above both of A's.
    let only = text.replace("node = 3", "node = 3\ninitial_round = 5");
    assert_eq!(reach(&only, &TWICE, &format!("{above} && voted.1 = \"6.3\"")), None);
    // If B's value was voted for before, in a ballot between the two of A, it can: that vote was overwritten.
    assert_eq!(reach(&text, &TWICE, above), Some(24));
    // (20, x), (22, y), –: it can.
    assert!(reach(&text, &TWICE, "vote.1 = A && vote.2 = B && voted.2 > voted.1 && vote.3 = none").is_some());
}

#[test]
fn both_searches_give_the_same_answer() {
    for (condition, is_reached) in [
        ("winner = \"B\" && client.A = other", true),
        ("client.A = own && client.B = other", true),
        ("client.A = own && client.B = own", false),
        ("attempts = 0", true),
        ("promised.2 = none && winner != none && attempts = 2", true),
        ("promised.1 < promised.2 && promised.2 < promised.3", false),
    ] {
        let found = ask(TWO, &ONCE, condition);
        assert_eq!(found.reached.is_some(), is_reached, "{condition}");
        let plain = ask(TWO, &Bounds { packed: false, ..ONCE }, condition);
        assert_eq!((found.reached, found.complete), (plain.reached, plain.complete), "{condition}");
    }
}

/// From where a script ends: A has one vote, and then the two that choose.
#[test]
fn what_can_still_be_chosen_after_a_script() {
    let after = |schedule: &str| format!("{TWO}{LAB}[script]\nschedule = \"{schedule}\"\n");
    let bounds = Bounds { after_script: true, ..ONCE };
    let one = after("start A; A1:P1 A1:P2; A1:A1");
    assert!(
        reach(&one, &bounds, "winner = \"A\"").is_some() && reach(&one, &bounds, "winner = \"B\"").is_some()
    );
    let two = after("start A; A1:P1 A1:P2; A1:A1 A1:A2>");
    assert_eq!(reach(&two, &bounds, "winner = \"A\""), Some(0));
    assert_eq!(reach(&two, &bounds, "winner = \"B\""), None);
    // An answer that the script has delivered counts, though its quorum is not complete.
    let half = after("start A; A1:P1");
    assert_eq!(reach(&half, &bounds, "vote.2 = \"A\""), Some(3));
    let thrice = after("start A; start A");
    let found = explore_until(&scenario(&thrice), &bounds, None, &mut |_| true);
    assert!(found.is_err_and(|error| error.to_string().contains("raise --attempts")));
}

#[test]
fn what_is_no_condition_on_states_is_refused() {
    let scenario = scenario(TWO);
    for (text, word) in [
        ("duel >= 3", "fields of states: winner"),
        ("verdict = decided", "only a run"),
        ("vote.4 = none", "acceptors: 1 to 3"),
        ("vote.x = none", "acceptors: 1 to 3"),
        ("vote = none", "which acceptor's? write `vote.1`"),
        ("vote.1 = \"D\"", "no proposer is named"),
        ("vote.1 < \"A\"", "no order"),
        ("voted.1 = 3", "round and node in quotes"),
        ("voted.1 = \"x.1\"", "round and node in quotes"),
        ("voted.1 < none", "none has no order"),
        ("voted.1 = vote.2", "round and node in quotes"),
    ] {
        let error = Condition::of_states(text, &scenario).expect_err(text).to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
    let error = Condition::parse("vote.1 = none", &scenario).expect_err("of states").to_string();
    assert!(error.contains("asked of states"), "{error}");
}
