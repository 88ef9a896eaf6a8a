//! Folders that are moved, cleared or shared while a command is at work, files that are in its way, and what an earlier version
//! left behind: nothing is lost, and what is said is so.

use std::fs;
use std::process::{Command, Stdio};

use super::fingerprints;
use super::resume::{SWEEP, first_record, place, start, start_and_hold};
use crate::support::child::{signal, wait};
use crate::support::command::{Ended, Place, ended};

const SMALL: &[&str] = &["sweep", "duel", "--seeds", "300", "--quiet"];

/// A place with a small report in `out`.
fn reported() -> Place {
    let place = Place::new();
    place.synod(&[SMALL, &["--out", "out"]].concat()).exits(0);
    place
}

fn pipe(place: &Place, name: &str) {
    assert!(Command::new("mkfifo").arg(place.path(name)).status().expect("mkfifo runs").success());
}

#[test]
fn a_folder_that_is_moved_during_its_sweep_costs_nothing_and_it_is_said() {
    let place = place();
    place.synod(&[SWEEP, &["--out", "whole"]].concat()).exits(0);
    let (child, out) = start_and_hold(&place, SWEEP, "out");
    fs::rename(place.path(&out), place.path("moved")).expect("moved");
    signal(&child, "CONT");
    let done = ended(child.wait_with_output().expect("ended")).exits(0);
    assert!(done.err.contains(&format!("{out}: was moved, removed or cleared meanwhile")), "{}", done.err);
    assert_eq!(fingerprints(&place.path(&out)), fingerprints(&place.path("whole")));
    assert!(!place.path(&out).join("staging.tmp").exists());
    // What was moved has its journal, and goes on.
    place.synod(&[SWEEP, &["--out", "moved"]].concat()).exits(0);
    assert_eq!(fingerprints(&place.path("moved")), fingerprints(&place.path("whole")));
    // Something else has taken its place: it is not touched, and the figures are printed.
    let (child, gone) = start_and_hold(&place, SWEEP, "gone");
    fs::rename(place.path(&gone), place.path("moved again")).expect("moved");
    fs::create_dir(place.path(&gone)).expect("a folder");
    place.write(&format!("{gone}/thesis.tex"), "mine");
    signal(&child, "CONT");
    let refused = ended(child.wait_with_output().expect("ended")).exits(2);
    assert!(refused.out.lines().count() > 3, "{}", refused.out);
    assert_eq!(fs::read_dir(place.path(&gone)).expect("a folder").count(), 1);
}

#[test]
fn nothing_is_said_to_be_kept_in_a_folder_that_has_gone() {
    let place = place();
    let mut child = start(&place, &["sweep", "grid.toml", "--seeds", "40000000"], "out");
    first_record(&place, &mut child, "out");
    fs::remove_dir_all(place.path("out")).expect("removed");
    signal(&child, "INT");
    let stopped = ended(child.wait_with_output().expect("ended")).exits(4);
    assert!(stopped.err.contains("was moved or removed while the sweep ran"), "{}", stopped.err);
    assert!(!stopped.err.contains("runs are kept"), "{}", stopped.err);
}

