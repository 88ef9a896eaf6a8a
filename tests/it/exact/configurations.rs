//! Configurations that have a chain: transports, ballots, retries, losses, starts, stages, links, quorums, up to five nodes and three
//! proposers.

pub const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";
pub const NET: &str = "[network]\ndelay = { exponential = { mean = \"10ms\" } }\n";
pub const EXP: &str = "retry = { exponential = { mean = \"10ms\" } }\n";
const FEW: &str = "max_attempts = 2\nretry = { exponential = { mean = \"10ms\" } }\n";
const ZERO: &str = "retry = { fixed = { delay = \"0ms\" } }\n";
const SEQUENTIAL: &str = "transport = \"sequential\"\n";

const LINKS: &str = "[[network.link]]\nfrom = 1\nto = 2\ndelay = { exponential = { mean = \"30ms\" } }\nloss = 0.1\n\
                     [[network.node]]\nnode = 3\ndirection = \"to\"\ndelay = { exponential = { mean = \"4ms\" } }\n";

/// The lab's client.
fn lab() -> String {
    format!("{SEQUENTIAL}ballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n")
}

/// Name and text of each.
pub fn table() -> Vec<(&'static str, String)> {
    let mut all = plain();
    all.extend(combined());
    all
}

/// A rule or a law at a time.
fn plain() -> Vec<(&'static str, String)> {
    let lab = lab();
    let with = |protocol: &str, network: &str| format!("{TWO}[protocol]\n{protocol}\n{NET}{network}");
    let same = TWO.replace("node = 3", "node = 1");
    let away = TWO.replace("node = 3", "node = 0");
    let late = TWO.replace("node = 1\n", "node = 1\nstart = { exponential = { mean = \"20ms\" } }\n");
    let late = late.replace("node = 3\n", "node = 3\nstart = { gamma = { shape = 2, scale = \"5ms\" } }\n");
    let on = |people: &str, more: &str| format!("{people}[protocol]\n{more}{NET}");
    vec![
        ("no retry", with("", "")),
        ("retry", with(EXP, "")),
        ("a strict acceptor", with("repeated = \"reject\"\ngive_up = \"first-reject\"\n", "")),
        (
            "first rejection, few attempts",
            with(&format!("give_up = \"first-reject\"\nmax_attempts = 2\n{EXP}"), ""),
        ),
        ("local pre-emption", with(&format!("local_preemption = true\n{FEW}"), "")),
        (
            "local pre-emption, deaf",
            with(
                &format!(
                    "local_preemption = true\ngive_up = \"timeout-only\"\nballots = \"past-seen\"\n{FEW}"
                ),
                "",
            ),
        ),
        ("silent", with("rejection = \"silent\"\n", "")),
        ("losses", with("", "loss = 0.2\n")),
        ("losses, few attempts", with(&format!("max_attempts = 2\n{ZERO}"), "loss = 0.1\n")),
        (
            "kinds",
            with(
                "",
                "[network.kind.prepare]\ndelay = { exponential = { mean = \"5ms\" } }\n\
                            [network.kind.reject]\ndelay = { exponential = { mean = \"2ms\" } }\n",
            ),
        ),
        ("links", with("", LINKS)),
        ("stages", format!("{TWO}[network]\ndelay = {{ gamma = {{ shape = 2, scale = \"5ms\" }} }}\n")),
        ("late", on(&late, "")),
        ("on one node", on(&same, FEW)),
        ("on one node, in order", on(&same, FEW) + "[run]\nties = \"fifo\"\n"),
        ("on no node", on(&away, "give_up = \"first-reject\"\n")),
        ("three", on(&format!("{TWO}[[proposer]]\nname = \"C\"\nnode = 2\n"), "")),
        (
            "flexible quorums",
            format!("[cluster]\nquorum = {{ sizes = {{ prepare = 3, accept = 1 }} }}\n{}", with("", "")),
        ),
        ("own messages", with("own_messages = \"network\"\n", "")),
        ("to the end", with("", "") + "[run]\nstop = \"quiescent\"\n"),
        ("to the choice", with(EXP, "") + "[run]\nstop = \"chosen\"\n"),
        ("unequal rounds", with(EXP, "").replacen("node = 1\n", "node = 1\ninitial_round = 3\n", 1)),
        ("the lab", with(&lab, "")),
        ("the lab, retries", with(&format!("{lab}{ZERO}"), "")),
        ("the lab, losses", with(&lab, "loss = 0.1\n")),
        (
            "blocking, silent",
            with(&format!("{SEQUENTIAL}rejection = \"silent\"\ngive_up = \"all-replies\"\n"), ""),
        ),
        ("blocking, hasty", with(&format!("{SEQUENTIAL}give_up = \"first-reject\"\n{FEW}"), "")),
        (
            "blocking, local pre-emption",
            with(&format!("{lab}local_preemption = true\nmax_attempts = 3\n{EXP}"), ""),
        ),
    ]
}

