//! Packed states are searched on all threads, and what is found is what the search through states as they are finds.

use synod::run::Threads;
use synod::run::{Bounds, Exploration, explore};

use super::{ONCE, TWICE, TWO, protocol, scenario, visit};
use crate::support::env;

const THREE: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 2\n[[proposer]]\nname = \"C\"\nnode = 3\n";

/// Both searches, of which the same is true.
#[track_caller]
fn same(text: &str, bounds: &Bounds) -> Exploration {
    let (packed, plain) = (visit(text, bounds), visit(text, &Bounds { packed: false, ..*bounds }));
    if packed.violation.is_some() {
        // How many states were visited up to there depends on which came first.
        assert_eq!((packed.violation, packed.depth), (plain.violation.clone(), plain.depth), "{text}");
        return plain;
    }
    assert_eq!(packed, plain, "{text}");
    packed
}

fn on<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    Threads::start(threads, 1 << 21).expect("threads").on(work)
}

#[test]
fn as_many_states_steps_and_levels_are_counted() {
    let lab = protocol("ballots = \"lab\"");
    let copies = |bounds: Bounds| Bounds { duplicates: true, ..bounds };
    let patient = |bounds: Bounds| Bounds { timeouts: false, ..bounds };
    for (text, bounds, states) in [
        (&*lab, ONCE, 6_101),
        (&lab, copies(ONCE), 942),
        (TWO, ONCE, 15_215),
        (TWO, copies(ONCE), 2_314),
        (&lab, copies(TWICE), 137_082),
    ] {
        assert_eq!(same(text, &bounds).states, states);
    }
    for keys in [
        "give_up = \"first-reject\"",
        "rejection = \"silent\"",
        "repeated = \"reject\"",
        "ballots = \"past-seen\"",
        "attempt_timeout = \"1s\"",
    ] {
        let bounds = if keys.contains("attempt") { ONCE } else { patient(ONCE) };
        assert!(same(&protocol(keys), &bounds).complete);
    }
    let alone = "[[proposer]]\nname = \"A\"\nnode = 1\ninitial_round = 7\n";
    for bounds in [TWICE, patient(copies(TWICE))] {
        assert!(same(alone, &bounds).complete);
    }
    assert!(same(&format!("[cluster]\nnodes = 5\n{alone}"), &ONCE).complete);
}

/// What takes minutes, and a gigabyte where states are not packed.
#[test]
fn as_many_states_are_counted_where_there_are_millions() {
    if env::runs(0) < 1_000_000 {
        return;
    }
    let bounds = |attempts| Bounds { attempts, ..ONCE };
    let lab = "[protocol]\nballots = \"lab\"\n";
    for (text, bounds, states) in [
        (protocol("ballots = \"lab\""), TWICE, 800_399),
        (TWO.to_owned(), TWICE, 8_988_200),
        (TWO.to_owned(), Bounds { duplicates: true, ..TWICE }, 2_801_622),
        (format!("[cluster]\nnodes = 5\n{TWO}{lab}"), ONCE, 2_174_209),
        (format!("{THREE}{lab}"), bounds(1), 905_882),
        (THREE.to_owned(), bounds(1), 8_052_275),
    ] {
        assert_eq!(same(&text, &bounds).states, states);
    }
}

#[test]
fn the_same_violation_is_told_with_the_same_schedule() {
    let copies = Bounds { duplicates: true, ..TWICE };
    for mutant in ["ignores-votes", "takes-lowest-vote"] {
        for bounds in [ONCE, TWICE, copies] {
            let found = same(&protocol(&format!("mutant = \"{mutant}\"")), &bounds);
            assert!(found.violation.is_some() || bounds == ONCE, "{mutant}");
        }
    }
    let none = TWO.replace("\"A\"", "\"A\"\nvalue = \"None\"");
    assert!(same(&format!("{none}[protocol]\nmutant = \"none-is-nothing\"\n"), &ONCE).violation.is_some());
    let apart = "[cluster]\nunsafe = true\nquorum = { sizes = { prepare = 1, accept = 2 } }\n";
    assert!(same(&format!("{TWO}{apart}"), &ONCE).violation.is_some());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mutant = protocol("mutant = \"takes-lowest-vote\"");
    let part = Bounds { most_states: 30_000, ..TWICE };
    for (text, bounds) in [(TWO, &ONCE), (&mutant, &TWICE), (TWO, &part)] {
        let found = on(1, || visit(text, bounds));
        assert_eq!(found.complete, *bounds == ONCE);
        for threads in [2, 5] {
            assert_eq!(on(threads, || visit(text, bounds)), found, "{threads} threads");
        }
    }
}

/// A search that ends early tells of the levels that it has done.
#[test]
fn a_search_that_ends_early_keeps_what_it_knows() {
    let found = visit(TWO, &Bounds { most_states: 30_000, ..TWICE });
    assert!(!found.complete && found.stuck.is_none() && found.violation.is_none(), "{found:?}");
    assert!((5_000..30_000).contains(&found.states) && found.depth > 5, "{found:?}");
    // In memory that has no room for the next level.
    let small = visit(TWO, &Bounds { most_bytes: 3_000_000, ..TWICE });
    assert!(!small.complete && small.states > found.states, "{small:?}");
    let mut asked = 0;
    let mut go_on = |_| {
        asked += 1;
        asked < 20
    };
    let stopped = explore(&scenario(TWO), &TWICE, &mut go_on).expect("it can be explored");
    assert!(!stopped.complete && stopped.states > 1, "{stopped:?}");
}
