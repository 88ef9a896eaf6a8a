//! `synod sweep`: its folder, its bytes, its exit codes.

use std::fs;

use crate::support::command::{Place, files, words};
use serde_json::Value;

#[test]
fn no_seeds_and_no_threads_are_refused() {
    let place = Place::new();
    for flag in ["--seeds", "--threads"] {
        for bad in ["0", "-1", "1.5", "many", "1.5e6"] {
            let refused = place.synod(&["sweep", "lab2", &format!("{flag}={bad}"), "--out", "out"]).exits(2);
            assert!(refused.err.contains("must be"), "{flag}={bad}: {}", refused.err);
        }
    }
    assert!(!place.path("out").exists());
}

#[test]
fn a_foreign_folder_is_refused_and_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path("mine")).expect("a folder");
    place.write("mine/thesis.tex", "years of work");
    place.write("file", "no folder");
    for (out, says) in [("mine", "holds files that are no report of synod"), ("file", "is no folder")] {
        let refused = place.synod(&["sweep", "lab2", "--seeds", "10", "--out", out]).exits(2);
        assert!(refused.err.contains(says), "{}", refused.err);
        assert_eq!(refused.out, "", "it is refused before it runs");
    }
    assert_eq!(files(&place.path("mine")), [("thesis.tex".to_owned(), b"years of work".to_vec())]);
    // Somebody else's manifest makes no report.
    place.write("mine/manifest.json", "{\"schema\": \"other\", \"files\": [{\"path\": \"thesis.tex\"}]}");
    place.synod(&["sweep", "lab2", "--seeds", "10", "--out", "mine"]).exits(2);
    assert_eq!(files(&place.path("mine")).len(), 2);
}

#[test]
fn a_former_report_is_replaced_and_nothing_of_it_stays() {
    let place = Place::new();
    place.synod(&["sweep", "delay-sweep", "--seeds", "20", "--out", "out"]).exits(0);
    place.write("out/notes.txt", "mine");
    let former: Vec<String> = files(&place.path("out")).into_iter().map(|file| file.0).collect();
    place.synod(&["sweep", "lab2", "--seeds", "20", "--out", "out"]).exits(0);
    place.synod(&["sweep", "lab2", "--seeds", "20", "--out", "fresh"]).exits(0);
    let mut expected = files(&place.path("fresh"));
    expected.push(("notes.txt".to_owned(), b"mine".to_vec()));
    expected.sort();
    assert_eq!(files(&place.path("out")), expected);
    assert!(
        former.len() > expected.len() || former.iter().any(|f| !expected.iter().any(|e| e.0 == *f)),
        "{former:?}"
    );
}

#[test]
fn a_report_whose_writing_was_cut_short_can_be_replaced() {
    let place = Place::new();
    place.synod(&["sweep", "lab2", "--seeds", "20", "--out", "out"]).exits(0);
    let whole = files(&place.path("out"));
    fs::rename(place.path("out/manifest.json"), place.path("out/manifest.json.tmp")).expect("renamed");
    fs::remove_file(place.path("out/report.md")).expect("removed");
    place.synod(&["sweep", "lab2", "--seeds", "20", "--out", "out"]).exits(0);
    assert_eq!(files(&place.path("out")), whole);
}

#[test]
fn a_manifest_cannot_make_it_remove_files_elsewhere() {
    let place = Place::new();
    place.write("precious", "mine");
    fs::create_dir(place.path("out")).expect("a folder");
    let absolute = place.path("precious");
    let listed =
        format!("[{{\"path\": \"../precious\"}}, {{\"path\": {:?}}}, {{\"path\": \"\"}}, 7]", absolute);
    place.write("out/manifest.json", format!("{{\"schema\": \"synod-manifest/1\", \"files\": {listed}}}"));
    place.synod(&["sweep", "lab2", "--seeds", "20", "--out", "out"]).exits(0);
    assert_eq!(fs::read_to_string(absolute).expect("still there"), "mine");
}

