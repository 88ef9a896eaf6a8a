//! Keys and words that belong to the scenario format but that this version does not read yet, and where keys live.
//!
//! Absent on purpose: anything that works. An entry leaves this file when its feature arrives.

/// Planned keys, by the label of their table.
const KEYS: &[(&str, &[&str])] = &[("[sweep]", &["where"])];

/// Keys that are easily written under the wrong header, and the header they belong under.
const HOMES: &[(&str, &[&str])] = &[
    ("the top, before any header", &["title", "file"]),
    ("[cluster]", &["nodes", "quorum", "unsafe"]),
    (
        "[protocol]",
        &[
            "transport",
            "ballots",
            "rejection",
            "repeated",
            "give_up",
            "advance",
            "retry",
            "max_attempts",
            "phase_timeout",
            "attempt_timeout",
            "rpc_timeout",
            "local_preemption",
            "announce",
            "own_messages",
            "handlers",
            "mutant",
        ],
    ),
    ("[network]", &["delay", "loss", "duplicate"]),
    ("[run]", &["horizon", "stop", "ties", "livelock", "max_events"]),
    (
        "[expect]",
        &[
            "violations",
            "winner",
            "verdict",
            "hazard",
            "outcome",
            "mean",
            "answered",
            "answer_p50_ms",
            "answer_p99_ms",
        ],
    ),
    ("[sweep]", &["axes", "zip", "seeds", "kind", "halvings", "baseline", "deadline", "figure"]),
    ("[sweep.figure]", &["x", "series", "panels", "winner", "make", "axis"]),
];

/// Whether `key` is planned for the table with this label.
pub(super) fn is_key(table: &str, key: &str) -> bool {
    KEYS.iter().any(|(label, keys)| *label == table && keys.contains(&key))
}

/// `; it belongs under …`, for a key of another table; an axis is a path through all of them.
pub(super) fn belongs(key: &str, table: &str) -> String {
    let first = key.split('.').next().unwrap_or(key);
    let is_header = HOMES
        .iter()
        .any(|(home, _)| home.strip_prefix('[').is_some_and(|it| it.strip_suffix(']') == Some(first)));
    if table == "[sweep]" && (is_header || first == "proposer") {
        return "; an axis belongs under [sweep.axes], its path in quotes".to_owned();
    }
    at_home(key, HOMES)
}

/// `; it belongs under …`, by these tables of keys.
pub(super) fn at_home(key: &str, homes: &[(&str, &[&str])]) -> String {
    match homes.iter().find(|(_, keys)| keys.contains(&key)) {
        Some((home, _)) => format!("; it belongs under {home}"),
        None => String::new(),
    }
}
