//! `synod sweep --until-width`: where cells stop, what the report says of it, and that an interruption changes nothing.

use std::process::{Child, Stdio};

use crate::support::child::{obeys, signal, wait};
use crate::support::command::{Place, files};
use serde_json::Value;

const AXES: &str = "[sweep.axes]\n\"protocol.retry.uniform.max\" = [\"40ms\", \"20ms\", \"13ms\"]\n";
const WIDTH: [&str; 6] = ["--until-width", "1.5ms", "--horizon", "500ms", "--seeds", "200000"];
/// What is reached sooner, for a sweep that is begun again and again.
const WIDE: [&str; 6] = ["--until-width", "3ms", "--horizon", "500ms", "--seeds", "200000"];

/// A place with a sweep of three cells.
fn place() -> Place {
    let place = Place::new();
    let shown = place.synod(&["scenario", "show", "random-retry"]).exits(0).out;
    place.write("three.toml", format!("{shown}\n{AXES}"));
    place
}

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["sweep", "three.toml", "--out", out], &WIDTH[..], more].concat()
}

fn short_sweep(out: &str) -> Vec<&str> {
    [&["sweep", "three.toml", "--out", out], &WIDE[..]].concat()
}

#[test]
fn each_cell_stops_by_itself_and_every_file_says_so() {
    let place = place();
    let ended = place.synod(&sweep("out", &["--threads", "2"])).exits(0);
    assert_eq!(ended.out.matches("(stopped: the interval is narrow enough)").count(), 3, "{}", ended.out);
    let read = |name: &str| std::fs::read_to_string(place.path(name)).expect("a file");
    let summary: Value = serde_json::from_str(&read("out/summary.json")).expect("JSON");
    assert_eq!(summary["until_width"], "1.5ms");
    assert!(
        summary["command_line"]
            .as_str()
            .is_some_and(|line| line.contains(" --until-width 1.5ms --horizon 0.5s"))
    );
    let runs: Vec<u64> = summary["cells"]
        .as_array()
        .expect("cells")
        .iter()
        .map(|c| c["runs"].as_u64().expect("runs"))
        .collect();
    assert!(runs[0] < runs[1] && runs[1] < runs[2] && runs[2] < 200_000, "{runs:?}");
    for cell in summary["cells"].as_array().expect("cells") {
        let ends = cell["first_choice"]["restricted_mean_interval_ns"].as_array().expect("an interval");
        let width = ends[1].as_f64().expect("a number") - ends[0].as_f64().expect("a number");
        assert!(width <= 1.5e6 && width > 5e5, "{width} ns");
        assert!(cell["paired"].is_null(), "other numbers of runs are not paired");
    }
    for file in ["out/report.html", "out/report.md", "out/report.tex"] {
        assert!(read(file).contains("asked after 4096 seeds"), "{file}");
    }

    // One thread, and once more from the manifest.
    place.synod(&sweep("one", &["--threads", "1"])).exits(0);
    assert_eq!(files(&place.path("out")), files(&place.path("one")));
    let verified = place.synod(&["verify", "out", "--all"]).exits(0);
    assert!(verified.out.starts_with("determinism: ") && verified.out.contains(" identical"), "{verified:?}");
    // A cell that ends where nobody asks is not one of this sweep.
    let table = read("out/chunks.csv");
    let cut: Vec<&str> = table.lines().collect();
    place.write("out/chunks.csv", format!("{}\n", cut[..cut.len() - 1].join("\n")));
    let refused = place.synod(&["verify", "out"]).exits(3);
    assert!(refused.err.contains("where nobody asks whether it is to end"), "{refused:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_goes_on_to_the_same_bytes() {
    let place = place();
    place.synod(&short_sweep("whole")).exits(0);
    // Ever later, until it comes to its end before; on a machine that is fast enough for that at once, from the beginning again.
    let (mut interrupted, mut longer_ms) = (0, 100);
    while interrupted == 0 {
        let _ = std::fs::remove_dir_all(place.path("torn"));
        let mut wait_ms = 1;
        while !ends_within(&mut start(&place), wait_ms) {
            interrupted += 1;
            wait_ms += longer_ms;
        }
        longer_ms = longer_ms / 2 + 1;
    }
    println!("interrupted {interrupted} times");
    assert_eq!(files(&place.path("whole")), files(&place.path("torn")));
}

fn start(place: &Place) -> Child {
    let mut command = place.command();
    command.args(short_sweep("torn")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

/// Whether the command comes to its end within so long from where it obeys; else it is interrupted.
fn ends_within(child: &mut Child, wait_ms: u64) -> bool {
    if obeys(child) {
        wait(wait_ms);
        signal(child, "INT");
    }
    match child.wait().expect("it ends").code() {
        Some(0) => true,
        code => {
            assert_eq!(code, Some(130));
            false
        }
    }
}

#[test]
fn what_cannot_go_together_is_refused() {
    let place = place();
    for more in [&["--rows", "rows.csv"][..], &["--shard", "1/2"], &["--until-width", "0"]] {
        place.synod(&sweep("out", more)).exits(2);
    }
    // Another width is another sweep: its journal is not gone on with. What an interrupted one leaves is kept.
    let never = ["sweep", "three.toml", "--until-width", "1ns", "--seeds", "5000", "--format", "json"];
    let all: Value = serde_json::from_str(&place.synod(&never).exits(0).out).expect("JSON");
    assert!(all["cells"].as_array().expect("cells").iter().all(|cell| cell["runs"] == 5000));
}
