//! What becomes of each key of a scenario: honoured, refused with the key and a remedy, or named as left out.

use synod::run::{Bounds, Exploration, ExploreError, explore};

use super::{FULL, ONCE, TWICE, TWO, protocol, scenario, visit};

const LAB: &str = "[protocol]\nballots = \"lab\"\n";

/// The key that is refused, and why.
fn refused(text: &str, bounds: &Bounds) -> (String, String) {
    match explore(&scenario(text), bounds, &mut |_| true) {
        Err(ExploreError::Outside { key, why }) => (key, why),
        other => panic!("{text}: {other:?}"),
    }
}

#[track_caller]
fn refuses(more: &str, bounds: &Bounds, key: &str, word: &str) {
    let (found, why) = refused(&format!("{TWO}{more}"), bounds);
    assert_eq!(found, key, "{why}");
    assert!(why.contains(word), "{more}: {why}");
}

fn lab(more: &str) -> Exploration {
    visit(&format!("{TWO}{LAB}{more}"), &ONCE)
}

/// As if the rest of the file were not there, and it is said.
#[track_caller]
fn leaves_out(more: &str, what: &str) {
    let (bare, found) = (lab(""), lab(more));
    assert_eq!(
        (found.states, found.transitions, &found.chosen),
        (bare.states, bare.transitions, &bare.chosen)
    );
    assert!(found.coverage.left_out.iter().any(|it| it == what), "{more}: {:?}", found.coverage);
    assert!(!bare.coverage.left_out.iter().any(|it| it == what), "{more}: {:?}", bare.coverage);
}

#[test]
fn what_explore_cannot_do_is_refused_with_its_key() {
    refuses("[[read]]\nnode = 1\nat = \"1s\"\n", &ONCE, "read", "leave out [[read]]");
    refuses("[protocol]\nannounce = true\n", &ONCE, "protocol.announce", "leave out `announce`");
    refuses(
        "[protocol]\nhandlers = { split = { gap = \"1ms\" } }\n",
        &ONCE,
        "protocol.handlers",
        "`handlers`",
    );
    refuses("[[network.link]]\nfrom = 1\nto = 2\nfifo = true\n", &ONCE, "network.link.0.fifo", "`fifo`");
    refuses(
        "[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\nuntil_time = \"1s\"\n",
        &ONCE,
        "network.link",
        "from 1 to 2",
    );
    refuses("[faults.random]\ncrash_rate = 1.0\n", &ONCE, "faults.random.crash_rate", "`crash_rate`");
    refuses("[faults.random]\npartition_rate = 1.0\n", &ONCE, "faults.random.partition_rate", "leave out");
    refuses("[faults.random]\none_way_rate = 1.0\n", &ONCE, "faults.random.one_way_rate", "leave out");
    let ten = "[cluster]\nnodes = 10\n";
    refuses(ten, &ONCE, "cluster.nodes", "9 nodes");
    let many: String =
        (0..7).map(|i| format!("[[proposer]]\nname = \"P{i}\"\nnode = 0\n")).collect::<Vec<_>>().concat();
    refuses(&many, &ONCE, "proposer", "8 proposers");
    let high = "[[proposer]]\nname = \"C\"\nnode = 2\ninitial_round = 500\n";
    refuses(high, &Bounds { attempts: 200, ..ONCE }, "proposer", "lower --attempts");
}

#[test]
fn faults_in_between_are_refused_with_their_time() {
    for (fault, kind) in [
        ("partition = { groups = [[1], [2, 3]] }", "partition"),
        ("one-way = { from = [1], to = [2] }", "one-way"),
        ("heal = {}", "heal"),
        ("crash = { nodes = [2] }", "crash"),
        ("unreachable = { nodes = [2] }", "unreachable"),
    ] {
        let at = |time: &str| format!("[[fault]]\nat = \"{time}\"\n{fault}\n");
        refuses(&at("5s"), &ONCE, &format!("fault.0.{kind}"), &format!("`{kind}` at 5s"));
        visit(&format!("{TWO}{}", at("0s")), &ONCE);
    }
    let restart = "[[fault]]\nat = \"0s\"\ncrash = { nodes = [2] }\n[[fault]]\nat = \"0s\"\nrestart = { nodes = [2] }\n";
    refuses(restart, &ONCE, "fault.1.restart", "restarts no node");
    let pause = "[[fault]]\nat = \"1s\"\npause = { nodes = [2] }\n";
    refuses(pause, &ONCE, "fault.0.pause", "add a `resume`");
}

#[test]
fn bounds_that_pass_over_a_key_are_refused() {
    for (more, key) in [
        ("[network]\nduplicate = 0.1\n", "network.duplicate"),
        ("[network.kind.accept]\nduplicate = 0.1\n", "network.kind.accept.duplicate"),
        ("[[network.link]]\nfrom = 1\nto = 2\nduplicate = 0.1\n", "network.link.0.duplicate"),
    ] {
        refuses(more, &ONCE, key, "give --duplicates");
        let found = visit(&format!("{TWO}{LAB}{more}"), &Bounds { duplicates: true, ..ONCE });
        assert!(found.coverage.wider[0].contains("in any number"), "{:?}", found.coverage);
    }
    for key in ["phase_timeout", "attempt_timeout"] {
        let more = format!("[protocol]\n{key} = \"1s\"\n");
        refuses(&more, &Bounds { timeouts: false, ..ONCE }, &format!("protocol.{key}"), "--no-timeouts");
    }
}

