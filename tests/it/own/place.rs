//! Folders with somebody's nodes in them, and the command run over these.

use std::path::{Path, PathBuf};

use crate::support::command::{Ended, Place, ended, keep_kit, words};
use crate::support::env;

/// Whether these languages are installed; says what is skipped if not.
pub fn installed(languages: &[&str]) -> bool {
    languages.iter().all(|language| {
        let runs = std::process::Command::new(language).arg("--version").output();
        match runs.map(|output| output.status.success()) {
            Ok(true) => true,
            _ => {
                eprintln!("skipped: {language} does not run");
                false
            }
        }
    })
}

/// Seeds of a test: as usual, or in its long form.
pub fn seeds(usual: u64, long: u64) -> String {
    env::size("SYNOD_OWN_SEEDS", usual, long).to_string()
}

/// A place with nodes in folders.
pub struct Nodes(pub Place);

impl Nodes {
    pub fn new() -> Nodes {
        Nodes(Place::new())
    }

    /// A place with these of `tests/own`.
    pub fn of(names: &[&str]) -> Nodes {
        let nodes = Nodes::new();
        names.iter().for_each(|name| nodes.copy(name, name));
        nodes
    }

    /// Copies one of `tests/own` into a folder.
    pub fn copy(&self, name: &str, folder: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own").join(name);
        let to = self.0.path(folder);
        std::fs::create_dir_all(&to).expect("a folder");
        for entry in std::fs::read_dir(&from).expect("a folder") {
            let file = entry.expect("an entry").path();
            if file.is_file() {
                std::fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("a copy");
            }
        }
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path(file)
    }

    /// Changes a file at the one place where this text stands.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(file)).expect("a file");
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
        self.0.write(file, text.replacen(from, to, 1));
    }

    /// Copies a file of the place, changed at the one place where this text stands.
    pub fn copy_with(&self, file: &str, copy: &str, from: &str, to: &str) {
        std::fs::copy(self.path(file), self.path(copy)).expect("a copy");
        self.edit(copy, from, to);
    }

    pub fn command(&self) -> std::process::Command {
        let mut command = self.0.command();
        keep_kit(&mut command);
        command
    }

    pub fn synod(&self, arguments: &[&str]) -> Ended {
        ended(self.command().args(arguments).output().expect("it runs"))
    }

    /// Runs a line that synod printed.
    #[track_caller]
    pub fn line(&self, line: &str) -> Ended {
        let words = words(line);
        assert_eq!(words.first().map(String::as_str), Some("synod"), "{line:?} is no command");
        let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        self.synod(&words)
    }

    /// Holds nodes against the built-in; `scenario` may end with options.
    pub fn compare(&self, scenario: &[&str], node: &str, seeds: &str) -> Ended {
        let arguments = [&["node", "compare"][..], scenario, &["--node", node, "--seeds", seeds]].concat();
        self.synod(&arguments)
    }

    /// Asserts that each of these seeds gives the same run as the built-in.
    #[track_caller]
    pub fn is_the_built_in(&self, scenario: &[&str], node: &str, seeds: &str) {
        let told = self.compare(scenario, node, seeds).exits(0);
        let all = format!("{seeds} pairs of runs: {seeds} the same, event by event, 0 differ\n");
        assert_eq!(told.out, all, "{node} in {scenario:?}");
    }

    /// Sweeps over seeds.
    pub fn sweep(&self, scenario: &[&str], node: &str, seeds: &str) -> Ended {
        let arguments = [&["sweep"][..], scenario, &["--node", node, "--seeds", seeds]].concat();
        self.synod(&arguments)
    }
}

/// The checks that a run has broken, in the order in which they were, each once.
pub fn violated(run: &Ended) -> Vec<&str> {
    let mut names = Vec::new();
    for name in run.out.lines().filter_map(|line| line.strip_prefix("VIOLATED  ")?.split(' ').next()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
