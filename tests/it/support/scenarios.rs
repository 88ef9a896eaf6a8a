//! Scenarios that turn the knobs which the shipped ones leave alone.
//!
//! Absent on purpose: sense. They are to walk every branch, not to teach.

/// Name and text.
pub const INLINE: &[(&str, &str)] = &[
    (
        "flexible-quorums",
        r#"
cluster = { nodes = 5, quorum = { sizes = { prepare = 4, accept = 2 } } }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }, { name = "C", node = 5 }]
protocol = { retry = { uniform = { max = "20ms" } }, phase_timeout = "90ms" }
network = { delay = { exponential = { mean = "10ms" } }, loss = 0.02 }
run = { livelock = "off" }
"#,
    ),
    (
        "quorums-that-need-not-intersect",
        r#"
cluster = { nodes = 4, unsafe = true, quorum = { sizes = { prepare = 2, accept = 2 } } }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }]
network = { delay = { exponential = { mean = "10ms" } } }
run = { stop = "quiescent" }
"#,
    ),
    (
        "silent-rejection",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }]
protocol = { rejection = "silent", attempt_timeout = "45ms", retry = { exponential = { mean = "15ms" } }, max_attempts = 6 }
network = { delay = { uniform = { min = "2ms", max = "20ms" } }, loss = 0.1 }
run = { livelock = "off" }
"#,
    ),
    (
        "announce-and-reads",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 2, start = { uniform = { min = "0s", max = "40ms" } } }]
protocol = { announce = true, retry = { fixed = { delay = "5ms" } }, max_attempts = 9 }
network = { delay = { lognormal = { median = "8ms", sigma = 0.8 } }, loss = 0.05 }
read = [
  { node = 1, at = "10ms", every = "15ms" },
  { node = 3, at = "30ms", returns = "learned" },
  { node = 2, at = "90ms", every = "40ms", returns = "learned" },
]
fault = [{ at = "60ms", unreachable = { nodes = [2] } }]
run = { stop = "quiescent", livelock = "off" }
"#,
    ),
    (
        "submits",
        r#"
proposer = [{ name = "A", node = 1, start = { constant = "30ms" } }, { name = "B", node = 3, initial_round = 7 }]
submit = [
  { proposer = "A", value = "earlier", at = "0ms" },
  { proposer = "A", value = "second", at = "30ms" },
  { proposer = "B", value = "third", at = "31ms" },
  { proposer = "B", value = "third", at = "500ms" },
]
protocol = { ballots = "past-seen", retry = { uniform = { max = "20ms" } }, max_attempts = 3 }
network = { delay = { uniform = { min = "5ms", max = "15ms" } } }
run = { livelock = "off" }
"#,
    ),
    (
        "proposers-on-no-node",
        r#"
proposer = [{ name = "A", node = 0 }, { name = "B", node = 0, initial_round = 2 }, { name = "C", node = 2 }]
protocol = { give_up = "first-reject", retry = { backoff = { base = "4ms", cap = "60ms" } } }
network = { delay = { pareto = { min = "3ms", alpha = 1.8 } }, link = [{ from = 0, to = 2, delay = { constant = "1ms" } }] }
run = { ties = "fifo", livelock = "off" }
"#,
    ),
    (
        "two-on-one-node",
        r#"
proposer = [{ name = "A", node = 2 }, { name = "B", node = 2 }, { name = "C", node = 1 }]
protocol = { own_messages = "network", retry = { uniform = { max = "9ms" } }, phase_timeout = "60ms" }
network = { delay = { exponential = { mean = "6ms" } }, loss = 0.03, kind = { reject = { delay = { constant = "1ms" } }, accept = { loss = 0.2 } } }
run = { livelock = "off" }
"#,
    ),
    (
        "nine-nodes",
        r#"
cluster = { nodes = 9 }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 9 }, { name = "C", node = 0 }, { name = "D", node = 5 }]
protocol = { retry = { uniform = { max = "30ms" } }, phase_timeout = "120ms" }
network = { delay = { lognormal = { median = "10ms", sigma = 1.0 } }, loss = 0.05 }
run = { livelock = "off" }
"#,
    ),
    (
        "sixty-three-nodes",
        r#"
cluster = { nodes = 63 }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 63 }, { name = "C", node = 0 }]
protocol = { retry = { uniform = { max = "30ms" } }, announce = true }
network = { delay = { exponential = { mean = "10ms" } } }
run = { stop = "quiescent", livelock = "off" }
"#,
    ),
    (
        "twenty-nodes",
        r#"
cluster = { nodes = 20, quorum = { sizes = { prepare = 15, accept = 6 } } }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 20 }, { name = "C", node = 0 }, { name = "D", node = 7 }]
protocol = { retry = { exponential = { mean = "30ms" } }, phase_timeout = "150ms" }
network = { delay = { uniform = { min = "1ms", max = "30ms" } }, loss = 0.05 }
run = { livelock = "off" }
"#,
    ),
    (
        "one-node",
        r#"
cluster = { nodes = 1 }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 0 }]
protocol = { retry = { uniform = { max = "3ms" } } }
network = { delay = { uniform = { min = "1ms", max = "3ms" } } }
run = { livelock = "off" }
"#,
    ),
    (
        "sequential-with-losses",
        r#"
cluster = { nodes = 5 }
proposer = [{ name = "A", node = 1 }, { name = "B", node = 4 }, { name = "C", node = 0 }]
protocol = { transport = "sequential", rpc_timeout = "25ms", retry = { uniform = { max = "40ms" } }, max_attempts = 4 }
network = { delay = { exponential = { mean = "8ms" } }, loss = 0.15 }
fault = [{ at = "200ms", unreachable = { nodes = [3] } }]
run = { livelock = "off" }
"#,
    ),
    (
        "sequential-silent",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }]