#[test]
fn a_mutant_that_does_nothing_here_is_refused() {
    for (keys, word) in [
        ("mutant = \"forgets-promise-on-restart\"", "--restarts 1"),
        ("mutant = \"forgets-everything-on-restart\"", "--restarts 1"),
        ("mutant = \"forgets-vote-on-restart\"", "--restarts 1"),
        ("mutant = \"reuses-ballot-after-restart\"", "--restarts 1"),
        ("mutant = \"prepare-not-atomic\"", "at one go"),
        ("mutant = \"accept-not-atomic\"", "at one go"),
        ("mutant = \"read-returns-accepted\"", "reads nothing"),
        ("mutant = \"counts-duplicate-promises\"", "--duplicates"),
        ("mutant = \"counts-duplicate-accepteds\"", "--duplicates"),
        ("mutant = \"counts-old-promises\"", "--attempts 2"),
        ("mutant = \"counts-old-accepteds\"", "--attempts 2"),
        ("mutant = \"keeps-first-value\"", "--attempts 2"),
        ("mutant = \"skips-phase-one-on-retry\"", "--attempts 2"),
        ("mutant = \"learner-mixes-ballots\"", "--attempts 2"),
        ("mutant = \"counts-rejections-as-promises\"\nrejection = \"silent\"", "nobody says no"),
        ("mutant = \"none-is-nothing\"", "value = \"None\""),
    ] {
        refuses(&format!("[protocol]\n{keys}\n"), &ONCE, "protocol.mutant", word);
    }
    let half = "[protocol]\nmutant = \"majority-is-half\"\n[cluster]\nquorum = { sizes = { prepare = 2, accept = 2 } }\n";
    refuses(half, &ONCE, "protocol.mutant", "`quorum`");
}

#[test]
fn times_are_left_out_and_named() {
    let window = "from when and until when links are overridden";
    leaves_out(
        "[[network.link]]\nfrom = 1\nto = 2\ndelay = { constant = \"9s\" }\nfrom_time = \"1s\"\n",
        window,
    );
    leaves_out("[[network.link]]\nfrom = 1\nto = 2\nloss = 0.5\nfrom_time = \"1s\"\n", window);
    let pause =
        "[[fault]]\nat = \"1s\"\npause = { nodes = [2] }\n[[fault]]\nat = \"2s\"\nresume = { nodes = [2] }\n";
    leaves_out(pause, "pauses");
    leaves_out(
        "[[fault]]\nat = \"1s\"\nslow = { nodes = [2], service = { constant = \"1s\" } }\n",
        "slow nodes",
    );
    leaves_out("[[fault]]\nat = \"1s\"\nclock-rate = { nodes = [2], rate = 2.0 }\n", "the rates of clocks");
    leaves_out("[faults.random]\npause_rate = 1.0\n", "pauses");
    leaves_out("[faults.random]\nslow_rate = 1.0\n", "slow nodes");
    leaves_out("retry = { fixed = { delay = \"1s\" } }\n", "waits between attempts");
    leaves_out(
        "retry = { fixed = { delay = \"1s\" } }\nattempt_timeout = \"1s\"\n",
        "how long time-outs are",
    );
    leaves_out("[expect]\nviolations = 0\n", "[expect]");
    leaves_out("[sweep.axes]\n\"network.loss\" = [0.0, 0.1]\n", "the cells of [sweep]");
    let start = TWO.replace("node = 3", "node = 3\nstart = { constant = \"1s\" }");
    assert!(visit(&format!("{start}{LAB}"), &ONCE).coverage.left_out.contains(&"starts".to_owned()));
    // Always: of these every scenario has some.
    for more in
        ["", "[network]\nloss = 0.1\n", "[run]\nstop = \"chosen\"\nties = \"fifo\"\nhorizon = \"1s\"\n"]
    {
        let found = lab(more);
        assert_eq!((found.states, found.transitions), (6_101, 27_252), "{more}");
        assert_eq!(found.coverage.left_out[..3], ["delays", "when a run ends", "ties"], "{more}");
    }
}

