//! A report, a merge or a write-up takes the place of a former one in one step: killed at any moment, or with any call failing, the
//! folder holds the old one or the new one, whole.
//!
//! What a folder holds is said here once more, without the program: what is committed in `staging.tmp` counts as if it were in
//! its place. `SYNOD_KILLS=200` kills each command so often, `SYNOD_EVERY_CALL=1` fails every call in every way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::child::wait;
use crate::support::command::{Ended, Place, ended, files};
use crate::support::dice::Dice;
use crate::support::env;
use serde_json::Value;

use super::resume::is_staged;

type Files = BTreeMap<String, Vec<u8>>;

const STAGED: &str = "staging.tmp/";
const SEEDS: &str = "5000";

/// A command that replaces what stands in `out`.
struct Replaces {
    name: &'static str,
    line: &'static [&'static str],
    /// What reads the folder, and must find it whole.
    reads: &'static [&'static str],
}

const COMMANDS: [Replaces; 4] = [
    Replaces { name: "report", line: &["report", "out"], reads: &["verify", "out"] },
    Replaces { name: "merge", line: &["merge", "parts", "--out", "out"], reads: &["verify", "out"] },
    Replaces { name: "writeup", line: &["writeup", "new", "--out", "out"], reads: &[] },
    Replaces {
        name: "sweep",
        line: &["sweep", "lab2", "--seeds", SEEDS, "--out", "out"],
        reads: &["verify", "out"],
    },
];

/// What is in a folder, but for journals and locks.
fn raw(folder: &Path) -> Files {
    let is_content = |name: &str| !name.ends_with(".journal") && name != "staging.tmp/lock";
    files(folder).into_iter().filter(|(name, _)| is_content(name)).collect()
}

/// What a folder holds: a replacement that is committed counts, one that is not does not.
fn held(folder: &Path) -> Files {
    let (staged, mut all): (Files, Files) =
        raw(folder).into_iter().partition(|(name, _)| name.starts_with(STAGED));
    let Some(manifest) = staged.get("staging.tmp/manifest.json") else { return all };
    let manifest: Value = serde_json::from_slice(manifest).expect("JSON");
    let listed = manifest["files"].as_array().expect("files");
    let names: Vec<&str> = listed.iter().filter_map(|file| file["path"].as_str()).collect();
    all.retain(|name, _| names.contains(&name.as_str()));
    for (name, bytes) in staged {
        all.insert(name[STAGED.len()..].to_owned(), bytes);
    }
    all
}

fn restore(folder: &Path, all: &Files) {
    let _ = fs::remove_dir_all(folder);
    for (name, bytes) in all {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
}

/// A report as another version might have rendered it: other words, another figure, and its own fingerprints.
fn aged(folder: &Path) {
    let path = folder.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).expect("a manifest")).expect("JSON");
    let words = b"<!-- words of an earlier version -->\n";
    let entry = |name: &str, bytes: &[u8]| {
        let fingerprint = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(bytes));
        serde_json::json!({ "path": name, "bytes": bytes.len(), "xxh3_128": fingerprint })
    };
    let listed = manifest["files"].as_array_mut().expect("files");
    for file in listed.iter_mut() {
        let name = file["path"].as_str().expect("a name").to_owned();
        if [".md", ".html", ".tex", ".svg", "dictionary.csv"].iter().any(|end| name.ends_with(end)) {
            let bytes = [&fs::read(folder.join(&name)).expect("a file")[..], words].concat();
            fs::write(folder.join(&name), &bytes).expect("written");
            *file = entry(&name, &bytes);
        }
    }
    fs::write(folder.join("figures/former.svg"), words).expect("written");
    listed.push(entry("figures/former.svg", words));
    fs::write(path, serde_json::to_vec_pretty(&manifest).expect("JSON")).expect("written");
}

/// A place where all commands can be run, and what stands in `out` before and after each.
fn place() -> (Place, BTreeMap<&'static str, (Files, Files)>) {
    let place = Place::new();
    let sweep = |seeds: &str, out: &str| {
        place.synod(&["sweep", "lab2", "--seeds", seeds, "--out", out, "--quiet"]).exits(0);
    };
    sweep(SEEDS, "new");
    sweep("300", "former");
    for share in ["1/2", "2/2"] {
        place
            .synod(&["sweep", "lab2", "--seeds", SEEDS, "--shard", share, "--out", "parts", "--quiet"])
            .exits(0);
    }
    place.synod(&["writeup", "former", "--out", "former-writeup"]).exits(0);
    fs::create_dir(place.path("aged")).expect("a folder");
    restore(&place.path("aged"), &raw(&place.path("new")));
    aged(&place.path("aged"));
    // It is whole, and not what this version writes.
    place.synod(&["verify", "aged"]).exits(3);
    let mut states = BTreeMap::new();
    for command in &COMMANDS {
        let former = match command.name {
            "report" => "aged",
            "writeup" => "former-writeup",
            _ => "former",
        };
        let old = raw(&place.path(former));
        restore(&place.path("out"), &old);
        place.synod(command.line).exits(0);
        let new = raw(&place.path("out"));
        assert!(old.values().ne(new.values()) && !new.keys().any(|name| name.starts_with(STAGED)));
        assert!(!place.path("out/staging.tmp").exists());
        states.insert(command.name, (old, new));
    }
    assert_eq!(states["report"].1, states["sweep"].1);
    assert_eq!(states["merge"].1, states["sweep"].1);
    (place, states)
}

