//! Scripts on the command line: what runs, and the place of a step that cannot happen.

use crate::support::command::Place;

const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";

fn scripted(place: &Place, more: &str, schedule: &str) {
    place.write("s.toml", format!("{TWO}{more}[script]\nschedule = \"{schedule}\"\n"));
}

/// `schedule` is refused, with the caret under `blamed` and these words.
fn refused(more: &str, schedule: &str, blamed: &str, why: &str) {
    let place = Place::new();
    scripted(&place, more, schedule);
    let line = 8 + more.lines().count();
    let column = "schedule = \"".len() + 1 + schedule.rfind(blamed).expect("a part of the schedule");
    for command in ["run", "check", "sweep", "replay"] {
        let err = place.synod(&[command, "s.toml"]).exits(2).err;
        assert!(err.contains(&format!("s.toml:{line}:{column}: ")), "{command} {schedule}: {err}");
        assert!(err.contains(why), "{command} {schedule}: {err}");
        let carets = format!("{}{}", " ".repeat(column - 1), "^".repeat(blamed.chars().count()));
        assert!(err.trim_end().ends_with(&carets), "{command} {schedule}: {err}");
    }
}

#[test]
fn an_impossible_delivery_is_refused_with_its_column() {
    refused(
        "",
        "start A; A1:P1 A1:A2",
        "A1:A2",
        "attempt 1 of A has not begun phase 2; it has 1 of 2 promises",
    );
    refused("", "A1:P1", "A1:P1", "A has begun none; write `start A` first");
    refused("", "start A; A2:P1", "A2:P1", "A has begun 1 attempt");
    refused("", "start A; A1:P1<", "A1:P1<", "the request has not reached node 1; write A1:P1> first");
    refused("", "start A; start A; A1:A1", "A1:A1", "ended before it asked node 1 in phase 2");
    refused("", "start A; A1:L2", "A1:L2", "has announced nothing");
    refused("", "start A; A1:P1!", "A1:P1!", "only a call of the sequential transport can fail");
    refused("", "start A; A1:P1 A1:P2 A1:A1 A1:A2; start A", "start A", "A's client has its answer");
    refused("", "timeout B", "timeout B", "B has begun no attempt");
    refused("", "start B; timeout B; timeout B", "timeout B", "attempt 1 of B is over");
    let silent = "[protocol]\nrejection = \"silent\"\n";
    let late = "start A; A1:P1 A1:P2; start B; B1:P2 B1:P3; A1:A2> A1:A2<";
    refused(silent, late, "A1:A2<", "refused without a word");
    let calls = "[protocol]\ntransport = \"sequential\"\n";
    refused(calls, "start A; A1:P2", "A1:P2", "has not called node 2 yet; it waits for node 1");
    refused(calls, "start A; A1:P1 A1:P3!", "A1:P3!", "A does not wait for this call");
}

#[test]
fn an_impossible_delivery_of_a_flag_names_its_byte() {
    let place = Place::new();
    scripted(&place, "", "start A");
    let err = place.synod(&["run", "s.toml", "--set", "script.schedule=start A; A2:P1"]).exits(2).err;
    assert!(err.contains("at byte 10 of the text"), "{err}");
}

#[test]
fn a_scripted_run_is_a_run() {
    let place = Place::new();
    let schedule = "start A; A1:P1 A1:P2; A1:A2; start B; B1:P3 B1:P2; B1:A3 B1:A2; A1:A1; read 1";
    scripted(&place, "", schedule);
    let out = place.synod(&["run", "s.toml", "--seed", "7"]).exits(0).out;
    assert!(out.contains("decided: A wins"), "{out}");
    let token = out.lines().find_map(|line| line.strip_prefix("token     ")).expect("a token").to_owned();
    place.synod(&["replay", "s.toml", "--token", &token]).exits(0);
    let trace = place.synod(&["replay", "s.toml", "--as", "jsonl"]).exits(0).out;
    place.write("t.jsonl", &trace);
    let again = place.synod(&["replay", "--trace", "t.jsonl"]).exits(0).out;
    assert!(again.starts_with("reproduced"), "{again}");
    let json = place.synod(&["run", "s.toml", "--format", "json"]).exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    // Eighteen steps: two starts, eight deliveries with their answers, a read; the first at 0 ms.
    assert_eq!((&json["winner"], &json["ended_at_ns"]), (&"A".into(), &18_000_000.into()));
    let sweep = place.synod(&["sweep", "s.toml", "--seeds", "10"]).exits(0).out;
    assert!(sweep.contains("10 runs"), "{sweep}");
}

