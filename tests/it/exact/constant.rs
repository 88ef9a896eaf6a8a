//! Exact shares over constant delays: against closed forms, and against simulations.

use synod::check::Verdict;
use synod::run::{NotExact, Pieces, pieces, simulate};
use synod::scenario::Scenario;
use synod::stats::Fraction;
use synod::sweep::livelock_share;
use synod::trace::Blind;

use crate::support::env::runs;
use crate::support::totals::{scenario, share_is, shipped, shipped_with, totals};

#[track_caller]
fn of(scenario: &Scenario) -> Pieces {
    let found = pieces(scenario, &mut |_| true).expect("its delays are constant");
    found.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_labs_race_is_won_as_its_form_has_it() {
    // (1 − w)²/2 with w = (q + r)/T = 0.5 ms / 2 s.
    let (found, w) = (of(&shipped("lab2")), 0.5 / 2000.0);
    assert_eq!(found.winners[0].to_string(), "15992001/32000000");
    assert!((found.winners[0].value() - (1.0 - w) * (1.0 - w) / 2.0).abs() < 1e-15, "{found:?}");
    assert_eq!(found.winners[0].plus(found.winners[1]), Fraction::new(1, 1));
}

const CONSTANT: &str = "[[proposer]]\nname = \"A\"\nnode = 1\nstart = { uniform = { min = \"0ms\", max = \"30ms\" } }\n\
                        [[proposer]]\nname = \"B\"\nnode = 3\nstart = { uniform = { min = \"0ms\", max = \"30ms\" } }\n\
                        [protocol]\nretry = { fixed = { delay = \"5ms\" } }\n\
                        [network]\ndelay = { constant = \"10ms\" }\n[run]\nties = \"fifo\"\n";

#[test]
fn a_livelock_has_the_share_of_its_form() {
    let text = CONSTANT.replace("[protocol]\n", "[protocol]\nlocal_preemption = true\n");
    let scenario = scenario(&text);
    let found = of(&scenario);
    let (_, share) = livelock_share(&scenario).expect("it has a form");
    assert_eq!(found.nothing.to_string(), "8/9");
    assert!((found.nothing.value() - share).abs() < 1e-12, "{share}");
}

/// Delays of 10 ms and starts in [0, 20 ms): what happens when depends on the starts by which 10 ms each lies in and by the order of
/// what is beyond, 2³ · 3! cases that are equally likely. In 35 of them three proposers never end.
#[test]
fn three_proposers_never_end_in_thirty_five_of_forty_eight() {
    const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let verdict = |late: u8, order: [usize; 3], beyond: [u8; 3]| {
        let start = |p: usize| 10 * (late >> p & 1) + beyond[order[p]];
        let starts = ["A", "B", "C"].map(|name| format!("proposer.{name}.start"));
        let times: Vec<String> = (0..3).map(|p| format!("{{ constant = \"{}ms\" }}", start(p))).collect();
        let sets: Vec<(&str, &str)> =
            starts.iter().zip(&times).map(|(key, time)| (key.as_str(), time.as_str())).collect();
        let outcome = simulate(&shipped_with("three-proposers", &sets), 0, &mut Blind);
        outcome.expect("it can be run").verdict
    };
    let mut never = Fraction::ZERO;
    for (late, order) in (0..8).flat_map(|late| ORDERS.map(|order| (late, order))) {
        let found = verdict(late, order, [1, 4, 8]);
        for elsewhere in [[2, 3, 9], [5, 6, 7]] {
            assert_eq!(found, verdict(late, order, elsewhere), "{late:03b}, {order:?}");
        }
        assert!(matches!(found, Verdict::LivelockProved | Verdict::Decided), "{found:?}");
        if found == Verdict::LivelockProved {
            never = never.plus(Fraction::new(1, 48).expect("a fraction")).expect("a small one");
        }
    }
    assert_eq!(never.to_string(), "35/48");
}

#[test]
fn simulations_agree() {
    let runs = runs(10_000);
    for more in ["", "give_up = \"first-reject\"\n", "ballots = \"lab\"\n", "repeated = \"reject\"\n"] {
        let scenario = scenario(&CONSTANT.replace("[protocol]\n", &format!("[protocol]\n{more}")));
        let (found, totals) = (of(&scenario), totals(&scenario, runs));
        share_is("A wins", totals.winners[0], runs, found.winners[0].value());
        assert!(found.runs <= 400 && !found.pieces.is_empty(), "{found:?}");
    }
}

#[test]
fn what_else_is_drawn_is_refused_by_its_key() {
    let refuses = |sets: &[(&str, &str)], key: &str| {
        let found = pieces(&shipped_with("lab2", sets), &mut |_| true).expect("its delays are constant");
        match found {
            Err(NotExact::Outside { key: found, .. }) => assert_eq!(found, key),
            other => panic!("{other:?}"),
        }
    };
    refuses(&[("network.loss", "0.1")], "network.loss");
    refuses(&[("protocol.retry", "{ uniform = { max = \"5ms\" } }")], "protocol.retry");
    refuses(&[("proposer.A.start", "{ exponential = { mean = \"5ms\" } }")], "proposer.0.start");
    refuses(
        &[("network.kind.reject.delay", "{ exponential = { mean = \"5ms\" } }")],
        "network.kind.reject.delay",
    );
    refuses(&[("run.horizon", "\"1ms\"")], "run.horizon");
    let seeded = scenario(&CONSTANT.replace("fifo", "seeded"));
    match pieces(&seeded, &mut |_| true) {
        Some(Err(NotExact::Outside { key, .. })) => assert_eq!(key, "run.ties"),
        other => panic!("{other:?}"),
    }
    assert!(pieces(&shipped("duel"), &mut |_| true).is_none());
}
