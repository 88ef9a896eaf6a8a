//! Own nodes that misbehave, and knobs that are not theirs, as the command tells them: exit codes, last lines, and that no
//! process is left.

use std::process::{Command, Stdio};

use super::place::{Nodes, installed};
use super::process::is_there;
use crate::support::child::{obeys, signal, wait};

const BAD: &str = "bad/mine.toml";

/// A place with a node that misbehaves in this way.
pub fn bad(how: &str) -> Nodes {
    let nodes = Nodes::of(&["bad", "lab"]);
    let node = format!("[node]\nrun = \"python3 bad.py {how}\"\nfiles = [\"bad.py\"]\nstep_limit = \"1s\"\n");
    // What its messages mean does not matter, but that it is said.
    let (_, map) = super::builtin::MAP.split_once("[map]").expect("a table");
    let text = format!("{node}\n[map]{map}");
    nodes.0.write(BAD, text);
    nodes
}

#[test]
fn a_node_that_fails_is_told_with_the_line_that_shows_it_again() {
    if !installed(&["python3"]) {
        return;
    }
    for (how, message) in [
        ("exit", "the node has failed: it ended with exit status 3"),
        ("spin", "the node hangs: no answer within 1 s"),
        ("print", "was this a print?"),
        ("lane", "lane"),
    ] {
        let nodes = bad(how);
        let run = nodes.synod(&["run", "lab2", "--node", BAD, "--seed", "7"]).exits(7);
        assert!(run.err.contains(message), "{how}: {run:#?}");
        assert!(run.out.contains("a node failed at"), "{how}: {run:#?}");
        assert_eq!(run.last_line(), "synod run lab2 --node bad/mine.toml --seed 7", "{how}");
        let again = nodes.line(run.last_line()).exits(7);
        assert!(again.err.contains(message), "{how}: {again:#?}");
    }
}

#[test]
fn a_sweep_and_a_comparison_end_where_a_node_fails() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = bad("raise");
    for command in [&["sweep"][..], &["node", "compare"]] {
        let arguments = [command, &["lab2", "--node", BAD, "--seeds", "100"]].concat();
        let ended = nodes.synod(&arguments).exits(7);
        assert!(ended.err.contains("no such ballot\\u{1b}[2J"), "{ended:#?}");
        assert_eq!(ended.last_line(), "synod run lab2 --node bad/mine.toml --seed 0", "{command:?}");
        nodes.line(ended.last_line()).exits(7);
    }
}

/// An answer too many that comes when all is over is told all the same: who knows what it was an answer to.
#[test]
fn a_line_that_comes_too_late_is_told() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = bad("late");
    for arguments in [&["run"][..], &["node", "compare", "--seeds", "1"]] {
        let ended = nodes.synod(&[arguments, &["lab2", "--node", BAD]].concat()).exits(7);
        assert!(ended.err.contains("it came when the runs were over"), "{ended:#?}");
        assert_eq!(ended.out, "", "nothing of it can be believed");
    }
    // Where its process is asked for more runs, the line is taken for the first answer of the next one.
    nodes.sweep(&["lab2"], BAD, "1").exits(7);
}

/// The last seed that there is has none after it.
#[test]
fn the_last_seed_is_one_like_any_other() {
    if installed(&["python3"]) {
        let nodes = Nodes::of(&["lab"]);
        let last = u64::MAX.to_string();
        nodes.synod(&["run", "lab2", "--node", "lab/mine.toml", "--seed", &last]).exits(0);
    }
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let nodes = bad("exit");
    nodes.edit(BAD, "python3", "no-such-python");
    for arguments in
        [&["node", "check", BAD][..], &["run", "lab2", "--node", BAD], &["sweep", "lab2", "--node", BAD]]
    {
        let ended = nodes.synod(arguments).exits(7);
        assert!(ended.err.contains("no-such-python"), "{ended:#?}");
    }
}