#[test]
fn every_file_is_the_same_for_1_2_and_7_threads() {
    let place = Place::new();
    let sweep = |threads: &str, out: &str| {
        let set = "network.delay.exponential.mean=\"7ms\"";
        place
            .synod(&[
                "sweep",
                "delay-sweep",
                "--set",
                set,
                "--seeds",
                "9000",
                "--threads",
                threads,
                "--out",
                out,
            ])
            .exits(0)
    };
    let one = sweep("1", "one");
    let reference = files(&place.path("one"));
    assert!(reference.len() >= 13, "{}", reference.len());
    for threads in ["2", "7"] {
        let other = sweep(threads, threads);
        assert_eq!(other.out, one.out);
        for (mine, theirs) in files(&place.path(threads)).iter().zip(&reference) {
            assert_eq!(mine.0, theirs.0);
            assert!(mine.1 == theirs.1, "{} differs with {threads} threads", mine.0);
        }
        assert_eq!(files(&place.path(threads)).len(), reference.len());
    }
}

#[test]
fn a_planted_bug_makes_an_ordinary_sweep_fail_with_the_line_that_shows_it() {
    let place = Place::new();
    let bug = ["--set", "protocol.mutant=accept-ignores-promise"];
    let sweep =
        place.synod(&[&["sweep", "lab2-exponential", "--seeds", "2000", "--out", "out"], &bug[..]].concat());
    let sweep = sweep.exits(1);
    assert!(sweep.err.contains("safety is violated in"), "{}", sweep.err);
    assert!(sweep.out.contains("MUTANT accept-ignores-promise"), "{}", sweep.out);
    let again = place.line(sweep.last_line()).exits(1);
    assert!(
        again.out.contains("MUTANT") && again.out.contains("VIOLATED  promises-kept at "),
        "{}",
        again.out
    );
    // And what that run says last shows the same run, event by event.
    let replayed = place.line(again.last_line()).exits(1);
    assert!(replayed.err.contains("safety is violated: promises-kept"), "{}", replayed.err);
    let summary: Value =
        serde_json::from_slice(&fs::read(place.path("out/summary.json")).expect("a file")).expect("JSON");
    assert!(summary["cells"][0]["violations"].as_u64() > Some(0));
    // The same sweep without the bug is clean.
    place.synod(&["sweep", "lab2-exponential", "--seeds", "2000"]).exits(0);
}

#[test]
fn a_reproduced_trace_of_a_bug_still_says_so() {
    let place = Place::new();
    let run =
        ["replay", "lab2-exponential", "--set", "protocol.mutant=accept-ignores-promise", "--as", "jsonl"];
    let trace = place.synod(&run).exits(1);
    place.write("t.jsonl", trace.out);
    let replayed = place.synod(&["replay", "--trace", "t.jsonl"]).exits(1);
    assert!(replayed.out.starts_with("reproduced: "), "{}", replayed.out);
    assert_eq!(replayed.last_line(), "synod replay --trace t.jsonl");
}

#[test]
fn nothing_of_the_progress_bar_reaches_a_pipe_and_quiet_is_quiet() {
    let place = Place::new();
    let sweep = place.synod(&["sweep", "lab2", "--seeds", "50000", "--out", "out"]).exits(0);
    assert!(!sweep.err.contains(['\r', '\u{1b}', '█', '░']), "{:?}", sweep.err);
    let last = sweep.err.lines().collect::<Vec<_>>();
    assert_eq!(last.len(), 3, "only where to look: {}", sweep.err);
    assert!(last[0].contains("out/report.html") && place.path("out/report.html").exists());
    let quiet = place.synod(&["sweep", "lab2", "--seeds", "50", "--out", "out", "--quiet"]).exits(0);
    assert_eq!(quiet.err, "");
    assert!(!quiet.out.is_empty());
}

#[test]
fn the_summary_is_the_same_on_stdout_and_in_the_folder() {
    let place = Place::new();
    let sweep =
        place.synod(&["sweep", "lab2", "--seeds", "500", "--out", "out", "--format", "json"]).exits(0);
    assert_eq!(sweep.out.as_bytes(), fs::read(place.path("out/summary.json")).expect("a file"));
}

