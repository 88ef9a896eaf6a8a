//! A cell is told by its own names, whichever way it came to have other proposers than the file or other cells.
//!
//! Held against the same cells as files of their own, each run alone: there no name can be mistaken.

use std::collections::BTreeMap;
use std::fs;

use crate::support::command::Place;
use serde_json::Value;

const REST: &str = r#"
[protocol]
retry = { uniform = { max = "50ms" } }
[network]
delay = { exponential = { mean = "20ms" } }
"#;
/// The base's proposers, those of three cells, and further submissions.
const BASE: &str = "[[proposer]]\nname = \"P\"\nnode = 1\n[[proposer]]\nname = \"Q\"\nnode = 2\n";
const CELLS: [&str; 3] = [
    r#"[{ name = "Q", node = 1 }, { name = "R", node = 2 }, { name = "P", node = 3, start = { constant = "30ms" } }]"#,
    r#"[{ name = "R", node = 2, start = { constant = "9ms" } }]"#,
    r#"[{ name = "P", node = 1, start = { constant = "20ms" } }, { name = "Q", node = 3 }]"#,
];
const SEEDS: &str = "600";

/// A cell as a file of its own.
fn alone(cell: &str, rest: &str) -> String {
    format!("proposer = {cell}\n{rest}")
}

fn json(out: &str) -> Value {
    serde_json::from_str(out).expect("JSON")
}

fn summary(place: &Place, file: &str, more: &[&str]) -> Value {
    let command = ["sweep", file, "--seeds", SEEDS, "--format", "json", "--quiet"];
    json(&place.synod(&[&command[..], more].concat()).exits(0).out)
}

/// What must be the same of a cell, wherever it is run.
fn told(cell: &Value) -> Value {
    let keys = ["winners", "winner_intervals", "outcomes", "preemptions_by", "verdicts"];
    keys.iter().map(|key| ((*key).to_owned(), cell[key].clone())).collect()
}

#[test]
fn every_cell_has_the_numbers_of_the_same_scenario_alone() {
    let place = Place::new();
    place.write("grid.toml", format!("{BASE}{REST}[sweep.axes]\n\"proposer\" = [{}]\n", CELLS.join(", ")));
    place.write(
        "zip.toml",
        format!(
            "{BASE}{REST}[sweep.zip]\n\"proposer\" = [{}]\n\"network.loss\" = [0.0, 0.0, 0.0]\n",
            CELLS.join(", ")
        ),
    );
    let (grid, zip) = (summary(&place, "grid.toml", &[]), summary(&place, "zip.toml", &[]));
    assert_eq!(grid["proposers"], serde_json::json!(["Q", "R", "P"]));
    for (i, cell) in CELLS.iter().enumerate() {
        place.write("alone.toml", alone(cell, REST));
        let alone = summary(&place, "alone.toml", &[]);
        for found in [&grid, &zip] {
            assert_eq!(told(&found["cells"][i]), told(&alone["cells"][0]), "cell {i}");
            assert_eq!(found["cells"][i]["proposers"], alone["proposers"]);
        }
    }
}

#[test]
fn a_name_that_is_absent_from_a_cell_is_empty_in_every_file_and_not_0() {
    let place = Place::new();
    place.write("grid.toml", format!("{BASE}{REST}[sweep.axes]\n\"proposer\" = [{}]\n", CELLS.join(", ")));
    let grid = summary(&place, "grid.toml", &["--out", "out", "--rows", "rows.csv"]);
    let cells = fs::read(place.path("out/cells.csv")).expect("cells");
    let mut reader = csv::Reader::from_reader(&cells[..]);
    let names: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    for (i, row) in reader.records().enumerate() {
        let row = row.expect("a row");
        let field = |name: &str| &row[names.iter().position(|head| head == name).expect(name)];
        for name in ["P", "Q", "R"] {
            let wins = grid["cells"][i]["winners"].get(name).map_or(String::new(), Value::to_string);
            assert_eq!(field(&format!("winner_{name}")), wins, "{name} in cell {i}");
            let has = |column: String| !field(&column).is_empty();
            let columns = [format!("winner_{name}_share"), format!("preemptions_{name}_mean")];
            assert_eq!(columns.map(has), [!wins.is_empty(); 2], "{name} in cell {i}");
        }
    }
    // Rows: the winners that are named add up to the cell's.
    let rows = fs::read(place.path("rows.csv")).expect("rows");
    let mut wins: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in csv::Reader::from_reader(&rows[..]).records() {
        let row = row.expect("a row");
        *wins.entry((row[0].to_owned(), row[3].to_owned())).or_default() += 1;
    }
    for ((cell, name), count) in wins.iter().filter(|((_, name), _)| !name.is_empty()) {
        let index: usize = cell.parse().expect("a number");
        assert_eq!(grid["cells"][index]["winners"][name], *count, "{name} in cell {cell}");
    }
    let page = fs::read_to_string(place.path("out/report.md")).expect("a report");
    assert!(page.contains("–: that proposer does not contend in the cell."), "{page}");
    assert!(page.contains("Without a row: ") || !page.contains("Differences, paired"), "{page}");
    // Rendered again from its folder, it has the same bytes.
    place.synod(&["report", "out"]).exits(0);
    assert_eq!(fs::read(place.path("out/cells.csv")).expect("cells"), cells);
    place.synod(&["verify", "out"]).exits(0);
}

