//! The templates that `synod node new` writes are the built-in, in their languages: the lab's rules, and those of `w2` by handlers.

use super::place::{Nodes, installed, seeds};
use crate::support::env;

const LAB: &str = "lab2-exponential";

fn seeds_of_each() -> String {
    seeds(40, 1_000)
}

/// A place with a template in `mine/`.
fn new(template: &str) -> Nodes {
    let nodes = Nodes::new();
    let said = nodes.synod(&["node", "new", template, "mine"]).exits(0).err;
    assert!(said.contains("synod run lab2 --node mine/mine.toml --seed 7"), "{said}");
    nodes
}

/// Lab and `w2` by handlers that this line runs.
fn handlers_are_the_built_in(nodes: &Nodes) {
    nodes.is_the_built_in(&[LAB], "mine/mine.toml", &seeds_of_each());
    let text = std::fs::read_to_string(nodes.path("mine/mine.toml")).unwrap();
    let run = text.lines().find(|line| line.starts_with("run = ")).expect("a line that runs it");
    nodes.edit("mine/mine.toml", run, &run.replace(" lab\"", " w2\""));
    nodes.is_the_built_in(&["w2"], "mine/mine.toml", &seeds_of_each());
    // Rules that are not those of the scenario are told apart.
    nodes.compare(&[LAB], "mine/mine.toml", "3").exits(3);
}

#[test]
fn python_is_the_built_in() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = new("python");
    let kit = nodes.synod(&["node", "kit", "python"]).exits(0).out;
    nodes.0.write("mine/synod_kit.py", kit);
    nodes.is_the_built_in(&[LAB], "mine/mine.toml", &seeds_of_each());
}

#[test]
fn python_handlers_are_the_built_in() {
    if installed(&["python3"]) {
        handlers_are_the_built_in(&new("python-handlers"));
    }
}

#[test]
fn javascript_is_the_built_in() {
    if installed(&["node"]) {
        handlers_are_the_built_in(&new("js"));
    }
}

#[test]
fn rust_is_the_built_in() {
    if !env::is_long("SYNOD_OWN_RUST") {
        return eprintln!("skipped: SYNOD_OWN_RUST does not ask for the template in Rust");
    }
    let nodes = new("rust");
    let mut cargo = std::process::Command::new("cargo");
    cargo.args(["build", "--release", "--offline"]).current_dir(nodes.path("mine"));
    let built = cargo.env_remove("CARGO_TARGET_DIR").output();
    match built {
        Ok(output) if output.status.success() => handlers_are_the_built_in(&nodes),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("offline"), "{said}");
            eprintln!("skipped: cargo has no serde_json to build with offline");
        }
        Err(error) => eprintln!("skipped: cargo does not run: {error}"),
    }
}

/// The command lines of a template's page are there.
#[test]
fn their_pages_name_commands_that_there_are() {
    for template in ["python", "python-handlers", "js", "rust"] {
        let nodes = new(template);
        let page = std::fs::read_to_string(nodes.path("mine/README.md")).unwrap();
        let lines: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("$ synod ")).collect();
        assert!(!lines.is_empty(), "{template}");
        for line in lines {
            let line = line.split(" >").next().unwrap_or_default();
            let words: Vec<&str> = line.split(' ').chain(["--help"]).collect();
            let help = nodes.synod(&words).exits(0).out;
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(option), "{template}: {line}");
            }
        }
    }
}
