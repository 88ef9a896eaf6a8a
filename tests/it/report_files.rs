//! The files of a report: the contract's keys, integers that add up, and text from outside that stays text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::support::fake;
use serde_json::Value;
use sha2::{Digest, Sha256};
use synod::report::{ReportError, SweepReport, render};

fn files(report: &SweepReport) -> BTreeMap<String, Vec<u8>> {
    render(report).expect("renders").into_iter().collect()
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files[path].clone()).expect("UTF-8")
}

fn summary(report: &SweepReport) -> Value {
    serde_json::from_slice(&files(report)["summary.json"]).expect("JSON")
}

#[test]
fn the_folder_holds_what_the_design_names() {
    let files = files(&fake::three());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "cells.csv",
        "cells.dictionary.csv",
        "chunks.csv",
        "figures/answers.png",
        "figures/answers.svg",
        "figures/duel-length.png",
        "figures/duel-length.svg",
        "figures/survival.png",
        "figures/survival.svg",
        "figures/verdicts.png",
        "figures/verdicts.svg",
        "figures/winner-shares.png",
        "figures/winner-shares.svg",
        "manifest.json",
        "report.html",
        "report.md",
        "report.tex",
        "summary.json",
        "totals.bin",
    ];
    assert_eq!(names, expected);
    for (path, bytes) in files.iter().filter(|(p, _)| !p.ends_with(".png") && !p.ends_with(".bin")) {
        assert!(!bytes.contains(&b'\r') && bytes.ends_with(b"\n"), "{path}");
    }
}

#[test]
fn the_summary_has_the_contracts_keys_and_its_integers_add_up() {
    let report = fake::three();
    let summary = summary(&report);
    for (i, cell) in summary["cells"].as_array().unwrap().iter().enumerate() {
        let t = &report.cells[i].totals;
        let total =
            |key: &str| cell[key].as_object().unwrap().values().map(|v| v.as_u64().unwrap()).sum::<u64>();
        assert_eq!(cell["cell"], i);
        assert_eq!(cell["runs"], t.runs);
        assert_eq!((total("winners"), total("verdicts"), total("outcomes")), (t.runs, t.runs, t.runs));
        assert_eq!(cell["winners"]["undecided"], t.undecided);
        assert_eq!(cell["winners"]["A"], t.winners[0]);
        assert_eq!(cell["violations"], 0);
        assert_eq!(cell["hazards"]["failed-but-chosen"], t.hazards[1]);
        let (chosen, duel) = (&cell["chosen_at_ns"], &cell["duel"]);
        assert_eq!(chosen["n"].as_u64().unwrap() + t.undecided, t.runs);
        assert_eq!(chosen["sum"].as_u64().map(u128::from).unwrap(), t.chosen_at.sum);
        let mean = chosen["sum"].as_f64().unwrap() / chosen["n"].as_f64().unwrap();
        assert!((chosen["mean"].as_f64().unwrap() / mean - 1.0).abs() < 1e-15);
        assert!(
            chosen["p50"].as_u64() < chosen["p90"].as_u64()
                && chosen["p90"].as_u64() < chosen["p99"].as_u64()
        );
        let lengths = ["histogram", "open"].map(|name| duel[name].as_object().unwrap());
        let sum: u64 = lengths
            .iter()
            .flat_map(|of| of.iter())
            .map(|(k, n)| k.parse::<u64>().unwrap() * n.as_u64().unwrap())
            .sum();
        assert_eq!(duel["sum"], sum);
        for mean in ["attempts", "messages"] {
            let expected = cell[mean]["sum"].as_f64().unwrap() / cell[mean]["n"].as_f64().unwrap();
            assert_eq!(cell[format!("{mean}_mean")].as_f64().unwrap(), expected);
            assert!(cell[mean]["sum_squares"].is_u64());
        }
        assert_eq!(cell["digest"], report.cells[i].digest.as_str());
        assert_eq!(cell["parameters"]["protocol.retry"], report.cells[i].parameters[0].1.as_str());
    }
    let outcomes = summary["cells"][0]["outcomes"].as_object().unwrap();
    assert!(
        outcomes.contains_key("A:own B:other") && outcomes.contains_key("A:failed/1/1 B:own"),
        "{outcomes:?}"
    );
}

#[test]
fn sums_beyond_64_bits_are_strings_and_missing_figures_are_null() {
    let mut report = fake::nothing();
    report.cells[1].totals.ended_at.sum_squares = 1 << 100;
    let summary = summary(&report);
    assert_eq!(summary["cells"][1]["ended_at_ns"]["sum_squares"], (1u128 << 100).to_string());
    let cell = &summary["cells"][0];
    for figure in [
        &cell["chosen_at_ns"]["mean"],
        &cell["chosen_at_ns"]["p50"],
        &cell["duel"]["mean"],
        &cell["attempts_mean"],
    ] {
        assert!(figure.is_null(), "{figure}");
    }
    assert_eq!(cell["winner_intervals"]["A"], serde_json::json!([0.0, 1.0]), "nothing is known");
}

