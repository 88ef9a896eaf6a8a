//! From which states something can still be chosen.

use synod::run::Bounds;

use super::{FULL, ONCE, TWICE, TWO, visit};

const ALONE: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n";

/// Six states, as ever; and the proposer gives up while any of four messages is under way. Of what it leaves behind, a
/// prepare under way and a promise can come to nothing; an accept under way can still be voted for.
#[test]
fn a_proposer_that_gives_up_leaves_states_that_can_be_counted_by_hand() {
    let text = format!("[cluster]\nnodes = 1\n{ALONE}[protocol]\nattempt_timeout = \"1s\"\n");
    let found = visit(&text, &ONCE);
    assert_eq!((found.states, found.chosen[0], found.stuck), (6 + 4, 3, Some(2)));
    // Without an end of the attempt, and with one that another attempt follows, something can always be chosen.
    assert_eq!(visit(&text.replace("attempt_timeout = \"1s\"", ""), &ONCE).stuck, Some(0));
    let again = format!("{text}max_attempts = 2\nretry = {{ fixed = {{ delay = \"1s\" }} }}\n");
    assert_eq!(visit(&again, &ONCE).stuck, Some(0));
    assert!(visit(&again, &TWICE).stuck > Some(0));
}

#[test]
fn a_lonely_proposer_with_a_time_out_may_choose_nothing() {
    for key in ["attempt_timeout", "phase_timeout"] {
        let found = visit(&format!("{ALONE}[protocol]\n{key} = \"25ms\"\n[network]\nloss = 0.3\n"), &ONCE);
        assert!(found.complete && found.chosen[0] > 0, "{found:?}");
        assert!(found.stuck > Some(0) && found.stuck < Some(found.states), "{found:?}");
    }
}

/// What is left out of states hides no state from which nothing can be chosen.
#[test]
fn what_is_left_out_makes_no_difference_to_what_can_be_chosen() {
    let mut seen = [0; 2];
    for keys in [
        "",
        "attempt_timeout = \"1s\"",
        "give_up = \"first-reject\"",
        "give_up = \"first-reject\"\nrepeated = \"reject\"",
        "give_up = \"first-reject\"\nattempt_timeout = \"1s\"",
        "local_preemption = true",
    ] {
        for more in [
            "",
            "[[network.link]]\nfrom = 3\nto = 2\nloss = 1.0\n",
            "[[network.link]]\nfrom = 2\nto = 3\nloss = 1.0\nkind = \"promise\"\n",
            "[[fault]]\nat = \"0s\"\ncrash = { nodes = [2] }\n",
        ] {
            // Two of two: few enough for both.
            let text = format!(
                "[cluster]\nnodes = 3\nquorum = {{ sizes = {{ prepare = 2, accept = 2 }} }}\n{TWO}[protocol]\nballots = \"lab\"\n{keys}\n{more}"
            );
            let most = Bounds { most_states: 150_000, ..FULL };
            let (less, all) = (visit(&text, &ONCE), visit(&text, &most));
            if all.complete {
                assert_eq!(
                    less.stuck > Some(0),
                    all.stuck > Some(0),
                    "{keys} {more}: {:?} {:?}",
                    less.stuck,
                    all.stuck
                );
                seen[usize::from(all.stuck > Some(0))] += 1;
            }
        }
    }
    assert!(seen.iter().all(|&cases| cases > 0), "{seen:?}");
}

/// What a proposer hears last may end all: B's prepare reaches node 2 alone, and A, once it is turned away there, gives up
/// what nodes 1 and 3 would have given it; and a second copy of its own prepare turns A away.
#[test]
fn a_rejection_that_ends_the_last_attempt_is_not_left_out() {
    let first = "[protocol]\nballots = \"lab\"\ngive_up = \"first-reject\"\n";
    let homeless = "[[proposer]]\nname = \"B\"\nnode = 0\n";
    let lost = |to: u8| format!("[[network.link]]\nfrom = 0\nto = {to}\nloss = 1.0\n");
    let turned_away = format!("{ALONE}{homeless}{first}{}{}", lost(1), lost(3));
    for bounds in [ONCE, FULL] {
        let found = visit(&turned_away, &bounds);
        assert!(found.complete && found.stuck > Some(0) && found.chosen[0] > 0, "{found:?}");
        let patient = visit(&turned_away.replace("first-reject", "timeout-only"), &bounds);
        assert_eq!(patient.stuck, Some(0));
    }
    let strict = format!("[cluster]\nnodes = 1\n{ALONE}{first}repeated = \"reject\"\n");
    for bounds in [ONCE, FULL] {
        let bounds = Bounds { duplicates: true, ..bounds };
        assert!(visit(&strict, &bounds).stuck > Some(0));
        assert_eq!(visit(&strict.replace("\"reject\"", "\"answer\""), &bounds).stuck, Some(0));
    }
}

#[test]
fn a_search_that_ends_early_says_nothing_of_what_can_be_chosen() {
    let found = visit(TWO, &Bounds { most_states: 1_000, ..TWICE });
    assert!(!found.complete && found.stuck.is_none(), "{found:?}");
    let found = visit(&format!("{TWO}[protocol]\nmutant = \"accept-ignores-promise\"\n"), &ONCE);
    assert!(found.violation.is_some() && found.stuck.is_none(), "{found:?}");
}
