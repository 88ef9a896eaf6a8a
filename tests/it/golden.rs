//! Golden runs: the digest and the outcome of every shipped scenario, and of some that turn the other knobs, at 25
//! seeds each; and golden bits of a million samples of each distribution. The same file holds for debug and release builds and for every platform.

use std::fmt::Write as _;

use crate::support::env;
use crate::support::scenarios;
use synod::run::Record;
use synod::run::known::{SAMPLES_EACH, run_lines, sample_lines};
use synod::scenario::{Scenario, shipped};
use synod::sim::EPOCH;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/digests.txt");

/// The first seeds, and the ends of the range.
const SEEDS: [u64; 25] = [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    100,
    1_000,
    1_000_000,
    (1 << 32) - 1,
    1 << 32,
    (1 << 53) + 1,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

fn all() -> Vec<(&'static str, Scenario)> {
    let shipped = shipped::ALL.iter().map(|shipped| (shipped.name, shipped.text));
    shipped
        .chain(scenarios::INLINE.iter().copied())
        .map(|(name, text)| {
            let scenario = Scenario::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
            (name, scenario)
        })
        .collect()
}

/// One line for each run: scenario, seed, digest of all events, token with the outcome.
fn lines() -> Vec<String> {
    let mut lines = vec![format!(
        "# engine epoch {EPOCH}: scenario, seed, digest of every event, token with the outcome"
    )];
    for (name, scenario) in all() {
        for seed in SEEDS {
            let record = Record::of(&scenario, seed).unwrap_or_else(|error| panic!("{name}: {error}"));
            lines.push(format!("{name} {seed} {} {}", record.digest, record.token));
        }
    }
    lines
}

#[test]
fn runs_are_those_of_their_epoch() {
    let found = lines();
    if env::updates_golden() {
        std::fs::write(GOLDEN, found.join("\n") + "\n").expect("written");
        return;
    }
    let golden = std::fs::read_to_string(GOLDEN).expect("the golden file");
    let golden: Vec<&str> = golden.lines().collect();
    let mut changed = String::new();
    for line in &found {
        let key = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let before = golden.iter().find(|old| key(old) == key(line));
        if before.copied() != Some(line) {
            let _ = writeln!(changed, "  was {}\n  now {line}", before.unwrap_or(&"(nothing)"));
        }
    }
    let runs = changed.lines().count() / 2;
    assert!(
        runs == 0,
        "{runs} of {} runs are not those of epoch {EPOCH} (scenario, seed, digest, token):\n{changed}\n\
         If that is meant: raise `EPOCH` in src/sim/words.rs, say so in CHANGELOG.md under Seeds, and run\n\
         UPDATE_GOLDEN=1 cargo test --test it golden::\n\
         If the scenario hash in the token changed, so did the scenario: its text or a default.",
        found.len() - 1
    );
    assert_eq!(golden.len(), found.len(), "the golden file has lines of scenarios that are gone");
}

/// The lines of a file, which `UPDATE_GOLDEN=1` writes anew.
fn compare(path: &str, found: &[String]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::updates_golden() {
        std::fs::write(&path, found.join("\n") + "\n").expect("written");
        return;
    }
    let golden = std::fs::read_to_string(&path).expect("the golden file");
    let golden: Vec<&str> = golden.lines().collect();
    assert_eq!(golden, found, "{} has other lines", path.display());
}

/// A million samples of each distribution, and the bits of the quantiles that they come from.
#[test]
fn samples_have_the_same_bits_everywhere() {
    let lines = sample_lines(1_000_000);
    let digests: std::collections::BTreeSet<&str> =
        lines.iter().flat_map(|line| line.split(' ').skip(2)).collect();
    // Samples and quantiles of a constant are digests of their own, too.
    assert_eq!(digests.len(), 2 * lines.len(), "{lines:?}");
    compare("tests/golden/samples.txt", &lines);
}

/// What `synod selftest` compares with is a part of what is held here.
#[test]
fn the_binary_knows_golden_answers() {
    let runs = run_lines();
    compare("src/run/known/runs.txt", &runs);
    compare("src/run/known/samples.txt", &sample_lines(SAMPLES_EACH));
    let golden = std::fs::read_to_string(GOLDEN).expect("the golden file");
    assert!(runs.len() >= 100);
    for line in runs {
        assert!(golden.lines().any(|golden| golden == line), "{line} is no golden run");
    }
}

/// The golden runs are worth keeping: they are many, they differ, and together they reach what can happen.
#[test]
fn golden_runs_reach_what_can_happen() {
    use std::collections::BTreeSet;
    let (mut digests, mut kinds, mut verdicts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let scenarios = all();
    for (name, scenario) in &scenarios {
        let mut of_scenario = BTreeSet::new();
        for seed in SEEDS {
            let record = Record::of(scenario, seed).expect("plans");
            of_scenario.insert(record.digest);
            verdicts.insert(record.outcome.verdict.name());
            kinds.extend(record.events.iter().map(|(_, event)| {
                let debug = format!("{event:?}");
                debug.split([' ', '{']).next().unwrap_or_default().to_owned()
            }));
            assert!(digests.insert(record.digest), "{name}, seed {seed}: a digest twice");
        }
        assert_eq!(of_scenario.len(), SEEDS.len());
    }
    assert!(scenarios.len() >= 30);
    let every_kind = [
        "Abandoned",
        "Aborted",
        "Answered",
        "CallFailed",
        "ClockRate",
        "Crashed",
        "Cut",
        "Delivered",
        "Dropped",
        "Duplicated",
        "Failed",
        "Learned",
        "NodeLearned",
        "Paused",
        "Promised",
        "Proposed",
        "Queued",
        "Read",
        "ReadFailed",
        "Restarted",
        "Resumed",
        "RetryAfter",
        "Sent",
        "Slowed",
        "Started",
        "Stopped",
        "Submitted",
        "Voted",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), every_kind);
    for verdict in ["blocked", "decided", "gave-up", "starved", "undecided"] {
        assert!(verdicts.contains(verdict), "no run is {verdict}: {verdicts:?}");
    }
}
