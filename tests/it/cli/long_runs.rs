//! Long runs: what is shown of them, what is refused, and that neither memory nor a finished sweep depends on their length.
//!
//! Absent on purpose: speed, which depends on the machine.

use std::process::Command;

use crate::support::command::{Ended, Place, ended};
use synod::report::{AROUND, Exhibit, Export, RunView, Window, export, viewed};
use synod::run::{Deviations, Record, Wanted, look};
use synod::scenario::{Scenario, shipped};

/// Two proposers that pre-empt each other until somebody stops counting.
const ENDLESS: &str = r#"
title = "endless"
[cluster]
nodes = 3
[[proposer]]
name = "A"
node = 1
[[proposer]]
name = "B"
node = 3
start = { constant = "5ms" }
[protocol]
local_preemption = true
retry = { uniform = { max = "5ms" } }
[network]
delay = { constant = "10ms" }
[run]
horizon = "30000h"
livelock = "off"
max_events = 60_000
"#;

fn parsed(name: &str, text: &str) -> Scenario {
    Scenario::parse(text, name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shipped(name: &str) -> Scenario {
    parsed(name, shipped::find(name).expect("comes along").text)
}

/// A run, by a first look that keeps hardly anything, and whole.
fn both_ways(scenario: &Scenario, seed: u64, window: Option<Window>) -> (Record, Record, Window) {
    let wanted = Wanted { window, around: AROUND, whole: 10 };
    let looked = look(scenario, seed, &Deviations::default(), wanted).expect("it runs");
    let shown = looked.survey.window();
    let whole = Record::of(scenario, seed).expect("it runs");
    assert_eq!((looked.record.events.len(), looked.record.count()), (10, whole.events.len()));
    (looked.excerpt(scenario, usize::MAX).expect("it runs"), whole, shown)
}

/// Middle fifth of a run.
fn middle(scenario: &Scenario, seed: u64) -> Window {
    let events = Record::of(scenario, seed).expect("it runs").events;
    Window { from_ns: events[events.len() * 2 / 5].0, until_ns: events[events.len() * 3 / 5].0 }
}

#[test]
fn a_stretch_of_a_long_run_is_drawn_as_that_of_a_run_that_is_kept_whole() {
    let endless = parsed("endless", &ENDLESS.replace("60_000", "3_000"));
    let mut all = vec![(endless, 0), (shipped("lab2"), 5615)];
    for name in ["duplicates", "crash-restart", "five-proposers", "pause", "loss-sweep", "weather"] {
        all.push((shipped(name), 3));
    }
    for (scenario, seed) in &all {
        for window in [None, Some(middle(scenario, *seed))] {
            let (part, whole, shown) = both_ways(scenario, *seed, window);
            assert_eq!(part.count(), whole.count());
            let draw = |record: &Record, format| {
                let view = RunView { scenario, arguments: "it", record };
                String::from_utf8(export(&view, format, Some(shown)).expect("exports")).expect("UTF-8")
            };
            for format in [Export::Svg, Export::Mermaid, Export::Shiviz] {
                assert!(draw(&part, format) == draw(&whole, format), "{} {format:?} {shown}", scenario.title);
            }
            // The numbers of flows are their places among all messages.
            let lines = |record: &Record| draw(record, Export::Perfetto).lines().count();
            assert_eq!(lines(&part), lines(&whole), "{} {shown}", scenario.title);
            if window.is_none() {
                let view = RunView { scenario, arguments: "it", record: &whole };
                let default =
                    String::from_utf8(export(&view, Export::Svg, None).expect("exports")).expect("UTF-8");
                assert!(default == draw(&part, Export::Svg), "{}", scenario.title);
            }
        }
    }
}

#[test]
fn what_is_kept_of_a_long_run_does_not_grow_with_it() {
    let kept = |events: &str| {
        let scenario = parsed("endless", &ENDLESS.replace("60_000", events));
        let window = Some("2s..3s".parse().expect("a window"));
        let wanted = Wanted { window, around: AROUND, whole: 10 };
        let looked = look(&scenario, 0, &Deviations::default(), wanted).expect("it runs");
        looked.excerpt(&scenario, 10_000).expect("it runs").events.len()
    };
    let (short, long) = (kept("20_000"), kept("400_000"));
    assert!(short > 100 && long < short + 50, "{short}, {long}");
}

#[test]
fn nothing_is_said_of_the_end_of_a_run_of_which_only_the_beginning_was_played() {
    let scenario = parsed("endless", ENDLESS);
    let record =
        Record::beginning(&scenario, 0, &Deviations::default(), (50_000, 1_000_000)).expect("it runs");
    assert!(record.is_cut);
    let view = RunView { scenario: &scenario, arguments: "it", record: &record };
    let shown = &viewed(&[Exhibit { cell: 0, view, why: None }]).expect("drawn")[0];
    assert!(
        shown.what.starts_with("a long run; in its first ")
            && shown.what.ends_with(" events no value is chosen")
    );
    assert!(shown.part.contains("it is too long to be played to its end for this page"), "{}", shown.part);
    assert!(!shown.caption.contains("verdict") && shown.caption.contains("No value is chosen in them."));
    assert_eq!(shown.replies, ["client A: (no answer so far)", "client B: (no answer so far)"]);
    let whole =
        Record::beginning(&scenario, 0, &Deviations::default(), (60_000, 1_000_000)).expect("it runs");
    assert!(!whole.is_cut, "its own budget is its end");
    let few = Record::beginning(&scenario, 0, &Deviations::default(), (60_000, 100)).expect("it runs");
    assert!(few.is_cut && few.events.len() == 100);
}

#[test]
fn windows_and_pictures_that_cannot_be_are_refused_with_what_can() {
    let place = Place::new();
    place.write("long.toml", ENDLESS);
    for format in ["text", "svg", "mermaid", "shiviz", "perfetto"] {
        let said = place.synod(&["replay", "long.toml", "--as", format, "--window", "20000h.."]).exits(2);
        assert!(said.out.is_empty() && said.err.contains("--window"), "{said:?}");
        assert!(said.err.contains("outside of the run, which goes from 0s to "), "{said:?}");
    }
    let said = place.synod(&["replay", "long.toml", "--as", "svg", "--window", ".."]).exits(2);
    assert!(said.err.contains("choose a stretch with --window FROM..TO. The run has "), "{said:?}");
    let window =
        said.err.split("try --window ").nth(1).and_then(|rest| rest.split('.').next()).expect("an example");
    assert!(window.ends_with("ns"), "{window}");
    let window =
        said.err.split("try --window ").nth(1).and_then(|rest| rest.split(". --as").next()).expect("it");
    place.synod(&["replay", "long.toml", "--as", "svg", "--window", window]).exits(0);
    // Without a window a picture shows a stretch, and text shows all.
    assert!(place.synod(&["replay", "long.toml", "--as", "svg"]).exits(0).out.contains("</svg>"));
    assert!(place.synod(&["replay", "long.toml"]).exits(0).out.lines().count() > 60_000);
}

#[test]
fn what_no_machine_would_finish_is_refused_before_it_begins() {
    let place = Place::new();
    let text = shipped::find("lab2").expect("comes along").text;
    place.write("mine.toml", format!("{text}\n"));
    let many = "1000000000001";
    let commands: [&[&str]; 6] = [
        &["check", "mine.toml", "--seeds", many],
        &["lab", "lab2", "--seeds", many],
        &["hunt", "lab2", "--until", "duel > 1000", "--seeds", many],
        &["explain", "lab2", "--races", "--seeds", many],
        &["compare", "lab2", "lab2-loopback", "--seeds", many],
        &["sweep", "mine.toml", "--seeds", many],
    ];
    for command in commands {
        let said = place.synod(command).exits(2);
        assert!(
            said.err.contains("are more than 1000000000000 runs; take fewer --seeds"),
            "{command:?}: {said:?}"
        );
    }
    let said = place.synod(&["explore", "duel", "--memory", "1000000TB"]).exits(2);
    assert!(said.err.contains("MB of memory, and ") && said.err.contains("lower it"), "{said:?}");
    let found = place.synod(&["explore", "duel", "--memory", "1MB"]).exits(0).out;
    assert!(found.contains("NOT all there are: raise --memory"), "{found}");
}

/// A command with at most so many KB of address space.
#[cfg(target_os = "linux")]
fn within(place: &Place, kilobytes: u32, line: &str) -> Ended {
    let synod = env!("CARGO_BIN_EXE_synod");
    let line = format!("ulimit -v {kilobytes}; exec '{synod}' {line}");
    let mut command = Command::new("bash");
    ended(command.args(["-c", &line]).current_dir(place.path("")).output().expect("bash runs"))
}

#[cfg(target_os = "linux")]
#[test]
fn long_runs_and_large_grids_end_or_are_refused_in_little_memory() {
    let place = Place::new();
    place.write("long.toml", ENDLESS.replace("60_000", "300_000"));
    // Drawn whole they would take more.
    let little = 220_000;
    within(&place, little, "sweep long.toml --seeds 1 --threads 1 --out out").exits(0);
    assert!(place.path("out/report.html").is_file());
    within(&place, little, "run long.toml").exits(0);
    within(&place, little, "replay long.toml --as jsonl > trace.jsonl").exits(0);
    let said = within(&place, little, "replay --trace trace.jsonl").exits(0);
    assert!(said.out.starts_with("reproduced: "), "{said:?}");
    within(&place, little, "replay long.toml --as svg --window 50s..50.1s > run.svg").exits(0);
    let axis = |path: &str| format!("\"{path}\" = {:?}\n", (1..=1000).collect::<Vec<u32>>());
    let axes = axis("run.max_events") + &axis("proposer.A.initial_round");
    place.write("grid.toml", format!("{ENDLESS}[sweep.axes]\n{axes}"));
    let said = within(&place, 4_000_000, "sweep grid.toml --seeds 1 --threads 1").exits(2);
    assert!(said.err.contains("1000000 cells need, ") && said.err.contains("shorten an axis"), "{said:?}");
}
