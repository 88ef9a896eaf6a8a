//! Exports of a run: byte for byte as committed, well-formed for hostile names, and as their readers want them.
//!
//! `UPDATE_GOLDEN=1` writes the committed ones anew. Mermaid's own parser is asked where `SYNOD_NODE_MODULES` names a
//! folder in which `npm install mermaid jsdom` was run, and ShiViz's where `SYNOD_SHIVIZ` names a checkout of ShiViz.
//! Absent on purpose: what a run does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::env;
use serde_json::Value;
use synod::report::scene::Shape;
use synod::report::{Export, RunView, Window, export, export_in_full, has_glyph, space_time};
use synod::run::Record;
use synod::scenario::{Scenario, shipped};

const FORMATS: [(Export, &str); 5] = [
    (Export::Text, "txt"),
    (Export::Svg, "svg"),
    (Export::Mermaid, "mermaid"),
    (Export::Shiviz, "shiviz"),
    (Export::Perfetto, "perfetto.json"),
];

/// Names that would end a string, a tag, a statement or a comment.
const HOSTILE: &str = r#"
title = "</title><script>alert(1)</script> end; %% {x} \"q\" & #59;"
[[proposer]]
name = "a-x_1"
node = 1
value = "]]> </svg> {\"node1\":7} ; end"
[[proposer]]
name = "end"
node = 0
value = "\\ ` $"
[protocol]
mutant = "accept-ignores-promise"
[network]
delay = { exponential = { mean = "10ms" } }
loss = 0.3
duplicate = 0.3
"#;

fn run(scenario: &Scenario, seed: u64) -> Record {
    Record::of(scenario, seed).expect("it runs")
}

