//! Which checks watched: every output says so, and each name says no more than was checked.

use std::io::Write;
use std::process::Stdio;

use crate::support::command::{Ended, Place, ended};
use serde_json::{Value, json};

/// B proposes its own value though it has heard of a vote for A's, whose ballot is chosen later; a higher ballot is chosen
/// before.
const GAP: &str = r#"
[cluster]
nodes = 5
quorum = { sizes = { prepare = 4, accept = 2 } }
[[proposer]]
name = "A"
node = 1
[[proposer]]
name = "B"
node = 2
[protocol]
mutant = "ignores-votes"
[script]
schedule = """
start A; A1:P1 A1:P2 A1:P3 A1:P4  A1:A4
start B; B1:P1 B1:P2 B1:P3 B1:P4
start A; A2:P1 A2:P2 A2:P3 A2:P4  A2:A1 A2:A2
A1:A5
"""
"#;

/// Two proposers, one after the other.
const IN_TURN: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
    start = { constant = \"1s\" }\n[protocol]\nmutant = \"none\"\n[network]\ndelay = { constant = \"1ms\" }\n";

#[test]
fn a_proposal_against_a_value_that_is_chosen_below_it_later_is_reported() {
    let place = Place::new();
    place.write("gap.toml", GAP);
    let run = place.synod(&["run", "gap.toml"]).exits(1);
    let line = run.out.lines().find(|line| line.starts_with("VIOLATED  proposal-safety"));
    assert_eq!(
        line,
        Some(
            "VIOLATED  proposal-safety at 33 ms in ballot 2.2: value \"Hello from clientB\" was proposed, and value \"Hello \
             from clientA\" is chosen in the lower ballot 1.1"
        ),
        "{}",
        run.out
    );
    assert!(run.out.contains("checks    11 of 14 held: agreement, validity"), "{}", run.out);
    let sound = GAP.replace("ignores-votes", "none");
    place.write("sound.toml", sound);
    let run = place.synod(&["run", "sound.toml"]).exits(0);
    assert!(run.out.contains("checks    14 of 14 held: "), "{}", run.out);
}

/// Nothing is chosen, so agreement holds; what clients are told is another check.
#[test]
fn clients_that_are_told_different_values_break_a_check_of_their_own() {
    let place = Place::new();
    place.write("s.toml", IN_TURN.replace("\"none\"", "\"accepted-without-storing\""));
    let run = place.synod(&["run", "s.toml"]).exits(1);
    assert!(run.out.contains("VIOLATED  clients-agree at "), "{}", run.out);
    assert!(run.out.contains(" held: agreement, "), "{}", run.out);
    assert!(
        run.out.contains(
            "a client is told that value \"Hello from clientB\" is chosen, and one was told that value \"Hello from clientA\" is"
        ),
        "{}",
        run.out
    );
    let json = place.synod(&["run", "s.toml", "--format", "json"]).exits(1);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["checks"].as_array().map(Vec::len), Some(14));
    let broken =
        |name: &str| json["violations"].as_array().expect("a list").iter().any(|it| it["check"] == name);
    assert!(broken("clients-agree") && broken("replies-true") && !broken("agreement"), "{json}");
}

#[test]
fn a_sweep_says_which_checks_watched_and_can_have_all() {
    let place = Place::new();
    place.write("s.toml", IN_TURN.replace("\"none\"", "\"promise-reports-promised\""));
    let few = place.synod(&["sweep", "s.toml", "--seeds", "10", "--out", "few"]).exits(0);
    assert!(few.out.contains("\nchecks     9 of 14 checks watched every run "), "{}", few.out);
    let all = place.synod(&["sweep", "s.toml", "--seeds", "10", "--checks", "all", "--out", "all"]).exits(1);
    assert!(all.out.contains("\nchecks     all 14 checks watched every run: agreement, "), "{}", all.out);
    assert!(all.out.contains("\nreproduce  synod sweep s.toml --seeds 10 --checks all\n"), "{}", all.out);
    let read = |path: &str| std::fs::read_to_string(place.path(path)).expect("a file");
    for (folder, checks) in [("few", 9), ("all", 14)] {
        for file in ["manifest.json", "summary.json"] {
            let json: serde_json::Value =
                serde_json::from_str(&read(&format!("{folder}/{file}"))).expect("JSON");
            assert_eq!(json["checks"].as_array().map(Vec::len), Some(checks), "{folder}/{file}");
        }
        let methods =
            if checks == 9 { "9 of 14 checks watched every run" } else { "all 14 checks watched every run" };
        for file in ["report.md", "report.tex", "report.html"] {
            assert!(read(&format!("{folder}/{file}")).contains(methods), "{folder}/{file}");
        }
        place.synod(&["verify", folder]).exits(0);
    }
    // The digests are of what happened, whoever watched.
    assert_eq!(read("few/chunks.csv"), read("all/chunks.csv"));
}