protocol = { transport = "sequential", rejection = "silent", own_messages = "network", give_up = "timeout-only", advance = "all-replies" }
network = { delay = { uniform = { min = "1ms", max = "9ms" } } }
run = { livelock = "off" }
"#,
    ),
    (
        "local-preemption",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }, { name = "C", node = 1, start = { constant = "12ms" } }]
protocol = { local_preemption = true, retry = { uniform = { max = "25ms" } } }
network = { delay = { constant = "10ms" } }
run = { stop = "chosen", livelock = "off" }
"#,
    ),
    (
        "everything-at-once",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }]
submit = [{ proposer = "A", value = "again", at = "0ms" }, { proposer = "B", value = "again", at = "10ms" }]
read = [{ node = 2, at = "10ms", every = "10ms" }]
protocol = { retry = { fixed = { delay = "0ms" } }, max_attempts = 3, phase_timeout = "20ms", announce = true }
network = { delay = { constant = "10ms" }, loss = 0.1 }
run = { horizon = "200ms", stop = "quiescent", livelock = "off" }
"#,
    ),
    (
        "no-end",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3, start = { constant = "5ms" } }]
protocol = { local_preemption = true, retry = { fixed = { delay = "3ms" } } }
network = { delay = { uniform = { min = "10000000ns", max = "10000100ns" } } }
run = { max_events = 300, livelock = "off" }
"#,
    ),
    (
        "waits-for-ever",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }]
protocol = { give_up = "timeout-only" }
network = { delay = { pareto = { min = "4ms", alpha = 2.2 } }, loss = 0.4 }
run = { livelock = "off" }
"#,
    ),
    (
        "the-mutant",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }]
protocol = { mutant = "accept-ignores-promise", retry = { uniform = { max = "20ms" } } }
network = { delay = { exponential = { mean = "10ms" } } }
run = { stop = "quiescent", livelock = "off" }
"#,
    ),
    (
        "faults-and-blocking-calls",
        r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }, { name = "C", node = 0 }]
protocol = { transport = "sequential", give_up = "all-replies", advance = "all-replies", retry = { fixed = { delay = "5ms" } }, rpc_timeout = "40ms", max_attempts = 8 }
read = [{ node = 2, at = "31ms", every = "30ms" }]
run = { livelock = "off", ties = "fifo" }
network = { delay = { preset = "lan" }, duplicate = 0.2, link = [{ from = 1, to = 2, fifo = true, delay = { gamma = { shape = 0.5, scale = "20ms" } } }] }
fault = [
  { at = "10ms", crash = { nodes = [2] } }, { at = "30ms", restart = { nodes = [2] } },
  { at = "12ms", pause = { nodes = [1] } }, { at = "35ms", resume = { nodes = [1] } },
  { at = "36ms", slow = { nodes = [3], service = { weibull = { shape = 0.7, scale = "4ms" } } } },
  { at = "40ms", clock-rate = { nodes = [3], rate = 1.5 } },
  { at = "45ms", one-way = { from = [0], to = [1] } }, { at = "90ms", heal = { nodes = [1] } },
]
"#,
    ),
    (
        "every-other-distribution",
        r#"
proposer = [
  { name = "A", node = 1, start = { shifted-exponential = { min = "1ms", mean = "3ms" } } },
  { name = "B", node = 3, start = { empirical = { samples = ["1ms", "2ms", "5ms"] } } },
]
protocol = { retry = { uniform = { max = "20ms" } } }
network = { delay = { mixture = [{ weight = 9, delay = { normal = { mean = "5ms", sd = "2ms" } } }, { weight = 1, delay = { constant = "60ms" } }] }, kind = { accept = { delay = { preset = "lab-loopback" } } } }
"#,
    ),
];
