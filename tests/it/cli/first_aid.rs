//! The small commands, colours, pipes, and `check`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::command::{Place, ended};

#[test]
fn a_closed_pipe_ends_quietly() {
    let place = Place::new();
    for arguments in [
        &["scenario", "show", "lab2"][..],
        &["scenario", "schema"],
        &["replay", "five-proposers", "--cell", "0", "--seed", "1"],
        &["completions", "bash"],
        &["sweep", "lab2", "--seeds", "10"],
        &["--help"],
    ] {
        let mut child = place
            .command()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let end = ended(child.wait_with_output().expect("it ends")).exits(0);
        assert_eq!(end.err, "", "{arguments:?}");
    }
}

#[test]
fn the_first_line_of_a_pipe_is_enough() {
    let place = Place::new();
    let mut command = place.command();
    let mut child =
        command.args(["scenario", "show", "lab2"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("# The lab"), "{line}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn no_color_is_obeyed_and_colour_is_given_when_asked_for() {
    let place = Place::new();
    let wrong = ["run", "no-such.toml"];
    assert!(!place.synod(&wrong).exits(2).err.contains('\u{1b}'), "stderr is no terminal");
    let always = place.synod(&["run", "no-such.toml", "--color", "always"]).exits(2);
    assert!(always.err.contains("\u{1b}[1;31m"), "{:?}", always.err);
    let output = place.command().args(wrong).env("NO_COLOR", "1").output().expect("it runs");
    assert!(!ended(output).exits(2).err.contains('\u{1b}'));
}

#[test]
fn scenarios_are_listed_and_each_of_them_can_be_shown_and_run() {
    let place = Place::new();
    let list = place.synod(&["scenario", "list"]).exits(0).out;
    assert!(list.lines().count() >= 17, "{list}");
    for line in list.lines() {
        let (name, summary) = line.split_once(' ').expect("a name and a summary");
        assert!(!summary.trim().is_empty(), "{line}");
        let text = place.synod(&["scenario", "show", name]).exits(0).out;
        place.write("mine.toml", text);
        let check = place.synod(&["check", "--no-run", "mine.toml"]).exits(0);
        assert_eq!(check.out, "mine.toml: valid\n");
    }
    let near = place.synod(&["scenario", "show", "lab3"]).exits(2);
    assert!(near.err.contains("did you mean `lab2`?"), "{}", near.err);
}

#[test]
fn a_new_scenario_is_valid_runs_and_can_be_swept() {
    let place = Place::new();
    place.write("new.toml", place.synod(&["scenario", "new"]).exits(0).out);
    place.synod(&["check", "new.toml", "--seeds", "200"]).exits(0);
    place.synod(&["run", "new.toml", "--seed", "1"]).exits(0);
    let sweep = place.synod(&["sweep", "new.toml", "--seeds", "50", "--format", "json"]).exits(0);
    let summary: serde_json::Value = serde_json::from_str(&sweep.out).expect("JSON");
    assert_eq!(summary["cells"].as_array().map(Vec::len), Some(3));
}

#[test]
fn the_schema_is_the_committed_one() {
    let schema = Place::new().synod(&["scenario", "schema"]).exits(0).out;
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/scenario.schema.json");
    assert_eq!(schema, std::fs::read_to_string(committed).expect("a file"));
}

#[test]
fn completions_name_the_commands_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = place.synod(&["completions", shell]).exits(0).out;
        for word in ["sweep", "replay", "first-seed"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
    place.synod(&["completions", "command.com"]).exits(2);
}

#[test]
fn there_is_a_man_page_for_every_command_and_none_for_others() {
    let place = Place::new();
    let help = place.synod(&["--help"]).exits(0).out;
    place.synod(&["man", "--out", "man1"]).exits(0);
    let pages = crate::support::command::files(&place.path("man1"));
    let commands =
        help.lines().filter_map(|line| line.strip_prefix("  ")?.split_once("  ")).map(|(name, _)| name);
    let commands = commands.filter(|name| !name.is_empty() && !name.contains([' ', '-']) && *name != "help");
    let mut count = 0;
    for name in commands {
        let page = pages.iter().find(|(file, _)| *file == format!("synod-{name}.1"));
        let page = &page.unwrap_or_else(|| panic!("{name} has no page")).1;
        assert_eq!(&place.synod(&["man", name]).exits(0).out.into_bytes(), page);
        let text = String::from_utf8_lossy(page).into_owned();
        assert!(text.contains(".TH synod") && text.contains("Examples:"), "{name}: {text}");
        count += 1;
    }
    assert!(count > 15, "{count}");
    assert!(place.synod(&["man"]).exits(0).out.contains("Exit codes:"));
    assert!(place.synod(&["man", "scenario", "show"]).exits(0).out.contains("synod scenario show"));
    assert!(place.synod(&["man", "swep"]).exits(2).err.contains("synod-sweep"));
}

#[test]
fn check_says_what_failed_and_how_to_see_it_again() {
    let place = Place::new();
    let lab = place.synod(&["scenario", "show", "lab2"]).exits(0).out;
    place.write(
        "wrong.toml",
        lab.replace("verdict.decided = { min = 1.0 }", "verdict.decided = { max = 0.5 }"),
    );
    let failed = place.synod(&["check", "lab2", "wrong.toml", "--seeds", "500"]).exits(6);
    assert!(failed.out.contains("lab2: 4 of 4 expectations hold over 500 seeds"), "{}", failed.out);
    assert!(failed.out.contains("FAILED verdict.decided = 1, expected … to 0.5"), "{}", failed.out);
    place.line(failed.last_line()).exits(6);
}

#[test]
fn check_tells_a_violation_from_an_expected_one() {
    let place = Place::new();
    let lab = place.synod(&["scenario", "show", "lab2-exponential"]).exits(0).out;
    let bug = lab.replace("[protocol]", "[protocol]\nmutant = \"accept-ignores-promise\"");
    let (head, _) = bug.split_once("[expect]").expect("expectations");
    place.write("bug.toml", head);
    let found = place.synod(&["check", "bug.toml", "--seeds", "500"]).exits(1);
    assert!(place.line(found.last_line()).exits(1).out.contains("VIOLATED"));
    place.write("expected.toml", format!("{head}[expect]\nviolations = 445\n"));
    let held = place.synod(&["check", "expected.toml", "--seeds", "500"]);
    assert!(held.code == 0 || held.out.contains("FAILED violations = "), "{held:#?}");
    assert_ne!(held.code, 1, "a scenario that expects violations is not failed by them");
}

#[test]
fn help_and_version_are_data_and_a_wrong_command_is_not() {
    let place = Place::new();
    let help = place.synod(&["--help"]).exits(0);
    assert!(help.out.contains("Exit codes: 0 ok") && help.err.is_empty());
    assert!(place.synod(&["--version"]).exits(0).out.starts_with("synod "));
    let wrong = place.synod(&["swep"]).exits(2);
    assert!(wrong.err.contains("sweep") && wrong.out.is_empty(), "{}", wrong.err);
    place.synod(&[]).exits(2);
}
