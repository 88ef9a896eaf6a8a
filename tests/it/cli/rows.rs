//! `synod sweep --rows`: a row for every run, in order, the same bytes for any number of threads.

use std::collections::BTreeMap;
use std::fs;

use crate::support::command::Place;
use serde_json::Value;

/// Two cells of runs that decide, fail, time out and break safety, over more than one chunk of seeds.
const GRID: &str = r#"
[[proposer]]
name = "=A, \"the first\""
node = 1
[[proposer]]
name = "B"
node = 3
[protocol]
mutant = "accept-ignores-promise"
retry = "none"
phase_timeout = "60ms"
[network]
delay = { exponential = { mean = "20ms" } }
[run]
horizon = "1s"
[sweep.axes]
"network.loss" = [0.0, 0.2]
"#;
const SEEDS: u64 = 4096 + 1000;

fn sweep(place: &Place, file: &str, threads: &str) -> Vec<u8> {
    let seeds = SEEDS.to_string();
    let command = ["sweep", "grid.toml", "--seeds", &seeds, "--first-seed", "7", "--threads", threads];
    let done =
        place.synod(&[&command[..], &["--rows", file, "--format", "json", "--quiet"]].concat()).exits(1);
    place.write("summary.json", &done.out);
    fs::read(place.path(file)).expect("rows")
}

#[test]
fn rows_are_in_order_add_up_to_the_summary_and_do_not_depend_on_threads() {
    let place = Place::new();
    place.write("grid.toml", GRID);
    let csv = sweep(&place, "some/where/rows.csv", "2");
    assert!(csv == sweep(&place, "again.csv", "1") && csv == sweep(&place, "seven.csv", "7"));
    let summary: Value =
        serde_json::from_slice(&fs::read(place.path("summary.json")).expect("summary")).expect("JSON");
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let names: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    let rows: Vec<BTreeMap<String, String>> = reader
        .records()
        .map(|row| names.iter().cloned().zip(row.expect("a row").iter().map(str::to_owned)).collect())
        .collect();
    assert_eq!(rows.len() as u64, 2 * SEEDS);
    for (i, row) in (0..).zip(&rows) {
        assert_eq!((&row["cell"], &row["seed"]), (&(i / SEEDS).to_string(), &(7 + i % SEEDS).to_string()));
    }
    for (cell, rows) in rows.chunks(SEEDS as usize).enumerate() {
        let told = &summary["cells"][cell];
        let sum = |name: &str| rows.iter().map(|row| row[name].parse().unwrap_or(0)).sum::<u64>();
        for (mine, its) in [("attempts", "attempts"), ("messages_sent", "messages"), ("events", "events")] {
            assert_eq!(told[its]["sum"].as_u64(), Some(sum(mine)), "{mine} of cell {cell}");
        }
        assert_eq!(told["chosen_at_ns"]["sum"].as_u64(), Some(sum("chosen_at_ns")));
        let mut outcomes: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows {
            *outcomes.entry(row["outcome"].trim_start_matches('\'').to_owned()).or_default() += 1;
        }
        let its = told["outcomes"].as_object().expect("outcomes");
        assert!(outcomes.len() > 4 && outcomes.len() == its.len(), "{outcomes:?}");
        assert!(
            outcomes.iter().all(|(outcome, count)| its[outcome].as_u64() == Some(*count)),
            "{outcomes:?}"
        );
        let violated = rows.iter().filter(|row| !row["violations"].is_empty()).count() as u64;
        assert!(violated > 0 && told["violations"].as_u64() == Some(violated));
        let won = rows.iter().filter(|row| row["winner"] == "B").count() as u64;
        assert_eq!(told["winners"]["B"].as_u64(), Some(won));
    }
}

#[test]
fn json_lines_say_what_the_table_says() {
    let place = Place::new();
    place.write("grid.toml", GRID);
    let (csv, lines) = (sweep(&place, "rows.csv", "2"), sweep(&place, "rows.jsonl", "2"));
    let lines = String::from_utf8(lines).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let names = reader.headers().expect("a head").clone();
    let mut objects = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    for row in reader.records() {
        let (row, object) = (row.expect("a row"), objects.next().expect("as many"));
        assert_eq!(object.as_object().map(|o| o.len()), Some(names.len()));
        for (name, field) in names.iter().zip(&row) {
            let same = match &object[name] {
                Value::Null => field.is_empty(),
                Value::String(text) => field == text || field == format!("'{text}"),
                number => {
                    let written = number.to_string();
                    field == written
                }
            };
            assert!(same, "{name}: {field:?} and {:?}", object[name]);
        }
    }
    assert!(objects.next().is_none());
}

#[test]
fn a_file_that_cannot_be_written_and_a_name_without_a_format_are_refused() {
    let place = Place::new();
    for name in ["rows", "rows.txt"] {
        let refused = place.synod(&["sweep", "lab2", "--seeds", "10", "--rows", name]).exits(2);
        assert!(refused.err.contains("end in .csv or .jsonl"), "{}", refused.err);
        assert!(!place.path(name).exists());
    }
    place.write("file", "no folder");
    let refused = place.synod(&["sweep", "lab2", "--seeds", "10", "--rows", "file/rows.csv"]).exits(4);
    assert!(refused.err.contains("write --rows file/rows.csv"), "{}", refused.err);
}
