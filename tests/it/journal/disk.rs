//! A disk that is full or fails at the n-th call: exit 4, and the same command then completes.
//!
//! The kernel's answers are forged by `strace`; without it the test says that it did not test. The first two calls of each kind
//! and every 13th by default; `SYNOD_EVERY_CALL=1` fails each of them in each way, which takes minutes.

use std::process::Command;

use super::fingerprints;
use crate::support::command::{Place, ended};
use crate::support::env;

const CALLS: &[&str] =
    &["write", "fsync", "fdatasync", "rename", "openat", "unlink", "mkdir", "ftruncate", "flock"];
const ERRORS: [&str; 3] = ["ENOSPC", "EIO", "EINTR"];
const SWEEP: &[&str] =
    &["sweep", "duel", "--set", "sweep={}", "--seeds", "9000", "--threads", "1", "--quiet"];

/// Runs the sweep while the n-th call of each thread fails; its end, and whether any call did.
fn fails_at(place: &Place, call: &str, error: &str, n: u64, out: &str) -> (i32, String, bool) {
    let log = place.path("strace.log");
    let _ = std::fs::remove_file(&log);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", &format!("trace={call}"), "-e"]);
    command.arg(format!("inject={call}:error={error}:when={n}")).arg("-o").arg(&log);
    command.arg(env!("CARGO_BIN_EXE_synod")).args(SWEEP).args(["--out", out]).current_dir(place.path(""));
    let output = ended(command.output().expect("strace runs"));
    let injected = std::fs::read_to_string(&log).is_ok_and(|log| log.contains("(INJECTED)"));
    (output.code, output.err, injected)
}

/// Whether the n-th call is made to fail.
fn is_tried(all: bool, n: u64) -> bool {
    all || n <= 2 || n.is_multiple_of(13)
}

#[test]
fn a_failing_disk_loses_nothing() {
    let place = Place::new();
    let works = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        return eprintln!("not tested: strace is not installed, or may not trace here");
    }
    place.synod(&[SWEEP, &["--out", "whole"]].concat()).exits(0);
    let whole = fingerprints(&place.path("whole"));
    let all = env::is_long("SYNOD_EVERY_CALL");
    let (mut failed, mut survived, mut unread) = (0, 0, 0);
    for call in CALLS {
        for n in (1..).filter(|&n| is_tried(all, n)) {
            let mut any = false;
            for error in ERRORS.iter().enumerate().filter(|(i, _)| all || n % 3 == *i as u64).map(|(_, e)| *e)
            {
                let out = format!("{call}-{error}-{n}");
                let (code, said, injected) = fails_at(&place, call, error, n, &out);
                any |= injected;
                match code {
                    0 => survived += u64::from(injected),
                    4 => {
                        // Where it was the message that could not be written, there is none.
                        let is_said = said.contains("failed to ") || *call == "write" && said.is_empty();
                        assert!(injected && is_said, "{call} {error} {n}: {said}");
                        failed += 1;
                    }
                    // The dynamic linker could not load the program.
                    127 if said.contains("shared librar") => unread += 1,
                    _ => panic!("{call} {error} {n}: exit {code}: {said}"),
                }
                let again = place.synod(&[SWEEP, &["--out", &out]].concat()).exits(0);
                assert!(fingerprints(&place.path(&out)) == whole, "{call} {error} {n}: {}", again.err);
                assert!(!place.path(&out).join("sweep.journal").exists());
                std::fs::remove_dir_all(place.path(&out)).expect("removed");
            }
            if !any {
                break;
            }
        }
    }
    println!(
        "{failed} failures ended with 4, {survived} did no harm, {unread} were before the program began"
    );
    assert!(failed > if all { 100 } else { 10 }, "{failed}");
}
