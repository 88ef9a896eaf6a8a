//! Killed, interrupted, terminated: the same command goes on.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::fingerprints;
use crate::support::child::{self, now, obeys, signal, wait};
use crate::support::command::{Place, ended};
use crate::support::dice::Dice;
use crate::support::env;

/// Two cells, some tenths of a second in all.
pub const SWEEP: &[&str] = &["sweep", "grid.toml", "--seeds", "400000"];

pub fn place() -> Place {
    let place = Place::new();
    let lab = place.synod(&["scenario", "show", "lab2"]).exits(0).out;
    place.write("grid.toml", lab + "\n[sweep.axes]\n\"network.delay.constant\" = [\"1ms\", \"22ms\"]\n");
    place
}

pub fn start(place: &Place, arguments: &[&str], out: &str) -> Child {
    let mut command = place.command();
    command.args(arguments).args(["--out", out]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// Waits until a journal has a record, or the process has ended.
pub fn first_record(place: &Place, child: &mut Child, out: &str) {
    child::first_record(child, &place.path(out).join("sweep.journal"));
}

/// Whether anything of a report is staged in its folder, but for the lock.
pub fn is_staged(folder: &Path) -> bool {
    let staged = std::fs::read_dir(folder.join("staging.tmp"));
    staged.is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name() != "lock"))
}

/// Starts it, and stops its clock when its journal has a record: it is in the middle of its work, until SIGCONT. A machine on
/// which it was at its end before tries again, in another folder; the folder's name.
pub fn start_and_hold(place: &Place, arguments: &[&str], out: &str) -> (Child, String) {
    for attempt in 0..50 {
        let out = format!("{out}{attempt}");
        let mut child = start(place, arguments, &out);
        first_record(place, &mut child, &out);
        signal(&child, "STOP");
        let folder = place.path(&out);
        if folder.join("sweep.journal").exists() && !is_staged(&folder) {
            return (child, out);
        }
        signal(&child, "CONT");
        child.wait().expect("ended");
    }
    panic!("it could not be caught in the middle");
}

#[test]
fn killed_at_any_moment_it_goes_on_to_the_same_bytes() {
    let place = place();
    place.synod(&[SWEEP, &["--out", "whole"]].concat()).exits(0);
    let whole = fingerprints(&place.path("whole"));
    let mut dice = Dice(7);
    let (kills, mut killed) = (env::size("SYNOD_KILLS", 6, 200), 0);
    for attempt in 0.. {
        if killed >= kills {
            break;
        }
        assert!(attempt < 20 * kills, "only {killed} of {attempt} processes could be killed in time");
        let out = format!("out{attempt}");
        // Some are killed twice before they may end.
        for _ in 0..1 + dice.roll(2) {
            let mut child = start(&place, SWEEP, &out);
            first_record(&place, &mut child, &out);
            wait(dice.roll(250) as u64);
            child.kill().expect("killed");
            killed += u64::from(!child.wait().expect("ended").success());
        }
        let last = place.synod(&[SWEEP, &["--out", &out]].concat()).exits(0);
        let found = fingerprints(&place.path(&out));
        let names = found.keys().chain(whole.keys());
        let other: BTreeSet<_> = names.filter(|name| found.get(*name) != whole.get(*name)).collect();
        assert!(other.is_empty(), "after kill {killed} other files are {other:?}: {}", last.err);
        assert!(!place.path(&out).join("sweep.journal").exists());
    }
    println!("{killed} kills, every report is the same");
}

#[test]
fn an_interrupted_sweep_says_how_to_go_on_and_does() {
    let place = place();
    place.synod(&[SWEEP, &["--out", "whole"]].concat()).exits(0);
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let long = ["sweep", "grid.toml", "--seeds", "40000000"];
        let mut child = start(&place, &long, name);
        first_record(&place, &mut child, name);
        signal(&child, name);
        let stopped = ended(child.wait_with_output().expect("ended")).exits(code);
        assert!(
            stopped.err.contains("interrupted; ") && stopped.err.contains(" runs are kept"),
            "{}",
            stopped.err
        );
        assert_eq!(stopped.last_line(), format!("synod sweep grid.toml --seeds 40000000 --out {name}"));
        // Another sweep is not mixed into it, and both are named.
        let refused = place.synod(&[SWEEP, &["--out", name]].concat()).exits(5);
        assert!(
            refused.err.contains("40000000 from 0") && refused.err.contains("400000 from 0"),
            "{}",
            refused.err
        );
        assert!(refused.err.contains(&format!("synod sweep grid.toml --seeds 40000000 --out {name}")));
        let refused = place.synod(&["sweep", "duel", "--seeds", "40000000", "--out", name]).exits(5);
        assert!(
            refused.err.contains("grid.toml (hash") && refused.err.contains("duel (hash"),
            "{}",
            refused.err
        );
        // Unless it is to be discarded.
        place.synod(&[SWEEP, &["--out", name, "--fresh"]].concat()).exits(0);
        assert_eq!(fingerprints(&place.path(name)), fingerprints(&place.path("whole")));
    }
}

/// `timeout` and others send a signal to the child and to its group: it is one wish, and the last words are said.
#[test]
fn a_signal_that_comes_twice_at_once_is_one() {
    let place = place();
    for (i, pair) in [("INT", "INT"), ("TERM", "TERM"), ("INT", "TERM")].into_iter().enumerate() {
        // Where the machine has something else to do between the two, they do not come at once.
        let is_told = (0..10).any(|attempt| is_one(&place, pair, &format!("twice{i}{attempt}")));
        assert!(is_told, "in ten attempts no two signals came within a tenth of a second");
    }
}

