//! What the environment may ask of the tests: every variable that they read is listed here, and is read by these functions.
//!
//! `SYNOD_LONG=1 cargo test --release` runs everything at its long size, but for what has a variable of its own that is set.

use std::path::PathBuf;

/// Every variable, and what it asks for.
const VARIABLES: &[(&str, &str)] = &[
    ("UPDATE_GOLDEN", "=1 writes every file that is compared with a committed one anew"),
    ("SYNOD_LONG", "=1 takes each of the sizes below at its longest"),
    ("SYNOD_RUNS", "runs of a statistical test; 1,000,000 is the long form"),
    ("SYNOD_COVERAGE", "repetitions of each estimate beside exact figures; 400"),
    ("SYNOD_SWARM_RUNS", "runs of the swarm of the correct protocol; 10,000,000"),
    ("SYNOD_FUZZ", "cases for each fuzzed reader; 1,000,000"),
    ("SYNOD_FUZZ_FROM", "the first of these cases"),
    ("SYNOD_OWN_SEEDS", "seeds of each play of own nodes by the command; 1,000 to 20,000"),
    ("SYNOD_OWN_RUST", "=1 also builds the template in Rust"),
    ("SYNOD_OWN_GO", "=1 also builds the template in Go"),
    ("SYNOD_OWN_JAVA", "=1 also builds the template in Java"),
    ("SYNOD_EMBED", "=1 builds a program that embeds the library without features"),
    ("SYNOD_KIT", "=1 runs all tests of the Python kit"),
    ("SYNOD_SHRINK", "duels of each workload that are shrunk; 20"),
    ("SYNOD_KILLS", "times that each command is killed; 200"),
    ("SYNOD_EVERY_CALL", "=1 fails every system call in every way"),
    ("SYNOD_EVERY_BYTE", "=1 damages a journal at every byte"),
    ("SYNOD_EVERY_NUMBER", "=1 changes every number of a report"),
    ("SYNOD_HOSTILE", "=1 sends all hostile words through processes"),
    ("SYNOD_CANARIES", "folder in which canaries are built"),
    ("SYNOD_SLURM", "folder of the scripts that start a private Slurm"),
    ("SYNOD_SLURM_KILL", "=1 also kills a node of it"),
    ("SYNOD_NODE_MODULES", "folder with mermaid, jsdom and playwright-core"),
    ("SYNOD_SHIVIZ", "checkout of ShiViz"),
    ("SYNOD_LOOK", "folder for reports and screenshots to look at"),
    ("SYNOD_TEST_PATIENCE", "how many times as long as usual a command may take"),
    ("SYNOD_CHROOT", "Debian with tool chains of other platforms, for tests/platforms.sh"),
];

fn text(variable: &str) -> Option<String> {
    assert!(VARIABLES.iter().any(|(name, _)| *name == variable), "{variable} is not listed");
    std::env::var(variable).ok().filter(|text| !text.is_empty())
}

/// A number, if it is given.
pub fn number<N: std::str::FromStr>(variable: &str) -> Option<N> {
    text(variable)
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} must be a number, not {text:?}")))
}

/// Whether it is asked for: by any value but `0`.
fn is_set(variable: &str) -> bool {
    text(variable).is_some_and(|text| text != "0")
}

/// Whether this long form is asked for, or all are.
pub fn is_long(variable: &str) -> bool {
    is_set(variable) || is_set("SYNOD_LONG")
}

/// How many: as the variable says, or else as many as usual, or as a long form takes.
pub fn size(variable: &str, usual: u64, long: u64) -> u64 {
    number(variable).unwrap_or(if is_set("SYNOD_LONG") { long } else { usual })
}

/// Runs of a statistical test.
pub fn runs(usual: u64) -> u64 {
    size("SYNOD_RUNS", usual, 1_000_000)
}

/// A folder, if it is given.
pub fn folder(variable: &str) -> Option<PathBuf> {
    text(variable).map(PathBuf::from)
}

/// Whether files that are compared with committed ones are to be written anew.
pub fn updates_golden() -> bool {
    is_set("UPDATE_GOLDEN")
}

#[test]
fn no_variable_is_misspelt() {
    let known = |name: &str| VARIABLES.iter().any(|(listed, _)| *listed == name);
    let unknown: Vec<String> = std::env::vars()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("SYNOD_") && !known(name))
        .collect();
    let listed: Vec<String> = VARIABLES.iter().map(|(name, what)| format!("{name}: {what}")).collect();
    assert!(unknown.is_empty(), "{unknown:?} asks for nothing; there are\n{}", listed.join("\n"));
}