#[test]
fn theory_stands_beside_what_was_found_with_its_z_score() {
    let theory = summary(&fake::lab())["cells"][0]["theory"].clone();
    let (share, mean) = (&theory[0], &theory[1]);
    let (found, predicted) = (share["found"].as_f64().unwrap(), 15.0 / 64.0);
    let error = (predicted * (1.0 - predicted) / 20_000.0f64).sqrt();
    assert!((share["z"].as_f64().unwrap() - (found - predicted) / error).abs() < 1e-9);
    assert!(mean["z"].as_f64().unwrap().abs() < 4.0, "three exponentials of 8 ms: {mean}");
}

#[test]
fn runs_that_never_choose_are_not_censored_early() {
    let mut report = fake::three();
    let cell = &mut report.cells[0];
    let never = cell.totals.undecided;
    assert!(never > 500, "the test can fail");
    // Everybody else chose by 200 ms, so the curve ends at the share of runs that did not, whenever they gave up.
    cell.totals.winners = vec![cell.totals.runs - never, 0];
    let mean = summary(&report)["cells"][0]["first_choice"]["restricted_mean_ns"].as_f64().unwrap();
    let t = &report.cells[0].totals;
    let expected = (t.chosen_at.sum as f64 + never as f64 * 10e9) / t.runs as f64;
    assert!((mean / expected - 1.0).abs() < 1e-3, "{mean} is not {expected}");
}

#[test]
fn geometric_tails_are_found() {
    let mut report = fake::three();
    report.cells.truncate(2);
    let cell = &mut report.cells[1];
    cell.totals.undecided = 0;
    let tail = &summary(&report)["cells"][1]["duel"]["tail"];
    let ends: Vec<f64> = tail["interval"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert!(ends[0] < 0.62 && 0.62 < ends[1] && ends[1] - ends[0] < 0.03, "{tail}");
    assert!(summary(&fake::three())["cells"][0]["duel"]["tail"].is_null(), "some runs never chose");
}

#[test]
fn the_csv_has_a_row_for_each_cell_and_a_word_for_each_column() {
    let report = fake::grid(16, 50);
    let files = files(&report);
    let mut cells = csv::Reader::from_reader(&files["cells.csv"][..]);
    let heads: Vec<String> = cells.headers().unwrap().iter().map(str::to_string).collect();
    let rows: Vec<csv::StringRecord> = cells.records().map(|r| r.expect("as long as the head")).collect();
    assert_eq!(rows.len(), 16);
    let column =
        |name: &str| heads.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name} in {heads:?}"));
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(&row[column("cell")], i.to_string());
        assert_eq!(row[column("protocol.retry")], report.cells[i].parameters[1].1);
        assert_eq!(row[column("winner_A")].parse::<u64>().unwrap(), report.cells[i].totals.winners[0]);
        let median: u64 = row[column("first_choice_ns_median")].parse().expect("whole ns");
        let low: u64 = row[column("first_choice_ns_median_low")].parse().expect("whole ns");
        assert!(low <= median);
        assert_eq!(&row[column("first_violation_seed")], "", "missing is empty");
    }
    let mut dictionary = csv::Reader::from_reader(&files["cells.dictionary.csv"][..]);
    let words: Vec<csv::StringRecord> = dictionary.records().map(|r| r.expect("four fields")).collect();
    assert_eq!(words.iter().map(|w| w[0].to_string()).collect::<Vec<_>>(), heads);
    assert!(words.iter().all(|w| !w[1].is_empty() && !w[3].is_empty()));
}

#[test]
fn no_field_is_a_formula() {
    for path in ["cells.csv", "cells.dictionary.csv"] {
        let files = files(&fake::hostile());
        let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&files[path][..]);
        let mut seen = 0;
        for field in
            reader.into_records().flat_map(|r| r.unwrap().iter().map(str::to_string).collect::<Vec<_>>())
        {
            assert!(!field.starts_with(['=', '@', '\t', '\r']), "{path}: {field}");
            assert!(!field.contains(['\0', '\u{1b}', '\u{202e}']), "{path}: {field}");
            seen += usize::from(field.starts_with('\''));
        }
        assert!(seen > 0, "{path}: the test can fail");
    }
}

