//! The page: small, self-contained, safe, and in a browser without an error.
//!
//! Headless Chromium is asked where `SYNOD_NODE_MODULES` names a folder in which `npm install playwright-core` was
//! run, and Chromium is installed; `SYNOD_LOOK` names a folder for its screenshots. Absent on purpose: what the numbers
//! are.

use std::path::Path;
use std::process::Command;

use crate::support::env;
use crate::support::fake;
use serde_json::Value;
use sha2::{Digest, Sha256};
use synod::report::{Critical, Exhibit, RunView, SweepReport, ViewedRun, render, render_with, viewed};
use synod::run::{Record, explain, explain_within};
use synod::scenario::Scenario;

const EVIL: &str = "</script><img src=x onerror=alert(1)>";

fn page(report: &SweepReport, runs: &[ViewedRun]) -> String {
    let files = render_with(report, runs).expect("renders");
    let html = files.into_iter().find(|(path, _)| path == "report.html").expect("a page").1;
    String::from_utf8(html).expect("UTF-8")
}

/// Runs of a scenario whose every text is an attack.
fn evil_runs(seeds: std::ops::Range<u64>) -> Vec<ViewedRun> {
    let text = format!(
        "title = '{EVIL}'\n[[proposer]]\nname = \"A\"\nnode = 1\nvalue = '{EVIL}'\n[[proposer]]\nname = \"B\"\nnode = 3\nvalue = '{EVIL}'\n\
         [network]\ndelay = {{ exponential = {{ mean = \"10ms\" }} }}\nloss = 0.1\n"
    );
    let scenario = Scenario::parse(&text, "evil.toml").unwrap_or_else(|error| panic!("{error}"));
    let records: Vec<Record> = seeds.map(|seed| Record::of(&scenario, seed).expect("it runs")).collect();
    shown(&scenario, EVIL, &records)
}

/// Runs with what is critical in them.
fn shown(scenario: &Scenario, arguments: &str, records: &[Record]) -> Vec<ViewedRun> {
    let whys: Vec<_> = records.iter().map(|record| explain(scenario, record).expect("explained")).collect();
    let exhibits: Vec<_> = records
        .iter()
        .zip(&whys)
        .map(|(record, why)| Exhibit {
            cell: 0,
            view: RunView { scenario, arguments, record },
            why: Some(why),
        })
        .collect();
    viewed(&exhibits).expect("drawn")
}

fn criticals(run: &ViewedRun) -> &[Critical] {
    &run.criticals.as_ref().expect("explained").all
}

fn evil_report() -> SweepReport {
    let mut report = fake::three();
    report.title = EVIL.into();
    report.scenario_text = EVIL.into();
    for cell in &mut report.cells {
        cell.parameters.iter_mut().for_each(|parameter| parameter.1 = EVIL.into());
    }
    report
}

#[test]
fn the_policy_names_both_scripts_and_no_others() {
    let html = page(&fake::three(), &evil_runs(0..2));
    let scripts: Vec<&str> =
        html.split("<script>").skip(1).map(|rest| rest.split("</script>").next().expect("an end")).collect();
    assert_eq!(scripts.len(), 2);
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    for script in scripts {
        let bits: String =
            Sha256::digest(script.as_bytes()).iter().map(|byte| format!("{byte:08b}")).collect();
        let digit = |chunk: &[u8]| {
            let chunk = std::str::from_utf8(chunk).expect("ASCII");
            digits[usize::from_str_radix(&format!("{chunk:0<6}"), 2).expect("bits")]
        };
        let hash: String = bits.as_bytes().chunks(6).map(digit).chain(['=']).collect();
        assert!(html.contains(&format!("'sha256-{hash}'")), "the policy lacks {hash}");
    }
}

#[test]
fn an_attack_stays_text_wherever_it_stands() {
    let html = page(&evil_report(), &evil_runs(0..3));
    assert!(!html.contains("<img") && !html.contains("onerror=alert(1)>"), "it is text");
    assert!(html.matches("&lt;img src=x onerror=alert(1)&gt;").count() > 10);
}

