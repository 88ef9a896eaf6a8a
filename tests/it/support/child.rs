//! Commands that are caught while they run, however fast or busy the machine is.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Waits for some milliseconds.
pub fn wait(milliseconds: u64) {
    // Nobody unparks it; and if somebody did, whoever waits looks again.
    std::thread::park_timeout(Duration::from_millis(milliseconds));
}

/// The time of the wall since some beginning.
pub fn now() -> Duration {
    let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    Duration::from_secs_f64(text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0))
}

/// Sends it a signal, by the name that `kill` knows.
#[track_caller]
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

/// Makes commands that are started from now on obey SIGHUP, also where `nohup` started the tests: what is caught here is at its
/// default in a new program, and what is ignored stays so.
pub fn heed_hangups() {
    static CAUGHT: std::sync::Once = std::sync::Once::new();
    CAUGHT.call_once(|| {
        signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::<AtomicBool>::default())
            .expect("SIGHUP can be caught");
    });
}

/// Waits until a sweep's journal has a record, written under the folder's lock; whether the sweep is not at its end before.
pub fn first_record(child: &mut Child, journal: &Path) -> bool {
    // The header is shorter than this, the first part longer.
    while !std::fs::metadata(journal).is_ok_and(|file| file.len() > 4_000) {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        wait(1);
    }
    true
}

/// Waits until it obeys SIGINT and SIGTERM, as Linux tells it; whether it does, and is not at its end before.
pub fn obeys(child: &mut Child) -> bool {
    let status = format!("/proc/{}/status", child.id());
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        if caught & 1 << 1 != 0 && caught & 1 << 14 != 0 {
            return true;
        }
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        wait(1);
    }
}