#[test]
fn one_process_at_a_time_writes_to_a_folder() {
    let place = reported();
    place.synod(&["sweep", "duel", "--seeds", "300", "--shard", "1/1", "--out", "parts"]).exits(0);
    place.synod(&["writeup", "out", "--out", "bundle"]).exits(0);
    let before = fingerprints(&place.path("out"));
    let lock = |folder: &str| {
        fs::create_dir(place.path(folder).join("staging.tmp")).expect("a folder");
        let file = fs::File::create(place.path(folder).join("staging.tmp/lock")).expect("a file");
        file.lock().expect("locked");
        file
    };
    let locks = [lock("out"), lock("bundle")];
    for line in [
        &["report", "out"][..],
        &["merge", "parts", "--out", "out"],
        &[SMALL, &["--out", "out"]].concat()[..],
        &["writeup", "out", "--out", "bundle"],
    ] {
        let refused = place.synod(line).exits(5);
        assert!(refused.err.contains("another synod is at work on it"), "{}", refused.err);
    }
    // Reading goes on: nothing is being moved.
    place.synod(&["verify", "out"]).exits(0);
    drop(locks);
    place.synod(&["report", "out"]).exits(0);
    assert_eq!(fingerprints(&place.path("out")), before);
    // Several at once: each of them is done or refused.
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = place.command();
            command
                .args(["report", "out"])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("starts")
        })
        .collect();
    for child in children {
        let end = ended(child.wait_with_output().expect("ended"));
        assert!(end.code == 0 || end.code == 5, "{end:?}");
    }
    assert_eq!(fingerprints(&place.path("out")), before);
    assert!(!place.path("out/staging.tmp").exists());
}

/// Runs with every lock refused, as on a network file system without a lock daemon.
fn without_locks(place: &Place, line: &[&str]) -> Option<Ended> {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e", "inject=flock:error=ENOLCK"]);
    command.arg(env!("CARGO_BIN_EXE_synod")).args(line).current_dir(place.path(""));
    command.output().ok().map(ended).filter(|end| !end.err.contains("ptrace"))
}

#[test]
fn without_locks_it_goes_on_and_says_so() {
    let place = reported();
    let before = fingerprints(&place.path("out"));
    for line in
        [&["sweep", "duel", "--seeds", "300", "--out", "other", "--rows", "r.csv"][..], &["report", "out"]]
    {
        let Some(end) = without_locks(&place, line) else {
            return eprintln!("not tested: strace is not installed, or may not trace here");
        };
        assert!(end.err.contains("cannot be locked (No locks available"), "{}", end.err);
        end.exits(0);
    }
    assert_eq!(fingerprints(&place.path("out")), before);
    assert_eq!(fingerprints(&place.path("other")), before);
}

#[test]
fn what_an_earlier_version_was_stopped_in_writing_is_made_whole() {
    let place = reported();
    let before = fingerprints(&place.path("out"));
    let out = |name: &str| place.path("out").join(name);
    fs::rename(out("manifest.json"), out("manifest.json.tmp")).expect("moved");
    fs::remove_file(out("report.md")).expect("removed");
    fs::write(out("report.html.tmp"), "half of it").expect("written");
    let refused = place.synod(&["verify", "out"]).exits(2);
    assert_eq!(refused.last_line(), "synod report out");
    place.synod(&["writeup", "out"]).exits(2);
    let healed = place.line(refused.last_line()).exits(0);
    assert!(healed.err.contains("it is whole again"), "{}", healed.err);
    assert_eq!(fingerprints(&place.path("out")), before);
    // A sweep that was stopped there has other totals: its journal goes on.
    place.synod(&["sweep", "duel", "--seeds", "300", "--shard", "1/1", "--out", "parts"]).exits(0);
    fs::rename(place.path("parts/shard-1-of-1.journal"), out("sweep.journal")).expect("moved");
    fs::rename(out("manifest.json"), out("manifest.json.tmp")).expect("moved");
    fs::write(out("totals.bin"), "of another sweep").expect("written");
    let refused = place.synod(&["report", "out"]).exits(2);
    assert_eq!(refused.last_line(), "synod sweep duel --seeds 300 --out out");
    // Also if somebody has tidied up.
    fs::remove_file(out("manifest.json.tmp")).expect("removed");
    place.line(refused.last_line()).exits(0);
    assert_eq!(fingerprints(&place.path("out")), before);
    assert!(!out("sweep.journal").exists());
}

