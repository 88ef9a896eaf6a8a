//! What has no exact figures is refused, with the key and a remedy; nothing is passed over.

use synod::run::{Limits, NotExact, exact};

use super::{find, limits};
use crate::support::totals::scenario;

const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";
const NET: &str = "[network]\ndelay = { exponential = { mean = \"10ms\" } }\n";

#[track_caller]
fn refuses(text: &str, key: &str, word: &str) {
    match find(&scenario(text)) {
        Err(NotExact::Outside { key: found, why }) => {
            assert_eq!(found, key, "{why}");
            assert!(why.contains(word), "{why}");
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn times_with_a_memory_are_refused_where_the_file_says_them() {
    let with = |delay: &str| format!("{TWO}[network]\ndelay = {delay}\n");
    refuses(
        &with("{ uniform = { min = \"1ms\", max = \"2ms\" } }"),
        "network.delay",
        "is uniform: exact needs exponential",
    );
    refuses(
        &with("{ gamma = { shape = 1.5, scale = \"1ms\" } }"),
        "network.delay",
        "integer shape of at most 8",
    );
    refuses(
        &with("{ gamma = { shape = 9, scale = \"1ms\" } }"),
        "network.delay",
        "integer shape of at most 8",
    );
    refuses(&with("{ exponential = { mean = \"900ns\" } }"), "network.delay", "1us");
    refuses(&with("{ preset = \"lan\" }"), "network.delay", "a preset");
    let some = |more: &str| format!("{TWO}{NET}{more}");
    let constant = "delay = { constant = \"1ms\" }\n";
    refuses(&some(&format!("[network.kind.reject]\n{constant}")), "network.kind.reject.delay", "is constant");
    refuses(&some(&format!("[[network.node]]\nnode = 3\n{constant}")), "network.node.0.delay", "is constant");
    let node = "[[network.node]]\nnode = 2\nloss = 0.1\n";
    let link = format!(
        "[[network.link]]\nfrom = 1\nto = 2\nloss = 0.1\n[[network.link]]\nfrom = 1\nto = 2\n{constant}"
    );
    refuses(&some(&format!("{node}{link}")), "network.link.1.delay", "is constant");
    refuses(
        &some("[protocol]\nretry = { fixed = { delay = \"1ms\" } }\n"),
        "protocol.retry",
        "is a fixed time",
    );
    refuses(&some("[protocol]\nretry = { uniform = { max = \"1ms\" } }\n"), "protocol.retry", "is uniform");
    refuses(
        &some("[protocol]\nretry = { backoff = { base = \"1ms\", cap = \"9ms\" } }\n"),
        "protocol.retry",
        "is a back-off",
    );
    refuses(&some("[protocol]\nphase_timeout = \"1s\"\n"), "protocol.phase_timeout", "is a constant time: ");
    refuses(&some("[protocol]\nattempt_timeout = \"1s\"\n"), "protocol.attempt_timeout", "leave it out");
    let late = TWO.replace("node = 3\n", "node = 3\nstart = { constant = \"1ms\" }\n");
    refuses(&format!("{late}{NET}"), "proposer.1.start", "0s, exponential or gamma");
}

/// A law that no message goes by is not asked.
#[test]
fn what_never_happens_refuses_nothing() {
    let text = format!("{TWO}{NET}[[network.link]]\nfrom = 2\nto = 2\ndelay = {{ constant = \"1ms\" }}\n");
    assert!(find(&scenario(&text)).is_ok());
}

#[test]
fn what_is_no_step_of_a_chain_is_refused() {
    let some = |more: &str| format!("{TWO}{NET}{more}");
    refuses(&some("duplicate = 0.1\n"), "network.duplicate", "second copies");
    refuses(&some("[network.kind.accept]\nduplicate = 0.1\n"), "network.kind.accept.duplicate", "leave out");
    refuses(&some("[[network.link]]\nfrom = 1\nto = 2\nfifo = true\n"), "network.link.0.fifo", "`fifo`");
    refuses(
        &some("[[network.link]]\nfrom = 1\nto = 2\nuntil_time = \"1s\"\n"),
        "network.link.0.until_time",
        "leave out",
    );
    refuses(&some("[[fault]]\nat = \"1ms\"\ncrash = { nodes = [1] }\n"), "fault", "[[fault]]");
    refuses(&some("[faults.random]\ncrash_rate = 1.0\n"), "faults.random", "no faults");
    refuses(&some("[[read]]\nnode = 1\nat = \"1s\"\n"), "read", "[[read]]");
    refuses(&some("[[submit]]\nproposer = \"A\"\nvalue = \"x\"\nat = \"1s\"\n"), "submit", "[[submit]]");
    refuses(&some("[protocol]\nmutant = \"ignores-votes\"\n"), "protocol.mutant", "leave out `mutant`");
    refuses(
        &some("[protocol]\nhandlers = { split = { gap = \"1ms\" } }\n"),
        "protocol.handlers",
        "`handlers`",
    );
    let apart = "[cluster]\nnodes = 4\nunsafe = true\nquorum = { sizes = { prepare = 2, accept = 2 } }\n";
    refuses(&some(apart), "cluster.quorum", "raise the sizes");
    refuses(&some("[cluster]\nnodes = 11\n"), "cluster.nodes", "at most 9");
    refuses(&format!("{TWO}[script]\nschedule = \"start A; A1:P1\"\n"), "script", "[script]");
}

#[test]
fn too_many_states_and_too_much_cut_off_are_told_apart() {
    let retries = format!("{TWO}{NET}[protocol]\nretry = {{ fixed = {{ delay = \"0s\" }} }}\n");
    let few = Limits { states: 1_000, ..limits() };
    let error = exact(&scenario(&retries), &few, &mut |_| true).expect_err("it has more states");
    assert!(
        error.to_string().starts_with("more than 1000 states (2 proposers on 3 nodes with retries)"),
        "{error}"
    );
    let narrow = Limits { gap: Some(1), cut: 1e-12, ..limits() };
    let error = exact(&scenario(&retries), &narrow, &mut |_| true).expect_err("rounds come to lie apart");
    assert!(matches!(error, NotExact::Cut { .. }) && error.to_string().contains("raise --gap"), "{error}");
    let short = format!("{retries}[run]\nhorizon = \"30ms\"\n");
    let error = exact(&scenario(&short), &limits(), &mut |_| true).expect_err("many runs last longer");
    assert!(error.to_string().contains("`run.horizon`"), "{error}");
}

/// Two on one node that pre-empt each other at once never let time go by.
#[test]
fn time_that_stands_still_is_noticed() {
    let same = TWO.replace("node = 3", "node = 1");
    let text = format!(
        "{same}{NET}[protocol]\nlocal_preemption = true\nretry = {{ fixed = {{ delay = \"0s\" }} }}\n"
    );
    let error = find(&scenario(&text)).expect_err("time stands still");
    assert!(matches!(error, NotExact::Standstill | NotExact::Instant), "{error}");
}

#[test]
fn a_wish_to_stop_leaves_what_is_known_with_a_wider_bound() {
    let retries = format!("{TWO}{NET}[protocol]\nretry = {{ fixed = {{ delay = \"0s\" }} }}\n");
    let whole = find(&scenario(&retries)).expect("it is exact");
    let part =
        exact(&scenario(&retries), &limits(), &mut |states| states < 3_000).expect("something is known");
    assert!(part.extent.is_partial && part.extent.cut > 1e-3 && part.extent.cut < 1.0, "{:?}", part.extent);
    for (part, whole) in part.winners.iter().zip(&whole.winners) {
        assert!((part.value - whole.value).abs() <= part.bound, "{part:?} {whole:?}");
    }
}
