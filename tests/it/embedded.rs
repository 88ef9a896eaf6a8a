//! The library inside another program: what it brings along, and that its answers do not depend on its features.

use std::fs;
use std::process::{Command, Output};

use crate::support::env;
use synod::run::{Record, Token};
use synod::scenario::{Document, Scenario, canonical, hash, shipped};

/// Crates that an embedder without features builds beside synod.
const MOST_CRATES: usize = 30;

fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The lines of `cargo tree` for these features: crates, each with what is switched on in it.
fn tree(features: &str) -> Vec<String> {
    let mut command = cargo();
    command.args(["tree", "--locked", "--offline", "--no-default-features", "--features", features]);
    command.args(["--edges", "normal", "--format", "{p} {f}", "--prefix", "none", "--no-dedupe"]);
    let lines = text(command.output().expect("cargo runs"));
    let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    lines.sort();
    lines.dedup();
    lines.retain(|line| !line.starts_with("synod "));
    lines
}

#[test]
fn the_engine_alone_brings_few_crates_and_switches_nothing_on() {
    let crates = tree("");
    assert!(crates.len() <= MOST_CRATES, "{}: {crates:#?}", crates.len());
    let count = |features| tree(features).len();
    let front = fs::read_to_string("src/lib.rs").expect("the front page");
    for (feature, row) in [("", "nothing"), ("report", "`report`"), ("own", "`own`"), ("schema", "`schema`")]
    {
        let line = front.lines().find(|line| line.starts_with(&format!("//! | {row} |"))).expect("its row");
        assert!(line.ends_with(&format!("| {} |", count(feature))), "{line}: {}", count(feature));
    }
    // What a feature switches on is seen where there is one.
    let orders = |features| tree(features).iter().any(|line| line.contains("preserve_order"));
    assert!(!orders("") && orders("report"));
    let manifest = fs::read_to_string("Cargo.toml").expect("the manifest");
    let pins: Vec<&str> = manifest.lines().filter(|line| line.contains("\"=")).collect();
    assert_eq!(pins, [""; 0], "a pin binds whoever embeds this");
}

#[test]
fn the_examples_run() {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_synod")).with_file_name("examples");
    for (name, says) in [
        ("observe", "and a value is chosen"),
        ("sweep", "retry none: A wins"),
        ("own_protocol", "10000 of 10000 runs break an invariant; in 10000 two values are chosen"),
        ("figure", "<svg "),
    ] {
        let program = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
        // `cargo test` builds them, `cargo test --test it` does not.
        if program.exists() {
            let told = text(Command::new(program).output().expect("it starts"));
            assert!(told.contains(says), "{name}: {told}");
        }
    }
}

/// What is compared of a scenario that comes along: its hash, its canonical form, its text, the names of its cells, a run.
fn answers(name: &str, text: &str) -> String {
    let scenario = Scenario::parse(text, name).expect("it parses");
    let document = Document::parse(text, name).expect("it parses");
    let grid = document.cells().expect("its grid");
    let names = grid.iter().map(|cell| format!("{:?}", cell.expect("a cell").parameters));
    let names: Vec<String> = names.take(40).collect();
    let record = Record::of(&scenario, 7).expect("it runs");
    let token: &Token = &record.token;
    format!(
        "{name}\n{}\n{}\n{}\n{names:?}\n{token}\n{}\n",
        hash(&scenario),
        canonical(&scenario),
        scenario.to_toml(),
        String::from_utf8(record.to_jsonl(&scenario).expect("JSON"))
            .expect("UTF-8")
            .lines()
            .next()
            .unwrap_or("")
    )
}

/// The program of an embedder: the same answers, and what its own JSON looks like.
const EMBEDDER: &str = r#"
use synod::run::{Record, Token};
use synod::scenario::{Document, Scenario, canonical, hash, shipped};

fn main() {
    println!("{}", serde_json::json!({ "b": 1, "a": 2 }));
    for it in shipped::ALL {
        print!("{}", answers(it.name, it.text));
    }
}
"#;

#[test]
fn answers_do_not_depend_on_features() {
    if !env::is_long("SYNOD_EMBED") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let root = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"embedder\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nserde_json = \"1\"\n\
         synod = {{ path = {root:?}, default-features = false }}\n\n[profile.dev]\nopt-level = 1\n"
    );
    let here = include_str!("embedded.rs");
    let shared = here.split("/// What is compared").nth(1).and_then(|it| it.split("/// The program").next());
    let program = format!("{EMBEDDER}\n/// What is compared{}", shared.expect("the function"));
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("Cargo.toml"), manifest).expect("written");
    fs::copy(format!("{root}/Cargo.lock"), folder.path().join("Cargo.lock")).expect("copied");
    fs::write(folder.path().join("src/main.rs"), program).expect("written");
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(folder.path()).args(["run", "--quiet", "--offline"]).env_remove("CARGO_TARGET_DIR");
    let told = text(command.output().expect("cargo runs"));
    let (json, told) = told.split_once('\n').expect("lines");
    assert_eq!(json, r#"{"a":2,"b":1}"#, "the embedder's own JSON");
    let ours: String = shipped::ALL.iter().map(|it| answers(it.name, it.text)).collect();
    for (theirs, ours) in told.lines().zip(ours.lines()) {
        assert_eq!(theirs, ours);
    }
    assert_eq!(told.len(), ours.len());
}
