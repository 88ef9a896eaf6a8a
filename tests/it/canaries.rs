//! Leaks of determinism, and bugs that break no invariant, each planted in the real code, each caught by the test that is there
//! to catch it.
//!
//! A plant is an edit that must still apply, and its guard a test or lint that must still be there: both are looked at in every
//! run, so that a guard cannot be removed unnoticed. `SYNOD_CANARIES=FOLDER cargo test --test it canaries:: -- --nocapture`
//! plants each in a copy of the tree below that folder, runs its guard, and prints the table; that takes minutes.

mod bugs;

use std::path::Path;
use std::process::Command;

use crate::support::env;

/// A leak or a bug, and who must notice it.
struct Canary {
    leak: &'static str,
    file: &'static str,
    /// This text, which is there once, …
    sound: &'static str,
    /// … is replaced by that.
    leaking: &'static str,
    guard: Guard,
}

enum Guard {
    /// A test of this file.
    Test { file: &'static str, name: &'static str },
    /// A line of clippy.toml.
    Lint(&'static str),
}

const CANARIES: [Canary; 8] = [
    Canary {
        leak: "hash order",
        file: "src/run/send.rs",
        sound: "for node in 1..=self.world.plan.rules.nodes {\n            if node == own",
        leaking: "let nodes: std::collections::HashSet<u8> = (1..=self.world.plan.rules.nodes).collect();\n        for node in \
                  nodes {\n            if node == own",
        guard: Guard::Test {
            file: "tests/it/determinism.rs",
            name: "twice_in_one_process_gives_the_same_trace_and_digest",
        },
    },
    Canary {
        leak: "wall clock in a delay",
        file: "src/sim/table.rs",
        sound: "(pair[0] as i64 + (rise >> FRACTION_BITS) as i64) as u64",
        leaking: "(pair[0] as i64 + (rise >> FRACTION_BITS) as i64) as u64\n            + std::time::UNIX_EPOCH.elapsed()\
                  .map_or(0, |time| time.as_nanos() as u64 / 100 % 7)",
        guard: Guard::Test { file: "tests/it/determinism.rs", name: "observers_change_nothing" },
    },
    Canary {
        leak: "float sum in thread order",
        file: "src/stats/moments.rs",
        sound: "self.sum_squares = self.sum_squares.saturating_add(other.sum_squares);",
        leaking: "self.sum_squares = (self.sum_squares as f64 + other.sum_squares as f64) as u128;",
        guard: Guard::Test {
            file: "tests/it/stats_properties.rs",
            name: "merging_forgets_order_and_grouping",
        },
    },
    Canary {
        leak: "std ln",
        file: "src/sim/delay.rs",
        sound: "mean as f64 * if upper { -libm::log(p) } else { -libm::log1p(-p) }",
        leaking: "mean as f64 * if upper { -p.ln() } else { -libm::log1p(-p) }",
        guard: Guard::Lint("f64::ln"),
    },
    Canary {
        leak: "unsorted directory",
        file: "src/cli/merge.rs",
        sound: "    found.sort();\n",
        leaking: "",
        guard: Guard::Test {
            file: "tests/it/journal/shares.rs",
            name: "shares_are_named_in_their_order_whatever_the_folder_says",
        },
    },
    Canary {
        leak: "dropped tie rule",
        file: "src/run/ties.rs",
        sound: "Tied::Arrival(packet, order) => (self.tie_of(packet), order),",
        leaking: "Tied::Arrival(_, order) => (0, order),",
        guard: Guard::Test { file: "tests/it/differential.rs", name: "all_knobs_at_random" },
    },
    Canary {
        leak: "one more draw",
        file: "src/sim/words.rs",
        sound: "let address = Address { region: Region::Attempts, caller: caller as u8, attempt };\n        let words",
        leaking: "let attempt = attempt + u32::from(self.tied.is_some());\n        let address = Address { region: \
                  Region::Attempts, caller: caller as u8, attempt };\n        let words",
        guard: Guard::Test {
            file: "tests/it/determinism/coupling.rs",
            name: "another_tie_rule_changes_no_common_message",
        },
    },
    Canary {
        leak: "a shorter second run",
        file: "src/run/world.rs",
        sound: "        self.now = 0;\n        self.stopped = None;\n        self.limit = plan.end();\n",
        leaking: "        let again = self.now > 0;\n        self.now = 0;\n        self.stopped = None;\n        self.limit = \
                  if again { plan.horizon.min(3_000_000) + 1 } else { plan.end() };\n",
        guard: Guard::Test {
            file: "tests/it/determinism.rs",
            name: "a_run_does_not_depend_on_the_runs_before_it",
        },
    },
];

fn canaries() -> impl Iterator<Item = &'static Canary> {
    CANARIES.iter().chain(&bugs::BUGS)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(root: &Path, name: &str) -> String {
    std::fs::read_to_string(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Why a canary could not be caught any more.
fn fault(canary: &Canary, source: &str, guards: &str) -> Option<String> {
    if source.matches(canary.sound).count() != 1 {
        return Some(format!("{}: does not apply to {} any more", canary.leak, canary.file));
    }
    let is_there = match canary.guard {
        Guard::Lint(path) => guards.contains(&format!("path = \"{path}\"")),
        Guard::Test { name, .. } => {
            // What stands before a test is its attribute, and nothing that lets it be left out.
            let (before, _) = guards.split_once(&format!("fn {name}(")).unwrap_or_default();
            before.trim_end().ends_with("#[test]")
        }
    };
    (!is_there).then(|| format!("{}: its guard is gone, or is left out", canary.leak))
}

fn guards_of(canary: &Canary) -> String {
    match canary.guard {
        Guard::Lint(_) => read(root(), "clippy.toml"),
        Guard::Test { file, .. } => read(root(), file),
    }
}

#[test]
fn every_canary_applies_and_its_guard_is_there() {
    for canary in canaries() {
        assert_eq!(fault(canary, &read(root(), canary.file), &guards_of(canary)), None);
    }
}

/// The check itself can fail: for a guard that is removed, renamed or ignored, and a plant that does not fit.
#[test]
fn a_removed_guard_is_noticed() {
    for canary in canaries() {
        let (source, guards) = (read(root(), canary.file), guards_of(canary));
        assert!(fault(canary, &source.replace(canary.sound, ""), &guards).is_some(), "{}", canary.leak);
        let removed = match canary.guard {
            Guard::Lint(path) => vec![guards.replace(&format!("\"{path}\""), "\"f64::lnn\"")],
            Guard::Test { name, .. } => vec![
                guards.replace(&format!("fn {name}("), "fn renamed("),
                guards.replace(&format!("#[test]\nfn {name}("), &format!("fn {name}(")),
                guards.replace(&format!("fn {name}("), &format!("#[ignore]\nfn {name}(")),
                guards.replace(&format!("    fn {name}("), &format!("    #[ignore]\n    fn {name}(")),
            ],
        };
        for guards in removed.iter().filter(|changed| **changed != guards) {
            assert!(fault(canary, &source, guards).is_some(), "{}", canary.leak);
        }
    }
}

/// Plants each canary in a copy of the tree; its guard, which passes without it, must fail.
#[test]
fn every_canary_is_caught() {
    let here =
        env::is_long("SYNOD_CANARIES").then(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("canaries"));
    let Some(folder) = env::folder("SYNOD_CANARIES").or(here) else {
        return eprintln!("not tested: SYNOD_CANARIES names no folder to build in");
    };
    let tree = folder.join("tree");
    for part in ["src", "tests", "scenarios", "benches", "reports"] {
        copy(&root().join(part), &tree.join(part));
    }
    for file in ["Cargo.toml", "Cargo.lock", "clippy.toml", "README.md"] {
        std::fs::copy(root().join(file), tree.join(file)).expect("copied");
    }
    let mut table = String::from("| leak | planted in | guard | without | with |\n|---|---|---|---|---|\n");
    let mut caught = 0;
    // All without a plant first: one build serves them.
    let without: Vec<Seen> = canaries().map(|canary| run(&tree, &canary.guard)).collect();
    for (canary, sound) in canaries().zip(without) {
        let source = read(&tree, canary.file);
        std::fs::write(tree.join(canary.file), source.replacen(canary.sound, canary.leaking, 1))
            .expect("written");
        let leaking = run(&tree, &canary.guard);
        std::fs::write(tree.join(canary.file), source).expect("written");
        let name = match canary.guard {
            Guard::Lint(path) => format!("clippy: {path}"),
            Guard::Test { file, name } => path(file, name),
        };
        let row = format!("| {} | {} | {name} | {sound:?} | {leaking:?} |\n", canary.leak, canary.file);
        print!("{row}");
        table += &row;
        caught += usize::from((sound, leaking) == (Seen::Passes, Seen::Fails));
    }
    let all = canaries().count();
    println!("{table}{caught} of {all} caught");
    assert_eq!(caught, all, "{table}");
}

/// A test of a file of this program, as the program names it.
fn path(file: &str, name: &str) -> String {
    let inside = file.strip_prefix("tests/it/").and_then(|file| file.strip_suffix(".rs"));
    format!("{}::{name}", inside.expect("a file of this program").replace('/', "::"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Passes,
    Fails,
    /// Neither: it was not even tested.
    DoesNotBuild,
}

fn run(tree: &Path, guard: &Guard) -> Seen {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(tree).env("CARGO_TARGET_DIR", tree.with_file_name("target"));
    // Unoptimized, which is built sooner; guards are quick.
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "1").env("CARGO_PROFILE_DEV_DEBUG", "0");
    command.env_remove("SYNOD_CANARIES").env_remove("SYNOD_LONG");
    match guard {
        Guard::Lint(_) => command.args(["clippy", "--locked", "--lib", "--quiet"]),
        Guard::Test { file, name } => {
            command.args(["test", "--locked", "--quiet", "--test", "it", "--", "--exact", &path(file, name)])
        }
    };
    let output = command.output().expect("cargo runs");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let has_failed = match guard {
        Guard::Lint(path) => text.contains(&format!("use of a disallowed method `{path}`")),
        Guard::Test { .. } => text.contains("test result: FAILED. 0 passed; 1 failed"),
    };
    let has_passed = match guard {
        Guard::Lint(_) => output.status.success(),
        Guard::Test { .. } => output.status.success() && text.contains("test result: ok. 1 passed"),
    };
    match (has_passed, has_failed) {
        (true, false) => Seen::Passes,
        (false, true) => Seen::Fails,
        _ => {
            eprintln!("{text}");
            Seen::DoesNotBuild
        }
    }
}

/// Makes a folder what another is; files that are the same keep their dates, so that little is built again.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(to).expect("a folder") {
        let stale = entry.expect("an entry").path();
        let kept = from.join(stale.file_name().expect("a name"));
        match stale.is_dir() {
            true if !kept.is_dir() => std::fs::remove_dir_all(&stale).expect("removed"),
            false if !kept.is_file() => std::fs::remove_file(&stale).expect("removed"),
            _ => {}
        }
    }
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else if std::fs::read(&from).ok() != std::fs::read(&to).ok() {
            std::fs::copy(&from, &to).expect("copied");
        }
    }
}
