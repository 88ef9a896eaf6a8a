//! `synod verify`: a report that was not changed passes, and each change is found and named.

use std::fs;
use std::path::Path;

use crate::support::command::Place;

fn place() -> Place {
    let place = Place::new();
    let set = "network.delay.exponential.mean=\"7ms\"";
    place.synod(&["sweep", "delay-sweep", "--set", set, "--seeds", "9000", "--out", "out"]).exits(0);
    place
}

/// Replaces text in a file of the report; how often it stood there.
fn edit(place: &Place, name: &str, from: &str, to: &str) -> usize {
    let path = place.path("out").join(name);
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.replace(from, to)).expect("written");
    text.matches(from).count()
}

/// The digest of a line of `chunks.csv`.
fn digest(place: &Place, line: usize) -> String {
    let table = fs::read_to_string(place.path("out/chunks.csv")).expect("a table");
    table.lines().nth(line).expect("a line").rsplit(',').next().expect("a digest").to_owned()
}

#[test]
fn committed_reports_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for report in ["lab2", "delay-sweep"] {
        let place = Place::new();
        let folder = root.join("reports").join(report);
        let verified = place.synod(&["verify", &folder.to_string_lossy()]).exits(0);
        let line = verified.out.lines().next().unwrap_or_default().to_owned();
        let (of, all) = line
            .strip_prefix("determinism: ")
            .and_then(|l| l.strip_suffix(" identical"))
            .and_then(|l| l.split_once('/'))
            .expect("a line");
        assert!(of == all && of != "0", "{line}");
        // The report says the same of the chunks that its own sweep ran twice.
        for name in ["report.md", "report.html", "manifest.json"] {
            let text = fs::read_to_string(folder.join(name)).expect("a file");
            assert!(text.contains("determinism: "), "{report}/{name}");
        }
    }
}

#[test]
fn a_fresh_report_passes_and_all_of_it_is_run_again_on_demand() {
    let place = place();
    assert_eq!(place.synod(&["verify", "out"]).exits(0).out, "determinism: 36/36 identical\n");
    assert_eq!(place.synod(&["verify", "out", "--chunks", "5"]).exits(0).out, "determinism: 5/5 identical\n");
    assert_eq!(
        place.synod(&["verify", "out", "--all", "--threads", "1"]).exits(0).out,
        "determinism: 36/36 identical\n"
    );
}

#[test]
fn a_changed_digest_names_its_chunk() {
    let place = place();
    let old = digest(&place, 5);
    let new = old.replace(&old[..4], if old.starts_with("0000") { "1111" } else { "0000" });
    assert_eq!(edit(&place, "chunks.csv", &old, &new), 1);
    let found = place.synod(&["verify", "out", "--chunks", "1"]).exits(3);
    assert_eq!(found.out, "determinism: 35/36 identical\n");
    let named = format!("chunk 1 of cell 1 (seeds 4096 to 8191): recorded as {new}, and now it is {old}");
    assert!(found.err.contains(&named), "{}", found.err);
    assert!(found.err.contains("chunks.csv: is missing, or is not as it was written"), "{}", found.err);
    assert!(found.err.contains("cell 1: its digest is not that of its chunks"), "{}", found.err);
    assert_eq!(found.last_line(), "synod verify out");
}

/// Somebody who also mends the fingerprint is found by running it again.
#[test]
fn a_careful_change_is_found_by_running_it_again() {
    let place = place();
    let old = digest(&place, 1);
    let new = "0123456789abcdef0123456789abcdef";
    let bytes = fs::read(place.path("out/chunks.csv")).expect("a table");
    let before = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
    assert_eq!(edit(&place, "chunks.csv", &old, new), 1);
    let bytes = fs::read(place.path("out/chunks.csv")).expect("a table");
    let after = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(&bytes));
    assert_eq!(edit(&place, "manifest.json", &before, &after), 1);
    let found = place.synod(&["verify", "out", "--chunks", "1"]).exits(3);
    assert!(found.err.contains("chunk 0 of cell 0 (seeds 0 to 4095)"), "{}", found.err);
}

#[test]
fn a_changed_file_is_named() {
    let place = place();
    let summary = fs::read_to_string(place.path("out/summary.json")).expect("a file");
    fs::write(place.path("out/summary.json"), summary.replacen('1', "2", 1)).expect("written");
    fs::remove_file(place.path("out/report.tex")).expect("removed");
    let found = place.synod(&["verify", "out"]).exits(3);
    for name in ["summary.json", "report.tex"] {
        assert!(found.err.contains(&format!("{name}: is missing, or is not")), "{}", found.err);
    }
    // A line that is missing, or that names other seeds.
    let other = self::place();
    let table = fs::read_to_string(other.path("out/chunks.csv")).expect("a table");
    let lines: Vec<&str> = table.lines().collect();
    for bad in [
        lines[..lines.len() - 3].join("\n"),
        table.replace(",4096,", ",4097,"),
        String::new(),
        "a,b\n1\n".into(),
    ] {
        other.write("out/chunks.csv", bad);
        other.synod(&["verify", "out"]).exits(3);
    }
}

#[test]
fn another_scenario_or_epoch_in_the_manifest_is_found() {
    for (from, to, says) in [
        ("\"epoch\": 3", "\"epoch\": 1", "was made by engine epoch 1, and this is epoch 3"),
        ("lognormal", "normal", "its scenario cannot be used"),
        ("6.2996ms", "6.2997ms", "cell"),
        ("path\": \"report.md", "path\": \"../report.md", "which is no file of a report"),
    ] {
        let place = place();
        assert!(edit(&place, "manifest.json", from, to) > 0, "{from}");
        let found = place.synod(&["verify", "out"]).exits(3);
        assert!(found.err.contains(says), "{from}: {}", found.err);
    }
}

#[test]
fn what_is_no_report_is_a_wrong_argument() {
    let place = Place::new();
    place.synod(&["verify", "nowhere"]).exits(2);
    place.write("manifest.json", "{}");
    assert!(place.synod(&["verify", "."]).exits(2).err.contains("is no manifest of synod"));
    place.write("manifest.json", "[[[[");
    place.synod(&["verify", "."]).exits(2);
}