fn scenario(name: &str) -> Scenario {
    let text = shipped::find(name).map_or(HOSTILE, |it| it.text);
    Scenario::parse(text, name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs of every kind: calls, broadcasts, scripts, losses, crashes, proposers on no node, thousands of events.
const RUNS: [(&str, u64); 10] = [
    ("lab2", 5615),
    ("textbook/unseen", 0),
    ("loss-sweep", 7),
    ("crash-restart", 1),
    ("five-proposers", 2),
    ("lab2-livelock", 0),
    ("duplicates", 3),
    ("partition", 2),
    ("hostile", 1),
    ("hostile", 2),
];

fn each(mut look: impl FnMut(&str, &RunView<'_>)) {
    for (name, seed) in RUNS {
        let scenario = scenario(name);
        let record = run(&scenario, seed);
        look(&format!("{name} {seed}"), &RunView { scenario: &scenario, arguments: name, record: &record });
    }
}

fn text(view: &RunView<'_>, format: Export, window: Option<Window>) -> String {
    String::from_utf8(export(view, format, window).expect("exports")).expect("UTF-8")
}

#[test]
fn exports_are_those_that_are_committed() {
    let mut wrong = Vec::new();
    for (name, seed) in [("lab2", 5615), ("textbook/unseen", 0)] {
        let scenario = scenario(name);
        let record = run(&scenario, seed);
        let view = RunView { scenario: &scenario, arguments: name, record: &record };
        for (format, ending) in FORMATS {
            let file = format!("tests/exports/{}-{seed}.{ending}", name.replace('/', "-"));
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
            let bytes = export(&view, format, None).expect("exports");
            if env::updates_golden() {
                std::fs::write(&path, &bytes).expect("written");
            } else if std::fs::read(&path).expect(&file) != bytes {
                wrong.push(file);
            }
        }
    }
    assert!(wrong.is_empty(), "not as committed (UPDATE_GOLDEN=1 writes them anew): {wrong:?}");
}

#[test]
fn two_exports_are_the_same_bytes() {
    each(|name, view| {
        // Pixels take long, and come from the same shapes.
        let png = name.starts_with("lab2 ").then_some(Export::Png);
        for format in FORMATS.map(|f| f.0).into_iter().chain(png) {
            assert_eq!(export(view, format, None).unwrap(), export(view, format, None).unwrap(), "{name}");
        }
    });
}

#[test]
fn nothing_in_a_space_time_diagram_is_clipped_or_blank() {
    each(|name, view| {
        let it = space_time(view, None);
        let mut texts = 0;
        for shape in &it.scene.shapes {
            let ((left, top), (right, bottom)) = shape.bounds();
            let inside = left >= 0.0 && top >= 0.0 && right <= it.scene.width && bottom <= it.scene.height;
            assert!(inside, "{name}: {shape:?} leaves {} × {}", it.scene.width, it.scene.height);
            if let Shape::Text { text, .. } = shape {
                texts += 1;
                let missing: String = text.chars().filter(|c| !has_glyph(*c)).collect();
                assert!(missing.is_empty(), "{name}: `{text}` has no glyph for `{missing}`");
            }
        }
        assert!(texts > 10, "{name}: {texts} texts");
        let chosen =
            it.scene.shapes.iter().any(|s| matches!(s, Shape::Text { text, .. } if text == "CHOSEN"));
        assert_eq!(chosen, view.record.outcome.chosen.is_some(), "{name}: the instant of the choice");
    });
}

#[test]
fn an_arrow_is_drawn_for_every_message_and_a_cross_for_every_loss() {
    let scenario = scenario("hostile");
    let record = run(&scenario, 1);
    let view = RunView { scenario: &scenario, arguments: "hostile", record: &record };
    assert!(record.outcome.messages_lost > 2, "the test can fail");
    let log = text(&view, Export::Shiviz, None);
    let lost = log.lines().filter(|line| line.ends_with("(lost)")).count();
    assert_eq!(lost, record.outcome.messages_lost as usize);
    let delivered =
        record.events.iter().filter(|(_, e)| matches!(e, synod::trace::Event::Delivered { .. })).count();
    assert_eq!(log.matches(" receives ").count(), delivered);
    let perfetto: Value = serde_json::from_str(&text(&view, Export::Perfetto, None)).expect("JSON");
    let events = perfetto["traceEvents"].as_array().expect("a list");
    let of = |phase: &str| events.iter().filter(|e| e["ph"] == phase).count();
    assert_eq!((of("s"), of("f")), (delivered, delivered));
}

#[test]
fn svgs_are_well_formed_for_hostile_titles() {
    each(|name, view| {
        let svg = text(view, Export::Svg, None);
        let mut reader = quick_xml::Reader::from_str(&svg);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                quick_xml::events::Event::Start(e) => assert_ne!(e.name().as_ref(), b"script", "{name}"),
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert!(!svg.chars().any(|c| c.is_control() && c != '\n'), "{name} has control characters");
    });
}

/// What ShiViz demands of a log; an error says what is wrong.
fn shiviz_reads(log: &str) -> Result<usize, String> {
    let lines: Vec<&str> = log.lines().collect();
    if !lines.len().is_multiple_of(2) {
        return Err("an event without a clock".into());
    }
    let mut own: BTreeMap<String, u64> = BTreeMap::new();
    for pair in lines.chunks(2) {
        let (host, clock) = pair[1].split_once(' ').ok_or("no host")?;
        let clock: BTreeMap<String, u64> =
            serde_json::from_str(clock).map_err(|e| format!("{}: {e}", pair[1]))?;
        let before = own.entry(host.to_owned()).or_default();
        *before += 1;
        if clock.get(host) != Some(before) {
            return Err(format!("the clock of {host} is not {before}: {}", pair[1]));
        }
        for (other, count) in &clock {
            if *count == 0 || own.get(other).is_none_or(|seen| seen < count) {
                return Err(format!("{host} knows of event {count} of {other}, which has not happened"));
            }
        }
    }
    Ok(lines.len() / 2)
}

#[test]
fn shiviz_reads_its_logs() {
    assert!(shiviz_reads("a\nx {\"x\":2}\n").is_err() && shiviz_reads("a\nx {\"x\":1,\"y\":1}\n").is_err());
    each(|name, view| {
        for window in [None, Some("5ms..40ms".parse().unwrap())] {
            let read = shiviz_reads(&text(view, Export::Shiviz, window))
                .unwrap_or_else(|why| panic!("{name}: {why}"));
            assert!(window.is_some() || read > 10, "{name}");
        }
    });
}

/// The same by ShiViz itself.
#[test]
fn shiviz_itself_reads_them() {
    let Some(checkout) = env::folder("SYNOD_SHIVIZ") else {
        eprintln!("skipped: SYNOD_SHIVIZ names no checkout of ShiViz");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/shiviz.cjs");
    let read = |files: &[PathBuf]| {
        let output = std::process::Command::new("node").arg(&script).arg(&checkout).args(files).output();
        output.map_err(|error| eprintln!("skipped: node does not run: {error}")).ok()
    };
    let wrong = folder.path().join("wrong.log");
    std::fs::write(&wrong, "a\nx {\"x\":2}\n").expect("written");
    let Some(refused) = read(&[wrong]) else { return };
    assert!(!refused.status.success(), "the test can fail");
    let (mut files, mut events) = (Vec::new(), Vec::new());
    each(|name, view| {
        let path = folder.path().join(format!("{}.log", name.replace(['/', ' '], "-")));
        let log = text(view, Export::Shiviz, None);
        events.push(shiviz_reads(&log).expect("it is read").to_string());
        std::fs::write(&path, log).expect("written");
        files.push(path);
    });
    let output = read(&files).expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    let seen: Vec<&str> = seen.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(seen, events);
}

#[test]
fn mermaid_stays_below_its_limit_and_says_how_to_go_on() {
    let mut long = scenario("lab2-livelock");
    long.run.livelock = synod::scenario::Livelock::Off;
    let record = run(&long, 0);
    assert!(record.events.len() > 3000, "{}", record.events.len());
    let view = RunView { scenario: &long, arguments: "x", record: &record };
    let first = text(&view, Export::Mermaid, None);
    assert!(first.chars().count() < 50_000);
    let (_, window) = first.trim_end().rsplit_once("goes on with --window ").expect("says how");
    let next = text(&view, Export::Mermaid, Some(window.parse().expect("a window")));
    assert!(next.lines().count() > 100 && next.chars().count() < 50_000);
}

#[test]
fn mermaid_reads_its_diagrams() {
    let Some(modules) = env::folder("SYNOD_NODE_MODULES") else {
        eprintln!("skipped: SYNOD_NODE_MODULES names no folder with mermaid and jsdom");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut files: Vec<PathBuf> = Vec::new();
    each(|name, view| {
        let path = folder.path().join(format!("{}.mermaid", name.replace(['/', ' '], "-")));
        std::fs::write(&path, text(view, Export::Mermaid, None)).expect("written");
        files.push(path);
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/mermaid.cjs");
    let parse = |files: &[PathBuf]| {
        std::process::Command::new("node").arg(&script).arg(&modules).args(files).output()
    };
    let wrong = folder.path().join("wrong.mermaid");
    std::fs::write(&wrong, "sequenceDiagram\n  A->>B nothing\n").expect("written");
    match parse(&[wrong]) {
        Err(error) => eprintln!("skipped: node does not run: {error}"),
        Ok(refused) => {
            assert!(!refused.status.success(), "the test can fail");
            let output = parse(&files).expect("runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn perfetto_has_its_phases_and_no_overlapping_attempts() {
    each(|name, view| {
        let trace: Value = serde_json::from_str(&text(view, Export::Perfetto, None)).expect("JSON");
        for event in trace["traceEvents"].as_array().expect("a list") {
            let phase = event["ph"].as_str().expect("a phase");
            assert!(["M", "X", "s", "f", "i", "C"].contains(&phase), "{name}: {event}");
            assert!(
                event["pid"].is_u64() && event["tid"].is_u64() && event["ts"].is_number(),
                "{name}: {event}"
            );
            assert!(phase != "X" || event["dur"].as_f64().is_some_and(|dur| dur > 0.0), "{name}: {event}");
        }
    });
}

#[test]
fn a_window_shows_its_stretch_alone() {
    let scenario = scenario("lab2");
    let record = run(&scenario, 5615);
    let view = RunView { scenario: &scenario, arguments: "lab2", record: &record };
    let window = Some("438ms..439ms".parse().unwrap());
    let lines = text(&view, Export::Text, window);
    assert!(lines.lines().all(|line| line.trim_start().starts_with("438.")), "{lines}");
    assert!(text(&view, Export::Svg, window).contains("438 ms to 439 ms, "));
}

/// Of five proposers the two whose duel decided are in colour, unless a stretch is asked for.
#[test]
fn a_crowd_is_grey_and_the_duel_that_decided_is_not() {
    let scenario = scenario("five-proposers");
    let record = run(&scenario, 1);
    let view = RunView { scenario: &scenario, arguments: "five-proposers", record: &record };
    let has = |text: &str, part: &str| text.contains(part);
    let reduced = text(&view, Export::Svg, None);
    let said = "In full: E, whose ballot is chosen, and C, which pre-empted it last. Grey and without words: what A, B and D do.";
    assert!(has(&reduced, said) && has(&reduced, "All in full: --window "), "{said}");
    // Votes of the duel have words; what the others begin has none.
    assert!(has(&reduced, "votes 4.5") && !has(&reduced, "D begins 3.4") && !has(&reduced, "prepare 3.4"));
    let window = "15ms..72ms".parse().expect("a window");
    let full =
        String::from_utf8(export_in_full(&view, Export::Svg, window).expect("exports")).expect("UTF-8");
    assert!(has(&full, "votes 4.5") && has(&full, "D begins 3.4") && has(&full, "prepare 3.4"));
    assert!(!has(&full, "In full: "));
    // Two proposers are never too many.
    let livelock = self::scenario("lab2-livelock");
    let record = run(&livelock, 1);
    let view = RunView { scenario: &livelock, arguments: "lab2-livelock", record: &record };
    assert!(!has(&text(&view, Export::Svg, None), "In full: "));
}
