//! The scenarios that come along, compiled in, so that a fresh binary has something to run.
//!
//! Absent on purpose: their text, which stands in `scenarios/` with comments for people.

/// A scenario that comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, which is that of its file in `scenarios/` without `.toml`.
    pub name: &'static str,
    /// The text of the file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// All of them, the lab first.
        pub const ALL: &[Shipped] = &[$(Shipped {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $name, ".toml")),
        }),*];
    };
}

shipped![
    "lab2",
    "lab2-loopback",
    "lab2-exponential",
    "lab2-retry",
    "lab2-stale-counter",
    "lab2-unlocked",
    "lab2-livelock",
    "never-learned",
    "random-retry",
    "blocked",
    "cut-off",
    "unreachable",
    "unsafe-quorums",
    "solo",
    "duel",
    "three-proposers",
    "five-nodes",
    "five-proposers",
    "phase-retry",
    "phase-silent",
    "delay-sweep",
    "loss-sweep",
    "retry-over-loss",
    "crash",
    "crash-restart",
    "partition",
    "one-way",
    "bridge",
    "pause",
    "slow-node",
    "clock-rate",
    "duplicates",
    "weather",
    "w1",
    "w2",
    "w3",
    "textbook/already-chosen",
    "textbook/seen",
    "textbook/unseen",
    "textbook/livelock",
    "textbook/random-restart",
    "textbook/told-failed",
    "textbook/five-nodes",
    "textbook/minority-ignored",
    "textbook/three-proposers",
    "textbook/accept-delays",
    "textbook/silent-rejection",
    "textbook/deaf-proposer",
    "textbook/duplicate-promise",
    "textbook/durable-promise",
    "textbook/proposer-crash",
    "textbook/partitioned",
    "textbook/partition-heals",
    "textbook/reachable-state",
];

/// What `synod scenario new` prints: the smallest scenario worth running, with the knobs that are tried first.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The shipped scenario of this name, with or without `.toml`.
pub fn find(name: &str) -> Option<Shipped> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    ALL.iter().copied().find(|shipped| shipped.name == name)
}

impl Shipped {
    /// The file's first line: what the scenario is about.
    pub fn summary(&self) -> &'static str {
        self.text.lines().next().unwrap_or("").trim_start_matches(['#', ' '])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Document, Scenario};

    #[test]
    fn every_shipped_file_is_a_scenario_that_teaches() {
        for shipped in ALL {
            let file = format!("scenarios/{}.toml", shipped.name);
            let document = Document::parse(shipped.text, &file).unwrap();
            let scenario = document.scenario().unwrap_or_else(|error| panic!("{error}"));
            assert!(!scenario.title.is_empty() && !shipped.summary().is_empty(), "{file}");
            for word in ["# What:", "# Why:", "# Look:", "# Change:"] {
                assert!(shipped.text.contains(word), "{file} lacks `{word}`");
            }
            let labels = scenario.labels();
            let expect = scenario.expect.unwrap_or_else(|| panic!("{file} expects nothing"));
            // Only what is labelled may break an invariant, and then it must.
            assert_eq!(
                expect.violations,
                expect.violations.filter(|&n| (n == 0) == labels.is_empty()),
                "{file}"
            );
            assert!(expect.violations.is_some(), "{file}");
            for cell in document.cells().unwrap().iter() {
                cell.unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }

    #[test]
    fn the_folder_and_the_list_agree() {
        let mut files = Vec::new();
        for folder in ["", "textbook/"] {
            let path = format!("{}/scenarios/{folder}", env!("CARGO_MANIFEST_DIR"));
            let all = std::fs::read_dir(path).unwrap();
            let all = all.map(|file| file.unwrap().file_name().into_string().unwrap());
            files.extend(all.filter(|file| file.ends_with(".toml")).map(|file| format!("{folder}{file}")));
        }
        let mut listed: Vec<String> = ALL.iter().map(|shipped| format!("{}.toml", shipped.name)).collect();
        files.sort();
        listed.sort();
        assert_eq!(files, listed);
    }

    #[test]
    fn the_advice_in_comments_works() {
        for shipped in ALL {
            for line in shipped.text.lines().filter(|line| line.starts_with('#')) {
                for flag in line.split("--set ").skip(1) {
                    let flag = match flag.strip_prefix('\'') {
                        Some(quoted) => quoted.split('\'').next().unwrap(),
                        None => flag.split_whitespace().next().unwrap().trim_end_matches(':'),
                    };
                    let (path, value) = flag.split_once('=').unwrap();
                    let mut document = Document::parse(shipped.text, shipped.name).unwrap();
                    document.set(path, value).unwrap();
                    document.scenario().unwrap_or_else(|error| panic!("{}: {error}", shipped.name));
                }
            }
        }
    }

    #[test]
    fn the_template_is_a_scenario() {
        Scenario::parse(TEMPLATE, "new.toml").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(find("lab2.toml"), find("lab2"));
        assert_eq!(find("lab3"), None);
    }
}
