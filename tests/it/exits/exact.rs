//! The cases of `synod exact`: what has no exact figures is refused by its key.

use super::cases::{Case, case, with};

/// Two proposers of whom all is exponential.
const EXACT_PAIR: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
                          [network]\ndelay = { exponential = { mean = \"10ms\" } }\n";

pub const EXACT: &[Case] = &[
    case(2, "exact-preset", "exact duel --set network.delay.preset=lan"),
    case(2, "exact-loss", "exact lab2 --set network.loss=0.1"),
    case(2, "exact-mixed", "exact lab2 --set network.kind.reject.delay.exponential.mean=5ms"),
    case(2, "exact-drawn-start", "exact lab2 --set proposer.A.start.exponential.mean=5ms"),
    case(2, "exact-drawn-retry", "exact lab2 --set protocol.retry.uniform.max=5ms"),
    case(2, "exact-ties", "exact duel --set network.delay.constant=5ms"),
    case(2, "exact-end", "exact lab2 --set run.horizon=1ms"),
    case(2, "exact-by", "exact lab2 --by 1s"),
    case(2, "exact-alone", "exact solo --set network.delay.constant=5ms"),
    with(2, "exact-export", "exact duel --export notes", |place| place.write("notes", "mine")),
    case(2, "exact-retry", "exact duel --set protocol.retry.fixed.delay=5ms"),
    case(2, "exact-start", "exact duel --set proposer.B.start.constant=5ms"),
    case(2, "exact-short", "exact duel --set network.delay.exponential.mean=10ns"),
    case(2, "exact-coupled-few", "exact duel --set network.delay.preset=lan --coupled --seeds 100"),
    case(2, "exact-coupled-known", "exact duel --coupled"),
    case(2, "exact-coupled-timeout", "exact w2 --coupled"),
    case(2, "exact-script", "exact textbook/seen"),
    case(2, "exact-fault", "exact crash-restart"),
    case(2, "exact-random-faults", "exact duel --set faults.random.crash_rate=1.0"),
    case(2, "exact-copies", "exact duel --set network.duplicate=0.1"),
    case(2, "exact-mutant", "exact duel --set protocol.mutant=ignores-votes"),
    case(2, "exact-timeout", "exact duel --set protocol.phase_timeout=1s"),
    case(2, "exact-split-handlers", "exact duel --set protocol.handlers.split.gap=1ms"),
    case(2, "exact-quorums", "exact unsafe-quorums"),
    case(2, "exact-nodes", "exact duel --set cluster.nodes=11"),
    with(2, "exact-submits", "exact submits.toml", |place| {
        place.write(
            "submits.toml",
            format!("{EXACT_PAIR}[[submit]]\nproposer = \"A\"\nvalue = \"x\"\nat = \"1s\"\n"),
        );
    }),
    with(2, "exact-read", "exact reads.toml", |place| {
        place.write("reads.toml", format!("{EXACT_PAIR}[[read]]\nnode = 1\nat = \"1s\"\n"));
    }),
    with(2, "exact-links", "exact links.toml", |place| {
        place.write("links.toml", format!("{EXACT_PAIR}[[network.link]]\nfrom = 1\nto = 2\nfifo = true\n"));
    }),
    with(2, "exact-window", "exact links.toml", |place| {
        place.write(
            "links.toml",
            format!("{EXACT_PAIR}[[network.link]]\nfrom = 1\nto = 2\nuntil_time = \"1s\"\n"),
        );
    }),
    with(2, "exact-crowd", "exact crowd.toml", |place| {
        let more = |i: u8| format!("[[proposer]]\nname = \"P{i}\"\nnode = 0\n");
        place.write("crowd.toml", EXACT_PAIR.to_owned() + &(0..6).map(more).collect::<String>());
    }),
    case(2, "exact-states", "exact duel --states 10"),
    with(2, "exact-gap", "exact gap.toml --gap 1 --cut 1e-12", |place| {
        let retry = "[protocol]\nretry = { exponential = { mean = \"1ms\" } }\n";
        place.write("gap.toml", EXACT_PAIR.to_owned() + retry);
    }),
    case(2, "exact-horizon", "exact duel --set run.horizon=20ms"),
    case(2, "exact-cut", "exact duel --cut 2"),
    with(2, "exact-instant", "exact still.toml", |place| {
        let three = EXACT_PAIR.replace("node = 3", "node = 1\n[[proposer]]\nname = \"C\"\nnode = 1");
        let rule = "[protocol]\nlocal_preemption = true\nretry = { fixed = { delay = \"0s\" } }\n";
        place.write("still.toml", three + rule);
    }),
    with(2, "exact-standstill", "exact still.toml", |place| {
        let still = EXACT_PAIR.replace("node = 3", "node = 1");
        let rule = "[protocol]\nlocal_preemption = true\nretry = { fixed = { delay = \"0s\" } }\n";
        place.write("still.toml", still + rule);
    }),
];