#[test]
fn what_does_not_concern_own_nodes_is_refused() {
    let nodes = Nodes::of(&["lab"]);
    let node = ["--node", "lab/mine.toml"];
    for command in [&["run"][..], &["replay"], &["sweep"], &["node", "compare"], &["node", "talk"]] {
        let refused = |arguments: &[&str], why: &str| {
            let ended = nodes.synod(&[command, arguments, &node].concat()).exits(2);
            assert!(ended.err.contains(why), "{command:?}: {ended:#?}");
            assert_eq!(ended.out, "", "{command:?}");
        };
        refused(&["lab2", "--set", "protocol.retry.fixed.delay=5ms"], "knobs of the built-in");
        refused(&["textbook/already-chosen"], "this scenario is a script");
        refused(&["lab2-unlocked"], "plants a bug in the built-in");
        refused(&["lab2", "--set", "proposer.B.node=0"], "proposer B lives on no node");
    }
    // What is set of the network is taken.
    if installed(&["python3"]) {
        let arguments = ["run", "lab2", "--set", "network.loss=0.1"];
        nodes.synod(&[&arguments[..], &node].concat()).exits(0);
    }
}

#[test]
fn a_comparison_says_by_its_code_whether_runs_are_the_same() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    nodes.compare(&["lab2"], "lab/mine.toml", "8").exits(0);
    nodes.edit("lab/server.py", "n >= promised_n:", "n > promised_n:");
    let told = nodes.compare(&["lab2"], "lab/mine.toml", "8").exits(3);
    assert!(told.out.starts_with("8 pairs of runs: "), "{told:#?}");
    assert!(told.out.contains("\nfirst in seed ") && told.out.contains("  built-in  "), "{told:#?}");
}

/// The processes that it has started and that are there.
fn children(pid: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parent = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
    };
    all.filter(|&child| parent(child) == Some(pid)).collect()
}

