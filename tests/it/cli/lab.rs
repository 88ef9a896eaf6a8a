//! `synod lab`: what it measures, and what it makes of pasted output, its own `run` included.

use std::io::Write;
use std::process::Stdio;

use crate::support::command::{Ended, Place, ended};

/// Pipes a text into `synod lab --read -`.
fn pasted(place: &Place, text: &str) -> Ended {
    let mut command = place.command();
    command.args(["lab", "--read", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("read");
    ended(child.wait_with_output().expect("it ends"))
}

#[test]
fn the_lab_is_measured() {
    let place = Place::new();
    let out = place.synod(&["lab", "--seeds", "6000"]).exits(0).out;
    for threads in ["1", "3"] {
        let again = place.synod(&["lab", "--seeds", "6000", "--threads", threads]).exits(0).out;
        assert_eq!(again, out, "{threads} threads");
    }
    for part in [
        "decided by the sleep",
        "decided by a race",
        "A FAILED in Phase 1 (only 0 promises)",
        "nodes 1, 2 and 3 had promised B's higher number",
        "first with --seed 5615",
        "657 orders",
        "a value is chosen in every one",
        "reproduce  synod lab lab2 --seeds 6000",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
    let lost = place.synod(&["lab", "unreachable", "--seeds", "50"]).exits(0).out;
    assert!(lost.contains("nodes 2 and 3 gave no answer"), "{lost}");
    let refused = place.synod(&["lab", "duel"]).exits(2);
    assert!(refused.err.contains("this is not the lab: `protocol.transport`"), "{}", refused.err);
}

#[test]
fn what_synod_run_prints_is_explained() {
    let place = Place::new();
    for (seed, refused) in [
        ("567", "A's prepare is refused by nodes 1 and 3"),
        ("5615", "A's accept is refused by nodes 1 and 3"),
    ] {
        let printed = place.synod(&["run", "lab2", "--seed", seed]).exits(0).out;
        let out = pasted(&place, &printed).exits(0).out;
        assert!(out.contains("a fresh cluster, every server well") && out.contains(refused), "{out}");
    }
}

#[test]
fn the_screenshots_of_the_course_are_explained() {
    let place = Place::new();
    let out = pasted(&place, "clientB\nProposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).\n")
        .exits(0)
        .out;
    assert!(
        out.contains("NO order of the calls gives this") && out.contains("a counter that has run ahead"),
        "{out}"
    );
    assert!(out.contains("A had submitted 2 times before (numbers 11 and 21)"), "{out}");
    let out = pasted(&place, "clientA: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).\n")
        .exits(0)
        .out;
    // Two races: overtaken at both peers, as the course has it, or at the own node and one peer, as in seed 567.
    for refused in ["nodes 2 and 3", "nodes 1 and 3"] {
        assert!(out.contains(&format!("orders, A's prepare is refused by {refused}")), "{refused}: {out}");
    }
    let run = place.synod(&["run", "lab2", "--seed", "567"]).exits(0).out;
    assert!(
        run.contains("client A  Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises)."),
        "{run}"
    );
    let replay = place.synod(&["replay", "lab2", "--seed", "567"]).exits(0).out;
    let granted = replay.lines().filter(|line| line.ends_with(" promises ballot 11")).count();
    let first = |what: &str| replay.find(what).unwrap_or_else(|| panic!("{what} in {replay}"));
    assert_eq!(granted, 1, "{replay}");
    assert!(first("node 1 promises ballot 13") < first("A begins attempt 1 with ballot 11"), "{replay}");
    assert!(first("node 2 promises ballot 11") < first("node 2 promises ballot 13"), "{replay}");
    // And no race at all: servers that do not answer.
    assert!(out.contains("without nodes 2 and 3: 1 of 1 orders"), "{out}");
}

/// Twenty runs of a cluster in one file, as a loop in a shell leaves them, with numbers and without.
#[test]
fn many_runs_are_counted_beside_the_model() {
    let place = Place::new();
    let told = |number: &str, who: &str, told: &str| format!("client{who}: {number}SubmitValue {told}\n");
    for number in ["Proposal Num: 1, ", ""] {
        let a_wins = told(number, "A", "SUCCEEDED. Chosen value = Hello from clientA")
            + &told(number, "B", "SUCCEEDED. Chosen value = Hello from clientA");
        let b_wins = told(number, "B", "SUCCEEDED. Chosen value = Hello from clientB")
            + &told(number, "A", "FAILED in Phase 1 (only 0 promises).");
        let out = pasted(&place, &(a_wins.repeat(18) + &b_wins.repeat(2))).exits(0).out;
        assert!(out.starts_with("20 runs in the text, each beside 100,000 runs of the model\n"), "{out}");
        // A fair coin falls so 18 times or more of 20 in one case of 5,000.
        assert!(out.contains("18 of 20  90.0 % [68.3, 98.8]  model 50.1 %  p < 0.001"), "{out}");
        assert!(out.contains("A FAILED in Phase 1 (only 0 promises)      2 of 20"), "{out}");
    }
    let torn = told("", "A", "SUCCEEDED. Chosen value = a") + &told("", "B", "SUCCEEDED. Chosen value = b");
    let out = pasted(&place, &torn.repeat(2)).exits(0).out;
    assert!(out.contains("TWO VALUES  in the run that begins in line 3"), "{out}");
}

#[test]
fn what_is_no_output_of_the_lab_is_said() {
    let place = Place::new();
    assert!(pasted(&place, "hello\u{1b}[31m\n").exits(2).err.contains("no line has `SubmitValue`"));
    let wrong = pasted(&place, "Proposal Num: 1, \u{202e}FAILED\n").exits(2);
    assert!(!wrong.err.contains('\u{202e}'), "{}", wrong.err);
    assert!(place.synod(&["lab", "--read", "nowhere.txt"]).exits(2).err.contains("no such file"));
    let other =
        pasted(&place, "A: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = mine\n").exits(0).out;
    assert!(other.contains("is submitted by none of these clients"), "{other}");
}

/// A log in other words than the lab's, and the file that says which.
const LOG: &str = "starting\n[3] p1 chose Hello from clientB\n[1] p1 stopped, 1 of 3 promised\n";
const WORDING: &str = r#"success = '^\[(?<client>\w+)\] p(?<number>\d+) chose (?<value>.*)$'
failed_in_phase_1 = '^\[(?<client>\w+)\] p(?<number>\d+) stopped, (?<count>\S+) of 3 promised'
"#;

#[test]
fn other_words_for_the_same_messages_mean_the_same() {
    let place = Place::new();
    place.write("mine.log", LOG);
    place.write("words.toml", WORDING);
    let read = ["lab", "--read", "mine.log", "--wording", "words.toml"];
    let out = place.synod(&read).exits(0).out;
    let labs = "\nclientB: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientB\n\
                clientA: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).\n";
    assert_eq!(out, pasted(&place, labs).exits(0).out);
    // A client may be named as well; and of two runs there is a tally, with the line that prints it again.
    std::fs::write(place.path("mine.log"), LOG.replace("[3]", "[B]").replace("[1]", "[clientA]"))
        .expect("written");
    assert_eq!(place.synod(&read).exits(0).out, out);
    place.write("mine.log", format!("{LOG}{LOG}"));
    let out = place.synod(&read).exits(0).out;
    assert!(out.contains("--read mine.log --wording words.toml"), "{out}");
}

#[test]
fn what_is_wrong_with_other_words_is_told() {
    let place = Place::new();
    let refused = |log: &str, words: &str, parts: &[&str]| {
        place.write("mine.log", log);
        place.write("words.toml", words);
        let err = place.synod(&["lab", "--read", "mine.log", "--wording", "words.toml"]).exits(2).err;
        for part in parts {
            assert!(err.contains(part), "{part} in {err}");
        }
    };
    refused(LOG, "success = 'chose (?<value>.*'", &["words.toml:1:11", "is no regular expression"]);
    refused(LOG, "success = 'chose .*'", &["words.toml:1:11", "`success` needs a group `(?<value>…)`"]);
    refused(LOG, "sucess = 'chose (?<value>.*)'", &["words.toml:1:1", "sucess", "success"]);
    refused(LOG, "# none\n", &["says nothing", "failed_in_phase_1"]);
    refused(
        LOG,
        "success = 'decided (?<value>.*)'",
        &["mine.log: no line fits a regular expression of words.toml"],
    );
    refused(&LOG.replace("[1]", "[9x]"), WORDING, &["mine.log: line 3", "`9x` is no client", "A, B"]);
    refused(&LOG.replace("1 of 3", "one of 3"), WORDING, &["line 3", "`count` is `one`, which is no number"]);
    place.synod(&["lab", "--wording", "words.toml"]).exits(2);
}
