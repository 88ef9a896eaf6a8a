//! What is left out by default makes no difference: the same verdict, the same winners, as long a schedule.

use synod::run::{Bounds, Exploration};

use super::{FULL, ONCE, TWICE, TWO, protocol, visit};
use crate::support::env;

const THREE: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 2\n[[proposer]]\nname = \"C\"\nnode = 3\n";

fn reduced(bounds: &Bounds) -> Bounds {
    Bounds { reductions: true, ..*bounds }
}

/// Reduced and not.
#[track_caller]
fn alike(text: &str, bounds: &Bounds) -> (Exploration, Exploration) {
    let (less, all) = (visit(text, &reduced(bounds)), visit(text, bounds));
    assert!(less.states <= all.states, "{text}");
    assert_eq!((less.complete, less.depth), (all.complete, all.depth), "{text}");
    let broken = |it: &Exploration| it.violation.as_ref().map(|it| (it.invariant, it.steps));
    assert_eq!(broken(&less), broken(&all), "{text}");
    let won = |it: &Exploration| it.chosen.iter().map(|&states| states > 0).collect::<Vec<_>>();
    assert!(all.violation.is_some() || won(&less) == won(&all), "{text}");
    assert_eq!(less.stuck > Some(0), all.stuck > Some(0), "{text}");
    (less, all)
}

#[test]
fn the_verdict_and_the_winners_are_the_same() {
    for keys in [
        "ballots = \"lab\"",
        "ballots = \"lab\"\ngive_up = \"first-reject\"",
        "ballots = \"lab\"\ngive_up = \"first-reject\"\nrepeated = \"reject\"",
        "ballots = \"lab\"\nattempt_timeout = \"1s\"",
        "ballots = \"lab\"\nrejection = \"silent\"",
        "ballots = \"past-highest\"",
        "ballots = \"past-seen\"",
    ] {
        for bounds in [ONCE, Bounds { duplicates: true, ..ONCE }] {
            let (less, all) = alike(&protocol(keys), &bounds);
            assert!(less.violation.is_none() && less.complete, "{keys}");
            assert!(less.states < all.states || bounds.duplicates || keys.contains("reject\""), "{keys}");
        }
    }
    for more in [
        "[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\n",
        "[[fault]]\nat = \"0s\"\ncrash = { nodes = [2] }\n",
    ] {
        alike(&format!("{TWO}[protocol]\nballots = \"lab\"\n{more}"), &ONCE);
    }
    // Even against a search that leaves out nothing at all.
    let lab = protocol("ballots = \"lab\"");
    let (less, full) = (visit(&lab, &reduced(&ONCE)), visit(&lab, &FULL));
    assert_eq!((less.states, full.states, less.stuck), (258, 465_007, full.stuck));
}

#[test]
fn a_shortest_violation_is_as_long() {
    for mutant in [
        "accept-ignores-promise",
        "accept-compares-with-vote",
        "accept-does-not-raise-promise",
        "accepted-without-storing",
        "ballots-without-node",
        "promise-reports-promised",
        "ignores-votes",
        "takes-lowest-vote",
        "keeps-first-value",
        "majority-is-half",
    ] {
        for ballots in ["lab", "past-highest"] {
            let text = protocol(&format!("ballots = \"{ballots}\"\nmutant = \"{mutant}\""));
            let needs_two = mutant == "keeps-first-value";
            if ballots == "lab" || !needs_two {
                alike(&text, if needs_two { &TWICE } else { &ONCE });
            }
        }
    }
    let twice = protocol("ballots = \"lab\"\nmutant = \"takes-lowest-vote\"");
    assert!(alike(&twice, &TWICE).0.violation.is_some());
}

/// Counts that another program came to as well.
#[test]
fn as_many_states_remain_as_ever() {
    let lab = protocol("ballots = \"lab\"");
    assert_eq!(visit(&lab, &reduced(&TWICE)).states, 26_727);
    assert_eq!(visit(TWO, &reduced(&ONCE)).states, 2_314);
    if env::runs(0) < 1_000_000 {
        return;
    }
    let three = format!("{THREE}[protocol]\nballots = \"lab\"\n");
    assert_eq!(visit(TWO, &reduced(&TWICE)).states, 2_029_438);
    assert_eq!(visit(&three, &reduced(&TWICE)).states, 5_928_031);
    assert_eq!(visit(&format!("[cluster]\nnodes = 5\n{lab}"), &reduced(&TWICE)).states, 977_748);
}