/// A sweep is ended by this signal: with this code, and its nodes with it.
fn ends(name: &str, code: Option<i32>) {
    if !installed(&["python3"]) || !std::path::Path::new("/proc/self/stat").exists() {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let mut command: Command = nodes.command();
    command.args(["sweep", "lab2", "--node", "lab/mine.toml", "--seeds", "10000000", "--threads", "2"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    assert!(obeys(&mut child), "it ends at once");
    let mut started = children(child.id());
    while started.len() < 2 && child.try_wait().expect("a child").is_none() {
        wait(10);
        started = children(child.id());
    }
    assert_eq!(started.len(), 2, "a process a thread");
    signal(&child, name);
    assert_eq!(child.wait().expect("it ends").code(), code, "{name}");
    for pid in started {
        assert!(!is_there(pid), "{name}: process {pid} is left");
    }
}

#[test]
fn an_interrupted_sweep_leaves_no_node() {
    ends("INT", Some(130));
}

#[test]
fn a_killed_sweep_leaves_no_node() {
    ends("KILL", None);
}

/// Nor does a second ^C while a node hangs in a step that may take a minute.
#[test]
fn a_second_interrupt_leaves_no_node() {
    if !installed(&["python3"]) || !std::path::Path::new("/proc/self/stat").exists() {
        return;
    }
    let nodes = bad("spin");
    nodes.edit(BAD, "step_limit = \"1s\"", "step_limit = \"1min\"");
    let mut command: Command = nodes.command();
    command.args(["sweep", "lab2", "--node", BAD, "--seeds", "100", "--threads", "1"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    assert!(obeys(&mut child), "it ends at once");
    let mut started = children(child.id());
    while started.is_empty() && child.try_wait().expect("a child").is_none() {
        wait(10);
        started = children(child.id());
    }
    wait(200);
    signal(&child, "INT");
    wait(50);
    // It may have ended by the first one; then nobody is there to be told.
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(started.iter().all(|pid| !is_there(*pid)), "{started:?}");
}

/// Programs are held against each other as against the built-in.
#[test]
fn two_programs_are_compared() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let against = |other| {
        let arguments =
            ["node", "compare", "lab2", "--seeds", "8", "--node", "lab/mine.toml", "--against", other];
        nodes.synod(&arguments)
    };
    assert!(against("lab/locked.toml").exits(0).out.starts_with("8 pairs of runs: 8 the same"));
    nodes.copy("lab", "broken");
    nodes.edit("broken/server.py", "n >= promised_n:", "n > promised_n:");
    let told = against("broken/mine.toml").exits(3);
    assert!(told.out.contains("\n  broken/mine.toml  ") && !told.out.contains("built-in"), "{told:#?}");
}

/// A client that the scenario has come after a crash comes then, though the program's own draw would be its start.
#[test]
fn a_client_outlives_a_crash_before_its_start() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let file = std::fs::read_to_string(nodes.path("lab/mine.toml")).expect("a file");
    assert!(file.contains("draws = [\"start\"]"), "{file}");
    let hunt = ["hunt", "crash-restart", "--node", "lab/mine.toml", "--seeds", "20", "--until"];
    let answered = nodes.synod(&[&hunt[..], &["client.B != none", "--count", "20"]].concat()).exits(0).out;
    assert_eq!(answered.lines().count(), 20, "{answered}");
}

/// A sweep may hold threads up in another way than the file says: all that it prints and keeps says so.
#[test]
fn a_sweep_takes_other_hold_ups_and_says_so() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let swept = nodes.sweep(&["lab2", "--preempt", "races", "--out", "report"], "lab/mine.toml", "23");
    let swept = swept.exits(1);
    assert!(swept.out.contains(", threads held up at races, votes as"), "{swept:#?}");
    let line = "synod run lab2 --node lab/mine.toml --preempt races --seed ";
    assert!(swept.last_line().starts_with(line), "{swept:#?}");
    nodes.line(swept.last_line()).exits(1);
    // Who looks again need not say it again.
    let verified = nodes.synod(&["verify", "report", "--node", "lab/mine.toml"]).exits(0);
    assert!(verified.out.contains("identical"), "{verified:#?}");
    nodes.synod(&["verify", "report", "--node", "lab/mine.toml", "--preempt", "none"]).exits(3);
    // The file's own hold-ups are none, so nothing is broken.
    nodes.sweep(&["lab2"], "lab/mine.toml", "23").exits(0);
}

/// Policies of own code, paired by seed: with the built-in, with another program, with itself in another scenario.
#[test]
fn own_nodes_are_compared_as_policies_are() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let compare = |arguments: &[&str]| {
        let all = [&["compare", "lab2", "--seeds", "40", "--node", "lab/mine.toml"], arguments].concat();
        nodes.synod(&all)
    };
    let same = compare(&["--against", "built-in"]).exits(0).out;
    assert!(same.contains("own nodes lab/mine.toml, ") && same.contains("the same in every pair"), "{same}");
    assert!(
        same.contains("reproduce") && same.contains(" --node lab/mine.toml --against built-in"),
        "{same}"
    );
    let slower = compare(&["--set-b", "network.delay.constant=90ms"]).exits(0).out;
    assert!(slower.contains("first_choice (ms)"), "{slower}");
    nodes.copy("lab", "later");
    nodes.edit("later/server.py", "time.sleep(random.uniform(0, 2))", "time.sleep(2 + random.uniform(0, 2))");
    let other = compare(&["--node", "later/mine.toml"]).exits(0).out;
    assert!(other.contains("own nodes later/mine.toml, "), "{other}");
    let refused = compare(&["--node", "later/mine.toml", "--against", "built-in"]).exits(2);
    assert!(refused.err.contains("a comparison has two sides"), "{refused:#?}");
    let fair = ["fairness", "lab2", "--seeds", "40", "--node", "lab/mine.toml"];
    nodes.synod(&fair).exits(0);
}