#[test]
fn blanks_and_comments_of_a_schedule_change_no_hash_and_steps_do() {
    let place = Place::new();
    let hash = |schedule: &str| {
        scripted(&place, "", schedule);
        let out = place.synod(&["run", "s.toml", "--format", "json"]).exits(0).out;
        serde_json::from_str::<serde_json::Value>(&out).expect("JSON")["scenario_hash"].to_string()
    };
    assert_eq!(hash("start A; A1:P1"), hash("start A   # first\\n A1:P1;"));
    assert_ne!(hash("start A; A1:P1"), hash("start A; A1:P1>"));
}

#[test]
fn a_call_that_fails_and_an_answer_given_twice() {
    let place = Place::new();
    let lab = "[protocol]\ntransport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n";
    scripted(&place, lab, "start A; A1:P1 A1:P2! A1:P3!");
    let out = place.synod(&["run", "s.toml"]).exits(0).out;
    assert!(out.contains("SubmitValue FAILED in Phase 1 (only 1 promises)."), "{out}");
    // A promise that arrives twice is one, and a prepare that arrives twice is answered twice; or refused, where the acceptor
    // is stricter than the paper's.
    let twice = "start A; A1:P2> A1:P2< A1:P2< A1:P2";
    scripted(&place, "", twice);
    let out = place.synod(&["replay", "s.toml"]).exits(0).out;
    assert!(!out.contains("quorum") && !out.contains("Reject"), "{out}");
    scripted(&place, "[protocol]\nrepeated = \"reject\"\n", twice);
    let out = place.synod(&["replay", "s.toml"]).exits(0).out;
    assert!(!out.contains("quorum") && out.contains("Reject 1.1, promised 1.1"), "{out}");
}

#[test]
fn an_exploration_says_what_it_visited_and_keeps_what_it_found() {
    let place = Place::new();
    place.write("x.toml", format!("{TWO}[protocol]\nballots = \"lab\"\n[network]\nloss = 0.1\n"));
    let done = place.synod(&["explore", "x.toml", "--attempts", "1", "--apart"]).exits(0);
    assert!(done.out.contains("states     6101 (all there are)"), "{}", done.out);
    assert!(
        done.out.contains("every invariant holds in every state") && done.err.contains("states a second")
    );
    let json =
        place.synod(&["explore", "x.toml", "--attempts", "1", "--apart", "--format", "json"]).exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&json["states"], &json["complete"], &json["violation"]),
        (&6101.into(), &true.into(), &().into())
    );
    assert_eq!((&json["stuck"], &json["left_out"][0]), (&0.into(), &"delays".into()));
    assert!(done.out.contains("left out   delays, ") && done.out.contains("no time-outs"), "{}", done.out);
    // Where nobody says how many attempts, the scenario does; and what it loses for good is lost.
    let lost = ["explore", "x.toml", "--set", "network.loss=1", "--set", "protocol.attempt_timeout=1s"];
    let none = place.synod(&lost).exits(0).out;
    assert!(none.contains("at most 1 attempt each; losses, time-outs at any moment"), "{none}");
    assert!(
        none.contains("absent     for good")
            && none.contains("; and ")
            && none.contains("all, nothing can be"),
        "{none}"
    );
    let mutant = "protocol.mutant=accept-ignores-promise";
    let found = ["explore", "x.toml", "--set", mutant, "--until", "agreement", "--attempts", "1"];
    let bad = place.synod(&found).exits(1);
    assert!(bad.out.contains("VIOLATED   agreement") && bad.out.contains("[script]"), "{}", bad.out);
    // The last line keeps the script, and the script shows the violation again.
    let kept = place.line(bad.last_line()).exits(1);
    let again = place.line(kept.last_line()).exits(1);
    assert!(again.err.contains("safety is violated: agreement"), "{}", again.err);
    let part = place.synod(&["explore", "x.toml", "--memory", "1KB"]).exits(0).out;
    assert!(part.contains("NOT all there are") && part.contains("stuck      not looked at"), "{part}");
    let unknown = place.synod(&["explore", "x.toml", "--until", "agreemnt"]).exits(2).err;
    assert!(unknown.contains("no invariant is named `agreemnt`"), "{unknown}");
    place.synod(&["explore", "x.toml", "--attempts", "0"]).exits(2);
    place.synod(&["explore", "textbook/seen"]).exits(2);
}

#[test]
fn a_node_that_is_down_is_not_reached() {
    refused("", "start A; crash 2; A1:P2", "A1:P2", "node 2 is down");
    refused("", "start A; A1:P2>; crash 1; A1:P2<", "A1:P2<", "node 1 is down");
    refused("", "crash 1; start A", "start A", "node 1 of A is down");
    refused("", "crash 1; crash 1", "crash 1", "down already");
    refused("", "restart 1", "restart 1", "is not down");
    let place = Place::new();
    scripted(&place, "", "start A; A1:P1 A1:P2; A1:A2> crash 1; read 1; restart 1; read 2");
    let out = place.synod(&["run", "s.toml"]).exits(0).out;
    assert!(out.contains("client A  (no answer)") && out.contains("unchosen-read"), "{out}");
}