#[test]
fn the_manifests_command_line_makes_the_same_report() {
    let place = Place::new();
    let first = ["sweep", "lab2", "--set", "network.loss=0.25", "--seeds", "300", "--first-seed", "0x40"];
    place.synod(&[&first[..], &["--threads", "2", "--out", "one"]].concat()).exits(0);
    let manifest: Value =
        serde_json::from_slice(&fs::read(place.path("one/manifest.json")).expect("a file")).expect("JSON");
    let line = manifest["command_line"].as_str().expect("a command line");
    assert!(!line.contains("--out") && !line.contains("--threads"), "{line}");
    let mut again = words(line);
    again.extend(["--out".to_owned(), "two".to_owned()]);
    place.synod(&again[1..].iter().map(String::as_str).collect::<Vec<_>>()).exits(0);
    assert_eq!(files(&place.path("one")), files(&place.path("two")));
}

#[test]
fn no_file_tells_of_the_machine_that_made_it() {
    let place = Place::new();
    let absolute = place.path("here.toml");
    place.write("here.toml", place.synod(&["scenario", "show", "lab2"]).exits(0).out);
    let named = absolute.to_string_lossy();
    place.synod(&["sweep", &named, "--seeds", "50", "--out", &place.path("out").to_string_lossy()]).exits(0);
    let folder = place.path("").to_string_lossy().trim_end_matches('/').to_owned();
    for (name, bytes) in files(&place.path("out")) {
        let found = bytes.windows(folder.len()).any(|window| window == folder.as_bytes());
        assert!(!found, "{name} names {folder}");
    }
}

/// Four cells: a line each, with the shares that the JSON has; what is broken is told in full below.
#[test]
fn many_cells_are_a_table() {
    let place = Place::new();
    let two = ["A", "B"].map(|name| format!("[[proposer]]\nname = \"{name}\"\nnode = 1\n"));
    let network = "[network]\ndelay = { exponential = { mean = \"10ms\" } }\n";
    place.write(
        "four.toml",
        format!(
            "title = \"four\"\n{}{network}[sweep.axes]\n\"network.loss\" = [0.0, 0.1, 0.2, 0.3]\n",
            two.concat()
        ),
    );
    let sweep = ["sweep", "four.toml", "--seeds", "500"];
    let (text, json) =
        (place.synod(&sweep).exits(0).out, place.synod(&[&sweep[..], &["--format", "json"]].concat()));
    let json: Value = serde_json::from_str(&json.exits(0).out).expect("JSON");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], "4 cells of 500 runs; [95 % intervals]");
    let table = &lines[3..8];
    assert!(table[0].starts_with("cell  loss "), "{text}");
    let won = |line: &str| line.split_whitespace().nth(2).and_then(|share| share.parse::<f64>().ok());
    for (line, cell) in table[1..].iter().zip(json["cells"].as_array().expect("cells")) {
        let share = cell["winners"]["A"].as_f64().expect("a count") / 5.0;
        assert!(won(line).is_some_and(|won| (won - share).abs() < 0.051), "{line}: {share}");
    }
    assert_eq!(lines.iter().filter(|line| line.contains(", digest ")).count(), 0);

    let broken = "protocol.mutant=\"accept-ignores-promise\"";
    let told = place.synod(&[&sweep[..], &["--set", broken]].concat()).exits(1);
    assert_eq!(told.out.matches("SAFETY VIOLATED in ").count(), 4, "{}", told.out);
    assert!(told.out.contains("violations\n"), "a column of its own: {}", told.out);
}

/// Times are counted in buckets; what is said of them is no narrower than these, and the mean is exact where all are known.
#[test]
fn a_time_that_never_varies_is_where_it_is_said_to_be() {
    let place = Place::new();
    place.write(
        "alone.toml",
        "title = \"alone\"\n[[proposer]]\nname = \"A\"\nnode = 1\n[network]\ndelay = { constant = \"7777777ns\" }\n",
    );
    let json = place.synod(&["sweep", "alone.toml", "--seeds", "50", "--format", "json"]).exits(0).out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let (cell, first) = (&json["cells"][0], &json["cells"][0]["first_choice"]);
    let exact = cell["chosen_at_ns"]["mean"].as_f64().expect("a mean");
    assert_eq!(exact, 3.0 * 7_777_777.0);
    assert_eq!(first["restricted_mean_ns"].as_f64(), Some(exact));
    let [low, high] = [0, 1].map(|end| first["median_interval_ns"][end].as_f64().expect("an end"));
    assert!(low <= exact && exact <= high && high < 1.001 * low, "[{low}, {high}]");

    // One run bounds the time of no quantile from below.
    let json = place.synod(&["sweep", "alone.toml", "--seeds", "1", "--format", "json"]).exits(0).out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let ends = &json["cells"][0]["first_choice"]["median_interval_ns"];
    assert_eq!(*ends, serde_json::json!([0, null]));
}

