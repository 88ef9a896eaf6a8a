//! A search that begins at given states: what follows from them, held against the graph of all states.

use std::collections::BTreeSet;

use synod::run::{
    Asked, Bounds, Condition, Exploration, ExploreError, Graph, Record, Untold, explore_graph, explore_kept,
};

use super::{ONCE, TWO, protocol, scenario};

fn condition(text: &str, of: &str) -> Condition {
    Condition::of_states(text, &scenario(of)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn search(text: &str, bounds: &Bounds, from: &str, to: Option<&str>) -> Result<Exploration, ExploreError> {
    let (from, to) = (condition(from, text), to.map(|to| condition(to, text)));
    let asked = Asked { from: Some(&from), to: to.as_ref() };
    explore_kept(&scenario(text), bounds, asked, (&mut |_| true, false))
}

/// The states of a graph that follow from those that were asked for, these included.
fn following(graph: &Graph) -> BTreeSet<usize> {
    let mut all: BTreeSet<usize> =
        (0..graph.states.len()).filter(|&it| graph.states[it].is_asked_for).collect();
    loop {
        let more: Vec<usize> =
            graph.steps.iter().filter(|it| all.contains(&it.from) && !it.breaks).map(|it| it.to).collect();
        let before = all.len();
        all.extend(more);
        if all.len() == before {
            return all;
        }
    }
}

/// Counts what follows from the states in which a condition holds, in both ways; how many those are.
fn agrees(text: &str, bounds: &Bounds, from: &str) -> u64 {
    let found = search(text, bounds, from, None).unwrap_or_else(|error| panic!("{from}: {error}"));
    let asked = condition(from, text);
    let graph = explore_graph(&scenario(text), bounds, Some(&asked), usize::MAX);
    let graph = graph.unwrap_or_else(|error| panic!("{from}: {error}")).expect("any number");
    let all = following(&graph);
    let beginning = found.beginning.expect("every state was visited");
    let roots = graph.states.iter().filter(|it| it.is_asked_for).count();
    assert_eq!((beginning.states, beginning.visited), (roots as u64, graph.states.len() as u64), "{from}");
    let transitions = graph.steps.iter().filter(|it| all.contains(&it.from)).count();
    assert_eq!((found.states, found.transitions), (all.len() as u64, transitions as u64), "{from}");
    for (p, &chosen) in (0_u8..).zip(&found.chosen) {
        let of_graph = all.iter().filter(|&&it| graph.states[it].winner == Some(p)).count();
        assert_eq!(chosen, of_graph as u64, "{from}: {p}");
    }
    assert!(found.complete && found.violation.is_none() && found.reached.is_none());
    beginning.states
}

#[test]
fn what_follows_from_given_states_is_what_follows_in_the_graph() {
    let lab = protocol("ballots = \"lab\"");
    let reduced = Bounds { reductions: true, ..ONCE };
    for (bounds, some) in [(ONCE, 30), (reduced, 2)] {
        for from in [
            "attempts = 0",
            "attempts = 2",
            "vote.1 = \"A\" && vote.2 = none && vote.3 = \"B\"",
            "voted.1 = \"1.1\" && promised.2 = \"1.3\" && vote.3 = none",
            "winner = \"A\" && client.B = none",
        ] {
            let states = agrees(&lab, &bounds, from);
            assert!(if from == "attempts = 0" { states == 1 } else { states >= some }, "{from}: {states}");
        }
        assert_eq!(
            agrees(
                &lab,
                &bounds,
                "vote.1 = \"A\" && voted.1 = \"1.3\" && voted.2 = \"1.1\" && vote.2 = \"B\""
            ),
            0
        );
    }
    let lost = format!("{lab}[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\n");
    agrees(&lost, &reduced, "vote.3 = \"A\"");
    agrees(TWO, &ONCE, "promised.1 = \"1.3\"");
}

/// A has one vote, and the two others have promised the higher ballot of B, which may hear of that vote or not.
#[test]
fn what_can_still_be_chosen_from_given_acceptors_is_told() {
    let lab = protocol("ballots = \"lab\"");
    let given =
        "voted.1 = \"1.1\" && promised.2 = \"1.3\" && promised.3 = \"1.3\" && vote.2 = none && vote.3 = none";
    let found = search(&lab, &ONCE, given, None).expect("it can be explored");
    assert!(found.chosen[0] > 0, "by B, which adopts it where node 1 is heard");
    assert!(found.chosen[1] > 0, "B's own, where it is not");
    let told = search(&lab, &ONCE, &format!("{given} && promised.1 = \"1.1\""), Some("winner = \"A\""));
    let told = told.expect("it can be explored").reached.expect("B may adopt it");
    let record = Record::of(&told.scenario, 0).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(record.outcome.winner, Some(0), "{}", told.schedule);
    // Where two have voted for it, nothing else can be.
    let chosen = search(&lab, &ONCE, "vote.1 = \"A\" && vote.2 = \"A\"", Some("winner = \"B\""));
    let chosen = chosen.expect("it can be explored");
    assert!(chosen.complete && chosen.reached.is_none());
}

/// All states are visited to find them, so a violation is found then; its way runs, of acceptors that are alike as well.
#[test]
fn a_violation_ends_the_search_for_the_states_to_begin_at() {
    let text = protocol("ballots = \"lab\"\nmutant = \"ignores-votes\"");
    for reductions in [false, true] {
        let bounds = Bounds { reductions, ..ONCE };
        for from in ["attempts = 2", "vote.1 = \"A\" && vote.2 = none && vote.3 = none"] {
            let found = search(&text, &bounds, from, None).expect("it can be explored");
            assert!(found.beginning.is_none(), "an invariant breaks before every state was visited");
            let it = found.violation.expect("the mutant breaks one");
            let record = Record::of(&it.scenario, 0).unwrap_or_else(|error| panic!("{error}"));
            assert!(record.outcome.violated.contains(it.invariant), "{}", it.schedule);
        }
    }
}

#[test]
fn states_that_cannot_be_packed_are_not_begun_at() {
    let blocking = protocol("transport = \"sequential\"");
    let refused = search(&blocking, &ONCE, "attempts = 1", None);
    assert!(matches!(refused, Err(ExploreError::Unpacked)), "{refused:?}");
}

#[test]
fn a_search_for_the_beginning_that_is_stopped_says_so() {
    let bounds = Bounds { most_states: 100, ..ONCE };
    let found =
        search(&protocol("ballots = \"lab\""), &bounds, "winner = \"A\"", None).expect("it can be explored");
    assert!(!found.complete && found.beginning.is_none() && found.chosen.is_empty());
}

/// Ended while the way is looked for: what is there is told all the same.
#[test]
fn what_was_found_is_told_although_the_way_to_it_was_not() {
    let mutant = protocol("ballots = \"lab\"\nmutant = \"ignores-votes\"");
    let lab = protocol("ballots = \"lab\"");
    let chosen = condition("winner = \"A\"", &lab);
    let cases = [(&mutant, None, Untold::Violation), (&lab, Some(&chosen), Untold::Reached)];
    for (text, to, untold) in cases {
        // The way is looked for by walking once more, from the first state on.
        let mut most = 0;
        let mut go_on = |states: u64| {
            let is_first_walk = states >= most;
            most = most.max(states);
            is_first_walk
        };
        let found = explore_kept(&scenario(text), &ONCE, Asked { from: None, to }, (&mut go_on, false));
        let found = found.expect("it can be explored");
        assert_eq!(found.untold, Some(untold));
        assert!(!found.complete && found.violation.is_none() && found.reached.is_none());
    }
}
