//! Scripts that end in a `repeat`: which are recognised as going round for ever, and which are not.

use synod::check::Verdict;
use synod::run::{Plan, verify};
use synod::scenario::{Scenario, shipped};
use synod::trace::StopReason;

use super::certificates::altered;
use super::prove;

fn script(more: &str, schedule: &str) -> Scenario {
    let text = format!(
        "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
         [protocol]\ngive_up = \"first-reject\"\n{more}\n[script]\nschedule = \"\"\"\n{schedule}\n\"\"\"\n"
    );
    Scenario::parse(&text, "script.toml").unwrap_or_else(|error| panic!("{error}"))
}

/// The textbook's livelock, `rounds` times over.
fn rounds(rounds: u32) -> String {
    format!(
        "repeat {rounds} {{ start A; Ak:P1 Ak:P2; [B(k-1):A3 B(k-1):A2] start B; Bk:P3 Bk:P2; Ak:A1 Ak:A2 }}"
    )
}

#[test]
fn the_textbooks_livelock_is_recognised_and_any_altered_certificate_rejected() {
    let text = shipped::find("textbook/livelock").expect("shipped").text;
    let s = Scenario::parse(text, "livelock").expect("valid");
    let (o, proof) = prove(&s, 0);
    assert_eq!((o.verdict, o.attempts), (Verdict::LivelockProved, 6));
    let proof = proof.expect("proved");
    assert_eq!((proof.preemptions_per_period, proof.attempts_per_period, proof.round_shift), (2, 2, 2));
    let plan = Plan::new(&s).expect("plans");
    assert_eq!(verify(&plan, 0, &proof), Ok(()));
    for (name, other) in altered(&proof) {
        assert!(verify(&plan, 0, &other).is_err(), "{name}: {other:?}");
    }
    let mut endless = proof;
    endless.period_events = u32::MAX;
    assert!(verify(&plan, 0, &endless).is_err());
}

/// What was proved in the third round holds of as many rounds as are played: each has its two attempts and no choice.
#[test]
fn more_rounds_bear_the_proof_out() {
    for n in [4, 5, 50] {
        let (o, proof) = prove(&script("", &rounds(n)), 0);
        assert_eq!((o.verdict, proof.is_some()), (Verdict::LivelockProved, true), "{n} rounds");
        let (o, _) = prove(&script("[run]\nlivelock = \"off\"", &rounds(n)), 0);
        assert_eq!((o.verdict, o.attempts, o.chosen), (Verdict::Undecided, 2 * n, None), "{n} rounds");
    }
    // Nodes that no round touches have no part in it.
    let far = script("[cluster]\nnodes = 5\nquorum = { sizes = { prepare = 2, accept = 4 } }", &rounds(9));
    assert_eq!(prove(&far, 0).0.verdict, Verdict::LivelockProved);
}

#[test]
fn what_does_not_go_on_so_is_not_proved() {
    let steady = rounds(9);
    for (why, more, schedule) in [
        ("in the last round the clients are told FAILED", "", rounds(3)),
        ("what stands behind the rounds ends them", "", format!("{steady} read 1")),
        (
            "a fixed attempt is named by one round only",
            "",
            steady.replace("Ak:A1 Ak:A2", "Ak:A1 Ak:A2 A1:P2>"),
        ),
        ("attempts come to an end", "max_attempts = 30", steady.clone()),
        ("a crash takes back what was seen", "", format!("crash 2; restart 2; {steady}")),
        ("nothing is attempted", "", "start A; A1:P1 A1:P2 repeat 9 { read 1 }".to_owned()),
    ] {
        let (o, proof) = prove(&script(more, &schedule), 0);
        assert_ne!(o.stopped, StopReason::Cycle, "{why}");
        assert_eq!(proof, None, "{why}");
        assert!(o.verdict == Verdict::Undecided || o.verdict == Verdict::GaveUp, "{why}: {o:?}");
    }
}

/// A value is chosen, and yet nobody ever hears of it: that is no livelock, but proved all the same.
#[test]
fn rounds_after_a_choice_leave_the_clients_waiting() {
    let schedule = "start A; A1:P1 A1:P2; A1:A1> A1:A2>; \
                    repeat 9 { start B; Bk:P3 Bk:P2; start A; A(k+1):P1 A(k+1):P2; Bk:A3 Bk:A2 }";
    let (o, proof) = prove(&script("ballots = \"lab\"", schedule), 0);
    assert_eq!((o.verdict, o.stopped), (Verdict::Starved, StopReason::Cycle), "{o:?}");
    assert!(o.chosen.is_some() && proof.is_some());
}