/// What a folder is found to hold, whatever was done to the command: whether it is the new report. A reader accepts it, and
/// the same command then completes.
fn check(place: &Place, command: &Replaces, (old, new): &(Files, Files), what: &str) -> bool {
    let out = place.path("out");
    let found = held(&out);
    let is_new = found == *new;
    let differs = |other: &Files| {
        let names = other.keys().chain(found.keys());
        names.filter(|name| other.get(*name) != found.get(*name)).cloned().collect::<Vec<_>>()
    };
    assert!(
        is_new || found == *old,
        "{} {what}: neither the old one, for {:?}, nor the new one, for {:?}",
        command.name,
        differs(old),
        differs(new)
    );
    if !command.reads.is_empty() {
        // What an earlier version rendered is whole, and not what this one writes.
        let is_aged = !is_new && command.name == "report";
        place.synod(command.reads).exits(if is_aged { 3 } else { 0 });
        let mut read = raw(&out);
        read.retain(|name, _| !name.starts_with(STAGED));
        assert!(read == *if is_new { new } else { old }, "{} {what}: read as another one", command.name);
    }
    place.synod(command.line).exits(0);
    assert!(raw(&out) == *new, "{} {what}: the same command does not complete", command.name);
    assert!(!out.join("staging.tmp").exists() && !out.join("sweep.journal").exists());
    is_new
}

#[test]
fn killed_at_any_moment_a_replacement_is_whole_or_has_not_begun() {
    let (place, states) = place();
    let kills = env::size("SYNOD_KILLS", 2, 200);
    let mut dice = Dice(11);
    for command in &COMMANDS {
        let (mut killed, mut became_new, mut amid) = (0, 0, 0);
        let state = &states[command.name];
        for attempt in 0.. {
            if killed >= kills {
                break;
            }
            assert!(attempt < 50 * kills, "{}: only {killed} of {attempt} could be killed", command.name);
            restore(&place.path("out"), &state.0);
            let mut child = place.command();
            let child = child.args(command.line).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = child.spawn().expect("it starts");
            // Most of the time goes into rendering: every other kill waits for the first staged file.
            if attempt % 2 == 0 {
                while !is_staged(&place.path("out")) && child.try_wait().expect("a child").is_none() {
                    std::thread::yield_now();
                }
                wait(dice.roll(60) as u64);
            } else {
                wait(dice.roll(400) as u64);
            }
            let signal = dice.pick(&["KILL", "INT", "TERM", "HUP"]);
            let id = child.id().to_string();
            let sent = Command::new("kill").args([&format!("-{signal}"), &id]).stderr(Stdio::null()).status();
            assert!(sent.is_ok());
            killed += u64::from(!child.wait().expect("ended").success());
            amid += u64::from(place.path("out/staging.tmp/manifest.json").exists());
            became_new += u64::from(check(&place, command, state, &format!("{signal}, attempt {attempt}")));
        }
        println!(
            "{}: {killed} kills, {became_new} times the new one is there, {amid} times to be completed",
            command.name
        );
    }
}

const CALLS: &[&str] = &[
    "write",
    "fsync",
    "rename",
    "openat",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "ftruncate",
    "flock",
    "getdents64",
];
const ERRORS: [&str; 3] = ["ENOSPC", "EIO", "EINTR"];

/// Runs the command while the n-th call of each thread fails, and those after it, if the disk stays full.
fn fails_at(place: &Place, line: &[&str], call: &str, error: &str, n: u64) -> (Ended, bool) {
    let log = place.path("strace.log");
    let _ = fs::remove_file(&log);
    let when = if error == "ENOSPC" { format!("{n}+") } else { n.to_string() };
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", &format!("trace={call}"), "-e"]);
    command.arg(format!("inject={call}:error={error}:when={when}")).arg("-o").arg(&log);
    command.arg(env!("CARGO_BIN_EXE_synod")).args(line).current_dir(place.path(""));
    let ended = ended(command.output().expect("strace runs"));
    let injected = fs::read_to_string(&log).is_ok_and(|log| log.contains("(INJECTED)"));
    (ended, injected)
}

#[test]
fn with_any_call_failing_a_replacement_is_whole_or_has_not_begun() {
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        return eprintln!("not tested: strace is not installed, or may not trace here");
    }
    let (place, states) = place();
    let all = env::is_long("SYNOD_EVERY_CALL");
    // All four replace by one piece of code; two are enough to see that it is used.
    for command in COMMANDS.iter().filter(|it| all || ["report", "sweep"].contains(&it.name)) {
        let state = &states[command.name];
        let mut line = command.line.to_vec();
        line.push("--quiet");
        let (mut failed, mut survived, mut became_new) = (0, 0, 0);
        for call in CALLS {
            for n in (1_u64..).filter(|n| all || *n == 1 || n.is_multiple_of(97)) {
                let mut any = false;
                let errors = ERRORS.iter().enumerate().filter(|(i, _)| all || n % 3 == *i as u64);
                for error in errors.map(|(_, error)| *error) {
                    restore(&place.path("out"), &state.0);
                    let (end, injected) = fails_at(&place, &line, call, error, n);
                    any |= injected;
                    let what = format!("{call} {error} {n}: exit {}: {}", end.code, end.err);
                    match end.code {
                        0 => survived += u64::from(injected),
                        // The dynamic linker could not load the program.
                        127 if end.err.contains("shared librar") => {}
                        4 => {
                            let is_said =
                                end.err.contains("failed to ") || *call == "write" && end.err.is_empty();
                            assert!(injected && is_said, "{} {what}", command.name);
                            failed += 1;
                        }
                        _ => panic!("{} {what}", command.name),
                    }
                    became_new += u64::from(check(&place, command, state, &what));
                }
                if !any {
                    break;
                }
            }
        }
        println!(
            "{}: {failed} failures ended with 4, {survived} did no harm, {became_new} times the new one is there",
            command.name
        );
        assert!(
            failed > if all { 60 } else { 3 } && became_new > 0,
            "{}: {failed} {became_new}",
            command.name
        );
    }
}
