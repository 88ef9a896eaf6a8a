//! The templates that `synod node new` writes are the built-in, in their languages: the lab's rules, and those of `w2` by handlers.

use super::place::{Nodes, installed, seeds};
use crate::support::env;

const LAB: &str = "lab2-exponential";

fn seeds_of_each() -> String {
    seeds(30, 1_000)
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

/// Builds a template in its folder and holds it against the built-in, if the environment asks for it and there is a compiler. A failure
/// that says this word is want of something to build with.
fn compiled_is_the_built_in(template: &str, variable: &str, build: &[&str], wants: Option<&str>) {
    if !env::is_long(variable) {
        return eprintln!("skipped: {variable} does not ask for the template in {template}");
    }
    let nodes = new(template);
    let mut compiler = std::process::Command::new(build[0]);
    compiler.args(&build[1..]).current_dir(nodes.path("mine")).env_remove("CARGO_TARGET_DIR");
    match compiler.env("GOFLAGS", "-mod=mod").env("GOCACHE", nodes.path("cache")).output() {
        Ok(output) if output.status.success() => handlers_are_the_built_in(&nodes),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(wants.is_some_and(|wants| said.contains(wants)), "{said}");
            eprintln!("skipped: {} lacks what the template is built with", build[0]);
        }
        Err(error) => eprintln!("skipped: {} does not run: {error}", build[0]),
    }
}

#[test]
fn rust_is_the_built_in() {
    compiled_is_the_built_in(
        "rust",
        "SYNOD_OWN_RUST",
        &["cargo", "build", "--release", "--offline"],
        Some("offline"),
    );
}

#[test]
fn go_is_the_built_in() {
    compiled_is_the_built_in("go", "SYNOD_OWN_GO", &["go", "build"], None);
}

#[test]
fn java_is_the_built_in() {
    compiled_is_the_built_in("java", "SYNOD_OWN_JAVA", &["javac", "Node.java"], None);
}

/// The command lines of a template's page are there.
#[test]
fn their_pages_name_commands_that_there_are() {
    for template in ["python", "python-handlers", "js", "rust", "go", "java"] {
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