#[test]
fn text_from_outside_is_no_markup() {
    let files = files(&fake::hostile());
    let html = text(&files, "report.html");
    assert_eq!(html.matches("<script").count(), 1, "only our own");
    assert!(html.contains("&lt;script&gt;alert(1)"), "the test can fail");
    let markdown = text(&files, "report.md");
    let outside_code: String = markdown.split("`````").step_by(2).collect();
    assert!(!outside_code.contains("<script") && !outside_code.contains("</svg>"), "{outside_code}");
    for row in markdown.lines().filter(|l| l.starts_with("| 0 |")) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert!([14, 7, 6, 5].contains(&bars), "a name has made a column: {row}");
    }
    let tex = text(&files, "report.tex");
    assert!(!tex.contains("\\input{x}") && !tex.contains("$x_1^2$"), "{tex}");
    assert_eq!(tex.matches('{').count(), tex.matches('}').count());
    for path in ["report.html", "report.md", "report.tex", "summary.json", "cells.csv", "manifest.json"] {
        let loose = text(&files, path).chars().find(|c| c.is_control() && *c != '\n' && *c != '\t');
        assert_eq!(loose, None, "{path}");
    }
}

#[test]
fn the_page_needs_nothing_beside_it_and_runs_only_its_own_script() {
    let html = text(&files(&fake::three()), "report.html");
    let script = html.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    let digest = Sha256::digest(script.as_bytes());
    let policy = html.split("sha256-").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(policy, base64(&digest), "the policy names the script");
    assert!(html.contains("default-src 'none'"));
    for loads in ["src=", "href=", "url(http", "@import"] {
        assert!(!html.contains(loads), "{loads}");
    }
    assert_eq!(html.matches("<svg").count(), 5);
    assert_eq!(html.matches("<figcaption>").count(), 5);
}

fn base64(bytes: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: String = bytes.iter().map(|b| format!("{b:08b}")).collect();
    let sixes: Vec<char> = bits.chars().collect();
    let mut out: String = sixes
        .chunks(6)
        .map(|six| {
            let six: String = six.iter().chain(&['0'; 6]).take(6).collect();
            digits[usize::from_str_radix(&six, 2).unwrap()]
        })
        .collect();
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

#[test]
fn the_manifest_fingerprints_every_other_file() {
    let files = files(&fake::three());
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len() - 1);
    for file in listed {
        let bytes = &files[file["path"].as_str().unwrap()];
        assert_eq!(file["bytes"], bytes.len());
        assert_eq!(file["xxh3_128"], format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes)));
    }
    assert_eq!(manifest["scenario"]["text"], fake::three().scenario_text);
    assert_eq!(manifest["cells"].as_array().unwrap().len(), 3);
}

#[test]
fn write_ups_state_method_seeds_and_how_to_reproduce() {
    let report = fake::three();
    let files = files(&report);
    for path in ["report.md", "report.html", "report.tex"] {
        let text = text(&files, path).replace("{-}", "-").replace("\\_", "_");
        for part in [
            "seeds 0 to 19,999",
            "engine epoch 1",
            "3f9a0c55",
            "10 s",
            "seeded",
            "Clopper",
            "Kaplan",
            "synod sweep",
        ] {
            assert!(text.contains(part), "{path} lacks `{part}`");
        }
    }
    assert!(!text(&files, "report.tex").contains("U+"), "a PDF of it shows numbers of characters");
    let markdown = text(&files, "report.md");
    assert!(report.cells.iter().all(|c| markdown.contains(&c.reproduce)), "{markdown}");
    assert!(markdown.contains("![") && markdown.contains("*Figure 3."));
}

#[test]
fn labels_and_violations_are_in_every_file_that_people_read() {
    let mut report = fake::hostile();
    report.cells[1].totals.violations = 3;
    report.cells[1].totals.first_violation = Some(4711);
    let files = files(&report);
    for path in ["report.md", "report.html", "report.tex"] {
        let text = text(&files, path).replace("{-}", "-");
        assert!(text.contains("MUTANT accept-ignores-promise") && text.contains("4711"), "{path}");
    }
    assert!(text(&files, "cells.csv").contains("MUTANT accept-ignores-promise"));
}

#[test]
fn cells_that_do_not_fit_are_refused() {
    let spoilt: [fn(&mut SweepReport); 4] = [
        |r| r.cells[1].parameters[0].0 = "other".into(),
        |r| r.cells[1].totals.winners.truncate(1),
        |r| Arc::make_mut(&mut r.cells[1].lineup).clients.truncate(1),
        |r| Arc::make_mut(&mut r.cells[1].lineup).proposers[0] = "nobody else".into(),
    ];
    for spoil in spoilt {
        let mut report = fake::three();
        spoil(&mut report);
        assert!(matches!(render(&report), Err(ReportError::Shape { .. })));
    }
}