/// Sends both and looks how a sweep ends; false if they were too far apart to be one.
fn is_one(place: &Place, (first, second): (&str, &str), out: &str) -> bool {
    let mut child = start(place, &["sweep", "grid.toml", "--seeds", "40000000"], out);
    first_record(place, &mut child, out);
    let id = child.id().to_string();
    let both = format!("kill -{first} {id}; kill -{second} {id}; kill -{second} {id} 2> /dev/null; true");
    let begun = now();
    assert!(Command::new("sh").args(["-c", &both]).status().expect("sh runs").success());
    let took = now().saturating_sub(begun);
    let stopped = ended(child.wait_with_output().expect("ended"));
    if took.as_millis() > 100 {
        return false;
    }
    // Of two different ones either may be the one that is told.
    let codes = [first, second].map(|name| if name == "INT" { 130 } else { 143 });
    assert!(codes.contains(&stopped.code), "{stopped:?}");
    assert!(stopped.err.contains(" runs are kept"), "{first} {second}: {}", stopped.err);
    assert_eq!(stopped.last_line(), format!("synod sweep grid.toml --seeds 40000000 --out {out}"));
    true
}

/// Who does not look at the first signal, because nobody reads what it writes, is ended by a second one.
#[test]
fn a_second_signal_ends_what_the_first_does_not() {
    let place = place();
    let mut command = place.command();
    command.args(["hunt", "duel", "--until", "duel >= 0", "--count", "100000000", "--seeds", "100000000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    assert!(obeys(&mut child));
    // By then the pipe is full, as a rule.
    wait(500);
    let begun = now();
    signal(&child, "INT");
    wait(300);
    // Half a second after a signal that nobody saw it would be ended in any case.
    let waits = child.try_wait().expect("a child").is_none();
    assert!(waits || now().saturating_sub(begun).as_millis() > 400, "it waits for a reader");
    signal(&child, "INT");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
}

#[test]
fn without_a_folder_nothing_is_kept_and_it_says_so() {
    let place = place();
    let mut command = place.command();
    command.args(["sweep", "grid.toml", "--seeds", "40000000"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    assert!(obeys(&mut child));
    wait(100);
    signal(&child, "INT");
    let stopped = ended(child.wait_with_output().expect("ended")).exits(130);
    assert!(stopped.err.contains("nothing was kept"), "{}", stopped.err);
    assert_eq!(stopped.out, "");
}

#[test]
fn two_processes_do_not_share_a_folder() {
    let place = place();
    let mut child = start(&place, &["sweep", "grid.toml", "--seeds", "40000000"], "out");
    first_record(&place, &mut child, "out");
    let refused = place.synod(&["sweep", "grid.toml", "--seeds", "40000000", "--out", "out"]).exits(5);
    assert!(refused.err.contains("another synod is at work on it"), "{}", refused.err);
    child.kill().expect("killed");
    child.wait().expect("ended");
    // Its lock has died with it.
    let refused = place.synod(&[SWEEP, &["--out", "out"]].concat()).exits(5);
    assert!(refused.err.contains("of another sweep"), "{}", refused.err);
}

/// A terminal's cursor is shown when the command ends, however it ends.
#[test]
fn the_cursor_is_there_afterwards() {
    let has_script =
        Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success());
    if !has_script {
        return eprintln!(
            "not tested: `script` (util-linux) is not installed, and there is no terminal without it"
        );
    }
    let place = place();
    let binary = env!("CARGO_BIN_EXE_synod");
    // Once, as ^C is: without `--foreground` the signal goes to the child and then to its whole group, and a second one
    // ends the command at once.
    let line = format!("timeout --foreground -s INT 1 {binary} sweep grid.toml --seeds 40000000 --out out");
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(place.path("")).stdin(Stdio::null());
    let output = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("runs are kept"), "{text}");
    assert!(text.contains("/s"), "there is a bar: {text}");
    let (hidden, shown) = (text.rfind("\u{1b}[?25l"), text.rfind("\u{1b}[?25h"));
    assert!(hidden.is_none() || hidden < shown, "{text:?}");
}

/// A scenario whose samples come from a file goes on, merges and verifies without it.
#[test]
fn samples_from_files_travel_with_the_journal_and_the_report() {
    let place = Place::new();
    let lab = place.synod(&["scenario", "show", "lab2"]).exits(0).out;
    place.write("rtt.csv", "rtt\n1\n2\n40\n");
    let text = lab.replace(
        "delay = { constant = \"0.25ms\" }",
        "delay = { empirical = { file = \"rtt.csv\", column = \"rtt\", unit = \"ms\" } }",
    );
    assert!(text.contains("rtt.csv"), "{text}");
    place.write("measured.toml", text);
    let sweep = ["sweep", "measured.toml", "--seeds", "9000"];
    place.synod(&[&sweep[..], &["--out", "whole"]].concat()).exits(0);
    for shard in ["1/2", "2/2"] {
        place.synod(&[&sweep[..], &["--shard", shard, "--out", "parts"]].concat()).exits(0);
    }
    std::fs::remove_file(place.path("rtt.csv")).expect("removed");
    place.synod(&["merge", "parts", "--out", "merged"]).exits(0);
    assert_eq!(fingerprints(&place.path("merged")), fingerprints(&place.path("whole")));
    place.synod(&["verify", "merged", "--all"]).exits(0);
}
