//! What a sweep comes to stands at the top of its report: who won how often, whether something was always chosen, and by when.

use crate::support::command::Place;
use serde_json::Value;

/// The finding of a sweep, as the page has it, and the sweep's summary. The Markdown has the same.
fn finding(arguments: &[&str]) -> (String, Value) {
    let place = Place::new();
    place.synod(&[&["sweep"], arguments, &["--out", "out", "--quiet"]].concat()).exits(0);
    let file = |name: &str| std::fs::read_to_string(place.path(&format!("out/{name}"))).expect("written");
    let (page, markdown) = (file("report.html"), file("report.md"));
    let (_, rest) = page.split_once("<p class=\"finding\">").expect("a finding");
    let found = rest.split_once("</p>").expect("its end").0.to_owned();
    let plain = markdown.replace('\\', "");
    assert!(plain.contains(&found), "{found} in {markdown}");
    (found, serde_json::from_str(&file("summary.json")).expect("JSON"))
}

#[test]
fn of_one_cell_all_winners_are_told() {
    let (found, summary) = finding(&["lab2", "--seeds", "300"]);
    let wins = summary["cells"][0]["winners"]["A"].as_u64().expect("a count") as f64;
    assert!(found.starts_with("Of 300 runs, A won ") && found.contains(", B won "), "{found}");
    assert!(found.contains(&format!("A won {:.1} % [", wins / 3.0)), "{wins}: {found}");
    assert!(found.contains("; a value was chosen in every one. Half of them had chosen by "), "{found}");

    let (found, _) = finding(&["lab2", "--seeds", "300", "--set", "run.horizon=900ms"]);
    assert!(found.contains("; nothing was chosen in ") && !found.contains("in every one"), "{found}");

    let (found, _) = finding(&["lab2", "--seeds", "60", "--set", "network.loss=1.0"]);
    assert!(
        found.contains("nothing was chosen in ") && found.ends_with("nothing was chosen by the end."),
        "{found}"
    );
}

#[test]
fn of_many_the_ends_are_told() {
    let (found, summary) = finding(&["delay-sweep", "--seeds", "200"]);
    assert!(found.starts_with("12 cells of 200 runs. A won from "), "{found}");
    assert!(
        found.contains("A value was chosen in every run.") || found.contains("Nothing was chosen in up to ")
    );
    let wins: Vec<u64> = summary["cells"]
        .as_array()
        .expect("cells")
        .iter()
        .map(|cell| cell["winners"]["A"].as_u64().expect("a count"))
        .collect();
    let place_of = |count: &u64| wins.iter().position(|it| it == count).expect("it is there");
    let (least, most) = (wins.iter().min().expect("some"), wins.iter().max().expect("some"));
    let (_, from) = found.split_once(" in cell ").expect("a cell");
    assert!(from.starts_with(&format!("{} (delay ", place_of(least))), "{wins:?}: {found}");
    let (_, to) = from.split_once(" in cell ").expect("a second cell");
    assert!(to.starts_with(&format!("{} (delay ", place_of(most))), "{wins:?}: {found}");

    let (found, _) = finding(&["phase-retry"]);
    assert!(found.starts_with("225 cells of 10 runs. In "), "{found}");
    assert!(found.contains(" cells there are runs in which nothing was chosen."), "{found}");
}
