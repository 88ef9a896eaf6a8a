//! All states as a graph.

use synod::report::graph_dot;
use synod::run::{Bounds, Condition, Graph, explore_graph};

use super::{FULL, ONCE, TWICE, TWO, protocol, scenario, visit};

fn graph(text: &str, bounds: &Bounds) -> Graph {
    explore_graph(&scenario(text), bounds, None, 20_000).expect("it can be explored").expect("they are few")
}

/// Six states in a row.
#[test]
fn a_single_node_is_a_chain_of_six_states() {
    let graph = graph("[cluster]\nnodes = 1\n[[proposer]]\nname = \"A\"\nnode = 1\n", &ONCE);
    let steps: Vec<_> = graph.steps.iter().map(|it| (it.from, it.to, &*it.act)).collect();
    assert_eq!(
        steps,
        [(0, 1, "start A"), (1, 2, "A1:P1>"), (2, 3, "A1:P1<"), (3, 4, "A1:A1>"), (4, 5, "A1:A1<")]
    );
    let chosen: Vec<_> = graph.states.iter().map(|it| it.winner).collect();
    assert_eq!(chosen, [None, None, None, None, Some(0), Some(0)]);
    let dot = graph_dot(&graph, "one", &["A"]);
    assert_eq!(dot.lines().filter(|line| line.contains(" -> ")).count(), 5);
    assert_eq!(dot.lines().filter(|line| line.contains("A is chosen")).count(), 2);
}

/// As many states and steps as the search counts, whether acceptors are told apart or not.
#[test]
fn a_graph_has_the_states_and_steps_of_the_search() {
    let reduced = Bounds { reductions: true, ..ONCE };
    for (text, bounds) in [
        (protocol("ballots = \"lab\""), ONCE),
        (protocol("ballots = \"lab\""), reduced),
        (protocol("transport = \"sequential\""), ONCE),
        (format!("[cluster]\nnodes = 5\n{TWO}[protocol]\nballots = \"lab\"\n"), reduced),
        ("[[proposer]]\nname = \"A\"\nnode = 1\n".to_owned(), FULL),
        ("[[proposer]]\nname = \"A\"\nnode = 1\n".to_owned(), TWICE),
    ] {
        let (found, graph) = (visit(&text, &bounds), graph(&text, &bounds));
        assert_eq!(
            (graph.states.len() as u64, graph.steps.len() as u64),
            (found.states, found.transitions),
            "{text}"
        );
        for (p, count) in (0..).zip(&found.chosen) {
            let of_graph = graph.states.iter().filter(|it| it.winner == Some(p)).count();
            assert_eq!(of_graph as u64, *count, "{text}");
        }
        assert_eq!(graph.states.iter().map(|it| it.depth).max(), Some(found.depth), "{text}");
    }
}

#[test]
fn a_graph_of_too_many_states_is_none() {
    let text = protocol("ballots = \"lab\"");
    let bounded = |most| explore_graph(&scenario(&text), &ONCE, None, most).expect("it can be explored");
    assert!(bounded(6_100).is_none() && bounded(6_101).is_some());
}

#[test]
fn what_breaks_and_what_was_asked_for_is_marked_and_names_mean_nothing() {
    let mutant = graph(&protocol("ballots = \"lab\"\nmutant = \"ignores-votes\""), &ONCE);
    assert!(mutant.steps.iter().any(|it| it.breaks));
    let hostile = "[cluster]\nnodes = 1\n[[proposer]]\nname = 'A\"]; x -> y [label=\"\\'\nnode = 1\n";
    let scenario = scenario(hostile);
    let asked = Condition::of_states("attempts = 1", &scenario).expect("it is a condition");
    let graph = explore_graph(&scenario, &ONCE, Some(&asked), 100).expect("it can be explored").expect("few");
    assert_eq!(graph.states.iter().filter(|it| it.is_asked_for).count(), 5);
    let dot = graph_dot(&graph, "a \"title\"\n\\", &[&scenario.proposer[0].name]);
    for line in dot.lines() {
        let quotes = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
        assert!(quotes.is_multiple_of(2), "{line}");
    }
    assert_eq!(dot.lines().filter(|line| line.starts_with("  ") && line.contains("] ->")).count(), 0);
    assert_eq!(dot.matches("peripheries=2").count(), 5);
}