/// Several rules and laws at a time.
fn combined() -> Vec<(&'static str, String)> {
    let lab = lab();
    let with = |protocol: &str, network: &str| format!("{TWO}[protocol]\n{protocol}\n{NET}{network}");
    let on = |people: &str, more: &str| format!("{people}[protocol]\n{more}{NET}");
    let stages = |shape: u8, ms: u8, protocol: &str| {
        format!(
            "{TWO}[protocol]\n{protocol}[network]\ndelay = {{ gamma = {{ shape = {shape}, scale = \"{ms}ms\" }} }}\n"
        )
    };
    let late = TWO.replace("node = 1\n", "node = 1\nstart = { exponential = { mean = \"20ms\" } }\n");
    let later = late.replace("node = 3\n", "node = 3\nstart = { exponential = { mean = \"10ms\" } }\n");
    let three = format!("{TWO}[[proposer]]\nname = \"C\"\nnode = 2\n");
    let five = "[cluster]\nnodes = 5\n";
    let kinds = "[network.kind.prepare]\ndelay = { exponential = { mean = \"5ms\" } }\n\
                 [network.kind.promise]\ndelay = { exponential = { mean = \"20ms\" } }\n";
    vec![
        ("past seen, retries", with(&format!("ballots = \"past-seen\"\n{EXP}"), "")),
        ("lab ballots, few attempts", with(&format!("ballots = \"lab\"\n{FEW}"), "")),
        ("lab ballots, retries", with(&format!("ballots = \"lab\"\n{EXP}"), "")),
        (
            "lab ballots, first rejection",
            with(&format!("ballots = \"lab\"\ngive_up = \"first-reject\"\n{FEW}"), ""),
        ),
        ("retries at once", with(ZERO, "")),
        ("silent, few attempts", with(&format!("rejection = \"silent\"\n{FEW}"), "")),
        ("accepts lost", with(FEW, "[network.kind.accept]\nloss = 0.3\n")),
        ("links, few attempts", with(FEW, LINKS)),
        ("kinds, retries", with(EXP, kinds)),
        ("late, retries at once", on(&later, ZERO)),
        ("late, the lab, few attempts", on(&later, &format!("{lab}{FEW}"))),
        ("three stages", stages(3, 4, "")),
        ("eight stages, the lab", stages(8, 2, &lab)),
        ("three stages, the lab, retries", stages(3, 4, &format!("{lab}{EXP}"))),
        ("five nodes, deaf", five.to_owned() + &with("give_up = \"timeout-only\"\n", "")),
        ("five nodes, the lab", five.to_owned() + &with(&lab, "")),
        ("five nodes, the lab, few attempts", five.to_owned() + &with(&format!("{lab}{FEW}"), "")),
        ("five nodes, blocking", five.to_owned() + &with(SEQUENTIAL, "")),
        ("four nodes", five.replace('5', "4") + &with("", "")),
        (
            "four nodes, flexible quorums",
            five.replace('5', "4") + "quorum = { sizes = { prepare = 3, accept = 2 } }\n" + &with("", ""),
        ),
        ("three, losses", on(&three, "") + "loss = 0.1\n"),
        ("three, first rejection", on(&three, "give_up = \"first-reject\"\n")),
        ("three, the lab", on(&three, &lab)),
        ("three, the lab, few attempts", on(&three, &format!("{lab}{FEW}"))),
        ("the lab, losses, few attempts", with(&format!("{lab}{FEW}"), "loss = 0.1\n")),
        ("own messages, the lab", with(&format!("own_messages = \"network\"\n{lab}"), "")),
        ("blocking, past seen", with(&format!("{SEQUENTIAL}ballots = \"past-seen\"\n{FEW}"), "")),
    ]
}