#[test]
fn a_page_of_a_thousand_cells_is_below_three_megabytes() {
    let html = page(&fake::grid(1000, 60), &evil_runs(0..8));
    assert!(html.len() < 3_000_000, "{} bytes", html.len());
    assert_eq!(html.matches("<details class=\"run\"").count(), 8, "with its runs");
}

#[test]
fn runs_come_back_from_their_file_as_they_were() {
    let runs = evil_runs(0..3);
    let files = render_with(&fake::three(), &runs).expect("renders");
    let kept = &files.iter().find(|(path, _)| path == "runs.json").expect("kept").1;
    let back: Vec<ViewedRun> = serde_json::from_slice(kept).expect("JSON");
    assert_eq!(back, runs);
    assert_eq!(files, render_with(&fake::three(), &back).expect("renders"));
    assert!(render(&fake::three()).expect("renders").iter().all(|(path, _)| path != "runs.json"));
}

#[test]
fn steps_tell_promises_and_votes() {
    let run = &evil_runs(0..1)[0];
    let votes = run.steps.iter().filter(|step| step.text.contains(" votes for ")).count();
    assert!(votes >= 2 && run.steps.iter().filter(|step| step.chosen).count() == 1);
    for step in &run.steps {
        let changes = step.text.contains(" promises ballot ") || step.text.contains(" votes for ");
        assert_eq!(step.change.is_some(), changes, "{}", step.text);
        assert_eq!(
            step.arrow.is_some(),
            step.text.starts_with("send") || step.text.starts_with("deliver"),
            "{}",
            step.text
        );
    }
}

#[test]
fn critical_deliveries_are_those_that_explain_finds_at_their_steps() {
    let scenario = synod::scenario::shipped::find("lab2").expect("it comes along").text;
    let scenario = Scenario::parse(scenario, "lab2").expect("parses");
    let record = Record::of(&scenario, 5615).expect("it runs");
    let why = explain(&scenario, &record).expect("explained");
    let run = &shown(&scenario, "lab2", std::slice::from_ref(&record))[0];
    let listed = criticals(run);
    assert_eq!(listed.len(), why.critical.len());
    assert!(listed.len() > 5, "{listed:?}");
    for (it, critical) in listed.iter().zip(&why.critical) {
        // The whole run is shown, so a step is an event; a lost message is looked at where it would have arrived.
        assert_eq!(it.step, Some(critical.event - 1));
        let step = &run.steps[critical.event - 1];
        assert!(step.text.starts_with("deliver") && step.at == it.at, "{} / {}", step.text, it.text);
        assert!(it.text.ends_with("B would have won"), "{}", it.text);
        assert_eq!(it.command, format!("synod replay lab2 --token {}", critical.token));
    }
    let decisive: Vec<&Critical> = listed.iter().filter(|it| it.is_decisive).collect();
    assert!(
        matches!(decisive[..], [it] if it.text.starts_with("if A's accept 11 had reached node 2 after B's prepare 13"))
    );
    let what = &run.criticals.as_ref().expect("explained").what;
    assert!(what.contains("Of 24 runs") && what.contains("these 10 have another winner"), "{what}");
    // With less time the end of the run is looked at, and the page says so.
    let short = explain_within(&scenario, &record, 800).expect("explained").expect("short runs");
    let exhibit = Exhibit {
        cell: 0,
        view: RunView { scenario: &scenario, arguments: "lab2", record: &record },
        why: Some(&short),
    };
    let what = viewed(&[exhibit]).expect("drawn")[0].criticals.clone().expect("explained").what;
    assert!(what.contains("What happens before event"), "{what}");
}

#[test]
fn critical_deliveries_stand_in_the_page_without_its_script() {
    let runs = evil_runs(5..10);
    let html = page(&evil_report(), &runs);
    let count: usize = runs.iter().map(|run| criticals(run).len()).sum();
    assert!(count > 5, "{count}");
    assert_eq!(html.matches(" would have won").count(), count);
    assert_eq!(html.matches("<summary>command</summary>").count(), count);
}

