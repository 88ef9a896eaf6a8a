//! What a time-out confuses is told apart; what is pending, random or overwritten is taken for no recurrence.

use synod::check::Verdict;
use synod::scenario::Scenario;
use synod::trace::StopReason;

use super::prove;

fn parse(text: &str) -> Scenario {
    Scenario::parse(text, "livelock.toml").unwrap_or_else(|error| panic!("{error}"))
}

/// Two proposers that pre-empt each other for ever, with something more.
fn duel(more: &str) -> Scenario {
    let mut s = parse(&format!(
        "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\nstart = {{ constant = \"7ms\" }}\n\
         [network]\ndelay = {{ constant = \"10ms\" }}\n{more}"
    ));
    s.protocol.local_preemption = true;
    if s.protocol.retry == synod::scenario::Retry::None {
        s.protocol.retry = crate::support::build::fixed(5_000_000);
    }
    s
}

#[test]
fn a_plain_duel_is_proved_and_with_livelock_off_it_is_undecided() {
    let (o, proof) = prove(&duel(""), 1);
    assert_eq!(o.verdict, Verdict::LivelockProved);
    assert_eq!(proof.expect("proved").period_ns, 30_000_000);
    assert!(o.preemptions < 30, "it is found soon: {o:?}");
    let (o, proof) = prove(&duel("[run]\nlivelock = \"off\"\n"), 1);
    assert_eq!((o.verdict, o.stopped, proof), (Verdict::Undecided, StopReason::Horizon, None));
}

#[test]
fn what_is_pending_is_waited_for() {
    for (more, from_ns) in [
        ("[[read]]\nnode = 1\nat = \"2s\"\n", 2_000_000_000),
        ("[[submit]]\nproposer = \"A\"\nvalue = \"again\"\nat = \"3s\"\n", 3_000_000_000),
        ("[[fault]]\nat = \"4s\"\nunreachable = { nodes = [2] }\n", 4_000_000_000),
        ("[[read]]\nnode = 2\nat = \"1s\"\nevery = \"7ms\"\n", 1_000_000_000),
    ] {
        let (o, proof) = prove(&duel(more), 1);
        assert_eq!(o.verdict, Verdict::LivelockProved, "{more}");
        assert!(proof.expect("proved").prefix_ns >= from_ns, "{more}");
    }
    // What would come after the horizon keeps the proof away as well: it could end the cycle.
    let (o, _) = prove(&duel("[[fault]]\nat = \"2h\"\nunreachable = { nodes = [2] }\n"), 1);
    assert_eq!((o.verdict, o.stopped), (Verdict::Undecided, StopReason::Horizon));
}

#[test]
fn an_end_of_attempts_or_a_draw_leaves_no_cycle() {
    let (o, _) = prove(&duel("[protocol]\nmax_attempts = 100\n"), 1);
    assert_eq!((o.stopped, o.attempts), (StopReason::Answered, 200), "{o:?}");
    for more in [
        "[network.kind.prepare]\ndelay = { uniform = { min = \"10ms\", max = \"10.001ms\" } }\n",
        "[network.kind.accept]\ndelay = { uniform = { min = \"10ms\", max = \"10.001ms\" } }\n",
        "[network.kind.accept]\nloss = 0.5\n",
        "[protocol]\nretry = { uniform = { max = \"5ms\" } }\n",
        "[protocol]\nretry = { backoff = { base = \"2ms\", cap = \"5ms\" } }\n",
    ] {
        let (o, _) = prove(&duel(more), 1);
        assert_ne!(o.verdict, Verdict::LivelockProved, "{more}");
        assert_eq!(o.stopped, StopReason::Horizon, "{more}: {o:?}");
    }
    // A draw without influence breaks nothing: nobody awaits the answer to a request of an attempt that is over.
    for more in [
        "[network.kind.accepted]\ndelay = { uniform = { min = \"10ms\", max = \"12ms\" } }\n",
        "[protocol]\nretry = { uniform = { max = \"0ms\" } }\n[run]\nties = \"fifo\"\n",
        "[network]\nloss = 0.0\n[network.kind.accept]\nloss = 1.0\n",
    ] {
        let text = more.replace("[network]\n", "");
        let (o, _) = prove(&duel(&text), 1);
        assert_eq!(o.verdict, Verdict::LivelockProved, "{more}: {o:?}");
    }
}

/// Nothing is chosen for a long time, and each period looks like the one before. But A's first accept is still on its
/// way to node 2, where nobody else's prepare ever arrives; node 1 has voted in that ballot, and voted otherwise since.
#[test]
fn a_vote_that_was_overwritten_can_still_complete_a_quorum() {
    let slow = |delay: &str| {
        duel(&format!(
            "[[network.link]]\nfrom = 1\nto = 2\nkind = \"prepare\"\nloss = 1.0\n\
             [[network.link]]\nfrom = 3\nto = 2\nloss = 1.0\n\
             [[network.link]]\nfrom = 1\nto = 2\nkind = \"accept\"\ndelay = {{ constant = \"{delay}\" }}\n"
        ))
    };
    let (o, proof) = prove(&slow("5s"), 1);
    assert!(o.chosen.is_some() && o.chosen_at_ns >= Some(5_000_000_000), "{o:?}");
    assert!(proof.is_none_or(|proof| proof.prefix_ns >= 5_000_000_000));
    assert!(o.duel > 100, "it was a long duel before: {o:?}");
}

/// A proposer that waits for ever with an old ballot does not keep the others' cycle from being seen.
#[test]
fn a_stale_ballot_does_not_hide_a_cycle() {
    let s = duel(
        "[[proposer]]\nname = \"C\"\nnode = 2\nstart = { constant = \"1ms\" }\n\
         [[network.link]]\nfrom = 2\nto = 1\nloss = 1.0\n[[network.link]]\nfrom = 2\nto = 3\nloss = 1.0\n",
    );
    let mut s = s;
    s.protocol.local_preemption = false;
    s.protocol.give_up = synod::scenario::GiveUp::FirstReject;
    s.cluster.quorum =
        synod::scenario::Quorum::Sizes(synod::scenario::model::QuorumSizes { prepare: 3, accept: 1 });
    let (o, _) = prove(&s, 1);
    println!("{o:?}");
    assert_ne!(o.verdict, Verdict::Undecided, "{o:?}");
}