/// Before anything is run, for every file that a report has.
#[test]
fn what_cannot_be_replaced_is_refused_before_the_sweep_begins() {
    let place = reported();
    let names: Vec<String> = fingerprints(&place.path("out")).into_keys().collect();
    assert!(names.len() >= 14, "{names:?}");
    for name in names.iter().filter(|name| *name != "manifest.json") {
        let (path, aside) = (place.path("out").join(name), place.path("aside"));
        fs::rename(&path, &aside).expect("moved");
        fs::create_dir(&path).expect("a folder");
        for line in [&["sweep", "duel", "--seeds", "100000000000", "--out", "out"][..], &["report", "out"]] {
            let refused = place.synod(line).exits(2);
            let kept =
                ["totals.bin", "chunks.csv", "runs.json"].contains(&name.as_str()) && line[0] == "report";
            assert!(refused.err.contains("is a folder") || kept, "{name}: {}", refused.err);
        }
        fs::remove_dir(&path).expect("removed");
        fs::rename(&aside, &path).expect("moved");
    }
    place.synod(&["verify", "out"]).exits(0);
}

/// A folder that somebody sends may have anything staged: nothing of it leads out of the folder.
#[cfg(unix)]
#[test]
fn what_is_staged_by_others_does_not_leave_the_folder() {
    let place = reported();
    fs::create_dir(place.path("elsewhere")).expect("a folder");
    place.write("precious", "mine");
    let stage = || {
        fs::create_dir_all(place.path("out/staging.tmp/figures")).expect("a folder");
        let manifest = fs::read_to_string(place.path("out/manifest.json")).expect("a manifest");
        let name =
            manifest.find("figures/").map(|at| &manifest[at..at + manifest[at..].find('"').expect("an end")]);
        place.write(&format!("out/staging.tmp/{}", name.expect("a figure")), "<svg onload='x'/>");
        manifest
    };
    // A link on the way.
    let manifest = stage();
    place.write("out/staging.tmp/manifest.json", &manifest);
    fs::rename(place.path("out/figures"), place.path("figures")).expect("moved");
    std::os::unix::fs::symlink(place.path("elsewhere"), place.path("out/figures")).expect("a link");
    place.synod(&["verify", "out"]).exits(2);
    assert_eq!(fs::read_dir(place.path("elsewhere")).expect("a folder").count(), 0);
    fs::remove_file(place.path("out/figures")).expect("removed");
    fs::rename(place.path("figures"), place.path("out/figures")).expect("moved");
    fs::remove_dir_all(place.path("out/staging.tmp")).expect("removed");
    // Names that lead out of it, and names of what a folder has besides, are none of a report's files.
    for name in ["../precious", "/etc/passwd", "sweep.journal", "staging.tmp/lock", "a\\u0000b", ""] {
        stage();
        place.write("out/sweep.journal", "kept");
        let other = manifest.replacen("report.md", name, 1);
        place.write("out/staging.tmp/manifest.json", other);
        let end = place.synod(&["verify", "out"]);
        assert!([2, 3].contains(&end.code), "{name}: {end:?}");
        assert_eq!(fs::read_to_string(place.path("precious")).expect("there"), "mine");
        assert_eq!(fs::read_to_string(place.path("out/sweep.journal")).expect("there"), "kept");
        fs::remove_dir_all(place.path("out")).expect("removed");
        place.synod(&[SMALL, &["--out", "out"]].concat()).exits(0);
    }
}

