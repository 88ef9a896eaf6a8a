//! Packed states against states as they are, one by one.

use std::collections::BTreeSet;

use super::super::act::Model;
use super::super::bounds::Bounds;
use super::super::{coverage, schedule};
use super::children::Children;
use super::packing::Packing;
use super::word::{Packed, Word};
use crate::run::plan::Plan;
use crate::scenario::Scenario;

const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";

const ONCE: Bounds = Bounds::ONCE;

/// Every state of a model is unpacked to what was packed, and is followed by the same states.
fn agrees<W: Word, const N: usize>(text: &str, bounds: &Bounds, most: usize) -> usize {
    let scenario = Scenario::parse(text, "x.toml").unwrap_or_else(|error| panic!("{error}"));
    let (_, conditions) = coverage::coverage(&scenario, bounds).unwrap_or_else(|error| panic!("{error}"));
    let plan = Plan::new(&schedule::bare(&scenario)).unwrap_or_else(|error| panic!("{error}"));
    let model = Model::new(&plan, bounds, &conditions);
    let packing = Packing::new(&model).unwrap_or_else(|| panic!("{text} cannot be packed"));
    assert!(
        packing.layout.bits as usize <= 8 * size_of::<W>() && packing.nodes() <= N,
        "{text}: {:?}",
        packing.layout
    );
    let (mut actions, mut children) = (Vec::new(), Children::<W, N>::new());
    let mut level = vec![model.initial()];
    let mut visited = BTreeSet::from([packing.pack::<W, N>(&level[0]).fingerprint()]);
    while let Some(state) = level.pop() {
        let packed: Packed<W, N> = packing.pack(&state);
        assert_eq!(packing.unpack(&packed), state, "{text}");
        assert_eq!(packing.chosen(&packed), model.chosen(&state), "{text}: {state:?}");
        children.clear();
        packing.children(&packed, &mut children);
        model.actions(&state, &mut actions);
        let mut followed: Vec<_> = children.states.iter().map(Packed::fingerprint).collect();
        let mut expected = Vec::new();
        for &action in &actions {
            let (child, broken) = model.apply(&state, action);
            let child_packed: Packed<W, N> = packing.pack(&child);
            expected.push(child_packed.fingerprint());
            let place = children.states.iter().position(|it| *it == child_packed);
            assert!(place.is_some(), "{text}: {action:?} leads from\n{state:?} to\n{child:?}");
            if broken.is_some() {
                assert!(
                    place.is_some_and(|at| children.suspects.contains(&at)),
                    "{text}: {state:?} {action:?}"
                );
            } else if visited.len() < most && visited.insert(child_packed.fingerprint()) {
                level.push(child);
            }
        }
        followed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(followed, expected, "{text}: {state:?}");
    }
    visited.len()
}

#[test]
fn packed_states_come_back_and_are_followed_by_the_same() {
    let lab = |keys: &str| format!("{TWO}[protocol]\nballots = \"lab\"\n{keys}");
    assert_eq!(agrees::<u64, 3>(&lab(""), &ONCE, usize::MAX), 6_101);
    assert_eq!(agrees::<u64, 3>(TWO, &ONCE, usize::MAX), 15_215);
    let twice = Bounds { attempts: 2, ..ONCE };
    let copies = |bounds: Bounds| Bounds { duplicates: true, ..bounds };
    let patient = |bounds: Bounds| Bounds { timeouts: false, ..bounds };
    let most = 1_500;
    for keys in [
        "",
        "give_up = \"first-reject\"",
        "give_up = \"timeout-only\"",
        "rejection = \"silent\"",
        "repeated = \"reject\"\ngive_up = \"first-reject\"",
        "ballots = \"past-seen\"",
        "attempt_timeout = \"1s\"\nretry = { fixed = { delay = \"1s\" } }\nmax_attempts = 2",
        "mutant = \"ignores-votes\"",
        "mutant = \"takes-lowest-vote\"",
    ] {
        for ballots in ["lab", "past-highest"] {
            if keys.contains("ballots") && ballots == "lab" {
                continue;
            }
            let named =
                if keys.contains("ballots") { String::new() } else { format!("ballots = \"{ballots}\"\n") };
            let text = format!("{TWO}[protocol]\n{named}{keys}\n");
            for bounds in [ONCE, twice, copies(ONCE), copies(twice)] {
                agrees::<u128, 3>(&text, &bounds, most);
                if !keys.contains("attempt_timeout") {
                    agrees::<u128, 5>(&text, &patient(bounds), most);
                }
            }
        }
    }
}

#[test]
fn packed_states_of_other_clusters_come_back_too() {
    let three = format!("{TWO}[[proposer]]\nname = \"C\"\nnode = 0\ninitial_round = 1\n");
    for more in [
        "[cluster]\nnodes = 5\n",
        "[cluster]\nnodes = 4\nquorum = { sizes = { prepare = 3, accept = 2 } }\n",
        "[cluster]\nnodes = 4\nunsafe = true\nquorum = { sizes = { prepare = 1, accept = 2 } }\n",
        "[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\n[network.kind.reject]\nloss = 1.0\n",
        "[[fault]]\nat = \"0s\"\ncrash = { nodes = [3] }\n[protocol]\ngive_up = \"first-reject\"\n",
    ] {
        for bounds in [ONCE, Bounds { attempts: 2, timeouts: false, ..ONCE }] {
            agrees::<u128, 5>(&format!("{TWO}{more}"), &bounds, 1_500);
            agrees::<u128, 5>(&format!("{three}{more}"), &bounds, 1_000);
        }
    }
}

/// Every permutation of acceptors that are alike is one state, and a state keeps its meaning.
#[test]
fn acceptors_that_are_alike_are_those_that_nobody_looks_at() {
    let kinds = |text: &str| {
        let bounds = Bounds { reductions: true, ..ONCE };
        let scenario = Scenario::parse(text, "x.toml").unwrap_or_else(|error| panic!("{error}"));
        let (_, conditions) =
            coverage::coverage(&scenario, &bounds).unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::new(&schedule::bare(&scenario)).unwrap_or_else(|error| panic!("{error}"));
        let model = Model::new(&plan, &bounds, &conditions);
        Packing::new(&model).unwrap_or_else(|| panic!("{text} cannot be packed")).alike
    };
    let lab = format!("{TWO}[protocol]\nballots = \"lab\"\n");
    assert_eq!(kinds(&lab), [[0, 1, 2]]);
    assert_eq!(kinds(&lab.replace("lab", "past-seen")), [[0, 1, 2]]);
    assert_eq!(kinds(TWO), [[0_usize; 0]; 0]);
    assert_eq!(kinds(&format!("{TWO}[cluster]\nnodes = 5\n")), [[1, 3, 4]]);
    assert_eq!(kinds(&format!("{lab}[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\n")), [[0, 2]]);
}