#[test]
fn a_condition_has_the_checks_that_it_asks_for() {
    let place = Place::new();
    place.write("s.toml", IN_TURN.replace("\"none\"", "\"promise-reports-promised\""));
    let hunt = ["hunt", "s.toml", "--seeds", "3", "--until"];
    let found = place.synod(&[&hunt[..], &["violation.replies-true = 1"]].concat()).exits(0);
    assert_eq!(found.out.lines().count(), 3, "{}", found.out);
    let token = found.out.lines().next().expect("a token").to_owned();
    // Who looks at a single run has all checks, and it is the same run.
    place.synod(&["replay", "s.toml", "--token", &token]).exits(1);
    let none = place.synod(&[&hunt[..], &["violations > 0"]].concat()).exits(6);
    assert_eq!(none.out, "");
}

/// What `synod check` says of a scenario on its standard input.
fn check_stdin(place: &Place, bytes: &[u8], arguments: &[&str]) -> Ended {
    let mut command = place.command();
    command.args(["check", "-"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(bytes).expect("read");
    ended(child.wait_with_output().expect("it ends"))
}

/// A lecturer's expectations, a student's values: from a file, from the line, from a pipe; told to people and to programs.
#[test]
fn a_hand_in_is_held_against_what_was_asked() {
    let place = Place::new();
    place.write("retry.txt", "{ uniform = { max = \"20ms\" } }\n");
    let (asked, first) = (["check", "random-retry", "--seeds", "4000"], ["--first-seed", "1000000000"]);
    let check = |more: &[&str]| place.synod(&[&asked[..], &first, more].concat());
    let held = check(&["--set", "protocol.retry=@retry.txt"]).exits(0);
    assert_eq!(held.out, check(&["--set", "protocol.retry={ uniform = { max = \"20ms\" } }"]).exits(0).out);
    let failed = check(&["--set", "protocol.retry.uniform.max=40ms", "--format", "json"]).exits(6);
    let value: Value = serde_json::from_str(&failed.out).expect("JSON");
    let one = &value["scenarios"][0];
    assert_eq!(
        (&value["schema"], &one["exit"], &one["first_seed"]),
        (&json!("synod-check/1"), &json!(6), &json!(1_000_000_000))
    );
    let all = one["expectations"].as_array().expect("expectations");
    let missed: Vec<&Value> = all.iter().filter(|it| it["holds"] == false).map(|it| &it["what"]).collect();
    assert_eq!(missed, [&json!("mean.duel")]);
    // The printed line fails for the same reason.
    let again = place.line(failed.last_line()).exits(6);
    assert!(again.out.contains("FAILED mean.duel"), "{again:?}");

    let text = place.synod(&["scenario", "show", "textbook/unseen"]).exits(0).out;
    let piped = check_stdin(&place, text.as_bytes(), &[]).exits(0);
    assert!(piped.out.starts_with("-: "), "{piped:?}");
    assert!(check_stdin(&place, b"\xff", &[]).exits(2).err.contains("not UTF-8"));
    assert!(check_stdin(&place, b"", &[]).exits(2).err.contains("-: is empty"));
    place.write("-", &text);
    place.synod(&["check", "./-"]).exits(0);
}