#[test]
fn what_never_arrives_never_arrives() {
    let from_1 =
        "[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\n[[network.link]]\nfrom = 1\nto = 3\nloss = 1.0\n";
    let for_good = from_1.replace("loss", "from_time = \"0s\"\nuntil_time = \"9h\"\nloss");
    for more in [
        from_1,
        for_good.as_str(),
        "[network.kind.prepare]\nloss = 1.0\n",
        "[network]\nloss = 1.0\n",
        "[[fault]]\nat = \"0s\"\npartition = { groups = [[1], [2], [3]] }\n",
        "[[fault]]\nat = \"0s\"\none-way = { from = [1], to = [2, 3] }\n",
        "[[fault]]\nat = \"0s\"\ncrash = { nodes = [2, 3] }\n",
        "[[fault]]\nat = \"0s\"\nunreachable = { nodes = [2, 3] }\n",
    ] {
        let alone = format!("[[proposer]]\nname = \"A\"\nnode = 1\n{more}");
        for bounds in [ONCE, TWICE, Bounds { full: true, ..ONCE }] {
            let found = visit(&alone, &bounds);
            assert!(found.complete && found.chosen == [0], "{more}: {found:?}");
            assert_eq!(found.stuck, Some(found.states), "{more}");
            assert!(!found.coverage.absent.is_empty(), "{more}");
        }
    }
    // The last that matches a message wins, key by key, as in runs.
    let mended = format!("{LAB}{from_1}{}", from_1.replace("1.0", "0.5"));
    let found = visit(&format!("{TWO}{mended}"), &ONCE);
    assert_eq!((found.states, found.coverage.absent.len()), (6_101, 0));
}

#[test]
fn a_node_that_is_down_is_no_acceptor_and_its_proposer_does_nothing() {
    let found = lab("[[fault]]\nat = \"0s\"\ncrash = { nodes = [3] }\n");
    assert!(found.complete && found.chosen[0] > 0 && found.chosen[1] == 0, "{found:?}");
    assert_eq!((found.stuck, &found.coverage.absent), (Some(0), &vec!["node 3".to_owned()]));
    // A is alone: no more states than one proposer has with two acceptors.
    let alone = visit(&format!("[[proposer]]\nname = \"A\"\nnode = 1\n{LAB}"), &ONCE);
    assert!(found.states < alone.states, "{} of {}", found.states, alone.states);
    // Cut off from the others, A gets nothing chosen, and B all that it likes.
    let found = lab("[[fault]]\nat = \"0s\"\npartition = { groups = [[1], [2, 3]] }\n");
    assert!(found.chosen[0] == 0 && found.chosen[1] > 0 && found.stuck == Some(0), "{found:?}");
    // Nobody can call node 3, and what it says itself is heard.
    let found = lab("[[fault]]\nat = \"0s\"\nunreachable = { nodes = [3] }\n");
    assert!(found.chosen.iter().all(|&states| states > 0), "{found:?}");
    assert!(found.coverage.absent.contains(&"prepare and accept from 1 to 3".to_owned()), "{found:?}");
}

/// Rejections that are always lost are rejections that nobody sends.
#[test]
fn a_lost_kind_of_message_is_one_that_is_not_sent() {
    let of = |keys: &str| {
        let pair = "[cluster]\nnodes = 2\n[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 2\n";
        let text = format!("{pair}[protocol]\nballots = \"lab\"\nown_messages = \"network\"\n{keys}");
        let found = visit(&text, &FULL);
        (found.complete, found.states, found.transitions, found.stuck, found.chosen)
    };
    let lost = of("[network.kind.reject]\nloss = 1.0\n");
    assert_eq!(lost, of("rejection = \"silent\"\n"));
    assert!(lost.0 && lost.1 < of("").1, "{lost:?}");
}

/// A blocking caller of a node that is down waits for ever, unless its calls time out.
#[test]
fn a_call_fails_where_calls_fail() {
    let sequential = |keys: &str| {
        let protocol = format!("transport = \"sequential\"\n{keys}");
        let down = "[[fault]]\nat = \"0s\"\ncrash = { nodes = [2] }\n";
        visit(&format!("[[proposer]]\nname = \"A\"\nnode = 1\n[protocol]\n{protocol}{down}"), &ONCE)
    };
    assert_eq!(sequential("").chosen, [0]);
    assert!(sequential("rpc_timeout = \"1s\"\n").chosen[0] > 0);
}

#[test]
fn attempts_are_held_against_what_the_scenario_allows() {
    let of = |keys: &str, attempts: u8| {
        let text = protocol(&format!("ballots = \"lab\"\n{keys}"));
        let found = visit(&text, &Bounds { attempts, most_states: 5_000, ..ONCE });
        (
            found.coverage.wider.concat(),
            found.coverage.narrower.concat(),
            Bounds::usual_attempts(&scenario(&text)),
        )
    };
    let forever = "retry = { fixed = { delay = \"1ms\" } }";
    let thrice = format!("{forever}\nmax_attempts = 3");
    let (wider, narrower, usual) = of("", 2);
    assert!(wider.contains("beyond the 1 that `retry = \"none\"` allows") && narrower.is_empty(), "{wider}");
    assert!(wider.contains("time-outs of attempts (the scenario has none") && usual == 1, "{wider}");
    let (wider, narrower, usual) = of(forever, 1);
    assert!(!wider.contains("attempts beyond") && narrower.contains("beyond 1") && usual == 2, "{narrower}");
    let (wider, narrower, _) = of(&thrice, 3);
    assert!(!wider.contains("attempts beyond") && narrower.is_empty(), "{wider}{narrower}");
    let (wider, _, usual) = of(&thrice, 4);
    assert!(wider.contains("beyond the 3 that `max_attempts` allows") && usual == 2, "{wider}");
}