/// Opens a page in a browser; none, with the reason printed, where there is none.
fn browse(html: &str, shots: Option<&Path>) -> Option<Value> {
    let Some(modules) = env::folder("SYNOD_NODE_MODULES") else {
        eprintln!("skipped: SYNOD_NODE_MODULES names no folder with playwright-core");
        return None;
    };
    if !["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .iter()
        .any(|b| Path::new(b).exists())
    {
        eprintln!("skipped: no Chromium is installed");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.html");
    std::fs::write(&path, html).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/browser.cjs");
    let mut node = Command::new("node");
    node.arg(script).arg(modules).arg(&path).args(shots);
    let Ok(output) = node.output() else {
        eprintln!("skipped: node does not run");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

#[test]
fn a_browser_steps_through_a_run_without_an_error() {
    let (report, runs) = (evil_report(), evil_runs(5..8));
    let shots = env::folder("SYNOD_LOOK");
    let Some(seen) = browse(&page(&report, &runs), shots.as_deref()) else { return };
    assert_eq!(seen["errors"], serde_json::json!([]));
    assert_eq!(seen["requests"], serde_json::json!([]), "nothing is loaded");
    assert_eq!((&seen["dialogs"], &seen["injected"]), (&0.into(), &0.into()), "no attack ran");
    assert_eq!(
        (&seen["overflow"]["light"], &seen["overflow"]["narrow"]),
        (&0.into(), &0.into()),
        "no sideways scrolling"
    );
    assert_eq!(seen["plain"], runs.len(), "the diagrams are there without the script");
    let steps = seen["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), runs[0].steps.len());
    let mut states = runs[0].before.clone();
    let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    for (step, seen) in runs[0].steps.iter().zip(steps) {
        if let Some((node, state)) = &step.change {
            states[usize::from(*node) - 1] = state.clone();
        }
        let expected: Vec<[String; 3]> = states
            .iter()
            .enumerate()
            .map(|(i, s)| [(i + 1).to_string(), shown(&s.promised), shown(&s.accepted)])
            .collect();
        assert_eq!(seen["rows"], serde_json::json!(expected), "{}", step.text);
        let now = seen["now"].as_str().expect("words").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            now.ends_with(&step.text.split_whitespace().collect::<Vec<_>>().join(" ")),
            "{now} / {}",
            step.text
        );
    }
    assert!(seen["zoom"].as_f64().expect("a number") > 1.2);
    assert!(seen["choice"]["now"].as_str().expect("words").contains("votes for"));
    let listed = criticals(&runs[0]);
    assert_eq!(seen["listed"], listed.len(), "without the script");
    // Forwards by the key, each step once; then back by the button; then by a press on a sentence.
    let mut places: Vec<usize> = listed.iter().filter_map(|it| it.step).collect();
    assert_eq!(places.len(), listed.len());
    let pressed = *places.last().expect("some");
    places.sort_unstable();
    places.dedup();
    let went = seen["critical"].as_array().expect("places");
    assert_eq!(went.len(), places.len(), "{places:?}");
    for (place, seen) in places.iter().zip(went) {
        assert!(seen["now"].as_str().expect("words").starts_with(&format!("Event {} of", place + 1)));
        for it in listed.iter().filter(|it| it.step == Some(*place)) {
            assert!(seen["why"].as_str().expect("words").contains(&it.text), "{} / {}", it.text, seen["why"]);
        }
    }
    let begins = |seen: &Value, place: usize| {
        seen["now"].as_str().expect("words").starts_with(&format!("Event {} of", place + 1))
    };
    assert!(begins(&seen["back"], places[places.len() - 2]), "{}", seen["back"]);
    assert!(begins(&seen["pressed"], pressed), "{}", seen["pressed"]);
}

#[test]
fn a_broken_page_is_noticed() {
    let html =
        page(&fake::three(), &evil_runs(0..1)).replace("// Sorts a table", "// Changed: sorts a table");
    let Some(seen) = browse(&html, None) else { return };
    assert!(!seen["errors"].as_array().expect("a list").is_empty(), "the script is not the policy's");
}