#[test]
fn shares_that_are_merged_and_cells_that_stop_by_themselves_keep_their_names() {
    let place = Place::new();
    place.write("grid.toml", format!("{BASE}{REST}[sweep.axes]\n\"proposer\" = [{}]\n", CELLS.join(", ")));
    let whole = summary(&place, "grid.toml", &[]);
    for shard in ["1/2", "2/2"] {
        let folder = format!("share-{}", &shard[..1]);
        let command = ["sweep", "grid.toml", "--seeds", SEEDS, "--shard", shard, "--out", &folder, "--quiet"];
        place.synod(&command).exits(0);
    }
    place.synod(&["merge", "share-1", "share-2", "--out", "merged", "--quiet"]).exits(0);
    let merged = json(&fs::read_to_string(place.path("merged/summary.json")).expect("merged"));
    let until = summary(&place, "grid.toml", &["--until-width", "0.2"]);
    for i in 0..CELLS.len() {
        assert_eq!(told(&merged["cells"][i]), told(&whole["cells"][i]));
        assert_eq!(until["cells"][i]["winners"], whole["cells"][i]["winners"]);
    }
}

#[test]
fn submissions_of_a_cell_are_its_own() {
    let place = Place::new();
    let submit = |name: &str| format!(r#"[{{ proposer = "{name}", value = "more", at = "50ms" }}]"#);
    let axis = format!(
        "[[submit]]\nproposer = \"P\"\nvalue = \"x\"\nat = \"1s\"\n{REST}[sweep.axes]\n\"submit\" = [[], {}, {}]\n",
        submit("P"),
        submit("Q")
    );
    place.write("grid.toml", format!("{BASE}{axis}"));
    let grid = summary(&place, "grid.toml", &["--out", "out"]);
    for (i, lines) in
        [String::new(), format!("submit = {}\n", submit("P")), format!("submit = {}\n", submit("Q"))]
            .into_iter()
            .enumerate()
    {
        place.write("alone.toml", format!("{lines}{BASE}{REST}"));
        assert_eq!(
            told(&grid["cells"][i]),
            told(&summary(&place, "alone.toml", &[])["cells"][0]),
            "cell {i}"
        );
    }
}

#[test]
fn what_cannot_be_told_by_names_is_refused_before_the_first_run() {
    let place = Place::new();
    let sweep = format!("[sweep.axes]\n\"proposer\" = [{}]\n", CELLS.join(", "));
    // An expectation of somebody who does not contend in every cell.
    place.write("expect.toml", format!("{BASE}{REST}[expect.winner]\nQ = {{ min = 0.1 }}\n{sweep}"));
    let refused = place.synod(&["sweep", "expect.toml", "--seeds", "4", "--out", "out", "--quiet"]).exits(2);
    assert!(
        refused.err.contains("in cell 1") && refused.err.contains("no proposer is named `Q`"),
        "{refused:?}"
    );
    assert!(!place.path("out/report.md").exists());
    // Other proposers on either side of a comparison.
    for (i, cell) in CELLS.iter().enumerate() {
        place.write(&format!("{i}.toml"), alone(cell, REST));
    }
    let refused = place.synod(&["compare", "0.toml", "2.toml", "--seeds", "4"]).exits(2);
    assert!(refused.err.contains("Q, R, P in the first, P, Q in the second"), "{refused:?}");
    // More names than there can be columns.
    let many: Vec<String> = (0..300).map(|i| format!("[{{ name = \"n{i}\", node = 1 }}]")).collect();
    place.write("many.toml", format!("{BASE}{REST}[sweep.axes]\n\"proposer\" = [{}]\n", many.join(", ")));
    let refused = place.synod(&["sweep", "many.toml", "--seeds", "4"]).exits(2);
    assert!(refused.err.contains("more than 256 names"), "{refused:?}");
}

#[test]
fn a_heat_map_draws_only_cells_in_which_its_proposer_contends() {
    let place = Place::new();
    let axes =
        format!("[sweep.axes]\n\"proposer\" = [{}]\n\"network.loss\" = [0.0, 0.1, 0.2]\n", CELLS.join(", "));
    place.write("grid.toml", format!("{BASE}{REST}{axes}"));
    summary(&place, "grid.toml", &["--out", "out"]);
    let figure = fs::read_to_string(place.path("out/figures/heat-map.svg")).expect("a heat map");
    assert!(figure.contains("won by Q") && figure.contains("Without a square: cells in which"), "{figure}");
}
