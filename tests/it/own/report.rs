//! Reports on sweeps of own nodes: whose they are, that they can be verified, rendered, merged and handed in.

use super::place::{Nodes, installed};
use crate::support::command::keep_kit;

const LAB: &str = "lab/mine.toml";

fn bytes(nodes: &Nodes, file: &str) -> Vec<u8> {
    std::fs::read(nodes.path(file)).expect(file)
}

fn text(nodes: &Nodes, file: &str) -> String {
    String::from_utf8(bytes(nodes, file)).expect(file)
}

#[test]
fn a_report_says_whose_nodes_ran_and_is_held_against_them() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let out = ["--out", "report", "--rows", "rows.csv"];
    let sweep = nodes.sweep(&[&["lab2-exponential"][..], &out].concat(), LAB, "40").exits(0);
    let label = sweep.out.lines().find(|line| line.starts_with("own nodes lab/mine.toml, "));
    let label = label.expect("a label");
    for file in ["report.md", "summary.json", "report.tex", "report.html", "manifest.json", "cells.csv"] {
        assert!(text(&nodes, &format!("report/{file}")).contains(label), "{file}: {label}");
    }
    let manifest: serde_json::Value =
        serde_json::from_str(&text(&nodes, "report/manifest.json")).expect("JSON");
    let said = &manifest["verify"]["nodes"];
    assert_eq!((&said["file"], &said["kit"]), (&LAB.into(), &"python 1.0".into()));
    let determinism = "determinism: 1/1 identical; 2 runs asked of two processes, and answered alike";
    assert_eq!(manifest["verify"]["determinism"], determinism);
    assert_eq!(text(&nodes, "rows.csv").lines().count(), 41);

    let pages =
        || ["report.html", "manifest.json", "runs.json"].map(|it| bytes(&nodes, &format!("report/{it}")));
    let before = pages();
    nodes.synod(&["report", "report", "--node", LAB]).exits(0);
    nodes.synod(&["verify", "report", "--node", LAB]).exits(0);
    nodes.synod(&["verify", "report", "--node", LAB, "--all"]).exits(0);
    assert!(before == pages(), "rendered again it is the same");

    let refused = nodes.synod(&["verify", "report"]).exits(2);
    assert!(refused.err.contains("name their file: --node lab/mine.toml"), "{refused:#?}");
    let other = nodes.synod(&["verify", "report", "--node", "lab/locked.toml"]).exits(3);
    assert!(other.err.contains("have changed: this was made by nodes "), "{other:#?}");
    nodes.line(other.last_line()).exits(3);
    nodes.synod(&["sweep", "duel", "--seeds", "40", "--out", "built-in"]).exits(0);
    let refused = nodes.synod(&["verify", "built-in", "--node", LAB]).exits(2);
    assert!(refused.err.contains("leave --node out"), "{refused:#?}");

    // A manifest that says of the nodes what no output may show is not believed.
    let kit = text(&nodes, "report/manifest.json").replacen(
        "\"kit\": \"python 1.0\"",
        "\"kit\": \"\\u001b[2J\"",
        1,
    );
    nodes.0.write("report/manifest.json", kit);
    let refused = nodes.synod(&["verify", "report", "--node", LAB]).exits(3);
    assert!(refused.err.contains("what it says of own nodes cannot be read"), "{refused:#?}");
}

#[test]
fn a_write_up_makes_its_numbers_again_where_the_nodes_are() {
    if !installed(&["python3", "sh"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    nodes.sweep(&["lab2", "--out", "report"], LAB, "20").exits(0);
    nodes.synod(&["writeup", "report", "--out", "hand-in"]).exits(0);
    let captions = text(&nodes, "hand-in/captions.md");
    assert!(
        captions.contains("The protocol is that of the own nodes lab/mine.toml (identity "),
        "{captions}"
    );
    let again = || {
        let mut command = std::process::Command::new("sh");
        command.arg(nodes.path("hand-in/reproduce.sh")).env("SYNOD", env!("CARGO_BIN_EXE_synod"));
        keep_kit(&mut command).output().expect("it runs")
    };
    let without = again();
    assert_eq!(without.status.code(), Some(2), "{without:?}");
    nodes.copy("lab", "hand-in/lab");
    let with = again();
    assert!(with.status.success(), "{with:?}");
    assert!(String::from_utf8_lossy(&with.stdout).starts_with("reproduced: "), "{with:?}");
}

#[test]
fn shares_merge_into_the_report_that_one_machine_writes() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let sweep = ["lab2", "--set", "network.delay.exponential.mean=20ms"];
    let swept = |more: &[&str]| nodes.sweep(&[&sweep[..], more].concat(), LAB, "20").exits(0);
    swept(&["--out", "one"]);
    swept(&["--out", "shares", "--shard", "1/2"]);
    swept(&["--out", "shares", "--shard", "2/2"]);
    let merge = |out, more: &[&str]| nodes.synod(&[&["merge", "shares", "--out", out][..], more].concat());
    assert!(merge("both", &[]).exits(2).err.contains("own nodes made this"));
    merge("both", &["--node", "lab/locked.toml"]).exits(5);
    merge("both", &["--node", LAB]).exits(0);
    for file in ["report.html", "cells.csv", "totals.bin", "manifest.json"] {
        assert!(bytes(&nodes, &format!("one/{file}")) == bytes(&nodes, &format!("both/{file}")), "{file}");
    }
    let slurm = ["--node", LAB, "--seeds", "20", "--shards", "2", "--out", "cluster"];
    let script = nodes.synod(&[&["slurm"][..], &sweep, &slurm].concat()).exits(0).out;
    assert_eq!(script.matches("--node lab/mine.toml").count(), 2, "{script}");
}