#[test]
fn an_interrupted_sweep_with_rows_goes_on_by_the_printed_command() {
    let place = place();
    let rows = ["--rows", "rows.csv"];
    place.synod(&[SWEEP, &["--out", "whole", "--rows", "whole.csv"]].concat()).exits(0);
    place.synod(&["sweep", "duel", "--seeds", "5", "--rows", "rows.csv"]).exits(0);
    let former = fs::read(place.path("rows.csv")).expect("rows");
    let (child, out) = start_and_hold(&place, &[SWEEP, &rows].concat(), "out");
    signal(&child, "INT");
    signal(&child, "CONT");
    let stopped = ended(child.wait_with_output().expect("ended")).exits(130);
    assert!(
        stopped.err.contains("rows.csv holds ") && stopped.err.contains("will replace"),
        "{}",
        stopped.err
    );
    assert!(fs::read(place.path("rows.csv")).expect("rows") == former, "the former rows are there");
    assert!(!place.path("rows.csv.tmp").exists());
    // Killed, it leaves half of them under another name, which is no obstacle.
    let mut child = start(&place, &[SWEEP, &rows].concat(), &out);
    wait(100);
    child.kill().expect("killed");
    child.wait().expect("ended");
    place.line(stopped.last_line()).exits(0);
    let (found, whole) = (fs::read(place.path("rows.csv")), fs::read(place.path("whole.csv")));
    assert!(found.expect("rows") == whole.expect("rows"));
    assert_eq!(fingerprints(&place.path(&out)), fingerprints(&place.path("whole")));
    assert!(!place.path("rows.csv.tmp").exists());
}

#[cfg(unix)]
#[test]
fn rows_go_through_links_and_into_pipes() {
    let place = Place::new();
    let sweep = |name: &str| place.synod(&[SMALL, &["--rows", name]].concat());
    sweep("whole.csv").exits(0);
    let whole = fs::read(place.path("whole.csv")).expect("rows");
    place.write("target.csv", "");
    std::os::unix::fs::symlink("target.csv", place.path("link.csv")).expect("a link");
    sweep("link.csv").exits(0);
    assert!(place.path("link.csv").symlink_metadata().expect("a link").is_symlink());
    assert!(fs::read(place.path("target.csv")).expect("rows") == whole);
    pipe(&place, "pipe.csv");
    let mut command = place.command();
    command.args(["sweep", "duel", "--seeds", "300", "--rows", "pipe.csv"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    assert!(fs::read(place.path("pipe.csv")).expect("rows") == whole);
    let end = ended(child.wait_with_output().expect("ended")).exits(0);
    assert!(end.err.contains("is a pipe, and waits for a reader"), "{}", end.err);
}

#[cfg(unix)]
#[test]
fn what_only_looks_like_a_share_is_left_out() {
    let place = Place::new();
    for share in ["1/2", "2/2"] {
        place.synod(&[SMALL, &["--shard", share, "--out", "parts"]].concat()).exits(0);
    }
    fs::create_dir(place.path("parts/shard-x.journal")).expect("a folder");
    fs::create_dir(place.path("parts/shard-9-of-9.journal")).expect("a folder");
    pipe(&place, "parts/shard-8-of-9.journal");
    place.write("parts/shard-y.journal", "junk");
    place.write("parts/shard-01-of-2.journal", "junk");
    let merged = place.synod(&["merge", "parts", "--out", "out"]).exits(0);
    assert_eq!(merged.err.matches("is left out, for it is no regular file").count(), 2, "{}", merged.err);
    place.synod(&["verify", "out"]).exits(0);
}

/// A terminal that is closed is a wish to end; whoever was started to outlive it goes on.
#[test]
fn a_closed_terminal_interrupts_and_nohup_does_not() {
    let place = place();
    let long = ["sweep", "grid.toml", "--seeds", "40000000"];
    let mut child = start(&place, &long, "out");
    first_record(&place, &mut child, "out");
    signal(&child, "HUP");
    let stopped = ended(child.wait_with_output().expect("ended")).exits(129);
    assert_eq!(stopped.last_line(), "synod sweep grid.toml --seeds 40000000 --out out");
    let mut command = Command::new("nohup");
    command.arg(env!("CARGO_BIN_EXE_synod")).args(long).args(["--out", "on"]).current_dir(place.path(""));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return eprintln!("not tested: there is no nohup") };
    first_record(&place, &mut child, "on");
    signal(&child, "HUP");
    wait(500);
    assert!(child.try_wait().expect("a child").is_none(), "it goes on");
    child.kill().expect("killed");
    child.wait().expect("ended");
}