/// Retries of a livelock: how runs end is told wherever winners are.
fn endings(place: &Place) {
    let shown = place.synod(&["scenario", "show", "lab2-livelock"]).exits(0).out;
    let model = shown.split("[expect]").next().expect("a scenario").replace("19.999ms", "40ms");
    let axes = "[sweep.axes]\n\"protocol.retry\" = [\"none\", { fixed = { delay = \"5ms\" } }, { fixed = { delay = \"12ms\" } }, \
                { uniform = { max = \"20ms\" } }]\n";
    place.write("endings.toml", model + axes);
}

#[test]
fn how_runs_end_is_told_beside_who_wins() {
    let place = Place::new();
    endings(&place);
    let ended = place.synod(&["sweep", "endings.toml", "--seeds", "400", "--out", "out"]).exits(0);
    for head in ["starved (%)", "livelock-proved (%)"] {
        assert!(ended.out.contains(head), "{}", ended.out);
    }
    assert!(!ended.out.contains("blocked"), "nobody is: {}", ended.out);
    let report = fs::read_to_string(place.path("out/report.md")).expect("a report");
    let row =
        |cell: u32| report.lines().find(|line| line.starts_with(&format!("| {cell} |"))).expect("a row");
    // A duel without end is no number; those that chose met nobody. What goes on for ever has no mean of messages.
    assert!(
        row(1).contains("| 0 all alike") && row(1).contains("; ∞ in 4") && row(1).contains("| ≥ "),
        "{}",
        row(1)
    );
    assert!(!row(0).contains('∞') && !row(0).contains('≥'), "{}", row(0));
    let summary: Value =
        serde_json::from_slice(&fs::read(place.path("out/summary.json")).expect("a file")).expect("JSON");
    let (duel, runs) = (&summary["cells"][1]["duel"], &summary["cells"][1]["verdicts"]["livelock-proved"]);
    let open: u64 = duel["open"].as_object().expect("lengths").values().filter_map(Value::as_u64).sum();
    assert_eq!(open, runs["runs"].as_u64().or(runs.as_u64()).expect("a count"), "{duel} {runs}");
    assert_eq!(duel["of_chosen"]["mean"], 0.0);
    for figure in ["verdicts.svg", "duel-length.svg"] {
        let svg = fs::read_to_string(place.path("out/figures").join(figure)).expect(figure);
        assert!(svg.contains("livelock-proved") || svg.contains("choice"), "{figure}");
    }
    // Differences from a cell whose runs end are none where those of the other go on.
    let differences = report.split("## Differences").nth(1).expect("differences");
    let line = differences.lines().find(|line| line.starts_with("| 1 |")).expect("a row");
    assert!(line.trim_end().ends_with("| – | – |"), "{line}");
}

#[test]
fn tables_fit_the_terminal() {
    let place = Place::new();
    endings(&place);
    for wide in ["60", "80", "120"] {
        let mut command = place.command();
        let ended = crate::support::command::ended(
            command
                .env("COLUMNS", wide)
                .args(["sweep", "endings.toml", "--seeds", "50"])
                .output()
                .expect("it runs"),
        );
        let table = ended.out.lines().skip(3).take_while(|line| !line.starts_with("in full"));
        let longest = table.map(|line| line.chars().count()).max().expect("lines");
        assert!(longest <= wide.parse().expect("a number"), "{wide}: {}", ended.out);
        let heads = ended.out.lines().filter(|line| line.starts_with("cell  retry")).count();
        assert!(heads >= 2, "{wide}: each part says which cells it is about:\n{}", ended.out);
    }
}
